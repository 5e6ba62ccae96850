"""Lists of households as further offices keep them: nothing is dropped unsaid, and no mark of doubt is overlooked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from registry.enums import PolicyLoan, RowState
from registry.models import Household, HouseholdMember, ImportFile
from tests.factories import Cast
from tests.factories.registry import UnitFactory
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, found, load, named, reasons, rows_of

pytestmark = pytest.mark.django_db

TITLE = ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024"]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def staged(cast: Cast) -> Callable[..., ImportFile]:
    """Hands a list in as the commune's officer."""

    def hand_in(*rows: Sequence[Any], merged: Iterable[str] = (), **options: Any) -> ImportFile:
        return load("households", workbook(rows, merged=merged), cast["commune"], **options)

    return hand_in


def standings(file: ImportFile) -> dict[str, list[tuple[int, str]]]:
    return {
        row.name: [(one.year, one.status) for one in row.standings or ()]
        for row in rows_of(file, RowState.NEW)
    }


def notes(file: ImportFile) -> dict[str, list[tuple[str, str]]]:
    """Name -> column and code of everything that is said of the row."""
    return {row.name: [(one.column, one.code) for one in row.notes] for row in rows_of(file, RowState.NEW)}


def sheets(tables: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("written", ["1960?", "~1960", "1960 (?)", "?1960", "năm 1960?"])
def test_a_year_that_is_not_certain_is_set_aside(staged: Any, written: str) -> None:
    file = staged(TITLE, ["Chủ hộ", "Năm sinh", "Phân loại"], ["Lê Văn Tám", written, "HN"])

    (row,) = rows_of(file, RowState.NEW)
    assert "birth_year" not in row.facts
    assert [(one.column, one.code, one.params["value"]) for one in row.notes] == [
        ("birth_year", "cell_doubted", written)
    ]


def test_words_that_are_not_certain_say_nothing(staged: Any) -> None:
    head = ["Chủ hộ", "Năm sinh", "Thôn", "Dân tộc", "Vay vốn", "2023", "2024"]

    file = staged(TITLE, head, ["Lê Văn Tám", 1960, "Thôn 3?", "Chăm?", "Tốt?", "HN", "HCN?"])

    (row,) = rows_of(file, RowState.NEW)
    assert {"is_minority", "policy_loan", "address"}.isdisjoint(row.facts)
    assert standings(file) == {"Lê Văn Tám": [(2023, "poor")]}
    assert {one.code for one in row.notes} == {"cell_doubted"}
    assert {one.column for one in row.notes} == {"village", "ethnicity", "policy_loan", "2024"}


def test_columns_without_a_heading_are_listed_before_loading(staged: Any) -> None:
    head = ["", "Chủ hộ", "Năm sinh", "Phân loại", "", ""]
    rows = [[number, f"Lê Văn {name}", 1960, "HN", "", ""] for number, name in enumerate("ABC", 1)]
    rows[1][4], rows[2][4] = "bệnh hiểm nghèo", "già yếu"

    file = staged(TITLE, head, *rows, [], ["", "", "", "", "CHỦ TỊCH"])

    # Column A only numbers the rows, and what stands below the list is a signature's.
    assert named(file, "column_unheaded") == [(None, "E", "bệnh hiểm nghèo; già yếu")]
    assert counts(file) == (3, 0, 0, 0)


def test_a_column_whose_first_words_stand_far_below_is_listed(staged: Any) -> None:
    rows = [["Lê Văn Tám", 1900 + number, "HN", "", ""] for number in range(80)]
    rows[70][3], rows[75][4] = "neo đơn", "khuyết tật"

    file = staged(TITLE, ["Chủ hộ", "Năm sinh", "Phân loại", "Lý do", ""], *rows)

    assert found(file, "columns_unused") == [(None, "Lý do")]
    assert named(file, "column_unheaded") == [(None, "E", "khuyết tật")]


def test_a_column_beside_members_is_listed_too(staged: Any) -> None:
    file = staged(
        TITLE,
        ["Họ tên", "Năm sinh", "Quan hệ với chủ hộ", "Loại hộ", ""],
        ["Lê Văn Tám", 1960, "Chủ hộ", "HN", ""],
        ["Trần Thị Ba", 1962, "Vợ", "", "khuyết tật"],
    )

    assert named(file, "column_unheaded") == [(None, "E", "khuyết tật")]


def test_a_registration_without_its_day_keeps_no_row_out(staged: Any) -> None:
    file = staged(
        TITLE,
        ["Chủ hộ", "Năm sinh", "Vay vốn", "Đăng ký thoát nghèo", "Phân loại"],
        ["Lê Văn Tám", 1960, "không", "x", "HN"],
        ["Lê Văn Chín", 1961, "-", "01/01/2099", "HN"],
    )

    assert reasons(file) == {}
    assert notes(file) == {
        "Lê Văn Tám": [("registration", "registered_without_day")],
        "Lê Văn Chín": [("registration", "day_future")],
    }
    loans = {row.facts["policy_loan"].new for row in rows_of(file, RowState.NEW)}
    assert loans == {PolicyLoan.NONE}


@pytest.mark.parametrize("heading", ["Thôn/Bản/Tổ dân phố", "Thôn/ấp/khu phố", "Thôn - TDP", "Khu dân cư"])
def test_a_column_of_villages_is_known_by_each_of_its_words(staged: Any, heading: str) -> None:
    file = staged(TITLE, ["Chủ hộ", "Năm sinh", heading, "Loại hộ"], ["Lê Văn Tám", 1960, "Thôn 2", "HN"])

    (row,) = rows_of(file, RowState.NEW)
    assert row.facts["address"].new == "Thôn 2"


def test_shortened_words_are_standings_and_others_are_asked(staged: Any) -> None:
    words = {
        "poor": ["H. nghèo", "Hộ nghèo BTXH", "HN không có KNLĐ", "HN 2024"],
        "near_poor": ["HCN mới", "hcn năm 2024"],
        "newly_escaped": ["Thoát HN", "Thoát nghèo 2024"],
    }
    written = [word for listed in words.values() for word in listed]
    rows = [[f"Lê Văn {chr(65 + at)}", 1960, word] for at, word in enumerate(written)]

    file = staged(TITLE, ["Chủ hộ", "Năm sinh", "HN/HCN"], *rows, ["Lê Z", 1960, "Hộ N2"])

    told = [status for own in standings(file).values() for _year, status in own]
    assert told == [status for status, listed in words.items() for _word in listed]
    assert reasons(file) == {len(rows) + 3: ["status_unknown"]}


def test_sheets_called_by_a_short_standing_and_a_year_say_both(cast: Cast) -> None:
    head = ["STT", "Chủ hộ", "Năm sinh"]
    content = sheets(
        {
            "HN 2024": [["UBND XÃ"], head, [1, "Lê Văn Tám", 1960]],
            "HCN 2024": [["UBND XÃ"], head, [1, "Lê Văn Chín", 1961]],
        }
    )

    file = load("households", content, cast["commune"])

    assert standings(file) == {"Lê Văn Tám": [(2024, "poor")], "Lê Văn Chín": [(2024, "near_poor")]}
    assert len(found(file, "standing_of_list")) == 2


def test_a_title_typed_without_marks_names_its_year(staged: Any) -> None:
    file = staged(
        ["DANH SACH HO NGHEO NAM 2024"],
        ["STT", "Ho va ten chu ho", "Nam sinh", "Phan loai"],
        [1, "Le Van Tam", 1960, "Ho ngheo"],
    )

    assert standings(file) == {"Le Van Tam": [(2024, "poor")]}


def _members(file: ImportFile) -> dict[str, list[str]]:
    return {row.name: [one.name for one in row.members] for row in rows_of(file, RowState.NEW)}


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (
            ["STT hộ", "STT TV", "Họ và tên", "Năm sinh", "Phân loại"],
            [
                [1, 1, "Lê Văn Tám", 1960, "HN"],
                [1, 2, "Trần Thị Ba", 1962, ""],
                [2, 1, "Lê Văn Chín", 1970, "HCN"],
                [2, 2, "Lê Văn Út", 1990, ""],
            ],
        ),
        (
            ["STT", "Chủ hộ", "Họ tên thành viên", "Năm sinh", "Quan hệ với chủ hộ", "Phân loại"],
            [
                [1, "Lê Văn Tám", "Lê Văn Tám", 1960, "Chủ hộ", "HN"],
                ["", "Lê Văn Tám", "Trần Thị Ba", 1962, "Vợ", ""],
                [2, "Lê Văn Chín", "Lê Văn Chín", 1970, "Chủ hộ", "HCN"],
                ["", "", "Lê Văn Út", 1990, "Con thứ 2", ""],
            ],
        ),
        (
            ["STT", "Họ và tên", "Năm sinh", "Quan hệ", "Phân loại"],
            [
                [1, "Lê Văn Tám", 1960, "Chủ hộ", "HN"],
                [2, "Trần Thị Ba", 1962, "Mẹ kế", "HN"],
                [3, "Lê Văn Chín", 1970, "Chủ hộ", "HCN"],
                [4, "Lê Văn Út", 1990, "Con trai út", "HCN"],
            ],
        ),
    ],
    ids=["the household's number on every row", "a column for members", "relations in other words"],
)
def test_members_are_no_households(staged: Any, cast: Cast, head: list[str], rows: list[list[Any]]) -> None:
    file = staged(TITLE, head, *rows)

    assert _members(file) == {"Lê Văn Tám": ["Trần Thị Ba"], "Lê Văn Chín": ["Lê Văn Út"]}
    assert standings(file) == {"Lê Văn Tám": [(2024, "poor")], "Lê Văn Chín": [(2024, "near_poor")]}
    confirmed(file, cast["commune"])
    assert (Household.objects.count(), HouseholdMember.objects.count()) == (2, 2)


def test_a_column_for_members_without_a_row_a_member_is_said_to_be_unused(staged: Any) -> None:
    file = staged(
        TITLE, ["Chủ hộ", "Họ tên thành viên", "Phân loại"], ["Lê Văn Tám", "Trần Thị Ba, Lê Út", "HN"]
    )

    assert len(found(file, "columns_unused")) == 1
    assert counts(file) == (1, 0, 0, 0)


def test_a_members_number_under_another_name_changes_nobody(staged: Any, cast: Cast) -> None:
    head = ["STT chủ hộ", "STT thành viên hộ", "Họ tên", "Năm sinh", "CCCD", "Quan hệ với chủ hộ", "2024"]
    first = [1, 1, "Lê Văn Tám", 1960, "060060001111", "Chủ hộ", "HN"]
    number = "060162001112"
    confirmed(staged(head, first, ["", 2, "Trần Thị Ba", 1962, number, "Vợ", ""]), cast["commune"])

    other = staged(head, first, ["", 2, "Lê Thị Zét", 1990, number, "Con", ""])

    (row,) = rows_of(other, RowState.UNCHANGED)
    (note,) = [one for one in row.notes if one.code == "member_contradicts"]
    assert (note.params["known"], note.params["year"], note.params["member"]) == (
        "Trần Thị Ba",
        1962,
        "Lê Thị Zét",
    )
    assert HouseholdMember.objects.get().name == "Trần Thị Ba"


def test_villages_of_the_register_are_found_in_every_writing(staged: Any, cast: Cast) -> None:
    homes = {
        name: UnitFactory(parent=cast.commune, kind="village", name=f"Thôn {name}", admin_type="thon")
        for name in ("Phú Sơn", "Tân Điền")
    }
    written = {
        "Phú Sơn": ["Phú Sơn", "thôn Phú sơn", "T. Phú Sơn"],
        "Tân Điền": ["Thôn Tân Ðiền", "TÂN ĐIỀN", "Thôn Tân Điền, " + cast.commune.name],
    }
    rows = [
        [f"Lê Văn {chr(65 + at)}", 1970, text, "HN"]
        for at, text in enumerate(text for listed in written.values() for text in listed)
    ]

    file = staged(TITLE, ["Chủ hộ", "Năm sinh", "Thôn", "Phân loại"], *rows, ["Lê Z", 1970, "Phú Son", "HN"])

    expected = [homes[name].pk for name, listed in written.items() for _text in listed]
    assert [row.facts["unit"].new for row in rows_of(file, RowState.NEW)] == [*expected, cast.commune.pk]
    assert notes(file)["Lê Z"] == [("village", "village_unsure")]


def test_what_an_earlier_version_did_not_keep_is_said(
    staged: Any, cast: Cast, client_of: Callable[[str], Client]
) -> None:
    file = staged(TITLE, ["Chủ hộ", "Phân loại"], ["Lê Văn Tám", "HN"], ["Lê Văn Chín", "N9"])
    confirmed(file, cast["commune"])
    client, address = client_of("commune"), reverse("registry:import_file", args=[file.pk])
    refused = reverse("registry:import_refused", args=[file.pk])
    now, workbook_of_now = client.get(address), client.get(refused)
    assert b"".join(workbook_of_now.streaming_content)

    ImportFile.objects.filter(pk=file.pk).update(counts={**file.counts, "refused": 0, "forgotten": 1})
    earlier = client.get(address)

    # A file that is loaded today keeps its refused rows, and the page leads to them.
    assert refused in now.content.decode()
    assert (now.context["forgotten_count"], workbook_of_now.status_code) == (0, 200)
    assert refused not in earlier.content.decode()
    assert earlier.context["forgotten_count"] == 1
    assert "1 dòng" in earlier.content.decode() or "1 row" in earlier.content.decode()


@pytest.mark.parametrize(
    "total",
    [
        ["Tổng hộ", "12", "", ""],
        ["", "TC", 12, ""],
        ["Tổng cộng", 12, "", ""],
        ["Cộng xã", "12 hộ", "", ""],
        ["", "Tổng hộ nghèo", 12, 3],
    ],
)
def test_totals_are_no_households_wherever_their_words_stand(cast: Cast, total: list[Any]) -> None:
    rows = [["STT", "Chủ hộ", "Năm sinh", "Kết quả 2024"], [1, "Mang Dũng", 1970, "HN"], total]

    file = load("households", rows, cast["commune"])

    assert counts(file) == (1, 0, 0, 0)
    assert [row for row, _text in found(file, "passed_over")] == [3]


DETAIL = [
    "STT chủ hộ",
    "STT thành viên hộ",
    "Họ tên",
    "Năm sinh",
    "Dân tộc",
    "Quan hệ với chủ hộ",
    "Kết quả 2024",
]


def members() -> dict[str, set[str]]:
    """Head -> members, as the register holds them."""
    return {
        one.name: set(one.members.values_list("name", flat=True)) for one in Household.objects.order_by("pk")
    }


@pytest.mark.parametrize(
    "between",
    [
        ["", "", "Thôn Tân Điền"],
        ["", "", "Cộng thôn Phú Sơn", "", "", "", 1],
        ["", "", "Tổng cộng", 2, "", "", 1],
        ["", "", "NGƯỜI LẬP BIỂU"],
    ],
)
def test_what_stands_between_households_is_no_member(cast: Cast, between: list[Any]) -> None:
    rows = [
        [1, 1, "Mang Văn Sáu", 1968, "Raglai", "Chủ hộ", "HN"],
        ["", 2, "Mang Thị Liên", 1971, "Raglai", "Vợ", ""],
        between,
        [2, 1, "Lê Văn Bảy", 1971, "Kinh", "Chủ hộ", "CN"],
        ["", 2, "Lê Thị Tám", 1975, "Kinh", "Vợ", ""],
    ]

    confirmed(load("households", [DETAIL, *rows], cast["commune"]), cast["commune"])

    assert members() == {"Mang Văn Sáu": {"Mang Thị Liên"}, "Lê Văn Bảy": {"Lê Thị Tám"}}


def test_a_heading_between_households_moves_the_village(cast: Cast) -> None:
    rows = [
        ["", "", "Thôn Phú Sơn"],
        [1, 1, "Mang Văn Sáu", 1968, "Raglai", "Chủ hộ", "HN"],
        ["", 2, "Mang Thị Liên", 1971, "Raglai", "Vợ", ""],
        ["", "", "II. Thôn Tân Điền"],
        [2, 1, "Lê Văn Bảy", 1971, "Kinh", "Chủ hộ", "CN"],
    ]

    confirmed(load("households", [DETAIL, *rows], cast["commune"]), cast["commune"])

    assert dict(Household.objects.values_list("name", "address")) == {
        "Mang Văn Sáu": "Thôn Phú Sơn",
        "Lê Văn Bảy": "Thôn Tân Điền",
    }


def test_members_before_their_head_join_their_own_household(cast: Cast) -> None:
    rows = [
        [1, 1, "Mang Văn Sáu", 1968, "Raglai", "Chủ hộ", "HN"],
        [2, 1, "Lê Thị Tám", 1975, "Kinh", "Vợ", ""],
        [2, 2, "Lê Văn Bảy", 1971, "Kinh", "Chủ hộ", "CN"],
    ]

    confirmed(load("households", [DETAIL, *rows], cast["commune"]), cast["commune"])

    assert members() == {"Mang Văn Sáu": set(), "Lê Văn Bảy": {"Lê Thị Tám"}}


def test_members_without_a_head_join_nobody(cast: Cast) -> None:
    rows = [
        [1, 1, "Mang Văn Sáu", 1968, "Raglai", "Chủ hộ", "HN"],
        [2, 1, "Lê Thị Tám", 1975, "Kinh", "Vợ", ""],
        [2, 2, "Lê Văn Chín", 1999, "Kinh", "Con", ""],
        [3, 1, "K' Brêl", 1980, "K'ho", "Chủ hộ", "CN"],
    ]

    file = load("households", [DETAIL, *rows], cast["commune"])

    assert reasons(file) == {3: ["member_without_head"], 4: ["member_without_head"]}
    confirmed(file, cast["commune"])
    assert members() == {"Mang Văn Sáu": set(), "K' Brêl": set()}
