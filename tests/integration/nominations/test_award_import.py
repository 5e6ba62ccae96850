"""Award histories from files: read as offices write them, entered once, never changed and never revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed, StaleState
from core.models import AuditEntry
from nominations.imports.titles import kinds_of_heading
from nominations.models import Movement, PriorAward
from nominations.proofs.awards import awards_that_differ
from nominations.services.decisions import EarlierAward, record_prior_award, revoke_award
from nominations.services.rounds import start_movement
from registry.enums import RowState, SuccessionKind, UnitKind
from registry.services.imports import confirm_file
from registry.services.people import create_household, create_individual
from tests.factories import Cast
from tests.factories.nominations import PLAN
from tests.factories.registry import UnitFactory, UnitSuccessionFactory
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, load, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

HEADS = [
    *("STT", "Hình thức khen thưởng", "Mã hộ, cá nhân", "Tên tập thể, cá nhân, hộ gia đình", "Huyện"),
    *("Năm", "Số quyết định", "Ngày quyết định", "Cấp khen thưởng", "Phong trào"),
]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def movement(cast: Cast) -> Movement:
    return start_movement(plan_id=PLAN)


def history(*rows: tuple[Any, ...]) -> list[list[Any]]:
    """A list of awards: award, code, name, district, year, decision, day, issuer, movement a row."""
    return [HEADS, *([at, *row, *([""] * (9 - len(row)))] for at, row in enumerate(rows, 1))]


PROVINCE = "Bằng khen của Chủ tịch UBND tỉnh"
GOOD = (PROVINCE, "", "Xã Phan Điền", "Bắc Bình", 2023, "210/QĐ-UBND", "15/12/2023")


def test_an_offices_history_is_understood(cast: Cast, movement: Movement) -> None:
    household = create_household(facts={"unit": cast.commune, "name": "Nguyễn Thị Hòa", "birth_year": 1968})
    person = create_individual(facts={"unit": cast.agency, "name": "Trần Văn Bình", "birth_year": 1975})
    content = workbook(
        [
            ["UBND TỈNH BÌNH THUẬN"],
            ["DANH SÁCH KHEN THƯỞNG NĂM 2022"],
            [],
            HEADS,
            ["I", "Tập thể"],
            [1, "Bằng khen UBND tỉnh", "", "X. Phan Điền", "H. Bắc Bình", "", "Số 210/QĐ-UBND", "15/12/2022"],
            [2, "Bằng khen", "", "Hội Nông dân tỉnh", "", 2023, "99/QĐ-UBND ngày 10/1/2024", "", "UBND tỉnh"],
            [3, "BẰNG KHEN CỦA TTG", "", "Huyện Bắc Bình", "", 2023, "1/QĐ-TTg, ngày 5 tháng 1 năm 2024", ""],
            [
                4,
                "Giấy khen",
                "",
                "Nhân dân và cán bộ xã Phan Điền, huyện Bắc Bình",
                "",
                2023,
                "12/QĐ-UBND",
                "01/02/2023",
                "Chủ tịch UBND huyện Bắc Bình",
            ],
            ["II", "Hộ gia đình, cá nhân"],
            [
                5,
                "Giấy khen",
                household.code,
                "Hộ bà NGUYỄN THỊ HOÀ",
                "",
                2022,
                "12/QĐ-UBND",
                "01/02/2023",
                "UBND huyện",
            ],
            [6, PROVINCE, person.code, "Trần Văn Bình", "", 2022, "210/QĐ-UBND", "15/12/2022", "", "không"],
            [],
            [None, "", "", "NGƯỜI LẬP BIỂU"],
        ]
    )

    staged = load("awards", content, cast["reviewer"])

    assert reasons(staged) == {}
    before = AuditEntry.objects.count()
    confirmed(staged, cast["reviewer"])
    assert [one.event for one in AuditEntry.objects.order_by("seq")[before:]] == ["registry.file_imported"]
    found = {
        (one.award, (one.unit or one.household or one.individual).name): one
        for one in PriorAward.objects.all()
    }
    first = found["province_certificate", "Xã Phan Điền"]
    assert (first.round_year, first.decision_number, first.decided_on, first.issuer, first.movement) == (
        2022,
        "210/QĐ-UBND",
        date(2022, 12, 15),
        "Chủ tịch UBND tỉnh",
        movement,
    )
    assert found["province_certificate", "Hội Nông dân tỉnh"].decided_on == date(2024, 1, 10)
    assert found["pm_certificate", "Huyện Bắc Bình"].decided_on == date(2024, 1, 5)
    assert found["commendation", "Nguyễn Thị Hòa"].household == household
    assert found["province_certificate", "Trần Văn Bình"].movement is None
    by_hand = record_prior_award(
        earlier=EarlierAward(
            "province_certificate", 2022, "9/QĐ-UBND", date(2022, 12, 15), "UBND tỉnh", movement
        ),
        nominee=cast.commune,
        actor=cast["reviewer"],
    )
    assert (first.prize_raw, first.prize_amount) == (by_hand.prize_raw, by_hand.prize_amount)
    assert first.prize_amount


def test_the_same_history_again_changes_nothing(cast: Cast, movement: Movement) -> None:
    rows = history(GOOD, (PROVINCE, "", "Huyện Bắc Bình", "", 2023, "210/QĐ-UBND", "15/12/2023"))
    confirmed(load("awards", rows, cast["reviewer"]), cast["reviewer"])
    rows[1][6], rows[1][8] = "Quyết định số 210/qđ-ubnd", "Chủ tịch Ủy ban nhân dân tỉnh"

    again = load("awards", rows, cast["reviewer"])
    confirmed(again, cast["reviewer"])

    assert counts(again) == (0, 0, 2, 0)
    assert PriorAward.objects.count() == 2


def test_a_revoked_award_stays_revoked_and_is_not_entered_anew(cast: Cast, movement: Movement) -> None:
    confirmed(load("awards", history(GOOD), cast["reviewer"]), cast["reviewer"])
    revoke_award(
        award=PriorAward.objects.get(),
        number="9/QĐ-UBND",
        revoked_on=date(2025, 1, 1),
        reason="Sai",
        actor=cast["standing_body"],
    )

    again = load("awards", history(GOOD), cast["reviewer"])

    assert counts(again) == (0, 0, 1, 0)
    assert PriorAward.objects.get().revoked_on == date(2025, 1, 1)


def test_what_cannot_be_known_is_refused_with_its_reason(cast: Cast, movement: Movement) -> None:
    confirmed(load("awards", history(GOOD), cast["reviewer"]), cast["reviewer"])
    household = create_household(facts={"unit": cast.commune, "name": "Lê A"})
    rest = ("Bắc Bình", 2022, "1/QĐ-UBND", "01/02/2023")

    staged = load(
        "awards",
        history(
            ("Huân chương", "", "Xã Phan Điền", *rest),
            ("Bằng khen", "", "Xã Phan Điền", *rest, "Bộ Lao động"),
            ("Giấy khen", "", "Xã Phan Điền", *rest),
            (PROVINCE, "", "Xã Phan Điền", "", 2022, "210", "01/02/2023"),
            (PROVINCE, "", "Xã Phan Điền", "", 2022, "1/QĐ-UBND", ""),
            (PROVINCE, "", "Xã Phan Điền", "", 2022, "1/QĐ-UBND ngày 01/02/2023", "02/02/2023"),
            (PROVINCE, "", "Xã Phan Điền", "", 2022, "1/QĐ-UBND", "16/12/2025"),
            (PROVINCE, "", "Xã Phan Điền", "", "", "1/QĐ-UBND", "01/02/2023"),
            (PROVINCE, "", "Xã Phan Điền", "", 2024, "1/QĐ-UBND", "01/02/2023"),
            (PROVINCE, "", "Xã Phan Điền", "", 2019, "1/QĐ-UBND", "01/02/2023"),
            (PROVINCE, "", "Nguyễn Văn Tám", *rest),
            (PROVINCE, "H-LA", "Lê A", *rest),
            (PROVINCE, household.code, "Lê B", *rest),
            (PROVINCE, "", "Xã Phan Điền", "", 2022, "210/QĐ-UBND", "15/12/2023"),
            (*GOOD, "", "không"),
            (PROVINCE, "", "Xã Phan Điền", *rest, "", "Phong trào lạ"),
            (PROVINCE, "", "Xã Phan Điền", *rest),
            (PROVINCE, "", "phan điền", "", 2022, "1/qđ-ubnd", "01/02/2023"),
            (PROVINCE, "", "X. Phan Điền", "", 2022, "1/QĐ-UBND", "01/02/2023", "UBND tỉnh"),
        ),
        cast["reviewer"],
    )

    assert reasons(staged) == {
        2: ["award_unknown"],
        3: ["award_whose"],
        4: ["issuer_missing"],
        5: ["decision_unreadable"],
        6: ["decided_on_missing"],
        7: ["decision_days_differ"],
        8: ["day_future"],
        9: ["year_missing"],
        10: ["year_after_decision"],
        11: ["movement_other_years"],
        12: ["nominee_unknown"],
        13: ["code_unknown"],
        14: ["nominee_differs"],
        15: ["award_other_year"],
        16: ["award_other_movement"],
        17: ["movement_unknown"],
        19: ["nominee_unknown"],
        20: ["row_repeated"],
    }


def test_an_award_goes_to_the_unit_of_its_day(cast: Cast, movement: Movement) -> None:
    old = UnitFactory(
        key="phu-cu", admin_type="xa", name="Xã Phú Cũ", parent=cast.district, valid_until=date(2024, 12, 31)
    )
    UnitSuccessionFactory(
        predecessor=old, successor=cast.commune, kind=SuccessionKind.MERGED, on=date(2025, 1, 1)
    )
    village = UnitFactory(kind=UnitKind.VILLAGE, admin_type="thon", name="Thôn Phú Sơn", parent=cast.commune)
    rows = [
        ["Hình thức", "Tên tập thể", "Xã", "Năm", "Số quyết định", "Ngày ký"],
        [PROVINCE, "Xã Phú Cũ", "", 2023, "1/QĐ-UBND", "01/12/2023"],
        [PROVINCE, "Xã Phú Cũ", "", 2024, "2/QĐ-UBND", "01/12/2025"],
        [PROVINCE, "Thôn Phú Sơn", "Phan Điền", 2024, "2/QĐ-UBND", "01/12/2025"],
        [PROVINCE, "Thôn Lạ", "Phan Điền", 2024, "2/QĐ-UBND", "01/12/2025"],
    ]

    staged = load("awards", rows, cast["standing_body"])
    confirmed(staged, cast["standing_body"])

    assert reasons(staged) == {5: ["unit_unknown"]}
    assert list(PriorAward.objects.order_by("pk").values_list("unit", flat=True)) == [
        old.pk,
        cast.commune.pk,
        village.pk,
    ]


def test_several_movements_of_a_year_are_asked_about(cast: Cast, movement: Movement) -> None:
    Movement.objects.create(
        plan_id="mau-khong-cap-huyen", name="Phong trào mẫu", starts_in=2021, ends_in=2030
    )

    staged = load(
        "awards",
        history(GOOD, (*GOOD[:2], "Huyện Bắc Bình", *GOOD[3:], "", "Phong trào mẫu")),
        cast["reviewer"],
    )

    assert reasons(staged) == {2: ["movement_unclear"], 3: ["award_not_in_plan"]}


def test_an_award_entered_since_the_preview_stops_the_file(cast: Cast, movement: Movement) -> None:
    staged = load("awards", history(GOOD), cast["reviewer"])
    twin = load("awards", history(GOOD), cast["standing_body"])
    confirmed(twin, cast["standing_body"])

    with pytest.raises(StaleState):
        confirm_file(import_file=staged, actor=cast["reviewer"])

    assert PriorAward.objects.count() == 1


def test_the_preview_names_award_and_movement(
    cast: Cast, movement: Movement, client_of: Callable[[str], Client], django_assert_max_num_queries: Any
) -> None:
    client = client_of("reviewer")
    rows = history(
        *[(PROVINCE, "", "Xã Phan Điền", "", 2023, f"{at}/QĐ-UBND", "15/12/2023") for at in range(1, 31)]
    )

    page = upload(client, "awards", workbook(rows))

    staged = page.context["staged"]
    assert len(rows_of(staged, RowState.NEW)) == 30
    address = reverse("registry:import_file", args=[staged.pk])
    # The last notes who looked, when the page has left.
    with django_assert_max_num_queries(14):
        text = client.get(address).content.decode()
    assert movement.name in text
    assert "province_certificate" not in text
    assert client.post(reverse("registry:import_confirm", args=[staged.pk])).status_code == 302
    assert PriorAward.objects.count() == 30


@pytest.mark.parametrize(
    "name", ["commune", "district", "agency", "lead", "overseer", "auditor", "administrator"]
)
def test_other_roles_load_no_history(cast: Cast, movement: Movement, client_of: Any, name: str) -> None:
    with pytest.raises(NotAllowed):
        load("awards", history(GOOD), cast[name])
    assert client_of(name).get(reverse("registry:import_upload", args=["awards"])).status_code == 403
    assert client_of(name).get(reverse("registry:import_template", args=["awards"])).status_code == 403


ANNEX = [
    ["DANH SÁCH ĐƯỢC TẶNG BẰNG KHEN NĂM 2023"],
    ["(Kèm theo Quyết định số 2150/QĐ-UBND ngày 25/12/2023 của Chủ tịch UBND tỉnh)"],
    ["STT", "Tên", "Địa chỉ"],
]


@pytest.mark.parametrize(
    ("name", "address", "unit"),
    [
        ("Tập thể xã Phan Điền", "huyện Bắc Bình", "Xã Phan Điền"),
        ("Đảng bộ, chính quyền và nhân dân xã Phan Điền", "huyện Bắc Bình", "Xã Phan Điền"),
        ("Cán bộ và Nhân dân xã Phan Điền", "huyện Bắc Bình", "Xã Phan Điền"),
        ("Quân và nhân dân huyện Bắc Bình", "", "Huyện Bắc Bình"),
        ("Tập thể cán bộ, nhân dân huyện Bắc Bình", "", "Huyện Bắc Bình"),
        ("Tập thể Hội Nông dân tỉnh", "", "Hội Nông dân tỉnh"),
    ],
)
def test_a_collective_is_its_unit_however_it_is_called(
    cast: Cast, movement: Movement, name: str, address: str, unit: str
) -> None:
    rows = [*ANNEX, ["I", "TẬP THỂ", ""], [1, name, address]]

    staged = load("awards", rows, cast["reviewer"])

    assert (counts(staged), reasons(staged)) == ((1, 0, 0, 0), {})
    confirmed(staged, cast["reviewer"])
    honoured = PriorAward.objects.get().unit
    assert honoured is not None
    assert honoured.name == unit


def test_a_party_committee_is_not_its_commune(cast: Cast, movement: Movement) -> None:
    rows = [*ANNEX, ["I", "TẬP THỂ", ""], [1, "Đảng bộ xã Phan Điền", "huyện Bắc Bình"]]

    assert reasons(load("awards", rows, cast["reviewer"])) == {5: ["nominee_unknown"]}


@pytest.mark.parametrize(
    "heading", ["HỘ GIA ĐÌNH, CÁ NHÂN", "Tập thể, hộ gia đình và cá nhân (03 trường hợp)"]
)
@pytest.mark.parametrize(
    "name",
    ["Hộ ông Mang Dũng", "Hộ ông Mang Dũng và bà Lê Thị Bưởi", "Gia đình ông Mang Dũng, bà Lê Thị Bưởi"],
)
def test_below_a_mixed_heading_each_rows_title_says_what_it_is(
    cast: Cast, movement: Movement, heading: str, name: str
) -> None:
    home = create_household(facts={"unit": cast.commune, "name": "Mang Dũng"})
    person = create_individual(facts={"unit": cast.commune, "name": "Trần Văn Bình"})
    address = "xã Phan Điền, huyện Bắc Bình"
    rows = [*ANNEX, ["I", "TẬP THỂ", ""], ["II", heading, ""]]
    rows += [[1, name, address], [2, "Ông Trần Văn Bình", address], ["Tổng cộng", "02 trường hợp", ""]]

    staged = load("awards", rows, cast["reviewer"])

    assert (counts(staged), reasons(staged)) == ((2, 0, 0, 0), {})
    confirmed(staged, cast["reviewer"])
    assert {(one.household, one.individual) for one in PriorAward.objects.all()} == {
        (home, None),
        (None, person),
    }


def test_the_log_names_each_award_that_a_file_brought(cast: Cast, movement: Movement) -> None:
    confirmed(load("awards", history(GOOD), cast["reviewer"]), cast["reviewer"])
    assert list(awards_that_differ()) == []

    PriorAward.objects.update(issuer="Ai khác")

    (flaw,) = awards_that_differ()
    assert flaw.subject == f"nominations.prioraward:{PriorAward.objects.get().pk}"


@pytest.mark.parametrize(
    "heading",
    [
        *("CÁ NHÂN (01 người)", "CÁ NHÂN: 05 người", "Cá nhân: 05 đồng chí", "Cá nhân (05 ông, bà)"),
        *("Cá nhân có tên sau", "Phần II. CÁ NHÂN", "CÁ NHÂN TIÊU BIỂU", "Một dòng không ai hiểu"),
    ],
)
def test_a_person_never_stands_under_the_heading_of_households(
    cast: Cast, movement: Movement, heading: str
) -> None:
    create_household(facts={"unit": cast.commune, "name": "Nguyễn Văn Khá"})
    create_household(facts={"unit": cast.commune, "name": "Mang Dũng"})
    person = create_individual(facts={"unit": cast.commune, "name": "Nguyễn Văn Khá"})
    address = "xã Phan Điền, huyện Bắc Bình"
    rows = [*ANNEX, ["I", "HỘ GIA ĐÌNH (Có 01 hộ)", ""], [1, "Hộ ông Mang Dũng", address]]
    rows += [["II", heading, ""], [1, "Ông Nguyễn Văn Khá", address]]

    staged = load("awards", rows, cast["reviewer"])

    assert (counts(staged), reasons(staged)) == ((2, 0, 0, 0), {})
    confirmed(staged, cast["reviewer"])
    assert PriorAward.objects.get(individual__isnull=False).individual == person


@pytest.mark.parametrize("name", ["Tập thể xã Phan Điền", "Hộ ông Mang Dũng", "Cá nhân ông Mang Dũng"])
def test_whoever_is_named_heads_nothing(name: str) -> None:
    assert kinds_of_heading(name) == frozenset()
