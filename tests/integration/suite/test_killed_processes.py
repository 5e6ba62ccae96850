"""A server killed in the last moment of a step leaves the step undone as a whole, and it can be done again."""

from collections.abc import Callable
from datetime import date

import pytest

from core.models import AuditEntry
from councils.models import Tally
from councils.services import CastAnswer, close_poll, hand_out_ballot, put_in_urn
from nominations.enums import Status
from nominations.models import Dossier, Evaluation
from nominations.services.filing import file_to_district
from registry.enums import ImportStatus, RowState
from registry.models import Household, ImportFile, StagedBatch
from tests.factories import attach, dossier_at, make_cast
from tests.integration.councils.building import (
    build_house,
    cast,
    cast_all,
    counts,
    meeting_in_session,
    poll_in,
)
from tests.integration.registry.import_files import commune_list
from tests.integration.registry.import_steps import confirmed, load
from tests.processes import killed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,  # starts a process and kills it
]


@pytest.fixture(autouse=True)
def _the_played_day(frozen_day: Callable[[date], None]) -> None:
    """Everything happens on 2025-12-15."""


def test_filing_that_was_cut_off_leaves_a_draft_that_can_be_filed() -> None:
    cast = make_cast()
    dossier = dossier_at(Status.DRAFT, cast)
    attach(dossier, "achievement_report", cast["commune"], confirmed_by="Đảng ủy xã")
    entries = AuditEntry.objects.count()

    killed_in(f"""
from core import services
from core.models import User
from nominations.models import Dossier
from nominations.services.filing import file_to_district
services.append = and_hang(services.append)
dossier = Dossier.objects.for_list().get(pk={dossier.pk})
file_to_district(dossier=dossier, actor=User.objects.get(pk={cast["commune"].pk}))
""")

    assert Dossier.objects.get(pk=dossier.pk).status == Status.DRAFT
    assert not Evaluation.objects.filter(dossier=dossier).exists()
    assert AuditEntry.objects.count() == entries
    file_to_district(dossier=Dossier.objects.for_list().get(pk=dossier.pk), actor=cast["commune"])
    assert Dossier.objects.get(pk=dossier.pk).status == Status.FILED_TO_DISTRICT


def test_a_process_killed_between_the_token_and_the_paper_loses_nothing() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))

    killed_in(f"""
from core.models import User
from councils.models import Poll
from councils.services import casting
casting.client.token_for = and_hang(casting.client.token_for)
casting.hand_out_ballot(poll=Poll.objects.get(pk={poll.pk}), actor=User.objects.get(pk={house.member.pk}))
""")

    assert counts(poll) == (0, 0)
    assert cast(poll, house.member, "agree") == CastAnswer.IN_THE_URN
    assert counts(poll) == (1, 1)


def test_a_process_killed_between_the_paper_and_its_answer_doubles_nothing() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    token = hand_out_ballot(poll=poll, actor=house.member)

    killed_in(f"""
from django.test import Client
from councils.views import polls
polls.put_in_urn = and_hang(polls.put_in_urn)
Client().post("/hoi-dong/bo-phieu/{poll.pk}/phieu/", {{"token": "{token}", "choice": "a"}})
""")

    assert counts(poll) == (1, 1)
    # The member, who saw no answer, presses again and chooses otherwise meanwhile.
    assert put_in_urn(token=token, choice="disagree") == CastAnswer.ALREADY_IN_THE_URN
    cast_all(house, poll, ["agree"] * 9)
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    assert (tally.agree, tally.disagree) == (9, 0)


def test_closing_that_was_cut_off_leaves_an_open_poll_with_every_ballot() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    late = hand_out_ballot(poll=poll, actor=house.members[0].user)
    cast_all(house, poll, ["agree"] * 8 + ["disagree"])

    killed_in(f"""
from core import services
from core.models import User
from councils.models import Poll
from councils.services import close_poll
services.append = and_hang(services.append)
close_poll(poll=Poll.objects.get(pk={poll.pk}), actor=User.objects.get(pk={house.chair.pk}))
""")

    poll.refresh_from_db()
    assert poll.is_open
    assert not Tally.objects.exists()
    assert counts(poll) == (9, 9)
    assert put_in_urn(token=late, choice="disagree") == CastAnswer.ALREADY_IN_THE_URN
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    assert (tally.agree, tally.disagree, tally.blank) == (8, 1, 0)
    assert counts(poll) == (9, 9)


# Where confirming a list is cut off: after the first rows were written, after all of them, and before the commit.
CUTS = {
    "first rows": "QuerySet.bulk_create = and_hang(QuerySet.bulk_create)",
    "all rows": "HouseholdImporter.write = and_hang(HouseholdImporter.write)",
    "before the commit": "services.append = and_hang(services.append)",
}


@pytest.mark.parametrize("cut", CUTS)
def test_confirming_a_list_that_was_cut_off_loads_nothing_and_can_be_done_again(cut: str) -> None:
    cast = make_cast()
    staged = load("households", commune_list(), cast["commune"])
    entries, batches = AuditEntry.objects.count(), StagedBatch.objects.count()

    killed_in(f"""
from django.db.models import QuerySet
from core import services
from core.models import User
from registry.imports.households import HouseholdImporter
from registry.models import ImportFile
from registry.services.imports import confirm_file
{CUTS[cut]}
confirm_file(
    import_file=ImportFile.objects.get(pk={staged.pk}),
    actor=User.objects.get(pk={cast["commune"].pk}),
    skip_refused=True,
)
""")

    assert not Household.objects.exists()
    assert AuditEntry.objects.count() == entries
    again = ImportFile.objects.get(pk=staged.pk)
    assert again.status == ImportStatus.STAGED
    assert StagedBatch.objects.filter(import_file=again).count() == batches
    confirmed(again, cast["commune"])
    assert Household.objects.count() == again.counts[RowState.NEW] == 3
    assert ImportFile.objects.get(pk=staged.pk).status == ImportStatus.CONFIRMED
    assert AuditEntry.objects.filter(event="registry.file_imported").count() == 1
