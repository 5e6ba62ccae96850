"""Told once: an office says what its headings and words mean, and its next file is read at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from registry.enums import ImportStatus, Role, RowState
from registry.models import ImportFile, ToldMeaning, Unit, UnitRole
from registry.services.told import Saying, take_back_meaning, tell_meanings
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import found, load, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
SignedIn = Callable[..., Client]
Rows = list[list[Any]]
COMMUNE, DISTRICT, OTHER = "bt.bac-binh.phan-dien", "bt.bac-binh", "bt.tuy-phong.phuoc-the"
FILE: Rows = [
    ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024"],
    ["STT", "Người đứng tên", "Sinh", "Xếp diện", "Gốc gác", "Giấy tờ"],
    [1, "Lê Văn Tám", 1960, "N1", "Người Núi", "Số 060060000123"],
    [2, "Lê Văn Chín", 1961, "TN", "Kinh", "không"],
    [3, "Lê Văn Mười", 1962, "HN", "Kinh", "không"],
]
HEADINGS = {"Người đứng tên": "name", "Sinh": "birth_year", "Xếp diện": "status", "Gốc gác": "ethnicity"}


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def tell(actor: Any, key: str, sort: str, meanings: dict[str, str]) -> int:
    return tell_meanings(
        kind="households",
        unit=Unit.objects.get(key=key),
        sayings=[Saying(sort, words, meaning) for words, meaning in meanings.items()],
        actor=actor,
    )


def page_of(staged: ImportFile) -> str:
    return reverse("registry:import_meanings", args=[staged.pk])


def test_the_whole_way_from_unknown_headings_to_the_next_file(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    page = upload(client, "households", workbook(FILE))
    staged = ImportFile.objects.get()
    assert (staged.status, "no_table" in staged.problem) == (ImportStatus.FAILED, True)
    assert page_of(staged) in page.content.decode()

    page = client.get(page_of(staged))
    text = page.content.decode()
    assert [one.words for one in page.context["headings"]] == [*HEADINGS, "Giấy tờ"]
    assert "Lê Văn Tám" in text
    assert "060060000123" not in text
    answers = {f"heading:{words}": meaning for words, meaning in HEADINGS.items()}
    client.post(page_of(staged), answers)

    staged.refresh_from_db()
    assert (staged.status, reasons(staged)) == (
        ImportStatus.STAGED,
        {3: ["status_unknown"], 4: ["word_doubtful"]},
    )
    page = client.get(page_of(staged))
    words = {one.words: one for one in page.context["words"]}
    assert set(words) == {"N1", "TN", "Người Núi"}
    assert words["N1"].examples == ("Dòng 3: Lê Văn Tám",)
    assert [str(one) for one in words["TN"].readings] == ["hộ mới thoát nghèo", "hộ nghèo"]
    client.post(
        page_of(staged),
        {"standing:N1": "poor", "standing:TN": "newly_escaped", "ethnicity:Người Núi": "Ra-glai"},
    )

    staged.refresh_from_db()
    assert reasons(staged) == {}
    said = {row.name: row.standings[0].status for row in rows_of(staged, RowState.NEW)}
    assert said == {"Lê Văn Tám": "poor", "Lê Văn Chín": "newly_escaped", "Lê Văn Mười": "poor"}
    text = client.get(reverse("registry:import_file", args=[staged.pk])).content.decode()
    assert "Người commune_officer" in text
    # The next file of the office is read at once.
    upload(client, "households", workbook([*FILE, [4, "Lê Thị Mới", 1970, "N1", "Kinh", ""]]), "sau.xlsx")
    following = ImportFile.objects.latest("pk")
    assert (following.status, following.counts[RowState.NEW]) == (ImportStatus.STAGED, 4)
    assert len(found(following, "told_used")) == len(HEADINGS) + 3


def test_another_office_is_not_affected_and_those_below_are(person: Person) -> None:
    tell(person(Role.DISTRICT_OFFICER), DISTRICT, "heading", HEADINGS)

    below = load("households", FILE, person(Role.COMMUNE_OFFICER))
    assert len(rows_of(below, RowState.NEW)) == 1
    with pytest.raises(AssertionError, match="no_table"):
        load("households", FILE, person(Role.COMMUNE_OFFICER, OTHER))
    with pytest.raises(AssertionError, match="no_table"):
        load("households", FILE, person(Role.REVIEWER))


def test_the_nearest_offices_word_holds(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    tell(person(Role.DISTRICT_OFFICER), DISTRICT, "standing", {"N1": "near_poor"})
    rows: Rows = [["Chủ hộ", "2024"], ["Lê Văn Tám", "n1"]]

    assert rows_of(load("households", rows, officer), RowState.NEW)[0].standings[0].status == "near_poor"
    tell(officer, COMMUNE, "standing", {"N1": "poor"})
    assert rows_of(load("households", rows, officer), RowState.NEW)[0].standings[0].status == "poor"


def test_a_meaning_is_changed_and_taken_back(person: Person, signed_in: SignedIn) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    rows: Rows = [["Chủ hộ", "2024"], ["Lê Văn Tám", "N1"]]
    tell(officer, COMMUNE, "standing", {"N1": "near_poor"})
    tell(officer, COMMUNE, "standing", {"N1": "poor"})
    staged = load("households", rows, officer)
    assert rows_of(staged, RowState.NEW)[0].standings[0].status == "poor"
    client = Client()
    client.force_login(officer)
    (holding,) = ToldMeaning.objects.filter(taken_back_at=None)
    before = AuditEntry.objects.count()

    listed = client.get(reverse("registry:kind_meanings", args=["households"])).content.decode()
    assert "N1" in listed
    take_back = reverse("registry:import_meaning_take_back", args=["households", holding.pk])
    # Another office sees neither the words nor a way to take them back.
    other = signed_in(Role.COMMUNE_OFFICER, OTHER)
    assert other.post(take_back).status_code == 404
    assert "N1" not in other.get(reverse("registry:kind_meanings", args=["households"])).content.decode()
    client.post(take_back, {"file": staged.pk})

    staged.refresh_from_db()
    assert reasons(staged) == {2: ["status_unknown"]}
    assert ToldMeaning.objects.filter(taken_back_by=officer).count() == 2
    assert [one.event for one in AuditEntry.objects.order_by("seq")[before:]] == [
        "registry.meaning_taken_back"
    ]
    with pytest.raises(StaleState):
        take_back_meaning(told=holding, actor=officer)
    assert client.get(reverse("registry:kind_meanings", args=["households"])).status_code == 200


def test_only_those_who_load_the_kind_for_the_office_say_what_words_mean(person: Person) -> None:
    for role, key in ((Role.OVERSEER, DISTRICT), (Role.COMMUNE_OFFICER, OTHER), (Role.AUDITOR, "bt")):
        with pytest.raises(NotAllowed):
            tell(person(role, key), COMMUNE, "standing", {"N1": "poor"})
    with pytest.raises(NotAllowed):
        tell(person(Role.COMMUNE_OFFICER), DISTRICT, "standing", {"N1": "poor"})
    assert not ToldMeaning.objects.exists()


@pytest.mark.parametrize(
    ("sort", "words", "meaning"),
    [
        ("standing", "N1", "rich"),
        ("standing", " ", "poor"),
        ("colour", "N1", "poor"),
        ("heading", "Sinh", "colour"),
    ],
)
def test_what_cannot_be_meant_is_refused(person: Person, sort: str, words: str, meaning: str) -> None:
    with pytest.raises(InvalidRequest):
        tell(person(Role.COMMUNE_OFFICER), COMMUNE, sort, {words: meaning})


def test_the_audit_entry_tells_who_said_what_and_no_words_of_cells(person: Person) -> None:
    before = AuditEntry.objects.count()

    tell(person(Role.COMMUNE_OFFICER), COMMUNE, "standing", {"Lê Văn Tám nhầm ô": "poor"})

    (entry,) = AuditEntry.objects.order_by("seq")[before:]
    assert entry.event == "registry.meanings_told"
    assert "Tám" not in str(entry.payload.content)


def test_answers_are_taken_only_for_words_of_the_file(person: Person, signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    upload(client, "households", workbook([["Chủ hộ", "2024"], ["Lê Văn Tám", "N1"], ["Lê Văn Chín", "HN"]]))
    staged = ImportFile.objects.get()

    refused = client.post(page_of(staged), {"standing:N2": "poor", "standing:N1": ""})

    assert refused.status_code == 422
    assert not ToldMeaning.objects.exists()
    assert client.post(page_of(staged), {"standing:N1": "rich"}).status_code == 422
    stranger = signed_in(Role.COMMUNE_OFFICER, OTHER)
    assert stranger.get(page_of(staged)).status_code == 404
    client.post(reverse("registry:import_confirm", args=[staged.pk]), {"skip_refused": "1"})
    assert client.get(page_of(staged)).status_code == 404


def test_a_person_of_two_offices_chooses_for_which_it_holds(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    other = Unit.objects.get(key="bt.bac-binh.phan-lam")
    UnitRole.objects.create(user=officer, role=Role.COMMUNE_OFFICER, unit=other, starts_on="2021-01-01")
    client = Client()
    client.force_login(officer)
    rows: Rows = [["Chủ hộ", "Xã", "2024"], ["Lê Văn Tám", "Phan Điền", "N1"]]
    upload(client, "households", workbook(rows))
    staged = ImportFile.objects.get()

    client.post(page_of(staged), {"standing:N1": "poor", "office": other.pk})

    assert ToldMeaning.objects.get().unit == other


def test_relations_are_told_too(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    rows: Rows = [
        ["DANH SÁCH HỘ NGHÈO NĂM 2024"],
        ["Họ tên", "Năm sinh", "Quan hệ với chủ hộ"],
        ["Lê Văn Tám", 1960, "CH"],
        ["Lê Thị Chín", 1961, "V"],
    ]
    # Nobody knows whether a head or a member stands in the rows, so neither is entered.
    assert reasons(load("households", rows, officer)) == {
        3: ["relationship_unknown"],
        4: ["relationship_unknown"],
    }
    tell(officer, COMMUNE, "relationship", {"CH": "head", "V": "spouse"})

    (row,) = rows_of(load("households", rows, officer), RowState.NEW)

    assert (row.name, [one.facts["relationship_to_head"].new for one in row.members]) == (
        "Lê Văn Tám",
        ["spouse"],
    )
