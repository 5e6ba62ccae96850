"""Coverage, comparison, differences of totals, one unit's reviews, restated years, and the files behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from registry.enums import Role
from registry.models import ImportFile, PovertyReview, RollUpNote, Unit
from registry.scopes import scope_of
from registry.selectors import roll_up_differences, unit_trend
from registry.selectors.reviews import review_coverage
from registry.selectors.reviews.comparing import compared_units
from registry.selectors.reviews.listing import review_files_readable
from registry.selectors.reviews.roll_up import roll_up_rows
from registry.services.review_figures import SeenDifference, note_roll_up, restate_review
from tests.factories.registry import PovertyReviewFactory, UnitFactory
from tests.integration.registry.import_steps import load_reviews

SignIn = Callable[..., Client]
MakePerson = Callable[..., User]
Make = Callable[..., bytes]
ROLES = list(Role)
DISTRICT = "bt.bac-binh"
PAGES = ["registry:review_coverage", "registry:review_comparison", "registry:review_roll_up"]


def _unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def _note_address(unit: Unit, year: int = 2021, figure: str = "poor_minority") -> str:
    return reverse("registry:review_roll_up_note", args=[unit.pk, year, figure])


def _queries(client: Client, address: str, query: dict[str, str] | None = None) -> int:
    client.get(address, query or {})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query or {}).status_code == 200
    return len(captured)


@pytest.mark.walk
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PAGES)
def test_every_role_opens_every_overview(signed_in: SignIn, role: str, name: str) -> None:
    response = signed_in(role).get(reverse(name))

    text = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert not re.search(r"\sstyle=|\son\w+=|<style", text)


@pytest.mark.parametrize("name", [*PAGES, "registry:reviews"])
@pytest.mark.slow  # It draws each page six times over five years of figures.
def test_overviews_take_the_same_queries_small_and_large(
    signed_in: SignIn, five_years: None, name: str
) -> None:
    district, lead = signed_in(Role.DISTRICT_OFFICER), signed_in(Role.LEAD)
    address = reverse(name)

    assert _queries(lead, address, {"year": "2021"}) == _queries(lead, address) <= 12
    assert _queries(district, address) <= 12


def test_the_administrator_reads_nobodys_figures(signed_in: SignIn, five_years: None) -> None:
    client = signed_in(Role.ADMINISTRATOR)

    for name in PAGES:
        assert "Bắc Bình" not in client.get(reverse(name)).content.decode(), name
    assert client.get(reverse("registry:review_coverage"), {"huyen": _unit(DISTRICT).pk}).status_code == 404


@pytest.mark.slow  # It draws the page four times over five years of figures.
def test_opened_district_takes_the_same_queries(signed_in: SignIn, five_years: None) -> None:
    client, address = signed_in(Role.LEAD), reverse("registry:review_coverage")
    small, large = _unit("bt.phu-qui"), _unit(DISTRICT)

    counts = {_queries(client, address, {"huyen": str(unit.pk)}) for unit in (small, large)}

    assert len(counts) == 1
    assert counts.pop() <= 13


def test_coverage_says_what_is_missing(register: None, person: MakePerson, workbook: Make) -> None:
    rows = [("Huyện Bắc Bình", 200, 10, 10), ("Xã Phan Sơn", 100, 5, 5), ("Xã Phan Lâm", 100, 5, 5)]
    load_reviews(workbook(rows), 2023, name="bb.xlsx")

    coverage = review_coverage(person(Role.DISTRICT_OFFICER), [2023], opened=_unit(DISTRICT).pk)

    (row,) = coverage.rows
    assert (row.cells[0].state, row.cells[0].done, row.cells[0].due) == ("own", 2, 18)
    states = {one.unit.name: one.cells[0].state for one in row.below}
    assert states["Xã Phan Sơn"] == "own"
    assert states["Xã Phan Điền"] == "missing"
    assert [source.import_file.file_name for source in coverage.sources] == ["bb.xlsx"]


def test_merged_units_count_once_all_before_them_reported(
    register: None, person: MakePerson, workbook: Make
) -> None:
    city = ("Thành phố Phan Thiết", "", "", "")
    content = workbook([city, ("Phường Bình Hưng", 100, 5, 5), ("Phường Hưng Long", 200, 7, 8)], 2024)
    load_reviews(content, 2024, name="pt.xlsx")

    coverage = review_coverage(person(Role.LEAD), [2023, 2024], opened=_unit("bt.phan-thiet").pk)

    states = {one.unit.key: tuple(cell.state for cell in one.cells) for one in coverage.rows[0].below}
    assert states["bt.phan-thiet.binh-hung-2024"] == ("absent", "sum")
    assert states["bt.phan-thiet.hung-long"] == ("missing", "absent")
    assert states["bt.phan-thiet.lac-dao-2024"] == ("absent", "missing")


def test_villages_are_counted_in_an_opened_district(register: None, person: MakePerson) -> None:
    commune = _unit("bt.bac-binh.phan-dien")
    one, _other = (UnitFactory(kind="village", name=f"Thôn {number}", parent=commune) for number in (1, 2))
    PovertyReviewFactory(unit=one, year=2023)

    coverage = review_coverage(person(Role.COMMUNE_OFFICER), [2023], opened=_unit(DISTRICT).pk)
    lead = review_coverage(person(Role.LEAD), [2023], opened=_unit(DISTRICT).pk)

    assert coverage.rows == ()
    (row,) = [one for one in lead.rows[0].below if one.unit == commune]
    assert (row.cells[0].done, row.cells[0].due) == (1, 2)
    opened = review_coverage(person(Role.REVIEWER), [2023], opened=commune.pk)
    assert [(one.unit.name, one.cells[0].state) for one in opened.rows[0].below] == [
        ("Thôn 1", "own"),
        ("Thôn 2", "missing"),
    ]


def test_a_commune_officer_opens_the_own_villages(signed_in: SignIn, register: None) -> None:
    client, commune = signed_in(Role.COMMUNE_OFFICER), _unit("bt.bac-binh.phan-dien")
    PovertyReviewFactory(unit=UnitFactory(kind="village", name="Thôn 1", parent=commune), year=2023)

    overview = client.get(reverse("registry:review_coverage")).content.decode()

    assert f"?huyen={commune.pk}" in overview
    opened = client.get(reverse("registry:review_coverage"), {"huyen": commune.pk}).content.decode()
    assert "Thôn 1" in opened


@pytest.mark.parametrize("asked", ["x", "0", "999999999999", "-1"])
def test_an_unknown_district_is_not_there(signed_in: SignIn, asked: str) -> None:
    assert signed_in(Role.LEAD).get(reverse("registry:review_coverage"), {"huyen": asked}).status_code == 404


def test_another_district_is_not_there(signed_in: SignIn) -> None:
    client, other = signed_in(Role.DISTRICT_OFFICER), _unit("bt.ham-tan")

    assert client.get(reverse("registry:review_coverage"), {"huyen": other.pk}).status_code == 404


def test_files_open_for_those_who_see_all_of_them(
    signed_in: SignIn, person: MakePerson, five_years: None, workbook: Make
) -> None:
    rows = [("Huyện Bắc Bình", 9, 1, 1), ("Xã Phan Sơn", 100, 5, 5)]
    load_reviews(workbook(rows), 2023, name="bb.xlsx")
    own, whole = ImportFile.objects.get(file_name="bb.xlsx"), ImportFile.objects.get(year=2022)
    client = signed_in(Role.DISTRICT_OFFICER)

    answer = client.get(reverse("registry:review_file", args=[own.pk]))

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="bb.xlsx"'
    b"".join(answer.streaming_content)
    assert client.get(reverse("registry:review_file", args=[whole.pk])).status_code == 404
    assert set(review_files_readable(person(Role.AUDITOR))) == set(ImportFile.objects.all())
    assert not review_files_readable(person(Role.DISTRICT_OFFICER, "bt.ham-tan")).exists()


@pytest.mark.parametrize(
    ("measure", "first"),
    [
        ("poverty_rate", "B"),
        ("poor_rate", "B"),
        ("poor_and_near_poor", "A"),
        ("fall", "A"),
        ("households", "A"),
    ],
)
def test_units_are_ranked_by_the_measure(
    register: None, person: MakePerson, measure: str, first: str
) -> None:
    names = {"A": _unit("bt.bac-binh.phan-hoa"), "B": _unit("bt.bac-binh.phan-dien")}
    for year, a, b in ((2021, 100, 40), (2023, 50, 30)):
        PovertyReviewFactory(unit=names["A"], year=year, households=1000, poor=a, near_poor=a)
        PovertyReviewFactory(unit=names["B"], year=year, households=200, poor=b, near_poor=b)

    rows = compared_units(
        person(Role.LEAD), year=2023, measure=measure, base_year=2021, district=_unit(DISTRICT)
    )

    assert [row.unit for row in rows[:2]] == [names[first], names["B" if first == "A" else "A"]]
    assert all(row.value is None for row in rows[2:])


def test_the_highest_level_with_several_units_is_compared(register: None, person: MakePerson) -> None:
    commune = _unit("bt.bac-binh.phan-dien")
    for unit in (_unit(DISTRICT), commune, _unit("bt.ham-tan")):
        PovertyReviewFactory(unit=unit, year=2023)
    villages = [UnitFactory(kind="village", name=f"Thôn {number}", parent=commune) for number in (1, 2)]
    PovertyReviewFactory(unit=villages[0], year=2023)
    arguments = {"year": 2023, "measure": "households", "base_year": 2021}

    kinds = {
        role: {row.unit.kind for row in compared_units(person(role), **arguments)}
        for role in (Role.LEAD, Role.DISTRICT_OFFICER, Role.COMMUNE_OFFICER)
    }

    assert list(kinds.values()) == [{"district"}, {"commune"}, {"village"}]


def test_a_transferred_part_leaves_no_baseline(five_years: None, person: MakePerson) -> None:
    arguments = {"year": 2025, "measure": "fall", "base_year": 2021, "district": _unit(DISTRICT)}

    rows = compared_units(person(Role.LEAD), **arguments)
    assert {row.unit.name for row in rows if row.value is None} == {"Xã Phan Lâm", "Xã Phan Sơn"}

    at_that_time = compared_units(person(Role.REVIEWER), **arguments | {"year": 2022})
    assert all(row.value is not None for row in at_that_time)


@pytest.mark.slow  # It draws a page over five years of figures.
def test_the_comparison_says_the_same_in_bars_and_in_a_table(signed_in: SignIn, five_years: None) -> None:
    query = {"huyen": _unit("bt.phan-thiet").pk, "measure": "fall"}

    text = signed_in(Role.LEAD).get(reverse("registry:review_comparison"), query).content.decode()

    assert text.count('class="chart__label"') == text.count('<th scope="row"') == 15
    assert "chart__part--2 chart__part--marked" in text
    assert "Phường Lạc Đạo: 77,06%" in text


def test_only_whole_sums_are_compared(register: None, person: MakePerson, workbook: Make) -> None:
    rows = [("Huyện Phú Quí", 900, 9, 9), ("Xã Tam Thanh", 300, 3, 3), ("Xã Ngũ Phụng", 300, 3, 3)]
    lead = person(Role.LEAD)
    load_reviews(workbook(rows), 2023, name="a.xlsx")
    assert roll_up_differences(lead, 2023) == []

    load_reviews(workbook([*rows, ("Xã Long Hải", 300, 3, 4)]), 2023, name="b.xlsx")

    (difference,) = roll_up_differences(lead, 2023)
    assert (difference.figure, difference.stated, difference.summed) == ("near_poor", 9, 10)
    assert difference.difference == -1


def test_communes_are_compared_with_their_villages(register: None, person: MakePerson) -> None:
    commune = _unit("bt.bac-binh.phan-dien")
    villages = [UnitFactory(kind="village", name=f"Thôn {number}", parent=commune) for number in (1, 2)]
    PovertyReviewFactory(unit=commune, year=2023, households=2000, poor=190, near_poor=200)
    for village in villages:
        PovertyReviewFactory(unit=village, year=2023)

    (difference,) = roll_up_differences(person(Role.COMMUNE_OFFICER), 2023)

    assert (difference.unit, difference.figure, difference.summed) == (commune, "poor", 200)


def _seen(**changes: object) -> SeenDifference:
    facts = {"unit": _unit(DISTRICT), "year": 2021, "figure": "poor_minority", "stated": 461, "summed": 460}
    return SeenDifference(**facts | changes)


def test_a_note_says_which_side_is_right_and_changes_nothing(five_years: None, person: MakePerson) -> None:
    officer, figures = person(Role.DISTRICT_OFFICER), list(PovertyReview.objects.values_list())

    note_roll_up(seen=_seen(), right_side="summed", reason="  Xã đã đối chiếu ", actor=officer)

    (row,) = [row for row in roll_up_rows(officer, 2021) if row.item.figure == "poor_minority"]
    assert row.state == "explained"
    assert (row.note.reason, row.note.right_side, row.note.recorded_by) == (
        "Xã đã đối chiếu",
        "summed",
        officer,
    )
    assert list(PovertyReview.objects.values_list()) == figures
    assert AuditEntry.objects.filter(event="registry.roll_up_noted").count() == 1


def test_a_note_is_out_of_date_once_a_figure_changed(five_years: None, person: MakePerson) -> None:
    officer = person(Role.LEAD)
    note_roll_up(seen=_seen(), right_side="stated", reason="Làm tròn", actor=officer)
    PovertyReview.objects.filter(unit__key=DISTRICT, year=2021).update(minority_poor=465)

    states = {
        row.item.figure: row.state for row in roll_up_rows(officer, 2021) if row.item.unit.key == DISTRICT
    }

    assert states["poor_minority"] == "outdated"


@pytest.mark.parametrize("changes", [{"stated": 462}, {"summed": 461}, {"figure": "poor"}])
def test_figures_that_changed_meanwhile_are_not_judged(
    five_years: None, person: MakePerson, changes: dict[str, object]
) -> None:
    with pytest.raises(StaleState):
        note_roll_up(seen=_seen(**changes), right_side="stated", reason="x", actor=person(Role.LEAD))

    assert not RollUpNote.objects.exists()


def test_a_note_needs_its_reason(five_years: None, person: MakePerson) -> None:
    with pytest.raises(InvalidRequest):
        note_roll_up(seen=_seen(), right_side="stated", reason=" ", actor=person(Role.LEAD))


NOTERS = {Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD}


@pytest.mark.parametrize("role", ROLES)
def test_who_says_which_total_is_right(
    signed_in: SignIn, person: MakePerson, five_years: None, role: str
) -> None:
    client, district = signed_in(role), _unit(DISTRICT)
    sees = scope_of(User.objects.get(username=f"{role}-usual")).covers(district.path)

    status = client.get(_note_address(district)).status_code

    assert status == (200 if role in NOTERS else 403 if sees else 404)
    if role not in NOTERS:
        with pytest.raises(NotAllowed):
            note_roll_up(
                seen=_seen(),
                right_side="stated",
                reason="x",
                actor=User.objects.get(username=f"{role}-usual"),
            )


@pytest.mark.slow  # It walks five pages over five years of figures.
def test_a_note_is_written_on_its_page(signed_in: SignIn, five_years: None) -> None:
    client, address = signed_in(Role.DISTRICT_OFFICER), _note_address(_unit(DISTRICT))
    figures = {"stated": "461", "summed": "460"}

    empty = client.post(address, figures)
    assert set(empty.context["form"].errors) == {"right_side", "reason"}

    answer = client.post(address, figures | {"right_side": "summed", "reason": "Xã đã đối chiếu"})
    assert answer["Location"] == f"{reverse('registry:review_roll_up')}?year=2021"
    text = client.get(answer["Location"]).content.decode()
    assert "Xã đã đối chiếu" in text
    assert (
        client.post(
            address, {"stated": "1", "summed": "2", "right_side": "stated", "reason": "x"}
        ).status_code
        == 409
    )
    listed = client.get(reverse("registry:reviews"), {"year": "2021"}).content.decode()
    assert "1 đã giải thích" in listed


def test_figures_that_agree_have_nothing_to_explain(signed_in: SignIn, five_years: None) -> None:
    client, district = signed_in(Role.LEAD), _unit(DISTRICT)

    assert client.get(_note_address(district, figure="poor")).status_code == 302
    assert client.get(_note_address(district, figure="nothing")).status_code == 404
    assert client.get(_note_address(district, year=99999)).status_code == 404


RESTATED = {"households": 1700, "poor": 30, "near_poor": 40}


def test_a_restated_year_counts_for_the_present_territory(five_years: None, person: MakePerson) -> None:
    commune = _unit("bt.bac-binh.phan-lam")
    assert {point.year for point in unit_trend(commune)} == {2024, 2025}

    restate_review(
        unit=commune,
        year=2021,
        figures=RESTATED,
        document="12/BC-UBND ngày 05/01/2025",
        reason="Chuyển 4,43 km²",
        actor=person(Role.DISTRICT_OFFICER),
        recognised_on=date(2025, 1, 5),
    )

    point = unit_trend(commune)[0]
    assert (point.year, point.households, point.is_restated) == (2021, 1700, True)
    review = PovertyReview.objects.get(unit=commune, year=2021)
    assert (review.minority_households, review.import_file) == (None, None)
    assert AuditEntry.objects.filter(event="registry.review_restated").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"document": " "},
        {"year": 2025},
        {"figures": RESTATED | {"poor": 1691}},
        {"unit": "bt.bac-binh.phan-dien"},
    ],
)
def test_what_cannot_be_restated(five_years: None, person: MakePerson, changes: dict[str, object]) -> None:
    facts = {"unit": "bt.bac-binh.phan-lam", "year": 2021, "figures": RESTATED, "document": "12/BC"} | changes
    facts["unit"] = _unit(facts["unit"])

    with pytest.raises(InvalidRequest):
        restate_review(**facts, actor=person(Role.LEAD))

    assert not PovertyReview.objects.filter(is_restated=True).exists()


@pytest.mark.parametrize("role", ROLES)
def test_who_restates(signed_in: SignIn, five_years: None, role: str) -> None:
    client, commune = signed_in(role), _unit("bt.bac-binh.phan-lam")
    actor = User.objects.get(username=f"{role}-usual")
    sees = scope_of(actor).covers(commune.path)
    allowed = role in NOTERS

    status = client.get(reverse("registry:review_restate", args=[commune.pk])).status_code

    assert status == (200 if allowed else 403 if sees else 404)
    assert client.get(reverse("registry:review_unit", args=[commune.pk])).status_code == (
        200 if sees else 404
    )
    if not allowed:
        with pytest.raises(NotAllowed):
            restate_review(unit=commune, year=2021, figures=RESTATED, document="12/BC", actor=actor)


@pytest.mark.slow  # It walks seven pages over five years of figures.
def test_a_year_is_restated_on_its_page(signed_in: SignIn, five_years: None) -> None:
    client, commune = signed_in(Role.LEAD), _unit("bt.bac-binh.phan-lam")
    page, address = (reverse(f"registry:review_{name}", args=[commune.pk]) for name in ("unit", "restate"))
    assert "Địa bàn cũ" in client.get(page).content.decode()
    facts = {"year": "2021", **RESTATED, "document": "12/BC-UBND"}

    for faulty in ({"poor": "1701"}, {"recognised_on": "2026-01-01"}, {"year": "2025"}, {"document": ""}):
        assert client.post(address, facts | faulty).context["form"].errors
    assert client.post(address, facts)["Location"] == page

    text = client.get(page).content.decode()
    assert "12/BC-UBND" in text
    assert "Tính lại" in text


def test_units_that_never_changed_need_no_restating(signed_in: SignIn, five_years: None) -> None:
    client, commune = signed_in(Role.LEAD), _unit("bt.bac-binh.phan-dien")

    assert (
        "Không có năm nào"
        in client.get(reverse("registry:review_restate", args=[commune.pk])).content.decode()
    )
    assert "tinh-lai" not in client.get(reverse("registry:review_unit", args=[commune.pk])).content.decode()


def test_a_units_reviews_show_movements_and_lacks(signed_in: SignIn, register: None) -> None:
    commune = _unit("bt.bac-binh.phan-dien")
    PovertyReviewFactory(unit=commune, year=2024, poor_exits=77, lacking_water=55)

    text = (
        signed_in(Role.COMMUNE_OFFICER)
        .get(reverse("registry:review_unit", args=[commune.pk]))
        .content.decode()
    )

    assert re.search(r"Hộ thoát nghèo</dt>\s*<dd>77", text)
    assert re.search(r"Hộ thiếu hụt nước sinh hoạt và vệ sinh</dt>\s*<dd>55", text)


@pytest.mark.parametrize(("query", "is_open"), [({}, False), ({"page": "2"}, False), ({"q": "phan"}, True)])
def test_filters_are_folded_until_one_is_in_force(
    signed_in: SignIn, five_years: None, query: dict[str, str], is_open: bool
) -> None:
    text = signed_in(Role.LEAD).get(reverse("registry:reviews"), query).content.decode()

    assert bool(re.search(r'<details class="filters-box no-print" open>', text)) == is_open
