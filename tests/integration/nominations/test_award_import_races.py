"""Two hands at once on one award: it is entered once. On both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.base import ContentFile

from core import clock
from core.exceptions import StaleState
from nominations.models import PriorAward
from nominations.services.decisions import EarlierAward, record_prior_award
from nominations.services.rounds import start_movement
from registry.imports import ImportOptions
from registry.imports.records_writing import MadeSince
from registry.models import Household, ImportFile
from registry.services.imports import confirm_file, receive_file
from registry.services.people import create_household
from tests.factories import Cast, make_cast
from tests.factories.nominations import PLAN
from tests.integration.registry.import_files import workbook
from tests.races import at_once, one_success

pytestmark = pytest.mark.django_db(transaction=True)

ANNEX = [
    ["TẬP THỂ ĐƯỢC TẶNG BẰNG KHEN NĂM 2023"],
    ["(Kèm theo Quyết định số 2150/QĐ-UBND ngày 25/12/2023 của Chủ tịch UBND tỉnh)"],
    ["STT", "Tên", "Địa chỉ"],
    [1, "Xã Phan Điền", "huyện Bắc Bình"],
    [2, "Hộ ông Mang Dũng", "xã Phan Điền"],
]


@pytest.fixture
def cast(transactional_db: None, frozen_day: Callable[[date], None]) -> Cast:
    made = make_cast()
    start_movement(plan_id=PLAN)
    create_household(facts={"unit": made.commune, "name": "Mang Dũng"})
    return made


def staged(cast: Cast, name: str) -> ImportFile:
    found = receive_file(
        kind="awards",
        upload=ContentFile(workbook(ANNEX), f"{name}.xlsx"),
        options=ImportOptions(),
        actor=cast["reviewer"],
    )
    found.refresh_from_db()
    assert found.counts["new"] == 2, found.problem
    return found


@pytest.mark.race
def test_two_files_of_one_decision_at_once(cast: Cast) -> None:
    files = [staged(cast, name) for name in ("mot", "hai")]

    answers = at_once(
        *[lambda file=file: confirm_file(import_file=file, actor=cast["reviewer"]) for file in files]
    )

    one_success(answers)
    assert PriorAward.objects.count() == 2


@pytest.mark.race
def test_a_file_and_a_hand_at_once(cast: Cast) -> None:
    file = staged(cast, "mot")
    earlier = EarlierAward(
        "province_certificate", 2023, "2150/QĐ-UBND", date(2023, 12, 25), "Chủ tịch UBND tỉnh", None
    )

    at_once(
        lambda: confirm_file(import_file=file, actor=cast["reviewer"]),
        lambda: record_prior_award(earlier=earlier, nominee=cast.commune, actor=cast["reviewer"]),
    )

    assert PriorAward.objects.filter(unit=cast.commune).count() == 1


@pytest.mark.parametrize("compares", [True, False])
def test_only_the_comparison_keeps_an_award_from_being_entered_twice(
    cast: Cast, compares: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without it what another hand entered since the preview would stand twice."""
    first, second = staged(cast, "mot"), staged(cast, "hai")
    confirm_file(import_file=first, actor=cast["reviewer"])
    if not compares:
        monkeypatch.setattr(MadeSince, "check", lambda self, records: None)
        confirm_file(import_file=second, actor=cast["reviewer"])
    else:
        with pytest.raises(StaleState):
            confirm_file(import_file=second, actor=cast["reviewer"])

    assert PriorAward.objects.count() == (2 if compares else 4)


def test_a_record_merged_since_the_preview_stops_the_file(cast: Cast) -> None:
    file = staged(cast, "mot")
    kept = create_household(facts={"unit": cast.commune, "name": "Mang Dũng"})
    Household.objects.exclude(pk=kept.pk).update(merged_into=kept, merged_at=clock.now())

    with pytest.raises(StaleState):
        confirm_file(import_file=file, actor=cast["reviewer"])

    assert not PriorAward.objects.exists()
