"""The review forms that offices send: what is loaded, what is compared, what is left aside and said."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.exceptions import InvalidRequest
from core.models import User
from registry.enums import Role, RowState
from registry.exceptions import FileRefused
from registry.imports import ReviewImporter
from registry.imports.reviews.resource import ReviewFileResource
from registry.models import PovertyReview, Unit
from registry.review_figures import FIGURES
from registry.selectors.reviews.stored import FIELD_OF_FIGURE
from registry.services.imports import FilePreview
from tests.factories.registry import PovertyReviewFactory, UnitFactory
from tests.integration.registry.import_steps import (
    finding_codes,
    load,
    load_reviews,
    reasons,
    refusal_codes,
    rows_of,
)
from tests.integration.registry.review_forms import (
    INDICATORS,
    PHAN_DIEN,
    PHAN_SON,
    SERVICES,
    SONG_LUY,
    book,
    lacks_sheet,
    movement_sheet,
    plain,
    result_form,
    titled,
)

pytestmark = pytest.mark.usefixtures("tasks_at_once")
Person = Callable[..., User]


def review(key: str, year: int = 2024) -> PovertyReview:
    return PovertyReview.objects.get(unit__key=key, year=year)


def counts(key: str, *names: str) -> tuple[Any, ...]:
    found = review(key)
    return tuple(getattr(found, name) for name in (names or ("households", "poor", "near_poor")))


def told(preview: FilePreview, code: str) -> list[int | None]:
    return [one.number for one in preview.findings if one.code == code]


def test_the_result_form_is_read_through_four_rows_of_headings(register: None) -> None:
    preview = load_reviews(result_form(), 2024)

    assert preview.refused == []
    assert counts(PHAN_DIEN) == (1000, 60, 80)
    assert counts(PHAN_SON) == (1200, 70, 70)
    assert counts("bt.bac-binh") == (2200, 130, 150)
    minority = ("minority_households", "minority_poor", "minority_near_poor")
    assert counts(PHAN_SON, *minority) == (100, 10, 0)
    assert finding_codes(preview) == {"unit_absent", "passed_over", "columns_unused"}
    (unused,) = [one.params["columns"] for one in preview.findings if one.code == "columns_unused"]
    assert "Nhân khẩu" in unused
    assert "Hộ làm nông, lâm, ngư nghiệp có MSTB" in unused
    assert "Hộ nghèo / Hộ" not in unused


@pytest.mark.parametrize(
    "head",
    [
        *("Phường/Xã", "Xã/phường/TT", "Xã, thị trấn", "Xã - phường - thị trấn", "Tên xã, phường", "Địa bàn"),
        *("Đơn vị hành chính", "Xã, phường, thị trấn, đặc khu", "XÃ/TT", "Huyện/xã"),
    ],
)
def test_the_column_of_units_is_known_by_every_heading(register: None, head: str) -> None:
    load_reviews(book({"Sheet1": plain([1, "Xã Phan Điền", 1000, 60, 80], head=head)}), 2024)

    assert counts(PHAN_DIEN) == (1000, 60, 80)


def test_headings_may_be_shortened(register: None) -> None:
    rows = titled(["TT", "Xã, TT", "TS hộ", "HN", "HCN", "HN DTTS"], [1, "Xã Phan Điền", 1000, 60, 80, 7])

    load_reviews(book({"Sheet1": rows}), 2024)

    assert counts(PHAN_DIEN, "poor", "near_poor", "minority_poor") == (60, 80, 7)


PERSONS = ["", "", "Nhân khẩu", 4000, 240, 320]
HOUSEHOLDS = [1, "Xã Phan Điền", "Hộ", 1000, 60, 80]


@pytest.mark.parametrize(
    ("persons", "merged"),
    [(PERSONS, ()), ([*HOUSEHOLDS[:2], *PERSONS[2:]], ()), (PERSONS, ("A5:A6", "B5:B6"))],
    ids=["empty below", "repeated", "merged"],
)
@pytest.mark.parametrize("head", ["Phân tổ", "ĐVT", ""])
def test_rows_of_persons_are_left_aside(
    register: None, persons: list[Any], merged: tuple[str, ...], head: str
) -> None:
    rows = titled(["STT", "Đơn vị", head, "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"], HOUSEHOLDS, persons)

    preview = load_reviews(book({"Sheet1": rows}, {"Sheet1": merged}), 2024)

    assert counts(PHAN_DIEN) == (1000, 60, 80)
    assert told(preview, "persons_row") == [6]


def test_urban_and_rural_groups_are_subtotals(register: None) -> None:
    rows = plain(
        ["I", "Khu vực thành thị", 2000, 20, 30],
        [1, "Thị trấn Chợ Lầu", 2000, 20, 30],
        ["II", "Khu vực nông thôn", 2300, 130, 150],
        [1, "Xã Phan Điền", 1000, 60, 80],
        [2, "Xã Phan Sơn", 1200, 70, 70],
        ["", "Tổng cộng (I + II)", 4200, 150, 180],
    )

    preview = load_reviews(book({"Sheet1": rows}), 2024)

    assert preview.refused == []
    assert sorted(PovertyReview.objects.values_list("unit__name", flat=True)) == [
        *("Thị trấn Chợ Lầu", "Xã Phan Sơn", "Xã Phan Điền")
    ]
    assert told(preview, "sum_compared") == [5, 7, 10]
    (differing,) = [one for one in preview.findings if one.code == "subtotal_differs"]
    assert (differing.number, differing.params["stated"], differing.params["computed"]) == (7, 2300, 2200)


def test_a_district_in_both_groups_is_no_unit_that_stands_twice(register: None) -> None:
    rows = plain(
        ["I", "Khu vực thành thị", 2000, 20, 30],
        [1, "Huyện Bắc Bình", 2000, 20, 30],
        ["II", "Khu vực nông thôn", 2200, 130, 150],
        [1, "Huyện Bắc Bình", 2200, 130, 150],
    )

    with pytest.raises(FileRefused) as refusal:
        load_reviews(book({"Sheet1": rows}), 2024)

    assert refusal_codes(refusal.value.preview) == ["unit_parted", "unit_parted"]


def test_a_further_page_and_its_sums_are_passed_over(register: None) -> None:
    head = ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"]
    rows = plain(
        [1, 2, 3, 4, 5],
        [1, "Xã Phan Điền", 1000, 60, 80],
        ["", "Cộng trang 1", 1000, 60, 80],
        head,
        [1, 2, 3, 4, 5],
        [2, "Xã Phan Sơn", 1200, 70, 70],
        ["Tổng cộng", "", 2200, 130, 151],
    )

    preview = load_reviews(book({"Sheet1": rows}, {"Sheet1": ["A11:B11"]}), 2024)

    assert preview.refused == []
    assert (counts(PHAN_DIEN), counts(PHAN_SON)) == ((1000, 60, 80), (1200, 70, 70))
    assert told(preview, "heading_repeated") == [8]
    assert told(preview, "sum_compared") == [7, 11]
    assert [(one.code, one.number) for one in preview.findings if one.code.endswith("differs")] == [
        ("total_differs", 11)
    ]


def test_movements_of_two_sheets_complete_the_result_form(register: None) -> None:
    content = book(
        {
            "Biểu 1": plain([1, "Xã Phan Điền", 1000, 60, 80]),
            "Biểu 2": movement_sheet("nghèo", [1, "Xã Phan Điền", 70, 15, 1, 4, 60]),
            "Biểu 3": movement_sheet("cận nghèo", [1, "Xã Phan Điền", 90, 12, 0, 3, 80]),
        }
    )

    preview = load_reviews(content, 2024)

    assert preview.refused == []
    assert preview.counts[RowState.NEW] == 1
    assert counts(PHAN_DIEN, "poor_exits", "poor_relapses", "poor_new") == (15, 1, 4)
    assert counts(PHAN_DIEN, "near_poor_exits", "near_poor_relapses", "near_poor_new") == (12, 0, 3)
    # 90 - 12 + 0 + 3 is 81.
    assert [one.params["computed"] for one in preview.findings if one.code == "flow_differs"] == [81]


def test_a_movement_form_alone_needs_the_recorded_review(register: None) -> None:
    content = book(
        {
            "Biểu 2": movement_sheet(
                "nghèo", [1, "Xã Phan Điền", 70, 15, 1, 4, 60], [2, "Xã Phan Sơn", 9, 1, 0, 0, 8]
            )
        }
    )
    PovertyReviewFactory(
        unit=Unit.objects.get(key=PHAN_DIEN), year=2024, households=1000, poor=60, near_poor=80
    )

    with pytest.raises(FileRefused) as refusal:
        load_reviews(content, 2024)
    load_reviews(content, 2024, skip_refused=True)

    assert refusal_codes(refusal.value.preview) == ["figures_missing"]
    assert counts(PHAN_DIEN, "households", "poor", "near_poor", "poor_exits") == (1000, 60, 80, 15)
    assert not PovertyReview.objects.filter(unit__key=PHAN_SON).exists()


def test_sheets_that_contradict_keep_the_unit_out(register: None) -> None:
    content = book(
        {
            "Biểu 1": plain([1, "Xã Phan Điền", 1000, 60, 80], [2, "Xã Phan Sơn", 1200, 70, 70]),
            "Biểu 2": movement_sheet("nghèo", [1, "Xã Phan Điền", 70, 15, 1, 5, 61]),
        }
    )

    preview = load_reviews(content, 2024, skip_refused=True)

    assert [(row.name, [one.code for one in row.problems]) for row in preview.refused] == [
        ("Xã Phan Điền", ["sheets_differ"])
    ]
    assert [one.unit.key for one in PovertyReview.objects.all()] == [PHAN_SON]


def test_lacks_of_both_groups_are_added_from_their_sheets(register: None) -> None:
    content = book(
        {
            "Biểu 1": plain([1, "Xã Phan Điền", 1000, 60, 80]),
            "Biểu 4": lacks_sheet("nghèo", SERVICES, [1, "Xã Phan Điền", 60, 10, 20, 5, 8, 30, 2]),
            "Biểu 5": lacks_sheet("cận nghèo", SERVICES, [1, "Xã Phan Điền", 80, 1, 2, 3, 4, 5, "-"]),
        }
    )

    preview = load_reviews(content, 2024)

    assert preview.refused == []
    assert counts(PHAN_DIEN, "lacking_jobs", "lacking_water", "lacking_information") == (11, 35, 2)


def test_the_form_of_twelve_indicators_is_read_and_its_counts_named(register: None) -> None:
    content = book(
        {
            "Biểu 1": plain([1, "Xã Phan Điền", 1000, 60, 80]),
            "Biểu 4": lacks_sheet("nghèo", INDICATORS, [1, "Xã Phan Điền", 60, *range(12)]),
        }
    )

    preview = load_reviews(content, 2024)

    assert preview.refused == []
    assert "lacks_by_indicator" in finding_codes(preview)
    assert counts(PHAN_DIEN, "poor", "lacking_jobs") == (60, None)


def test_a_sheet_for_each_district_is_read(register: None) -> None:
    content = book(
        {
            "Bắc Bình": [["NĂM 2024"], *plain([1, "Xã Phan Sơn", 1200, 70, 70])[3:]],
            "Hàm Tân": [["NĂM 2024"], *plain([1, "Xã Tân Hà", 900, 9, 9])[3:]],
            "Ghi chú": [["Số liệu theo báo cáo của các xã"]],
        }
    )

    preview = load_reviews(content, 2024)

    assert preview.refused == []
    assert counts(PHAN_SON)[0] == 1200
    assert counts("bt.ham-tan.tan-ha")[0] == 900
    assert [one.sheet for one in preview.findings if one.code == "sheet_unread"] == ["Ghi chú"]


def test_a_sheet_for_each_commune_lists_its_villages(register: None) -> None:
    for key in (PHAN_DIEN, PHAN_SON):
        parent = Unit.objects.get(key=key)
        UnitFactory(key=f"{key}.1", kind="village", admin_type="thon", name="Thôn 1", parent=parent)
    head = ["STT", "Thôn", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"]
    content = book(
        {
            "Phan Điền": [head, [1, "Thôn 1", 300, 4, 6]],
            "Sheet2": [["UBND XÃ PHAN SƠN"], head, [1, "Thôn 01", 200, 3, 5]],
        }
    )

    preview = load_reviews(content, 2024)

    assert preview.refused == []
    assert (counts(f"{PHAN_DIEN}.1"), counts(f"{PHAN_SON}.1")) == ((300, 4, 6), (200, 3, 5))


def test_sheets_of_other_years_are_left_aside(register: None) -> None:
    content = book(
        {
            "2023": plain([1, "Xã Phan Điền", 900, 90, 90], title="KẾT QUẢ NĂM 2023"),
            "2024": plain([1, "Xã Phan Điền", 1000, 60, 80]),
        }
    )

    preview = load_reviews(content, 2024)

    assert list(PovertyReview.objects.values_list("year", "households")) == [(2024, 1000)]
    assert [one.params for one in preview.findings if one.code == "sheet_of_year"] == [{"year": 2023}]
    with pytest.raises(InvalidRequest, match="2022"):
        load_reviews(content, 2022)


def test_the_day_of_the_report_names_no_year(register: None) -> None:
    rows = [["(Kèm theo Báo cáo ngày 05 tháng 01 năm 2025)"], *plain([1, "Xã Phan Điền", 1000, 60, 80])]

    load_reviews(book({"Sheet1": rows}), 2024)

    assert counts(PHAN_DIEN)[0] == 1000


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("-", 0),
        ("–", 0),
        ("không", 0),
        ("07", 7),
        ("’5", 5),
        ("'5", 5),
        ("1 200", 1200),
        ("1.200", 1200),
        (12.0, 12),
    ],
)
def test_numbers_as_text_are_read(register: None, written: Any, count: int) -> None:
    load_reviews(book({"Sheet1": plain([1, "Xã Phan Điền", 5000, written, "0"])}), 2024)

    assert counts(PHAN_DIEN) == (5000, count, 0)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1,000", "number_ambiguous"),
        ("60 hộ", "number_unreadable"),
        ("x", "number_unreadable"),
        ("", "number_missing"),
        (-3, "number_negative"),
    ],
)
def test_a_needed_count_that_cannot_be_known_refuses_its_row(person: Person, written: Any, code: str) -> None:
    content = book({"Sheet1": plain([1, "Xã Phan Điền", 5000, written, 0], [2, "Xã Phan Sơn", 100, 1, 1])})

    staged = load("reviews", content, person(Role.REVIEWER), year=2024)

    assert reasons(staged) == {5: [code]}
    assert [row.name for row in rows_of(staged, RowState.NEW)] == ["Xã Phan Sơn"]


def test_an_optional_count_is_set_aside_with_a_note(person: Person) -> None:
    rows = titled(
        ["STT", "Đơn vị", "Tổng số hộ", "Hộ DTTS", "Hộ nghèo", "Hộ cận nghèo", "Tỷ lệ hộ nghèo (%)"],
        [1, "Xã Phan Điền", 1000, "60 hộ", 60, 80, "sáu"],
    )

    staged = load("reviews", book({"Sheet1": rows}), person(Role.REVIEWER), year=2024)

    (row,) = rows_of(staged, RowState.NEW)
    assert [(note.code, note.column) for note in row.notes] == [
        ("count_aside", "minority_households"),
        ("rate_unreadable", "poor_rate"),
    ]
    assert "minority_households" not in row.facts


def test_a_leap_in_a_year_is_named_with_both_figures(register: None) -> None:
    unit = Unit.objects.get(key=SONG_LUY)
    PovertyReviewFactory(unit=unit, year=2023, households=3196, poor=40, near_poor=30)
    PovertyReviewFactory(unit=unit, year=2024, households=3225, poor=20, near_poor=30)
    content = book({"Sheet1": plain([1, "Xã Sông Luỹ", 800, 20, 30])})

    preview = load_reviews(content, 2024, trial=True)

    leaps = [
        (one.code, *(one.params[name] for name in ("figure", "old", "new")))
        for one in preview.findings
        if "half" in one.code
    ]
    assert leaps == [
        ("half_in_a_year", "households", 3196, 800),
        ("half_of_recorded", "households", 3225, 800),
    ]
    # Half is not more than half: poor households fall from 40 to 20 without a word.


def test_shares_of_poor_households_are_no_poor_households(register: None) -> None:
    rows = titled(
        ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "", "", "Hộ cận nghèo"],
        ["", "", "", "Tổng số", "Trong đó: hộ có công", "Chủ hộ là nữ", ""],
        [1, "Xã Phan Điền", 1000, 60, 3, 20, 80],
    )

    load_reviews(book({"Sheet1": rows}, {"Sheet1": ["D4:F4"]}), 2024)

    assert counts(PHAN_DIEN) == (1000, 60, 80)


def test_a_list_of_reviews_loads_back_as_it_left(
    register: None, signed_in: Callable[..., Client], person: Person
) -> None:
    commune = Unit.objects.get(key=PHAN_DIEN)
    village = UnitFactory(key="v", kind="village", admin_type="thon", name="Thôn 1", parent=commune)
    figures = {FIELD_OF_FIGURE[name]: at for at, name in enumerate(FIGURES, 1)}
    figures |= {"households": 1000, "poor": 100, "near_poor": 100}
    for unit in (commune.parent, commune, village):
        PovertyReviewFactory(unit=unit, year=2024, **figures)
    answer = signed_in(Role.REVIEWER).get(reverse("registry:reviews"), {"year": "2024", "xuat": "xlsx"})
    content = b"".join(answer.streaming_content)

    staged = load("reviews", content, person(Role.LEAD), year=2024)

    assert reasons(staged) == {}
    rows = rows_of(staged, RowState.UNCHANGED)
    assert {row.name for row in rows} == {"Huyện Bắc Bình", "Xã Phan Điền", "Thôn 1"}
    assert all(set(FIGURES) <= set(row.facts) for row in rows)


def test_the_template_is_read_under_its_own_headings(
    signed_in: Callable[..., Client], person: Person
) -> None:
    answer = signed_in(Role.REVIEWER).get(reverse("registry:import_template", args=["reviews"]))
    made = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = made.worksheets[0]
    names = [name for name in ReviewFileResource.columns() if name not in ReviewImporter.not_in_template]
    values: dict[str, Any] = {"code": "", "unit": "Xã Phan Điền", "above": "Huyện Bắc Bình"}
    values |= {"households": 1000, "poor": 100, "near_poor": 100}
    sheet.append([values.get(name, at) for at, name in enumerate(names)])
    packed = io.BytesIO()
    made.save(packed)

    staged = load("reviews", packed.getvalue(), person(Role.LEAD), year=2024)

    (row,) = rows_of(staged, RowState.NEW)
    stated = {name: change.new for name, change in row.facts.items() if name in FIGURES}
    assert stated == {name: values.get(name, at) for at, name in enumerate(names) if name in FIGURES}


@pytest.mark.parametrize("name", ["poor_exits", "lacking_water", "minority_households"])
def test_a_column_that_is_taken_from_the_resource_is_neither_read_nor_written(
    person: Person, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The resource is the only place that names a column: without its field there it is gone from both ways."""
    label = str(ReviewFileResource.columns()[name].label)
    rows = titled(["Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo", label], ["Xã Phan Điền", 100, 9, 9, 3])
    fields = {key: field for key, field in ReviewFileResource.fields.items() if key != name}

    before = load("reviews", book({"A": rows}), person(Role.LEAD), year=2024)
    monkeypatch.setattr(ReviewFileResource, "fields", fields)
    after = load("reviews", book({"A": rows}), person(Role.REVIEWER), year=2024)

    assert [name in rows_of(staged, RowState.NEW)[0].facts for staged in (before, after)] == [True, False]
    assert label not in [str(head) for head in ReviewFileResource.head()]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (["Mã xã", "Mã số", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"], "mã đơn vị"),
        (["Địa bàn", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"], "đơn vị"),
        (["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo"], "hộ cận nghèo"),
        (["STT", "Họ và tên", "Năm sinh", "Thôn"], "ra-soat.xlsx"),
    ],
)
def test_a_header_that_cannot_be_used_says_what_is_wrong(register: None, head: list[str], said: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        load_reviews(book({"Sheet1": titled(head, [1, 2, 3, 4, 5, 6])}), 2024)

    assert said in str(refusal.value.message)


def test_a_column_of_percentages_is_no_count(register: None) -> None:
    rows = titled(
        ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo (%)", "Cận nghèo %"], [1, "Xã Phan Điền", 1000, 6, 8]
    )

    with pytest.raises(InvalidRequest):
        load_reviews(book({"Biểu": rows}), 2024)

    assert not PovertyReview.objects.exists()


def test_percentages_may_stand_beside_the_counts_under_the_same_words(register: None) -> None:
    head = ["STT", "Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ nghèo (%)", "Hộ cận nghèo", "Hộ cận nghèo (%)"]
    rows = titled(head, [1, "Xã Phan Điền", 1000, 60, 6, 80, 8])

    load_reviews(book({"Biểu": rows}), 2024)

    one = PovertyReview.objects.get()
    assert (one.households, one.poor, one.near_poor) == (1000, 60, 80)


def test_a_row_of_households_below_its_row_of_persons_bears_the_name_above(register: None) -> None:
    rows = titled(
        ["STT", "Đơn vị", "Phân tổ", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"],
        [1, "Xã Phan Điền", "Khẩu", 4000, 240, 320],
        [None, None, "Số hộ gia đình", 1000, 60, 80],
        [2, "Xã Phan Sơn", "Khẩu", 4800, 280, 280],
        [None, None, "Hộ", 1200, 70, 70],
    )

    load_reviews(book({"Biểu": rows}), 2024)

    found = PovertyReview.objects.values_list("unit__key", "households", "poor").order_by("households")
    assert list(found) == [(PHAN_DIEN, 1000, 60), (PHAN_SON, 1200, 70)]


@pytest.mark.parametrize("line", ["Đơn vị tính: khẩu", "(ĐVT: Người)"])
def test_a_table_that_counts_persons_is_refused(register: None, line: str) -> None:
    rows = [[line], *plain([1, "Xã Phan Điền", 1000, 240, 320])]

    with pytest.raises(InvalidRequest) as refusal:
        load_reviews(book({"Biểu": rows}), 2024)

    assert "Biểu" in str(refusal.value.message)
    assert not PovertyReview.objects.exists()


def test_a_sheet_of_persons_beside_the_households_is_left_unread(register: None) -> None:
    households = [["Đơn vị tính: hộ"], *plain([1, "Xã Phan Điền", 1000, 60, 80])]
    persons = [["Đơn vị tính: khẩu"], *plain([1, "Xã Phan Điền", 4000, 240, 320])]

    preview = load_reviews(book({"Hộ": households, "Khẩu": persons}), 2024)

    assert "sheet_unread" in finding_codes(preview)
    assert PovertyReview.objects.get().households == 1000


PARTS = [
    "DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO DÂN TỘC THIỂU SỐ NĂM 2024",
    "HỘ NGHÈO LÀ ĐỒNG BÀO DTTS NĂM 2024",
    "TỔNG HỢP NHÂN KHẨU NGHÈO, CẬN NGHÈO NĂM 2024",
    "HỘ NGHÈO CÓ THÀNH VIÊN LÀ NGƯỜI CÓ CÔNG NĂM 2024",
    "DỰ KIẾN KẾT QUẢ RÀ SOÁT HỘ NGHÈO NĂM 2024",
]


@pytest.mark.parametrize("title", PARTS)
def test_a_part_of_the_households_is_not_taken_for_all(register: None, title: str) -> None:
    part = plain([1, "Xã Phan Điền", 200, 30, 20], title=title)
    with pytest.raises(InvalidRequest, match="Sheet1"):
        load_reviews(book({"Sheet1": part}), 2024)

    preview = load_reviews(book({"KQ": plain([1, "Xã Phan Điền", 1000, 60, 80]), "Phần": part}), 2024)

    assert counts(PHAN_DIEN) == (1000, 60, 80)
    assert "sheet_unread" in finding_codes(preview)


def test_an_area_of_minorities_is_reviewed_whole(register: None) -> None:
    title = "KẾT QUẢ RÀ SOÁT HỘ NGHÈO VÙNG ĐỒNG BÀO DÂN TỘC THIỂU SỐ VÀ MIỀN NÚI NĂM 2024"

    load_reviews(book({"Sheet1": plain([1, "Xã Phan Điền", 1000, 60, 80], title=title)}), 2024)

    assert counts(PHAN_DIEN) == (1000, 60, 80)
