"""Two hands at once: one success, one clear refusal, nothing lost. On SQLite and on PostgreSQL alike.

The negative controls take the guard away and show that these tests would notice.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core import audit, clock
from core.exceptions import StaleState
from nominations.enums import Status
from nominations.events import Event
from nominations.models import Dossier, Evaluation, FilingSet, StatusChange
from nominations.services import dossiers as writing
from nominations.services import filing
from nominations.transitions import step_for
from tests.factories import Cast, UnitFactory, dossier_at, filed_set, make_cast, running_round
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def racing(transactional_db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


def loaded(dossier: Dossier) -> Dossier:
    """The dossier as a page of its own has loaded it."""
    return Dossier.objects.for_list().select_related("nominating_unit__parent").get(pk=dossier.pk)


def file_twice(cast: Cast) -> tuple[Dossier, list[Any]]:
    dossier = dossier_at(Status.DRAFT, cast)
    one, two = loaded(dossier), loaded(dossier)
    answers = at_once(
        lambda: filing.file_to_district(dossier=one, actor=cast["commune"]),
        lambda: filing.file_to_district(dossier=two, actor=cast["district"]),
    )
    return dossier, answers


@pytest.mark.race
def test_two_officers_file_one_dossier_at_once(racing: Cast) -> None:
    dossier, answers = file_twice(racing)

    assert sorted(type(answer) for answer in answers if isinstance(answer, StaleState)) == [StaleState]
    assert sum(isinstance(answer, Evaluation) for answer in answers) == 1
    assert StatusChange.objects.filter(dossier=dossier).count() == 1
    assert Evaluation.objects.filter(dossier=dossier).count() == 1
    dossier.refresh_from_db()
    assert dossier.status == Status.FILED_TO_DISTRICT


def move_without_comparing(
    *, dossier: Dossier, verb: str, actor: Any, note: str = "", **payload: object
) -> None:
    """The helper less its comparison: it trusts what the page had loaded."""
    step = step_for(dossier.status, verb)
    assert step is not None
    old = dossier.status
    Dossier.objects.filter(pk=dossier.pk).update(status=step.target)
    dossier.status = step.target
    StatusChange.objects.create(
        dossier=dossier, verb=verb, old_status=old, new_status=step.target, actor=actor, at=clock.now()
    )
    audit.record(Event.DOSSIER_MOVED, actor=actor, subject=dossier)


def test_without_the_comparison_both_would_file(racing: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "move", move_without_comparing)

    dossier, answers = file_twice(racing)

    assert all(isinstance(answer, Evaluation) for answer in answers), answers
    assert StatusChange.objects.filter(dossier=dossier).count() == 2


@pytest.mark.race
def test_two_officers_file_one_set_at_once(racing: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, racing)
    filing_set = filed_set(racing, [dossier], send=False)
    one, two = (
        FilingSet.objects.select_related("unit__parent", "award_round__movement").get(pk=filing_set.pk)
        for _ in range(2)
    )

    answers = at_once(
        lambda: filing.file_set(filing_set=one, actor=racing["district"]),
        lambda: filing.file_set(filing_set=two, actor=racing["district"]),
    )

    assert sum(isinstance(answer, StaleState) for answer in answers) == 1, answers
    assert sum(isinstance(answer, list) and len(answer) == 1 for answer in answers) == 1, answers
    assert StatusChange.objects.filter(dossier=dossier, verb="file").count() == 1


def start_two(cast: Cast) -> list[Any]:
    award_round = running_round()
    nominees = [UnitFactory(name=f"Xã đua {number}", parent=cast.district) for number in range(2)]

    def start(nominee: Any) -> Dossier:
        nomination = writing.Nomination(
            award_round, "province_certificate", "commune", nominee, cast.district
        )
        return writing.start_dossier(nomination=nomination, actor=cast["district"])

    return at_once(*(lambda nominee=nominee: start(nominee) for nominee in nominees))


def test_references_are_unique_and_without_gaps_under_two_hands(racing: Cast) -> None:
    answers = start_two(racing)

    assert sorted(dossier.code for dossier in answers) == ["HS-2025-0001", "HS-2025-0002"]


def test_a_counter_that_is_read_before_would_lose_one(racing: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_next_code", lambda year: f"HS-{year}-0001")

    answers = start_two(racing)

    assert sum(isinstance(answer, Dossier) for answer in answers) == 1
    assert sum(isinstance(answer, StaleState) for answer in answers) == 1


@pytest.mark.race
def test_two_hands_open_the_same_set(racing: Cast) -> None:
    award_round = running_round()

    answers = at_once(
        *[
            lambda: filing.open_filing_set(
                unit=racing.district, award_round=award_round, actor=racing["district"]
            )
        ]
        * 2
    )

    assert len({filing_set.pk for filing_set in answers}) == 1
    assert FilingSet.objects.count() == 1
