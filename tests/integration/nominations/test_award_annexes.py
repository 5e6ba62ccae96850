"""Annexes of decisions as award history: title, groups, nominees without a code, and questions instead of guesses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from nominations.imports.titles import read_list_title
from nominations.models import Movement, PriorAward
from nominations.services.rounds import start_movement
from registry.enums import ImportStatus, RowState, SuccessionKind, UnitKind
from registry.imports import ImportOptions
from registry.imports.sentences import kept_file_sentence
from registry.services.imports import answer_questions, receive_file
from registry.services.people import create_household, create_individual
from tests.factories import Cast
from tests.factories.nominations import PLAN
from tests.factories.registry import UnitFactory, UnitSuccessionFactory
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, found, load, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

TITLE = "DANH SÁCH TẬP THỂ, CÁ NHÂN ĐƯỢC TẶNG BẰNG KHEN"
DECISION = "(Kèm theo Quyết định số 2150/QĐ-UBND ngày 25/12/2023 của Chủ tịch UBND tỉnh Bình Thuận)"
HEADS = ["STT", "Tên tập thể, cá nhân, hộ gia đình", "Địa chỉ, đơn vị"]
ROWS: list[list[Any]] = [
    ["I", "TẬP THỂ"],
    [1, "Nhân dân và cán bộ xã Phan Điền", "huyện Bắc Bình"],
    ["II", "HỘ GIA ĐÌNH"],
    [1, "Hộ ông Mang Dũng", "Thôn Tân Điền, xã Phan Điền"],
    ["III", "CÁ NHÂN"],
    [1, "Ông Nguyễn Văn Khá", "Phó Chủ tịch UBND xã Phan Điền"],
]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def movement(cast: Cast) -> Movement:
    return start_movement(plan_id=PLAN)


def annex(*rows: list[Any], title: str = TITLE, decision: str = DECISION) -> bytes:
    """An annex as a decision's clerk makes it."""
    return workbook([[title], [decision], [], HEADS, *(rows or ROWS)])


def failed(cast: Cast, content: bytes, **options: Any) -> str:
    """The sentence with which the file as a whole is refused."""
    file = receive_file(
        kind="awards",
        upload=ContentFile(content, "phu-luc.xlsx"),
        options=ImportOptions(**options),
        actor=cast["reviewer"],
    )
    file.refresh_from_db()
    assert file.status == ImportStatus.FAILED
    return file.problem


def household(cast: Cast, name: str = "Mang Dũng", **facts: Any) -> Any:
    return create_household(facts={"unit": cast.commune, "name": name, **facts})


def individual(cast: Cast, name: str = "Nguyễn Văn Khá", **facts: Any) -> Any:
    return create_individual(facts={"unit": cast.commune, "name": name, **facts})


def test_an_annex_is_read_as_it_was_issued(cast: Cast, movement: Movement) -> None:
    home, person = household(cast), individual(cast)

    staged = load("awards", annex(), cast["reviewer"], year=2023)
    confirmed(staged, cast["reviewer"])

    assert counts(staged) == (3, 0, 0, 0)
    given = list(PriorAward.objects.order_by("pk"))
    assert [one.unit or one.household or one.individual for one in given] == [cast.commune, home, person]
    assert {
        (one.award, one.decision_number, one.decided_on, one.issuer, one.round_year, one.movement)
        for one in given
    } == {
        (
            "province_certificate",
            "2150/QĐ-UBND",
            date(2023, 12, 25),
            "Chủ tịch UBND tỉnh Bình Thuận",
            2023,
            movement,
        )
    }
    assert counts(load("awards", annex(), cast["reviewer"], year=2023)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("title", "decision", "award", "issuer"),
    [
        (
            "DANH SÁCH ĐƯỢC TẶNG BẰNG KHEN CỦA THỦ TƯỚNG CHÍNH PHỦ NĂM 2023",
            "(Kèm theo Quyết định số 15/QĐ-TTg ngày 05 tháng 01 năm 2024 của Thủ tướng Chính phủ)",
            "pm_certificate",
            "Thủ tướng Chính phủ",
        ),
        (
            "Danh sách tập thể được tặng Giấy khen năm 2023",
            "Kèm theo QĐ số: 88 /QĐ-UBND, ngày 5-1-2024 của Chủ tịch UBND huyện Bắc Bình",
            "commendation",
            "Chủ tịch UBND huyện Bắc Bình",
        ),
        (
            "Tặng thưởng Bằng khen thành tích năm 2023",
            "(Ban hành kèm theo Quyết định 9/QĐ-UBND ngày 05.01.2024 của Chủ tịch Ủy ban nhân dân tỉnh)",
            "province_certificate",
            "Chủ tịch Ủy ban nhân dân tỉnh",
        ),
    ],
)
def test_titles_say_award_decision_and_year(
    cast: Cast, movement: Movement, title: str, decision: str, award: str, issuer: str
) -> None:
    content = annex(["I", "Tập thể"], [1, "Xã Phan Điền", ""], title=title, decision=decision)

    confirmed(load("awards", content, cast["reviewer"]), cast["reviewer"])

    given = PriorAward.objects.get()
    assert (given.award, given.issuer, given.round_year) == (award, issuer, 2023)
    assert given.decided_on == date(2024, 1, 5)


def test_the_form_says_what_the_title_leaves_open(cast: Cast, movement: Movement) -> None:
    content = annex(["I", "Tập thể"], [1, "Xã Phan Điền", ""], title="DANH SÁCH KHEN THƯỞNG", decision="")
    given = {
        "decision_number": "2150/QĐ-UBND",
        "decided_on": "2023-12-25",
        "issuer": "Chủ tịch UBND tỉnh",
        "award": "province_certificate",
    }

    confirmed(load("awards", content, cast["reviewer"], year=2023, given=given), cast["reviewer"])

    one = PriorAward.objects.get()
    assert (one.award, one.decision_number, one.decided_on) == (
        "province_certificate",
        "2150/QĐ-UBND",
        date(2023, 12, 25),
    )


@pytest.mark.parametrize(
    ("title", "decision", "options", "code"),
    [
        (TITLE, DECISION, {}, "year_untold"),
        (TITLE, "", {"year": 2023}, "decision_untold"),
        ("DANH SÁCH", DECISION, {"year": 2023}, "award_untold"),
        ("DANH SÁCH ĐỀ NGHỊ TẶNG BẰNG KHEN", "", {"year": 2023}, "list_of_proposals"),
        (TITLE, DECISION, {"year": 2023, "given": {"decision_number": "2151/QĐ-UBND"}}, "form_differs"),
        (TITLE, DECISION, {"year": 2023, "given": {"decided_on": "2023-12-26"}}, "form_differs"),
        (TITLE, DECISION, {"year": 2023, "given": {"issuer": "Thủ tướng Chính phủ"}}, "form_differs"),
        (TITLE, DECISION, {"year": 2023, "given": {"award": "commendation"}}, "form_differs"),
        ("BẰNG KHEN NĂM 2022", DECISION, {"year": 2023}, "list_year_differs"),
    ],
)
def test_what_nobody_says_or_two_say_differently_is_a_sentence(
    cast: Cast, movement: Movement, title: str, decision: str, options: dict[str, Any], code: str
) -> None:
    problem = failed(cast, annex(title=title, decision=decision), **options)

    assert f'"{code}"' in problem
    assert kept_file_sentence(problem)


def test_sheets_of_an_annex_are_read_one_by_one(cast: Cast, movement: Movement) -> None:
    home = household(cast)
    book = Workbook()
    for name, rows in (
        ("Tập thể", [["DANH SÁCH TẬP THỂ"], HEADS, [1, "Xã Phan Điền", "huyện Bắc Bình"]]),
        ("Hộ", [["DANH SÁCH HỘ GIA ĐÌNH"], HEADS, [1, "Mang Dũng", "xã Phan Điền"]]),
    ):
        sheet = book.create_sheet(name)
        for row in [[TITLE], [DECISION], *rows]:
            sheet.append(row)
    book.remove(book.worksheets[0])
    packed = BytesIO()
    book.save(packed)

    staged = load("awards", packed.getvalue(), cast["reviewer"], year=2023)
    confirmed(staged, cast["reviewer"])

    assert [one.unit or one.household for one in PriorAward.objects.order_by("pk")] == [cast.commune, home]


def asked(cast: Cast, *rows: list[Any]) -> dict[int, tuple[str, list[str]]]:
    """Number of each row that asks -> its question and the answers that it offers."""
    staged = load("awards", annex(*rows), cast["reviewer"], year=2023)
    return {
        row.number: (row.code, [one.value for one in row.choices]) for row in rows_of(staged, RowState.ASKED)
    }


def test_several_or_none_of_a_name_ask(cast: Cast, movement: Movement) -> None:
    first, second = household(cast, birth_year=1960), household(cast, birth_year=1971)
    elsewhere = UnitFactory(kind=UnitKind.COMMUNE, admin_type="xa", name="Xã Khác", parent=cast.district)
    far = create_individual(facts={"unit": elsewhere, "name": "Nguyễn Văn Khá"})

    found_questions = asked(cast, *ROWS, [2, "Bà Trần Thị Lạ", "xã Phan Điền"])

    assert found_questions == {
        8: ("nominee_several", [f"this_one:{first.pk}", f"this_one:{second.pk}", "leave_out"]),
        10: ("nominee_several", [f"this_one:{far.pk}", "leave_out"]),
        11: ("nominee_none", ["leave_out"]),
    }


def test_a_year_of_birth_or_a_village_tells_two_apart(cast: Cast, movement: Movement) -> None:
    household(cast, birth_year=1960, address="Thôn Phú Sơn")
    meant = household(cast, birth_year=1971, address="Thôn Tân Điền")
    heads = [*HEADS, "Năm sinh"]
    rows = [
        ["II", "HỘ GIA ĐÌNH"],
        [1, "Hộ ông Mang Dũng", "Thôn Tân Điền, xã Phan Điền", ""],
        [2, "Hộ ông Mang Dũng", "xã Phan Điền", 1971],
        [3, "Hộ ông Mang Dũng", "xã Phan Điền", 1999],
    ]

    staged = load("awards", workbook([[TITLE], [DECISION], heads, *rows]), cast["reviewer"], year=2023)

    assert [row.target for row in rows_of(staged, RowState.NEW)] == ["n0.5"]
    assert reasons(staged) == {6: ["row_repeated"]}
    assert [row.number for row in rows_of(staged, RowState.ASKED)] == [7]
    confirmed(staged, cast["reviewer"])
    assert PriorAward.objects.get().household == meant


def test_a_whole_district_is_too_wide_for_a_name_alone(cast: Cast, movement: Movement) -> None:
    person = individual(cast)

    assert asked(cast, ["III", "CÁ NHÂN"], [1, "Ông Nguyễn Văn Khá", "huyện Bắc Bình"]) == {
        6: ("nominee_several", [f"this_one:{person.pk}", "leave_out"])
    }


def test_answers_choose_or_leave_out(cast: Cast, movement: Movement) -> None:
    household(cast, birth_year=1960)
    second = household(cast, birth_year=1971)
    staged = load("awards", annex(*ROWS), cast["reviewer"], year=2023)

    answer_questions(
        import_file=staged,
        answers={"0:8": f"this_one:{second.pk}", "0:10": "leave_out"},
        actor=cast["reviewer"],
    )
    staged.refresh_from_db()
    confirmed(staged, cast["reviewer"])

    assert found(staged, "left_out") == [(10, "Ông Nguyễn Văn Khá")]
    assert [one.unit or one.household for one in PriorAward.objects.order_by("pk")] == [cast.commune, second]


def test_an_answer_that_no_longer_stands_is_asked_again(cast: Cast, movement: Movement) -> None:
    household(cast)
    household(cast)
    staged = load("awards", annex(*ROWS[2:4]), cast["reviewer"], year=2023)

    answer_questions(import_file=staged, answers={"0:6": "this_one:999999"}, actor=cast["reviewer"])

    staged.refresh_from_db()
    assert staged.counts[RowState.ASKED] == 1


def test_people_of_a_commune_that_was_merged_are_found_where_they_are_now(
    cast: Cast, movement: Movement
) -> None:
    old = UnitFactory(
        key="phu-cu", admin_type="xa", name="Xã Phú Cũ", parent=cast.district, valid_until=date(2024, 12, 31)
    )
    UnitSuccessionFactory(
        predecessor=old, successor=cast.commune, kind=SuccessionKind.MERGED, on=date(2025, 1, 1)
    )
    stayed = create_household(facts={"unit": cast.commune, "name": "Mang Dũng"})

    staged = load("awards", annex(["II", "Hộ"], [1, "Mang Dũng", "xã Phú Cũ"]), cast["reviewer"], year=2023)
    confirmed(staged, cast["reviewer"])

    assert PriorAward.objects.get().household == stayed


def test_rows_without_a_group_say_themselves_what_they_are(cast: Cast, movement: Movement) -> None:
    home, person, plain = household(cast), individual(cast), individual(cast, "Lê Thị Mơ")

    staged = load(
        "awards",
        annex(
            [1, "Đảng bộ, chính quyền lạ", "huyện Bắc Bình"],
            [2, "Hộ ông Mang Dũng", "xã Phan Điền"],
            [3, "Ông Nguyễn Văn Khá, Phó Chủ tịch UBND xã Phan Điền", ""],
            [4, "Lê Thị Mơ", "xã Phan Điền, huyện Bắc Bình"],
            [5, "UBND xã Phan Điền", ""],
            [None, "NGƯỜI LẬP BIỂU", None],
        ),
        cast["reviewer"],
        year=2023,
    )
    confirmed(staged, cast["reviewer"])

    assert reasons(staged) == {5: ["nominee_unknown"]}
    given = [one.unit or one.household or one.individual for one in PriorAward.objects.order_by("pk")]
    assert given == [home, person, plain, cast.commune]


def test_a_list_of_people_names_their_unit_in_a_column_of_its_own(cast: Cast, movement: Movement) -> None:
    person = individual(cast)
    rows = [
        [TITLE],
        [DECISION],
        ["TT", "Họ và tên", "Chức vụ", "Đơn vị"],
        [1, "Nguyễn Văn Khá", "Phó Chủ tịch", "UBND xã Phan Điền, huyện Bắc Bình"],
    ]

    confirmed(load("awards", rows, cast["reviewer"], year=2023), cast["reviewer"])

    assert PriorAward.objects.get().individual == person


@pytest.mark.parametrize(
    ("head", "row", "merged"),
    [
        (["TT", "Họ và tên", "", "Chức vụ"], [1, "Nguyễn Văn", "Khá"], ["B3:C3"]),
        (["TT", "Họ và tên đệm", "Tên", "Chức vụ"], [1, "Nguyễn Văn", "Khá"], []),
        (["TT", "Họ và tên/Tên tập thể", "Mức thưởng", "Chức vụ"], [1, "Nguyễn Văn Khá", 500_000], []),
        (["TT", "Tên", "Mức thưởng", "Chức vụ"], [1, "Nguyễn Văn Khá", 500_000], []),
    ],
)
def test_names_stand_under_further_headings(
    cast: Cast, movement: Movement, head: list[str], row: list[Any], merged: list[str]
) -> None:
    person = individual(cast)
    content = workbook(
        [[TITLE], [DECISION], head, [*row, "UBND xã Phan Điền, huyện Bắc Bình"]], merged=merged
    )

    confirmed(load("awards", content, cast["reviewer"], year=2023), cast["reviewer"])

    assert PriorAward.objects.get().individual == person


@pytest.mark.parametrize(
    ("title", "award"),
    [
        ("được Chủ tịch UBND tỉnh tặng Bằng khen", "province_certificate"),
        ("được Chủ tịch Ủy ban nhân dân tỉnh Bình Thuận xét tặng Bằng khen", "province_certificate"),
        ("được Thủ tướng Chính phủ tặng Bằng khen", "pm_certificate"),
        # A letterhead gives nothing, and two givers leave it open.
        ("ỦY BAN NHÂN DÂN TỈNH BÌNH THUẬN. DANH SÁCH được tặng Bằng khen", "certificate"),
        ("UBND tỉnh tặng Bằng khen và Thủ tướng tặng Bằng khen", "certificate"),
        ("Bằng khen của Thủ tướng Chính phủ", "pm_certificate"),
    ],
)
def test_a_title_may_name_the_giver_before_the_award(title: str, award: str) -> None:
    assert read_list_title([title]).award == award


def test_a_mark_of_doubt_keeps_an_award_out(cast: Cast, movement: Movement) -> None:
    individual(cast)
    head = ["Họ và tên", "Chức vụ", "Hình thức khen thưởng", "Cấp khen"]
    giver = "Chủ tịch UBND huyện Bắc Bình"
    content = workbook(
        [[TITLE], [DECISION], head, ["Nguyễn Văn Khá", "UBND xã Phan Điền", "Giấy khen?", giver]]
    )

    assert reasons(load("awards", content, cast["reviewer"], year=2023)) == {4: ["cell_doubted"]}


def test_rows_do_not_ask_the_database_one_by_one(
    cast: Cast, movement: Movement, django_assert_max_num_queries: Any
) -> None:
    for at in range(40):
        household(cast, f"Mang Văn {at}")
    rows = [[at + 1, f"Hộ ông Mang Văn {at}", "xã Phan Điền"] for at in range(40)]

    with django_assert_max_num_queries(60):
        staged = load("awards", annex(["II", "Hộ gia đình"], *rows), cast["reviewer"], year=2023)

    assert counts(staged) == (40, 0, 0, 0)


def test_the_page_puts_the_candidates_side_by_side(
    cast: Cast, movement: Movement, client_of: Callable[[str], Client]
) -> None:
    first = household(cast, birth_year=1960)
    household(cast, birth_year=1971)
    client = client_of("reviewer")

    page = upload(client, "awards", annex(*ROWS[2:4]), year=2023)

    text = page.content.decode()
    assert first.code in text
    assert "1971" in text
    staged = page.context["staged"]
    answer = {"answer-0:6": f"this_one:{first.pk}"}
    page = client.post(reverse("registry:import_answer", args=[staged.pk]), answer, follow=True)
    client.post(reverse("registry:import_confirm", args=[staged.pk]))
    assert PriorAward.objects.get().household == first
