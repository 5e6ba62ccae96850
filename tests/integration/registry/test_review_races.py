"""Two hands on one review: what changed after the preview keeps the file from being loaded, whatever it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.exceptions import InvalidRequest, StaleState
from core.models import AuditEntry, User
from registry.enums import ImportStatus, Role, RowState
from registry.imports.reviews import review_writing
from registry.models import ImportFile, PovertyReview, Unit, UnitRole
from registry.services.imports import confirm_file, read_again
from registry.services.review_figures import restate_review
from tests.factories import Cast, UnitFactory, make_cast
from tests.factories.registry import PovertyReviewFactory, UnitSuccessionFactory
from tests.integration.registry.import_steps import load, rows_of
from tests.integration.registry.review_forms import book, titled
from tests.integration.registry.test_unit_races import at_once, one_success

pytestmark = pytest.mark.django_db(transaction=True)
Hand = Callable[[Cast], Any]
HEAD = ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo", "Hộ thoát nghèo"]


@pytest.fixture
def cast(transactional_db: None, frozen_day: Callable[[date], None]) -> Cast:
    """Two communes: one has a review of 2024 of which the file changes the poor alone, the other has none."""
    cast = make_cast()
    UnitFactory(key="phan-hoa", name="Xã Phan Hòa", parent=cast.district)
    PovertyReviewFactory(unit=cast.commune, year=2024, households=1000, poor=100, near_poor=80, poor_exits=7)
    return cast


def staged(cast: Cast, poor: int = 60, other: int = 50) -> ImportFile:
    rows = titled(
        HEAD,
        [1, "Xã Phan Điền", 1000, poor, 80, 7],
        [2, "Xã Phan Hòa", 900, other, 40, 3],
    )
    return load("reviews", book({"Biểu 1": rows}), cast["reviewer"], year=2024)


def review(cast: Cast) -> PovertyReview:
    return PovertyReview.objects.get(unit=cast.commune, year=2024)


def changes(**values: Any) -> Hand:
    """Another hand that changes recorded values of the first commune's review."""
    return lambda cast: PovertyReview.objects.filter(unit=cast.commune, year=2024).update(**values)


def enters_the_other(cast: Cast) -> None:
    other = Unit.objects.get(key="phan-hoa")
    PovertyReviewFactory(unit=other, year=2024, households=900, poor=50, near_poor=40)


HANDS = {
    "a changed figure": changes(poor=90),
    "a figure shown as unchanged": changes(near_poor=81),
    "an optional figure shown as unchanged": changes(poor_exits=8),
    "a figure that was cleared": changes(poor_exits=None),
    "the day of recognition": changes(recognised_on=date(2024, 12, 13)),
    "the document": changes(document="9/QĐ-UBND"),
    "restated": changes(is_restated=True),
    "a new review": enters_the_other,
    "a review that is gone": lambda cast: review(cast).delete(),
}


@pytest.mark.parametrize("hand", HANDS.values(), ids=HANDS)
def test_what_another_hand_changed_since_the_preview_is_not_overwritten(cast: Cast, hand: Hand) -> None:
    file = staged(cast)
    hand(cast)
    before = (list(PovertyReview.objects.order_by("pk").values()), AuditEntry.objects.count())

    with pytest.raises(StaleState):
        confirm_file(import_file=file, actor=cast["reviewer"])

    assert (list(PovertyReview.objects.order_by("pk").values()), AuditEntry.objects.count()) == before
    file.refresh_from_db()
    assert file.status == ImportStatus.STAGED


@pytest.mark.parametrize("name", ["a changed figure", "a figure shown as unchanged", "the document"])
def test_without_the_comparison_the_other_hand_would_be_overwritten(
    cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the tests above hold is the comparison's work, and they fail without it."""
    file = staged(cast)
    HANDS[name](cast)
    monkeypatch.setattr(review_writing, "_is_as_shown", lambda row, review: True)

    confirm_file(import_file=file, actor=cast["reviewer"])

    found = review(cast)
    assert (found.poor, found.near_poor, found.document) == (60, 80, "2024/QĐ-UBND")


def test_a_row_shown_as_unchanged_is_held_too(cast: Cast) -> None:
    file = staged(cast, poor=100)
    assert [row.name for row in rows_of(file, RowState.UNCHANGED)] == ["Xã Phan Điền"]
    changes(near_poor=81)(cast)

    with pytest.raises(StaleState):
        confirm_file(import_file=file, actor=cast["reviewer"])

    assert PovertyReview.objects.count() == 1


def test_what_the_file_does_not_speak_of_may_change(cast: Cast) -> None:
    file = staged(cast)
    changes(lacking_jobs=12)(cast)

    confirm_file(import_file=file, actor=cast["reviewer"])

    found = review(cast)
    assert (found.poor, found.lacking_jobs, found.import_file) == (60, 12, file)
    assert PovertyReview.objects.get(unit__key="phan-hoa").poor == 50


def test_read_again_the_new_preview_loads(cast: Cast) -> None:
    file = staged(cast)
    changes(poor=90)(cast)

    read_again(import_file=file, actor=cast["reviewer"])
    file.refresh_from_db()
    confirm_file(import_file=file, actor=cast["reviewer"])

    assert review(cast).poor == 60


def test_two_files_at_once_leave_one_loaded(cast: Cast) -> None:
    files = [staged(cast, poor=60, other=50), staged(cast, poor=61, other=51)]

    answers = at_once(
        *(
            lambda file=file: confirm_file(
                import_file=ImportFile.objects.get(pk=file.pk), actor=cast["reviewer"]
            )
            for file in files
        )
    )

    one_success(answers)
    assert {review(cast).poor, PovertyReview.objects.get(unit__key="phan-hoa").poor} in ({60, 50}, {61, 51})


def test_restating_at_the_same_time_leaves_one_of_both(cast: Cast) -> None:
    UnitSuccessionFactory(
        predecessor=Unit.objects.get(key="phan-hoa"),
        successor=cast.commune,
        kind="transferred",
        on=date(2025, 3, 1),
    )
    file = staged(cast)
    figures = {"households": 1100, "poor": 95, "near_poor": 70}

    answers = at_once(
        lambda: confirm_file(import_file=ImportFile.objects.get(pk=file.pk), actor=cast["reviewer"]),
        lambda: restate_review(
            unit=cast.commune, year=2024, figures=figures, document="3/BC", actor=cast["reviewer"]
        ),
    )

    found = review(cast)
    if found.is_restated:
        assert (found.households, found.poor) == (1100, 95)
    else:
        assert isinstance(answers[1], Exception) or found.poor == 60


def test_whoever_confirms_must_keep_every_unit(cast: Cast) -> None:
    """A district's officer who became a commune's loads its villages alone by the time of confirming."""
    file = load(
        "reviews",
        book({"Biểu 1": titled(HEAD, [1, "Xã Phan Điền", 1000, 60, 80, 7])}),
        cast["district"],
        year=2024,
    )
    officer: User = cast["district"]
    UnitRole.objects.filter(user=officer).delete()
    UnitRole.objects.create(
        user=officer, role=Role.COMMUNE_OFFICER, unit=cast.commune, starts_on=date(2021, 1, 1)
    )

    with pytest.raises(InvalidRequest):
        confirm_file(import_file=file, actor=User.objects.get(pk=officer.pk))

    assert review(cast).poor == 100
