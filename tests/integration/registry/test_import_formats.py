"""Lists as other programs write them say the same in every format: merged headers, decomposed letters, real dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nominations.models import PriorAward
from nominations.services.rounds import start_movement
from registry.enums import Role
from registry.models import Household, Individual, Unit
from tests.integration.registry.import_steps import confirmed, counts, load, reasons

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
FILES = Path(__file__).parent / "files"
SUFFIXES = ("ods", "xlsx")


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def loaded(kind: str, suffix: str, actor: Any) -> Any:
    path = FILES / f"imports-{kind}.{suffix}"
    return confirmed(load(kind, path.read_bytes(), actor, name=path.name), actor)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_households(person: Person, suffix: str) -> None:
    staged = loaded("households", suffix, person(Role.COMMUNE_OFFICER))

    assert reasons(staged) == {}
    first = Household.objects.get(name="Nguyễn Thị Hòa")
    assert (first.birth_year, first.registered_on, first.address) == (1968, date(2022, 3, 1), "Thôn Phú Sơn")
    assert dict(first.statuses.values_list("year", "status")) == {2023: "poor", 2024: "near_poor"}
    assert first.citizen_number_digest
    assert Household.objects.get(name="Trần Văn Đức").address == "Thôn Tân Điền"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_villages(person: Person, suffix: str) -> None:
    staged = loaded("villages", suffix, person(Role.DISTRICT_OFFICER))

    assert (reasons(staged), counts(staged)) == ({}, (4, 0, 0, 0))
    placed = dict(Unit.objects.filter(kind="village").values_list("name", "parent__name"))
    assert placed == {
        "Thôn Phú Sơn": "Xã Phan Điền",
        "Thôn Tân Điền": "Xã Phan Điền",
        "Khu phố 3": "Thị trấn Chợ Lầu",
        "Khu phố Xuân An 1": "Thị trấn Chợ Lầu",
    }
    assert Unit.objects.get(name="Khu phố 3").valid_from == date(2022, 7, 1)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_individuals(person: Person, suffix: str) -> None:
    staged = loaded("individuals", suffix, person(Role.LEAD))

    assert reasons(staged) == {}
    placed = dict(Individual.objects.values_list("name", "unit__key"))
    assert placed == {"Trần Văn Bình": "bt.so-ldtbxh", "Lê Thị Thuỷ": "bt.hoi-nong-dan"}
    assert set(Individual.objects.values_list("birth_year", "role")) == {
        (1975, "civil_servant"),
        (1980, "cadre"),
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_enterprises(person: Person, suffix: str) -> None:
    staged = loaded("enterprises", suffix, person(Role.REVIEWER))

    assert reasons(staged) == {}
    found = dict(Unit.objects.filter(kind="enterprise").values_list("tax_code", "seat__key"))
    assert found == {"3400123456": "bt.bac-binh.phan-dien", "3400123457-001": "bt.bac-binh"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_awards(person: Person, suffix: str) -> None:
    reviewer = person(Role.REVIEWER)
    start_movement(plan_id="binh-thuan-2021-2025")
    staged = loaded("awards", suffix, reviewer)

    assert reasons(staged) == {}
    found = set(PriorAward.objects.values_list("award", "unit__key", "decided_on", "round_year"))
    assert found == {
        ("province_certificate", "bt.bac-binh.phan-dien", date(2023, 12, 15), 2023),
        ("commendation", "bt.hoi-nong-dan", date(2024, 1, 2), 2023),
    }


def test_a_page_saved_as_xls_is_loaded(person: Person) -> None:
    page = (
        "<html><body><p>UBND XÃ PHAN ĐIỀN</p><table border=1><tr><th>STT<th>Chủ hộ<th>Năm sinh<th>2024</tr>"
        "<tr><td>1<td>Lê Văn Một<td>1970<td>Hộ nghèo</tr></table></body></html>"
    )

    staged = load("households", page.encode(), person(Role.COMMUNE_OFFICER), name="danh-sach.xls")

    assert (reasons(staged), counts(staged)) == ({}, (1, 0, 0, 0))


def test_xml_of_2003_saved_as_xls_is_loaded(person: Person) -> None:
    rows = [["STT", "Chủ hộ", "Năm sinh", "2024"], ["1", "Lê Văn Một", "1970", "Hộ nghèo"]]
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    book = f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="DS"><Table>{cells}</Table></Worksheet>'

    staged = load(
        "households", (book + "</Workbook>").encode(), person(Role.COMMUNE_OFFICER), name="danh-sach.xls"
    )

    assert (reasons(staged), counts(staged)) == ({}, (1, 0, 0, 0))
