"""Loading workbooks: by command and by service, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, AuditPayload, User
from core.spreadsheets.writing import neutralise
from registry.enums import Role
from registry.exceptions import FileRefused
from registry.models import ImportFile, PovertyReview, Unit, UnitSuccession
from registry.selectors import roll_up_differences, unit_trend
from registry.services import load_register
from tests.integration.registry.import_steps import load_reviews, refusal_codes, upload

pytestmark = pytest.mark.usefixtures("tasks_at_once")
DATA = Path(__file__).resolve().parents[3] / "registry" / "data"
DISTRICT = ("Huyện Bắc Bình", "", "", "")
Make = Callable[..., bytes]


def _file(year: int) -> Path:
    return DATA / "reviews" / f"ra-soat-{year}.xlsx"


def test_load_register_again_changes_nothing(register: None) -> None:
    entries = AuditEntry.objects.count()

    again = load_register()

    assert (again.units, again.successions) == (0, 0)
    assert AuditEntry.objects.count() == entries
    assert Unit.objects.filter(kind="commune").count() == 126
    assert Unit.objects.filter(kind="district").count() == 10
    assert UnitSuccession.objects.filter(kind="merged").count() == 5
    assert UnitSuccession.objects.get(kind="transferred").note == "4.43 km²"


@pytest.mark.parametrize(("year", "communes"), [(2021, 124), (2023, 124), (2024, 121)])
def test_import_reviews_loads_an_office_workbook_whole(register: None, year: int, communes: int) -> None:
    out = io.StringIO()

    call_command("import_reviews", str(_file(year)), "--year", str(year), stdout=out)

    assert PovertyReview.objects.filter(year=year, unit__kind="commune").count() == communes
    assert PovertyReview.objects.filter(year=year, unit__kind="district").count() == 10
    imported = ImportFile.objects.get()
    entry = AuditEntry.objects.get(event="registry.file_imported")
    assert imported.sha256 in AuditPayload.objects.get(entry=entry).content
    assert f"{communes + 11}" in out.getvalue()


def test_the_same_file_again_changes_nothing(register: None) -> None:
    call_command("import_reviews", str(_file(2023)), "--year", "2023", stdout=io.StringIO())
    before = (
        AuditEntry.objects.count(),
        ImportFile.objects.count(),
        list(PovertyReview.objects.values_list()),
    )

    call_command("import_reviews", str(_file(2023)), "--year", "2023", stdout=io.StringIO())

    after = (
        AuditEntry.objects.count(),
        ImportFile.objects.count(),
        list(PovertyReview.objects.values_list()),
    )
    assert after == before


def test_dry_run_writes_nothing(register: None) -> None:
    entries = AuditEntry.objects.count()

    call_command("import_reviews", str(_file(2023)), "--year", "2023", "--dry-run", stdout=io.StringIO())

    assert not PovertyReview.objects.exists()
    assert not ImportFile.objects.exists()
    assert AuditEntry.objects.count() == entries


def test_a_row_in_error_stops_everything(register: None, workbook: Make, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(workbook([DISTRICT, ("Xã Phan Sơn", 100, 5, 5), ("Xã Phan Lâm", 100, 60, 50)]))
    err = io.StringIO()

    with pytest.raises(CommandError):
        call_command("import_reviews", str(path), "--year", "2023", stdout=io.StringIO(), stderr=err)

    assert not PovertyReview.objects.exists()
    assert not ImportFile.objects.exists()
    assert "5" in err.getvalue()
    assert "Xã Phan Lâm" in err.getvalue()


def test_skip_errors_loads_the_rest(register: None, workbook: Make, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(workbook([DISTRICT, ("Xã Phan Sơn", 100, 5, 5), ("Xã Phan Lâm", 100, 60, 50)]))

    call_command(
        "import_reviews",
        str(path),
        "--year",
        "2023",
        "--skip-errors",
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )

    assert [review.unit.name for review in PovertyReview.objects.all()] == ["Xã Phan Sơn"]
    assert ImportFile.objects.get().counts["refused"] == 1


def test_skip_errors_never_loads_another_year(register: None) -> None:
    with pytest.raises(InvalidRequest, match="2022"):
        load_reviews(_file(2022).read_bytes(), 2023, skip_refused=True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"\x00\x01"])
def test_a_file_that_is_no_workbook_gets_a_sentence(register: None, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)

    with pytest.raises(InvalidRequest):
        load_reviews(content, 2023, name="r.xlsx")
    with pytest.raises(CommandError, match=r"r\.xlsx"):
        call_command("import_reviews", str(path), "--year", "2023")


def test_a_corrected_figure_changes_one_row(register: None, workbook: Make) -> None:
    rows = [DISTRICT, ("Xã Phan Sơn", 100, 5, 5), ("Xã Phan Lâm", 100, 6, 5)]
    load_reviews(workbook(rows), 2023, name="a.xlsx")
    rows[2] = ("Xã Phan Lâm", 100, 7, 5)

    preview = load_reviews(workbook(rows), 2023, name="b.xlsx")

    assert (preview.counts["changed"], preview.counts["unchanged"]) == (1, 1)
    payload = json.loads(AuditPayload.objects.order_by("-entry__seq")[0].content)
    assert [(one["figure"], one["old"], one["new"]) for one in payload["changes"]] == [("poor", 6, 7)]
    assert (payload["year"], payload["standard"]) == (2023, "2022-2025")
    assert PovertyReview.objects.get(unit__name="Xã Phan Lâm").poor == 7
    assert PovertyReview.objects.get(unit__name="Xã Phan Sơn").import_file.file_name == "a.xlsx"


def test_a_district_officer_loads_only_the_own_district(workbook: Make, person: Callable[..., User]) -> None:
    officer = person(Role.DISTRICT_OFFICER)
    own = workbook([DISTRICT, ("Xã Phan Sơn", 100, 5, 5)])
    other = workbook([("Huyện Hàm Tân", "", "", ""), ("Xã Tân Hà", 100, 5, 5)])

    load_reviews(own, 2023, name="r.xlsx", actor=officer)
    with pytest.raises(FileRefused) as refusal:
        load_reviews(other, 2023, name="r.xlsx", actor=officer)

    assert refusal_codes(refusal.value.preview) == ["outside_area"]
    assert PovertyReview.objects.count() == 1


@pytest.mark.parametrize(
    "role",
    [Role.AGENCY_OFFICER, Role.OVERSEER, Role.AUDITOR, Role.ADMINISTRATOR, Role.STANDING_BODY],
)
def test_other_roles_load_no_reviews(workbook: Make, person: Callable[..., User], role: str) -> None:
    content = workbook([DISTRICT, ("Xã Phan Sơn", 100, 5, 5)])

    with pytest.raises(NotAllowed):
        load_reviews(content, 2023, name="r.xlsx", actor=person(role))

    assert not PovertyReview.objects.exists()


def test_a_merged_ward_sums_its_predecessors(five_years: None) -> None:
    ward = Unit.objects.get(key="bt.phan-thiet.lac-dao-2024")

    trend = {point.year: point for point in unit_trend(ward)}

    assert trend[2021].poor_and_near_poor == (81 + 100) + (28 + 34) + (14 + 22)
    assert trend[2021].is_sum
    assert (trend[2024].households, trend[2024].is_sum) == (9033, False)


def test_rows_of_dissolved_wards_count_towards_their_successor(register: None, workbook: Make) -> None:
    rows = [
        ("Thành phố Phan Thiết", "", "", ""),
        ("Phường Bình Hưng", 100, 5, 5),
        ("Phường Hưng Long", 200, 7, 8),
    ]

    load_reviews(workbook(rows, 2024), 2024, name="r.xlsx")

    (point,) = unit_trend(Unit.objects.get(key="bt.phan-thiet.binh-hung-2024"))
    assert (point.households, point.poor, point.near_poor, point.is_sum) == (300, 12, 13, True)


def test_roll_ups_name_only_rounding_in_ethnic_minority_figures(
    five_years: None, person: Callable[..., User]
) -> None:
    differences = roll_up_differences(person(Role.LEAD), 2021)

    assert len(differences) == 20
    assert {item.figure for item in differences} == {
        "minority_households",
        "poor_minority",
        "near_poor_minority",
    }


@pytest.mark.parametrize("format_name", ["csv", "json"])
def test_export_writes_one_row_a_unit(five_years: None, format_name: str) -> None:
    out = io.StringIO()

    call_command("export_reviews", "--year", "2023", "--format", format_name, stdout=out)

    text = out.getvalue()
    rows = list(csv.DictReader(io.StringIO(text))) if format_name == "csv" else json.loads(text)
    (ward,) = [row for row in rows if row["code"] == "22915"]
    assert len([row for row in rows if row["kind"] == "commune"]) == 124
    assert {name: str(ward[name]) for name in ("name", "households", "poor", "near_poor", "poor_rate")} == {
        "name": "Phường Mũi Né",
        "households": "4071",
        "poor": "43",
        "near_poor": "74",
        "poor_rate": "1.06",
    }


def test_export_writes_a_workbook(five_years: None, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"

    call_command(
        "export_reviews", "--year", "2024", "--format", "xlsx", "--out", str(path), stderr=io.StringIO()
    )

    assert path.read_bytes().startswith(b"PK")


def test_export_without_reviews_says_so(register: None) -> None:
    with pytest.raises(CommandError, match="2019"):
        call_command("export_reviews", "--year", "2019")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_exported_text_starts_no_formula(start: str) -> None:
    assert neutralise(f"{start}1+1").startswith("'")
    assert neutralise("Xã Phan Sơn") == "Xã Phan Sơn"
    assert neutralise(-1) == -1


def test_export_neutralises_names(five_years: None) -> None:
    Unit.objects.filter(key="bt.phu-qui.long-hai").update(name="=HYPERLINK(1)")
    out = io.StringIO()

    call_command("export_reviews", "--year", "2023", stdout=out)

    assert "'=HYPERLINK(1)" in out.getvalue()
    assert ",=HYPERLINK" not in out.getvalue()


def test_refused_rows_of_a_review_leave_with_their_reasons_and_load_once_mended(
    signed_in: Callable[..., Client], workbook: Callable[..., bytes]
) -> None:
    client = signed_in(Role.REVIEWER)
    content = workbook(
        [
            ["Huyện Bắc Bình", 5000, 30, 30],
            ["Xã Phan Điền", 1000, 10, 10],
            ["Xã Phan Đien Moi", 1000, 10, 10],
            ["Xã Phan Hiệp", 1000, "1,234", 10],
        ]
    )
    page = upload(client, "reviews", content, year="2023")
    staged = ImportFile.objects.get()

    answer = client.get(reverse("registry:import_refused", args=[staged.pk]))

    rows = [
        [cell for cell in row if cell is not None]
        for row in load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(
            values_only=True
        )
    ]
    assert page.status_code == 200
    assert rows[0] == ["KẾT QUẢ RÀ SOÁT HỘ NGHÈO NĂM 2023"]
    assert rows[1][:4] == ["Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"]
    assert [row[0] for row in rows[2:]] == ["Huyện Bắc Bình", "Xã Phan Đien Moi", "Xã Phan Hiệp"]
    assert len(rows[1]) == len(rows[3]) == len(rows[4]) == 5
    client.post(reverse("registry:import_discard", args=[staged.pk]))
    assert client.get(reverse("registry:import_refused", args=[staged.pk])).status_code == 404
