"""Two hands at once on the units of a reorganisation's file: one success, one sentence. On both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.base import ContentFile

from core.exceptions import StaleState
from registry.enums import ImportStatus
from registry.imports import ImportOptions, reorganisations
from registry.models import ImportFile, Reorganisation, Unit
from registry.selectors.reorganisations import Beginning, Decision, Link, Order
from registry.services.imports import confirm_file, receive_file
from registry.services.reorganisations import reorganise
from tests.factories import Cast, make_cast
from tests.factories.registry import UnitFactory
from tests.integration.registry.import_files import workbook
from tests.races import at_once, one_success

pytestmark = pytest.mark.django_db(transaction=True)

DECISION = {"decision_number": "12/NQ", "decided_on": "2025-02-10", "issuer": "UBTVQH"}
HEADER = ["Khóa", "Tên", "Thuộc", "Từ ngày", "Đơn vị trước sắp xếp"]


@pytest.fixture
def racing(transactional_db: None, frozen_day: Callable[[date], None]) -> Cast:
    cast = make_cast()
    UnitFactory(key="hai", kind="commune", admin_type="xa", name="Xã Hai", parent=cast.district)
    return cast


def staged(racing: Cast, key: str) -> ImportFile:
    """A file that merges the cast's commune with another one."""
    row = [key, f"Xã {key}", racing.district.key, "01/03/2025", f"{racing.commune.key}; hai"]
    found = receive_file(
        kind="reorganisations",
        upload=ContentFile(workbook([HEADER, row]), f"{key}.xlsx"),
        options=ImportOptions(given=DECISION),
        actor=racing["reviewer"],
    )
    found.refresh_from_db()
    assert found.status == ImportStatus.STAGED, found.problem
    return found


@pytest.mark.race
def test_two_files_end_one_unit_at_once(racing: Cast) -> None:
    files = [staged(racing, key) for key in ("mot", "muoi")]

    answers = at_once(
        *[lambda file=file: confirm_file(import_file=file, actor=racing["reviewer"]) for file in files]
    )

    one_success(answers)
    assert Reorganisation.objects.count() == 1
    assert Unit.objects.filter(key__in=("mot", "muoi")).count() == 1
    states = sorted(ImportFile.objects.values_list("status", flat=True))
    assert states == [ImportStatus.CONFIRMED, ImportStatus.STAGED]


@pytest.mark.race
def test_a_file_and_a_hand_at_once(racing: Cast) -> None:
    file = staged(racing, "mot")
    old = racing.commune
    new = Beginning(key="tay", kind="commune", admin_type="xa", name="Xã Tay", parent=racing.district)
    order = Order(date(2025, 3, 1), (old,), (new,), (Link(old, new, "renamed"),))
    decision = Decision("13/NQ", date(2025, 2, 10), "UBTVQH")

    answers = at_once(
        lambda: confirm_file(import_file=file, actor=racing["reviewer"]),
        lambda: reorganise(kind="rename", order=order, decision=decision),
    )

    one_success(answers)
    assert Unit.objects.filter(key__in=("mot", "tay")).count() == 1


@pytest.mark.parametrize("compares", [True, False])
def test_only_the_comparison_sees_a_new_name(
    racing: Cast, compares: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without it the file would be loaded over what another hand changed."""
    if not compares:
        monkeypatch.setattr(reorganisations, "fingerprint", lambda plan: "")
    file = staged(racing, "mot")
    Unit.objects.filter(pk=racing.commune.pk).update(name="Xã Khác")

    if compares:
        with pytest.raises(StaleState):
            confirm_file(import_file=file, actor=racing["reviewer"])
    else:
        confirm_file(import_file=file, actor=racing["reviewer"])

    assert Reorganisation.objects.exists() is not compares
