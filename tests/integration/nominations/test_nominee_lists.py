"""Lists of nominees: drafts for those who are found, questions for the rest, nothing twice, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from nominations.enums import RoundStatus, Status
from nominations.models import AwardRound, Dossier
from nominations.services.dossiers import Nomination, start_dossier
from registry.enums import ImportStatus, RowState, UnitKind
from registry.imports import ImportOptions
from registry.models import Household, ImportFile
from registry.services.imports import answer_questions, confirm_file, receive_file
from registry.services.people import create_household, create_individual, update_household
from tests.factories import Cast, make_cast
from tests.factories.nominations import running_round
from tests.factories.registry import UnitFactory
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, found, load, reasons, rows_of, upload
from tests.races import at_once, one_success

pytestmark = pytest.mark.django_db

HEADS = [
    *("STT", "Họ và tên/Tên đơn vị", "Năm sinh", "Địa chỉ", "Hình thức đề nghị", "Tóm tắt thành tích"),
]
PROVINCE = "Bằng khen của Chủ tịch UBND tỉnh"
LIST: list[list[Any]] = [
    ["UBND XÃ PHAN ĐIỀN"],
    ["DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG NĂM 2025"],
    ["(Kèm theo Tờ trình số 15/TTr-UBND ngày 05/12/2025 của UBND xã Phan Điền)"],
    HEADS,
    ["I", "TẬP THỂ"],
    [1, "Nhân dân và cán bộ xã Phan Điền", "", "", PROVINCE, "Giảm nghèo\nvượt kế hoạch"],
    ["II", "HỘ GIA ĐÌNH"],
    [1, "Hộ ông Mang Dũng", 1971, "Thôn Tân Điền, xã Phan Điền", "Giấy khen", "Thoát nghèo"],
    ["III", "CÁ NHÂN"],
    [1, "Bà Nguyễn Thị Khá", "", "Phó Chủ tịch UBND xã Phan Điền", PROVINCE, ""],
    [],
    ["", "NGƯỜI LẬP BIỂU"],
]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    if "racing" not in request.fixturenames:
        monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def award_round(cast: Cast) -> AwardRound:
    return running_round()


@pytest.fixture
def people(cast: Cast) -> list[Any]:
    home = create_household(facts={"unit": cast.commune, "name": "Mang Dũng", "birth_year": 1971})
    return [home, create_individual(facts={"unit": cast.commune, "name": "Nguyễn Thị Khá"})]


def given(cast: Cast, award_round: AwardRound, **more: str) -> dict[str, str]:
    return {"award_round": str(award_round.pk), "nominating_unit": str(cast.commune.pk), **more}


def test_drafts_are_started_for_those_who_are_found(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    actor = cast["commune"]

    staged = load("nominees", workbook(LIST), actor, given=given(cast, award_round))
    assert not Dossier.objects.exists()
    confirmed(staged, actor)

    assert counts(staged) == (3, 0, 0, 0)
    made = list(Dossier.objects.order_by("pk"))
    assert [one.nominee_unit or one.nominee_household or one.nominee_individual for one in made] == [
        cast.commune,
        *people,
    ]
    assert [(one.award, one.subject) for one in made] == [
        ("province_certificate", "commune"),
        ("commendation", "household"),
        ("province_certificate", "individual"),
    ]
    assert {(one.status, one.award_round, one.nominating_unit) for one in made} == {
        (Status.DRAFT, award_round, cast.commune)
    }
    assert made[0].achievement == "Giảm nghèo\nvượt kế hoạch"
    assert AuditEntry.objects.filter(event="dossier.started").count() == 3


def test_whoever_has_a_live_dossier_is_listed_and_left_alone(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    actor = cast["commune"]
    nomination = Nomination(award_round, "province_certificate", "commune", cast.commune, cast.commune)
    held = start_dossier(nomination=nomination, actor=actor)
    other = start_dossier(
        nomination=Nomination(award_round, "commendation", "individual", people[1], cast.commune), actor=actor
    )

    staged = load("nominees", workbook(LIST), actor, given=given(cast, award_round))
    confirmed(staged, actor)

    assert counts(staged) == (2, 0, 1, 0)
    assert Dossier.objects.count() == 4
    again = load("nominees", workbook(LIST), actor, given=given(cast, award_round))
    assert counts(again) == (0, 0, 3, 0)
    notes = {
        row.number: [(one.code, one.params) for one in row.notes]
        for row in rows_of(again, RowState.UNCHANGED)
    }
    assert notes[6] == [("nominated_already", {"code": held.code})]
    del other


def test_a_dossier_for_another_award_is_said(cast: Cast, award_round: AwardRound, people: list[Any]) -> None:
    actor = cast["commune"]
    other = start_dossier(
        nomination=Nomination(award_round, "commendation", "individual", people[1], cast.commune), actor=actor
    )

    staged = load("nominees", workbook(LIST), actor, given=given(cast, award_round))

    notes = {
        row.number: [(one.code, one.params) for one in row.notes] for row in rows_of(staged, RowState.NEW)
    }
    assert notes[10] == [("nominated_otherwise", {"code": other.code})]


def test_rows_that_cannot_be_nominated_say_why(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    far = UnitFactory(kind=UnitKind.COMMUNE, admin_type="xa", name="Xã Xa", parent=cast.district)
    create_household(facts={"unit": far, "name": "Lê Xa"})
    rows = [
        [1, "Xã Xa", "", "", PROVINCE, ""],
        [2, "Huyện Bắc Bình", "", "", PROVINCE, ""],
        [3, "Xã Phan Điền", "", "", "Bằng khen của Thủ tướng Chính phủ", ""],
        [4, "Xã Phan Điền", "", "", "", ""],
        [5, "Xã Phan Điền", "", "", "Huân chương", ""],
        [6, "Hộ ông Mang Dũng", "", "xã Phan Điền", "Giấy khen", ""],
        [7, "Hộ ông Mang Dũng", "", "xã Phan Điền", "Giấy khen", ""],
        [8, "Hộ bà Lê Xa", "", "xã Xa", "Giấy khen", ""],
        [9, "Xã Phan Điền", "", "", "Bằng khen", ""],
    ]

    staged = load("nominees", workbook([HEADS, *rows]), cast["commune"], given=given(cast, award_round))

    assert reasons(staged) == {
        2: ["nominee_outside"],
        3: ["subject_unfit"],
        4: ["award_not_in_round"],
        5: ["award_missing"],
        6: ["award_unknown"],
        8: ["row_repeated"],
        9: ["nominee_outside"],
        10: ["award_whose"],
    }


def test_the_form_names_the_award_where_the_list_does_not(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    rows = [
        HEADS,
        [1, "Xã Phan Điền", "", "", "", ""],
        [2, "Hộ Mang Dũng", "", "xã Phan Điền", "Bằng khen", ""],
    ]

    staged = load(
        "nominees", rows, cast["commune"], given=given(cast, award_round, award="province_certificate")
    )
    confirmed(staged, cast["commune"])

    assert set(Dossier.objects.values_list("award", flat=True)) == {"province_certificate"}


def test_a_communes_own_list_needs_no_commune_beside_a_village_or_a_year(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    rows = [
        ["DANH SÁCH đề nghị Chủ tịch UBND tỉnh tặng Bằng khen năm 2025"],
        ["TT", "Họ và tên", "Năm sinh", "", "Nơi ở"],
        ["", "", "Nam", "Nữ", ""],
        [1, "Hộ ông Mang Dũng", 1971, "", ""],
        [2, "Bà Nguyễn Thị Khá", "", "", "Thôn Tân Điền"],
    ]
    content = workbook(rows, merged=["C2:D2", "A2:A3", "B2:B3", "E2:E3"])

    own = load("nominees", content, cast["commune"], given=given(cast, award_round))
    districts = given(cast, award_round) | {"nominating_unit": str(cast.district.pk)}
    above = load("nominees", content, cast["district"], given=districts)

    assert [row.facts["award"].new for row in rows_of(own, RowState.NEW)] == ["province_certificate"] * 2
    # A district holds too many of one name for a village or a year to tell.
    assert (above.counts["new"], above.counts["asked"]) == (0, 2)


def test_several_of_one_name_ask_before_a_draft_is_started(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    twin = create_household(facts={"unit": cast.commune, "name": "Mang Dũng", "birth_year": 1971})
    staged = load("nominees", workbook(LIST), cast["commune"], given=given(cast, award_round))
    assert [row.number for row in rows_of(staged, RowState.ASKED)] == [8]

    answers = {"0:8": f"this_one:{twin.pk}"}
    answer_questions(import_file=staged, answers=answers, actor=cast["commune"])
    staged.refresh_from_db()
    confirmed(staged, cast["commune"])

    assert Dossier.objects.get(subject="household").nominee_household == twin
    assert not found(staged, "left_out")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG NĂM 2024", "list_year_differs"),
        ("(Kèm theo Quyết định số 2150/QĐ-UBND ngày 25/12/2025 của Chủ tịch UBND tỉnh)", "list_of_awarded"),
    ],
)
def test_a_list_of_another_year_or_of_a_decision_is_refused(
    cast: Cast, award_round: AwardRound, line: str, code: str
) -> None:
    staged = receive_file(
        kind="nominees",
        upload=ContentFile(workbook([[line], *LIST[3:]]), "ds.xlsx"),
        options=ImportOptions(given=given(cast, award_round)),
        actor=cast["commune"],
    )

    staged.refresh_from_db()
    assert staged.status == ImportStatus.FAILED
    assert f'"{code}"' in staged.problem


def test_round_and_unit_must_be_the_persons_own(cast: Cast, award_round: AwardRound) -> None:
    for wrong in ({}, {"award_round": "0"}, {"nominating_unit": str(cast.district.pk)}):
        with pytest.raises(InvalidRequest, match=r"."):
            load(
                "nominees",
                workbook(LIST),
                cast["commune"],
                given={**given(cast, award_round), **wrong} if wrong else {},
            )
    for name in ("reviewer", "lead", "auditor", "overseer", "standing_body", "administrator"):
        with pytest.raises(NotAllowed):
            load("nominees", workbook(LIST), cast[name], given=given(cast, award_round))


def test_a_round_closed_since_the_preview_starts_nothing(
    cast: Cast, award_round: AwardRound, people: list[Any]
) -> None:
    staged = load("nominees", workbook(LIST), cast["commune"], given=given(cast, award_round))
    AwardRound.objects.update(status=RoundStatus.CLOSED, closed_on=date(2025, 12, 14))

    with pytest.raises(NotAllowed):
        confirm_file(import_file=staged, actor=cast["commune"])

    assert not Dossier.objects.exists()


@pytest.mark.parametrize("change", ["nominated", "merged"])
def test_what_changed_since_the_preview_starts_nothing(
    cast: Cast, award_round: AwardRound, people: list[Any], change: str
) -> None:
    staged = load("nominees", workbook(LIST), cast["commune"], given=given(cast, award_round))
    if change == "nominated":
        nomination = Nomination(award_round, "commendation", "household", people[0], cast.commune)
        start_dossier(nomination=nomination, actor=cast["commune"])
    else:
        kept = create_household(facts={"unit": cast.commune, "name": "Mang Dũng"})
        Household.objects.exclude(pk=kept.pk).update(merged_into=kept, merged_at=clock.now())
    before = Dossier.objects.count()

    with pytest.raises(StaleState):
        confirm_file(import_file=staged, actor=cast["commune"])

    assert Dossier.objects.count() == before


def _renamed(cast: Cast, award_round: AwardRound, home: Household) -> None:
    update_household(household=home, facts={"unit": home.unit, "name": "Mang Văn Dũng"})


def _moved(cast: Cast, award_round: AwardRound, home: Household) -> None:
    Household.objects.filter(pk=home.pk).update(unit=UnitFactory(parent=cast.commune, kind=UnitKind.VILLAGE))


def _nominated_otherwise(cast: Cast, award_round: AwardRound, home: Household) -> None:
    nomination = Nomination(award_round, "province_certificate", "household", home, cast.commune)
    start_dossier(nomination=nomination, actor=cast["commune"])


def _noted(cast: Cast, award_round: AwardRound, home: Household) -> None:
    Household.objects.filter(pk=home.pk).update(note="Không hiện trong bản xem trước")


@pytest.mark.parametrize(
    ("other_hand", "is_stale"),
    [(_renamed, True), (_moved, True), (_nominated_otherwise, True), (_noted, False)],
)
@pytest.mark.parametrize("is_compared", [True, False])
def test_two_hands_on_one_nominee(
    cast: Cast,
    award_round: AwardRound,
    people: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    other_hand: Callable[..., None],
    is_stale: bool,
    is_compared: bool,
) -> None:
    rows = [HEADS, [1, "Hộ ông Mang Dũng", 1971, "Thôn Tân Điền, xã Phan Điền", "Giấy khen", ""]]
    staged = load("nominees", workbook(rows), cast["commune"], given=given(cast, award_round))
    other_hand(cast, award_round, people[0])
    before = Dossier.objects.count()
    if not is_compared:
        # The control: without the comparison the draft is started in spite of the other hand.
        monkeypatch.setattr("registry.imports.records_writing.are_as_shown", lambda *_: True)
        monkeypatch.setattr("nominations.imports.dossiers._is_as_shown", lambda *_: True)
        monkeypatch.setattr("nominations.imports.dossiers._nominated_since", lambda *_: set())

    if is_stale and is_compared:
        with pytest.raises(StaleState):
            confirm_file(import_file=staged, actor=cast["commune"])
    else:
        confirm_file(import_file=staged, actor=cast["commune"])

    assert Dossier.objects.count() - before == (0 if is_stale and is_compared else 1)


def test_the_page_asks_for_round_and_unit_and_starts_drafts(
    cast: Cast, award_round: AwardRound, people: list[Any], client_of: Callable[[str], Client]
) -> None:
    client = client_of("commune")

    form = client.get(reverse("registry:import_upload", args=["nominees"])).content.decode()
    page = upload(client, "nominees", workbook(LIST), **given(cast, award_round))

    assert f'value="{award_round.pk}" selected' in form
    staged = page.context["staged"]
    assert "Mang Dũng" in page.content.decode()
    client.post(reverse("registry:import_confirm", args=[staged.pk]))
    assert Dossier.objects.count() == 3
    assert upload(client, "nominees", workbook(LIST)).context["form"].errors


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_lists_of_one_nominee_at_once(
    transactional_db: None, frozen_day: Callable[[date], None], racing: list[ImportFile]
) -> None:
    answers = at_once(
        *[lambda file=file: confirm_file(import_file=file, actor=file.created_by) for file in racing]
    )

    one_success(answers)
    assert Dossier.objects.count() == 1


@pytest.fixture
def racing(transactional_db: None, frozen_day: Callable[[date], None]) -> list[ImportFile]:
    """Two files of one list, both looked at."""
    cast, award_round = make_cast(), running_round()
    files = []
    for name in ("mot.xlsx", "hai.xlsx"):
        content = workbook([HEADS, [1, "Xã Phan Điền", "", "", PROVINCE, ""]])
        found_file = receive_file(
            kind="nominees",
            upload=ContentFile(content, name),
            options=ImportOptions(given=given(cast, award_round)),
            actor=cast["commune"],
        )
        found_file.refresh_from_db()
        assert found_file.counts["new"] == 1, found_file.problem
        files.append(found_file)
    return files
