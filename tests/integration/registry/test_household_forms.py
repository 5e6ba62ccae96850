"""The forms in which offices send lists of households: each is read as it is, whatever its header looks like."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from core.exceptions import StaleState
from registry.enums import Role, RowState
from registry.models import Household, HouseholdMember, ImportFile, Unit
from tests.factories.registry import UnitFactory
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, found, load, reasons, rows_of

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
Rows = list[list[Any]]
COMMUNE = "bt.bac-binh.phan-dien"
TITLE = ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024"]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def officer(person: Person) -> Any:
    return person(Role.COMMUNE_OFFICER)


def as_csv(rows: Rows) -> bytes:
    """The rows as a CSV file, which tells nothing of merged cells."""
    text = io.StringIO()
    csv.writer(text).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def new_rows(staged: ImportFile) -> dict[str, Any]:
    """Name -> row of what loading would enter."""
    return {row.name: row for row in rows_of(staged, RowState.NEW)}


def standings(staged: ImportFile) -> dict[str, list[tuple[int, str]]]:
    """Name -> years with their standings, as loading would enter them."""
    return {
        name: [(one.year, one.status) for one in row.standings or ()]
        for name, row in new_rows(staged).items()
    }


def facts(staged: ImportFile, name: str) -> dict[str, Any]:
    """What loading would set of a household."""
    return {fact: change.new for fact, change in new_rows(staged)[name].facts.items()}


NAMES: Rows = [
    TITLE,
    ["STT", "Họ và tên chủ hộ", None, "Năm sinh", "Phân loại hộ"],
    [1, "Nguyễn Văn", "Khá", 1970, "Hộ nghèo"],
    [2, "Trần Thị", "Hoa", 1971, "Hộ nghèo"],
]


@pytest.mark.parametrize("form", ["merged", "unmerged", "csv"])
def test_a_name_over_two_columns_is_one_name(officer: Any, form: str) -> None:
    merged = ["B2:C2"] if form == "merged" else []
    content = as_csv(NAMES) if form == "csv" else workbook(NAMES, merged=merged)

    staged = load("households", content, officer, name="ho.csv" if form == "csv" else "ho.xlsx")

    assert standings(staged) == {"Nguyễn Văn Khá": [(2024, "poor")], "Trần Thị Hoa": [(2024, "poor")]}
    assert facts(staged, "Nguyễn Văn Khá")["birth_year"] == 1970


@pytest.mark.parametrize("deep", [False, True])
def test_family_and_given_names_under_their_own_headings_are_one_name(officer: Any, deep: bool) -> None:
    heads: Rows = (
        [["STT", "Họ và tên", None, "Kết quả"], [None, "Họ và tên đệm", "Tên", None]]
        if deep
        else [["STT", "Họ và tên đệm", "Tên", "Kết quả"]]
    )

    staged = load("households", [TITLE, *heads, [1, "Nguyễn Văn", "Khá", "HN"]], officer)

    assert list(standings(staged)) == ["Nguyễn Văn Khá"]


def test_a_column_of_remarks_beside_the_name_is_no_part_of_it(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ và tên chủ hộ", None, "Kết quả"],
        [1, "Nguyễn Văn Khá", "hộ già yếu", "HN"],
        [2, "Trần Thị Hoa", None, "HN"],
        [3, "Lê Văn Tám", "mới", "HN"],
    ]

    assert set(standings(load("households", rows, officer))) == {
        "Nguyễn Văn Khá",
        "Trần Thị Hoa",
        "Lê Văn Tám",
    }


# The detail list: members below their head, years of birth by sex, ticks under three kinds of poor households.
DETAIL: Rows = [
    ["SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"],
    ["DANH SÁCH CHI TIẾT HỘ NGHÈO NĂM 2024"],
    [],
    [
        *("STT chủ hộ", "STT thành viên hộ", "Họ tên", "Năm sinh", None, "Dân tộc", "Quan hệ với chủ hộ"),
        *("Phân loại hộ nghèo", None, None, "Chính sách hỗ trợ", None),
    ],
    [None, None, None, "Nam", "Nữ", None, None, "Nghèo mới", "Tái nghèo", "Nghèo cũ", "Y tế", "Nhà ở"],
    [*range(1, 13)],
    ["XÃ PHAN ĐIỀN"],
    [1, 1, "Mang Văn Sáu", 1968, None, "Rai", "Chủ hộ", "x", None, None, "x", None],
    [None, 2, "Mang Thị Liên", None, 1971, "Rai", "Vợ", None, None, None, None, None],
    [None, 3, "Mang Văn Út", 2010, None, "Rai", "Con", None, None, None, None, None],
    [2, 1, "K' Thị Bren", None, 1975, "K'ho", "Chủ hộ", None, None, "x", "x", None],
    [None, 2, "K' Brêl", 2002, None, "K'ho", "Cháu", None, None, None, None, None],
    ["Tổng cộng: 02 hộ, 05 khẩu"],
]
DETAIL_MERGED = ["D4:E4", "H4:J4", "K4:L4", "A4:A5", "B4:B5", "C4:C5", "F4:F5", "G4:G5"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_detail_list_is_households_with_their_members(officer: Any, form: str) -> None:
    content = as_csv(DETAIL) if form == "csv" else workbook(DETAIL, merged=DETAIL_MERGED)

    staged = load("households", content, officer, name=f"ho.{form}")

    assert (counts(staged), reasons(staged)) == ((2, 0, 0, 0), {})
    assert found(staged, "passed_over") == [(13, "Tổng cộng: 02 hộ, 05 khẩu")]
    assert found(staged, "columns_unused") == [(None, "Chính sách hỗ trợ – Y tế")]
    # A word with two readings is said and left out; the member is entered.
    notes = new_rows(staged)["K' Thị Bren"].notes
    assert [(one.code, one.params["member"]) for one in notes] == [("word_doubtful", "K' Brêl")]
    confirmed(staged, officer)
    first, second = Household.objects.order_by("name_sort")
    assert (first.name, first.birth_year, first.is_minority) == ("K' Thị Bren", 1975, True)
    assert (second.name, second.birth_year, second.is_minority) == ("Mang Văn Sáu", 1968, True)
    assert list(second.statuses.values_list("year", "status")) == [(2024, "poor")]
    assert list(second.members.values_list("name", "birth_year", "is_woman", "relationship_to_head")) == [
        ("Mang Thị Liên", 1971, True, "spouse"),
        ("Mang Văn Út", 2010, False, "child"),
    ]
    assert HouseholdMember.objects.count() == 3


def test_a_detail_list_again_changes_nothing_and_a_later_one_what_is_new(officer: Any) -> None:
    confirmed(load("households", DETAIL, officer), officer)

    again = load("households", DETAIL, officer)

    assert counts(again) == (0, 0, 2, 0)
    later = [list(row) for row in DETAIL]
    later[8][6] = "Chị"
    later.insert(10, [None, 4, "Mang Thị Mới", None, 2023, "Rai", "Con"])
    staged = load("households", later, officer)
    (row,) = rows_of(staged, RowState.CHANGED)
    assert [(one.name, one.target is None) for one in row.members] == [
        ("Mang Thị Liên", False),
        ("Mang Thị Mới", True),
    ]
    assert row.members[0].facts == {"relationship_to_head": ("spouse", "sibling")}
    confirmed(staged, officer)
    members = HouseholdMember.objects.filter(household__name="Mang Văn Sáu")
    assert dict(members.values_list("name", "relationship_to_head"))["Mang Thị Liên"] == "sibling"
    assert members.count() == 3


def test_members_are_told_apart_by_year_of_birth(officer: Any) -> None:
    rows = [*DETAIL[:10], [None, 4, "Mang Văn Út", 2012, None, "Rai", "Con"]]

    confirmed(load("households", rows, officer), officer)

    members = HouseholdMember.objects.filter(name="Mang Văn Út")
    assert sorted(members.values_list("birth_year", flat=True)) == [2010, 2012]
    assert counts(load("households", rows, officer)) == (0, 0, 1, 0)


@pytest.mark.parametrize("hand", ["changes", "enters"])
def test_a_member_that_another_hand_touched_stops_the_file(officer: Any, hand: str) -> None:
    confirmed(load("households", DETAIL, officer), officer)
    later = [list(row) for row in DETAIL]
    later[8][6] = "Chị"
    later.insert(10, [None, 4, "Mang Thị Mới", None, 2023, "Rai", "Con"])
    staged = load("households", later, officer)
    household = Household.objects.get(name="Mang Văn Sáu")
    if hand == "changes":
        household.members.filter(name="Mang Thị Liên").update(relationship_to_head="other")
    else:
        HouseholdMember.objects.create(household=household, name="Mang Thị Mới", birth_year=2023)

    with pytest.raises(StaleState):
        confirmed(staged, officer)

    assert not household.members.filter(relationship_to_head="sibling").exists()


def test_members_stay_out_with_their_head_and_without_one(officer: Any) -> None:
    rows = [
        *DETAIL[:6],
        [None, 2, "Mang Thị Liên", None, 1971, "Rai", "Vợ"],
        [1, 1, "Lê Văn Hai", 1960, None, "Kinh", "Chủ hộ", "?", None, None],
        [None, 2, "Lê Thị Ba", None, 1961, "Kinh", "Vợ"],
        [2, 1, "Lê Văn Tư", 1960, None, "Kinh", "Chủ hộ", "x", None, None],
    ]

    staged = load("households", rows, officer)

    assert reasons(staged) == {7: ["member_without_head"], 8: ["cell_doubted"], 9: ["member_of_refused"]}
    assert list(new_rows(staged)) == ["Lê Văn Tư"]


def test_members_keep_their_households_across_a_page_break(officer: Any) -> None:
    rows = [*DETAIL[:9], *DETAIL[3:6], *DETAIL[9:]]

    staged = load("households", rows, officer)

    assert len(new_rows(staged)["Mang Văn Sáu"].members) == 2
    assert [row for row, _text in found(staged, "heading_repeated")] == [10, 11, 12]


def test_the_national_tools_export_is_read(officer: Any) -> None:
    rows: Rows = [
        [
            *("Ngày rà soát", "Chủ hộ", "Mã hộ", "Dân tộc tại chỗ", "Giới tính chủ hộ", "Số nhân khẩu"),
            *("Kết quả phiếu A", "Điểm B1", "Phân loại hộ", "Người rà soát"),
        ],
        ["10/10/2024", "MANG VĂN SÁU", 56, "", "Nam", 7, "--", 150, "Hộ không nghèo", "Lê Văn Tám"],
        ["10/10/2024", "MANG VĂN SÁU", 91, "", "Nam", 4, "--", 110, "Hộ nghèo", "Lê Văn Tám"],
        ["11/10/2024", "K' THỊ BREN", 92, "Có", "Nữ", 4, "--", 130, "Hộ cận nghèo", "Lê Văn Tám"],
        ["11/10/2024", "LÊ THỊ NĂM", 93, "Không", "Nữ", 4, "--", 130, "Hộ nghèo", "Lê Văn Tám"],
    ]

    staged = load("households", rows, officer)

    new = rows_of(staged, RowState.NEW)
    # Two households of one name are told apart by the code of the year.
    assert [(row.number, row.standings[0].year, row.standings[0].status) for row in new] == [
        (2, 2024, "not_poor"),
        (3, 2024, "poor"),
        (4, 2024, "near_poor"),
        (5, 2024, "poor"),
    ]
    # “Không” in the column of local peoples says nothing: the household may be of another minority.
    assert [row.facts.get("is_minority", (None, None))[1] for row in new] == [None, None, True, None]
    assert found(staged, "columns_unused") == [
        (None, "Số nhân khẩu; Kết quả phiếu A; Điểm B1; Người rà soát")
    ]
    confirmed(staged, officer)
    assert counts(load("households", rows, officer)) == (0, 0, 4, 0)


def test_peoples_set_the_minority_and_unknown_ones_are_said(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ và tên chủ hộ", "Năm sinh", "Dân tộc", "Hộ DTTS", "Phân loại hộ"],
        [1, "Thông Minh Hải", 1960, "Chăm", None, "Hộ nghèo"],
        [2, "Nguyễn Văn Kinh", 1961, "Kinh", None, "Hộ cận nghèo"],
        [3, "K' Văn Tư", 1962, "K'ho", None, "HN DTTS"],
        [4, "Trần Hoa", 1963, "Hoa", None, "HN"],
        [5, "Trần Lạ", 1963, "Người Xanh", None, "HN"],
        [6, "Trần Hai", 1963, "Kinh", "x", "HN"],
        [7, "Trần Ba", 1963, None, None, "HN DTTS"],
    ]

    staged = load("households", rows, officer)

    said = {
        row.number: row.facts.get("is_minority", (None, None))[1] for row in rows_of(staged, RowState.NEW)
    }
    assert said == {3: True, 4: False, 5: True, 6: True, 7: None, 8: True, 9: True}
    noted = {row.number: row.notes[0].code for row in rows_of(staged, RowState.NEW) if row.notes}
    assert noted == {7: "ethnicity_unknown", 8: "minority_differs"}


def test_a_header_of_five_rows_is_read(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Thông tin chủ hộ", None, None, None, "Kết quả rà soát", None],
        [None, "Họ và tên", "Năm sinh", None, "Nơi ở", None, None],
        [None, None, "Nam", "Nữ", "Thôn", "Hộ nghèo", "Hộ cận nghèo"],
        [None, None, None, None, None, "Năm 2024", "Năm 2024"],
        [None, None, None, None, None, "(đánh dấu x)", "(đánh dấu x)"],
        ["A", "B", 1, 2, 3, 4, 5],
        [1, "Lê Văn Tám", 1960, None, "Phú Sơn", "x", None],
        [2, "Lê Thị Chín", None, 1961, "Phú Sơn", None, "x"],
    ]
    merged = ["B2:E2", "C3:D3", "F2:G3", "A2:A6", "B3:B6", "C4:C6", "D4:D6", "E4:E6"]

    staged = load("households", workbook(rows, merged=merged), officer)

    assert standings(staged) == {"Lê Văn Tám": [(2024, "poor")], "Lê Thị Chín": [(2024, "near_poor")]}
    assert facts(staged, "Lê Thị Chín")["birth_year"] == 1961


def test_pages_with_headings_totals_and_signatures_are_read_through(officer: Any) -> None:
    heads = ["STT", "Họ và tên chủ hộ", "Năm sinh", "Thôn", "Kết quả rà soát"]
    rows: Rows = [
        TITLE,
        heads,
        [1, "Lê Văn Một", 1970, "Thôn Phú Sơn", "Hộ nghèo"],
        [None, "Cộng thôn Phú Sơn", None, None, "01 hộ"],
        heads,
        [2, "Lê Văn Hai", 1970, "Thôn Phú Sơn", "Hộ nghèo"],
        [],
        [None, None, None, None, "Phan Điền, ngày 20 tháng 12 năm 2024"],
        ["NGƯỜI LẬP BIỂU", None, None, None, "CHỦ TỊCH"],
        ["Trần Thị Lập", None, None, None, "Lê Văn Chủ"],
    ]

    staged = load("households", rows, officer)

    assert (list(standings(staged)), reasons(staged)) == (["Lê Văn Một", "Lê Văn Hai"], {})
    assert [row for row, _text in found(staged, "passed_over")] == [4, 8, 9, 10]
    assert [row for row, _text in found(staged, "heading_repeated")] == [5]


def test_sheets_called_by_a_standing_or_a_village_say_so(officer: Any) -> None:
    book = Workbook()
    for sheet, title, name in (
        (book.active, "Hộ nghèo", "Lê Văn Tám"),
        (book.create_sheet(), "Thôn Phú Sơn", "Lê Văn Chín"),
        (book.create_sheet(), "Thống kê", "Lê Văn Mười"),
    ):
        sheet.title = title
        sheet.append(["DANH SÁCH HỘ CẬN NGHÈO NĂM 2024"])
        sheet.append(["STT", "Họ và tên chủ hộ", "Năm sinh"])
        sheet.append([1, name, 1960])
    packed = io.BytesIO()
    book.save(packed)

    staged = load("households", packed.getvalue(), officer)

    assert standings(staged) == {
        "Lê Văn Tám": [(2024, "poor")],
        "Lê Văn Chín": [(2024, "near_poor")],
        "Lê Văn Mười": [(2024, "near_poor")],
    }
    assert [facts(staged, name).get("address") for name in standings(staged)] == [None, "Thôn Phú Sơn", None]
    assert [params for _row, params in found(staged, "standing_of_list")] == [
        "poor",
        "near_poor",
        "near_poor",
    ]
    assert len(found(staged, "village_of_sheet")) == 1


def test_a_name_alone_tells_of_no_household_though_a_row_above_did(officer: Any) -> None:
    rows: Rows = [
        ["Họ tên", "Năm sinh", "Năm", "Kết quả"],
        ["Lê Văn Tám", None, 2023, "HN"],
        ["Lê Văn Tám", None, None, None],
        ["Lê Văn Chín", 1960, 2023, "HN"],
        ["Lê Văn Chín", 1960, None, None],
    ]

    staged = load("households", rows, officer)

    assert found(staged, "passed_over") == [(3, "Lê Văn Tám")]
    assert standings(staged) == {"Lê Văn Tám": [(2023, "poor")], "Lê Văn Chín": [(2023, "poor")]}


@pytest.mark.parametrize(
    "title",
    [
        "DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024",
        "DANH SÁCH HỘ NGHÈO ĐĂNG KÝ THOÁT NGHÈO NĂM 2024",
        "DANH SÁCH HỘ NGHÈO VAY VỐN NĂM 2024",
        "BIỂU TỔNG HỢP NĂM 2024",
    ],
)
def test_titles_that_say_more_give_no_standing(officer: Any, title: str) -> None:
    staged = load("households", [[title], ["STT", "Họ tên", "Năm sinh"], [1, "Lê Văn Tám", 1960]], officer)

    assert standings(staged) == {"Lê Văn Tám": []}


def test_an_optional_cell_never_keeps_its_row_out(officer: Any) -> None:
    heads = ["Họ tên", "Năm sinh", "Số CCCD", "Dân tộc", "Hộ DTTS", "Ngày đăng ký thoát nghèo", "Vay vốn"]
    rows: Rows = [
        [*heads, "2023", "2024", "Ngày công nhận"],
        ["Lê Văn Tám", "không rõ", "123", "?", "?", "3-2022", "vay rồi", "HN", "?", "hôm qua"],
        ["Lê Văn Chín", "-", "chưa có", "-", "-", "-", "-", "HN", "-", "-"],
        ["-", 1970, None, None, None, None, None, "HN", None, None],
    ]

    staged = load("households", rows, officer)

    assert standings(staged) == {"Lê Văn Tám": [(2023, "poor")], "Lê Văn Chín": [(2023, "poor")]}
    noted = {name: [one.column for one in row.notes] for name, row in new_rows(staged).items()}
    assert set(noted["Lê Văn Tám"]) == {
        *("birth_year", "citizen_number", "ethnicity", "is_minority", "registration", "policy_loan"),
        *("2024", "recognised_on"),
    }
    assert noted["Lê Văn Chín"] == []
    assert facts(staged, "Lê Văn Chín")["policy_loan"] == "none"
    assert facts(staged, "Lê Văn Chín")["registration"] == "never"
    assert reasons(staged) == {4: ["cell_missing"]}


def test_a_household_that_is_not_poor_is_kept_so(officer: Any) -> None:
    rows: Rows = [["Chủ hộ", "2023", "2024"], ["Lê Văn Tám", "Hộ nghèo", "Hộ không nghèo"]]

    confirmed(load("households", rows, officer), officer)

    household = Household.objects.get()
    assert dict(household.statuses.values_list("year", "status")) == {2023: "poor", 2024: "not_poor"}
    assert household.statuses.get(year=2024).recognised_on == date(2024, 12, 14)


def test_years_in_words_say_the_year_or_stand_against_it(officer: Any) -> None:
    rows: Rows = [
        ["Chủ hộ", "Năm sinh", "Kết quả rà soát"],
        ["Lê Văn Tám", 1960, "Mới thoát nghèo năm 2024"],
        ["Lê Văn Chín", 1960, "Mới thoát nghèo"],
    ]
    assert reasons(load("households", rows, officer)) == {3: ["year_missing"]}

    staged = load("households", [["DANH SÁCH HỘ NĂM 2023"], *rows], officer)

    assert reasons(staged) == {3: ["status_other_year"]}


def test_villages_are_found_however_they_are_written(officer: Any) -> None:
    commune = Unit.objects.get(key=COMMUNE)
    for name in ("Thôn Phú Sơn", "Thôn Tân Điền"):
        Unit.objects.create(
            key=name,
            kind="village",
            admin_type="thon",
            name=name,
            parent=commune,
            valid_from=date(2021, 1, 1),
        )
    villages = ["Phú Sơn", "thôn Phú sơn", "T. Phú Sơn", "Thôn Tân Ðiền", "Tân Điền, Phan Điền", "Phú Không"]
    names = ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu"]
    rows = [
        TITLE,
        ["Chủ hộ", "Thôn", "Kết quả"],
        *([f"Lê Văn {name}", one, "HN"] for name, one in zip(names, villages, strict=True)),
    ]

    staged = load("households", rows, officer)

    homes = [row.place.split(",")[0] for row in rows_of(staged, RowState.NEW)]
    assert homes == ["Thôn Phú Sơn"] * 3 + ["Thôn Tân Điền"] * 2 + ["Xã Phan Điền"]
    assert new_rows(staged)["Lê Văn Sáu"].notes[0].code == "village_unsure"


def test_a_header_typed_without_marks_is_read(officer: Any) -> None:
    rows: Rows = [
        ["STT", "Ho va ten chu ho", "Nam sinh", "Nam", "Ket qua ra soat"],
        [1, "Lê Văn Tám", 1960, 2023, "ho ngheo"],
        [2, "Lê Văn Chín", 1961, 2024, "can ngheo"],
    ]

    staged = load("households", as_csv(rows), officer, name="ho.csv")

    assert standings(staged) == {"Lê Văn Tám": [(2023, "poor")], "Lê Văn Chín": [(2024, "near_poor")]}


def test_a_column_of_men_alone_is_not_one_of_years(officer: Any) -> None:
    rows: Rows = [TITLE, ["Họ và tên", "Năm sinh", "Nam", "Kết quả"], ["Lê Văn Tám", 1960, "x", "HN"]]

    staged = load("households", rows, officer)

    assert standings(staged) == {"Lê Văn Tám": [(2024, "poor")]}
    assert found(staged, "columns_unused") == [(None, "Nam")]


def test_numbers_of_members_are_sealed_and_find_them_again(officer: Any) -> None:
    def rows(name: str, number: str) -> Rows:
        return [
            ["DANH SÁCH CHI TIẾT HỘ NGHÈO NĂM 2024"],
            ["Họ tên", "Năm sinh", "Giới tính", "Số CCCD", "Quan hệ với chủ hộ"],
            ["Mang Văn Sáu", 1968, "Nam", None, "Chủ hộ"],
            [name, 1971, "Nữ", number, "Vợ"],
        ]

    confirmed(load("households", rows("Mang Thị Liên", "060171000123"), officer), officer)

    member = HouseholdMember.objects.get()
    assert (member.citizen_number_digest != "", member.is_woman) == (True, True)
    assert counts(load("households", rows("Mang Thị Liên", "060171000123"), officer)) == (0, 0, 1, 0)
    # The same number under another name is no change: both are named, and nothing is overwritten.
    (row,) = rows_of(load("households", rows("Mang Thị Lan", "060171000123"), officer), RowState.UNCHANGED)
    assert ([note.code for note in row.notes], row.members) == (["member_contradicts"], [])
    # Another number is another person, whatever the name.
    (row,) = rows_of(load("households", rows("Mang Thị Liên", "060171000999"), officer), RowState.CHANGED)
    assert row.members[0].target is None


def test_groups_called_by_a_standing_give_it_to_their_rows(officer: Any) -> None:
    rows: Rows = [
        ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024"],
        ["STT", "Họ và tên chủ hộ", "Năm sinh"],
        ["I", "HỘ NGHÈO"],
        [1, "Lê Văn Một", 1970],
        ["II. HỘ CẬN NGHÈO (01 hộ)"],
        [1, "Lê Văn Hai", 1971],
    ]

    staged = load("households", rows, officer)

    assert standings(staged) == {"Lê Văn Một": [(2024, "poor")], "Lê Văn Hai": [(2024, "near_poor")]}
    assert found(staged, "standing_of_group") == [(3, "poor"), (5, "near_poor")]


def test_a_group_called_by_a_standing_does_not_overrule_a_column(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ và tên chủ hộ", "Năm sinh", "Kết quả rà soát"],
        ["I", "HỘ NGHÈO"],
        [1, "Lê Văn Một", 1970, "Hộ cận nghèo"],
        [2, "Lê Văn Hai", 1971],
    ]

    staged = load("households", rows, officer)

    assert standings(staged) == {"Lê Văn Một": [(2024, "near_poor")], "Lê Văn Hai": []}
    assert found(staged, "passed_over") == [(3, "HỘ NGHÈO")]


def test_new_households_without_any_standing_are_counted_before_loading(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ và tên chủ hộ", "Năm sinh"],
        [1, "Lê Văn Một", 1970],
        [2, "Lê Văn Hai", 1971],
    ]

    staged = load("households", rows, officer)

    assert standings(staged) == {"Lê Văn Một": [], "Lê Văn Hai": []}
    # How many, and the first row.
    assert [{*said} for said in found(staged, "standing_unsaid")] == [{None, 2, 3}]
    confirmed(staged, officer)
    again = load("households", rows, officer)
    assert found(again, "standing_unsaid") == []


def test_years_of_birth_below_nothing_but_the_sexes_are_read(officer: Any) -> None:
    rows: Rows = [
        ["DANH SÁCH HỘ NGHÈO"],
        ["STT", "Họ tên chủ hộ", "Năm", "Nam", "Nữ", "Kết quả"],
        [1, "Lê Văn A", 2024, 1970, None, "Hộ nghèo"],
        [2, "Lê Thị B", 2024, None, "12/5/1972", "Hộ cận nghèo"],
    ]

    staged = load("households", rows, officer)

    assert [facts(staged, name)["birth_year"] for name in ("Lê Văn A", "Lê Thị B")] == [1970, 1972]
    assert standings(staged) == {"Lê Văn A": [(2024, "poor")], "Lê Thị B": [(2024, "near_poor")]}
    assert found(staged, "columns_unused") == []


def test_numbers_of_men_and_women_are_no_years_of_birth(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ tên chủ hộ", "Nam", "Nữ", "Kết quả"],
        [1, "Lê Văn A", 2, 3, "Hộ nghèo"],
    ]

    staged = load("households", rows, officer)

    assert "birth_year" not in facts(staged, "Lê Văn A")
    assert found(staged, "columns_unused") == [(None, "Nam; Nữ")]


def test_a_year_of_birth_still_to_come_is_set_aside(officer: Any) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ tên chủ hộ", "Năm sinh", "Kết quả"],
        [1, "Lê Văn A", 2030, "Hộ nghèo"],
    ]

    staged = load("households", rows, officer)

    assert "birth_year" not in facts(staged, "Lê Văn A")
    assert [one.code for one in new_rows(staged)["Lê Văn A"].notes] == ["year_unreadable"]


@pytest.mark.parametrize("heading", ["Số CCCD/CMND", "Số CMND", "Số ĐDCN/CCCD"])
def test_both_kinds_of_number_are_read_below_one_heading(officer: Any, heading: str) -> None:
    rows: Rows = [
        TITLE,
        ["STT", "Họ tên chủ hộ", "Năm sinh", heading, "Kết quả"],
        [1, "Lê Văn A", 1970, "060070001234", "Hộ nghèo"],
        [2, "Lê Văn B", 1950, "260123456", "Hộ nghèo"],
    ]

    staged = load("households", rows, officer)

    assert facts(staged, "Lê Văn A")["citizen_number_digest"]
    assert facts(staged, "Lê Văn B")["old_number_digest"]


def test_a_group_called_as_the_register_calls_a_village_heads_its_households(officer: Any) -> None:
    commune = Unit.objects.get(key=COMMUNE)
    village = UnitFactory(kind="village", name="Thôn Phú Sơn", parent=commune)
    rows: Rows = [
        TITLE,
        ["STT", "Họ tên chủ hộ", "Năm sinh", "Kết quả"],
        ["I", "Phú Sơn"],
        [1, "Lê Văn A", 1970, "Hộ nghèo"],
    ]

    staged = load("households", rows, officer)

    assert facts(staged, "Lê Văn A")["unit"] == village.pk
