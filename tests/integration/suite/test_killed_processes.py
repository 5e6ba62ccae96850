"""A server killed in the last moment of a step leaves the step undone as a whole, and it can be done again."""

from collections.abc import Callable
from datetime import date

import pytest

from core.models import AuditEntry
from councils.models import Tally
from councils.services import cast_ballot, close_poll
from nominations.enums import Status
from nominations.models import Dossier, Evaluation
from nominations.services.filing import file_to_district
from tests.factories import attach, dossier_at, make_cast
from tests.integration.councils.building import build_house, cast_all, counts, meeting_in_session, poll_in
from tests.processes import kill, start

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,  # starts a process and kills it
]

HANGS = """
import time
def and_hang(act):
    def run(*args, **kwargs):
        act(*args, **kwargs)
        print("all is written", flush=True)
        time.sleep(60)
    return run
"""


@pytest.fixture(autouse=True)
def _the_played_day(frozen_day: Callable[[date], None]) -> None:
    """Everything happens on 2025-12-15."""


def killed_in(code: str) -> None:
    """Run code in a process of its own until it says that all is written, and kill it before it commits."""
    process = start(code=HANGS + code, FIXED_TODAY="2025-12-15")
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == "all is written\n", said + process.stdout.read()
    kill(process)


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


def test_casting_that_was_cut_off_leaves_neither_a_ballot_nor_a_mark() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))

    killed_in(f"""
from core.models import User
from councils.models import Poll
from councils.services import casting
casting.mark_voted = and_hang(casting.mark_voted)
casting.cast_ballot(
    poll=Poll.objects.get(pk={poll.pk}), choice="agree", actor=User.objects.get(pk={house.member.pk})
)
""")

    assert counts(poll) == (0, 0)
    cast_ballot(poll=poll, choice="agree", actor=house.member)
    assert counts(poll) == (1, 1)


def test_closing_that_was_cut_off_leaves_an_open_poll_with_every_ballot() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
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
    tally = close_poll(poll=poll, actor=house.chair)
    assert (tally.agree, tally.disagree, tally.blank) == (8, 1, 0)
