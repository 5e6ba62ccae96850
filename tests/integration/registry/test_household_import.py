"""A commune's household list from upload to register: what is known is taken, the rest is asked about."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from registry.enums import ImportStatus, Registration, Role, RowState
from registry.imports import ImportOptions
from registry.models import Household, HouseholdStatus, ImportFile, Unit
from registry.services.imports import confirm_file, discard_file, read_again, receive_file
from registry.services.people import create_household
from tests.integration.registry.import_files import commune_list, workbook
from tests.integration.registry.import_steps import found, questions, reasons, rows_of, staged_text

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
SignedIn = Callable[..., Client]
COMMUNE = "bt.bac-binh.phan-dien"


@pytest.fixture(autouse=True)
def _run_tasks_at_once(django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def load(content: bytes, actor: Any, name: str = "ho.xlsx", **options: Any) -> ImportFile:
    staged = receive_file(
        kind="households", upload=ContentFile(content, name), options=ImportOptions(**options), actor=actor
    )
    staged.refresh_from_db()
    assert staged.status != ImportStatus.READING
    return staged


def test_a_communes_own_list_is_understood(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)

    staged = load(commune_list(), officer)

    assert staged.status == ImportStatus.STAGED
    assert reasons(staged) == {9: ["status_unknown"], 13: ["word_doubtful"]}
    assert staged.counts[RowState.NEW] == 3
    assert found(staged, "passed_over") == [(14, "Tổng cộng"), (16, "NGƯỜI LẬP BIỂU")]

    confirm_file(import_file=staged, actor=officer, skip_refused=True)

    first = Household.objects.get(name="Nguyễn Thị Hòa")
    assert (first.birth_year, first.unit.key, first.address) == (1968, COMMUNE, "Thôn Phú Sơn")
    assert (first.registration, first.registered_on) == (Registration.REGISTERED, date(2022, 3, 1))
    assert list(first.statuses.values_list("year", "status", "recognised_on")) == [
        (2022, "poor", date(2022, 12, 14)),
        (2023, "near_poor", date(2023, 12, 14)),
        (2024, "newly_escaped", date(2024, 12, 14)),
    ]
    assert Household.objects.get(name="Lý Tài Chi").address == "Thôn Tân Điền"
    assert Household.objects.get(name="Trần Văn O'Hara").statuses.count() == 3


def test_villages_of_the_register_become_the_households_home(person: Person) -> None:
    commune = Unit.objects.get(key=COMMUNE)
    village = Unit(
        key="v1",
        kind="village",
        admin_type="thon",
        name="Thôn Phú Sơn",
        parent=commune,
        valid_from=date(2021, 1, 1),
    )
    village.save()

    staged = load(commune_list(), person(Role.COMMUNE_OFFICER))

    placed = {row.name: row for row in rows_of(staged, RowState.NEW)}
    assert placed["Nguyễn Thị Hòa"].place.startswith("Thôn Phú Sơn")
    # The other village is not in the register, which knows this commune's villages: said, not guessed.
    other = placed["Lý Tài Chi"]
    assert (other.place[:12], other.facts["address"].new) == ("Xã Phan Điền", "Thôn Tân Điền")
    assert [one.code for one in other.notes] == ["village_unsure"]


def test_the_same_file_again_changes_nothing(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    confirm_file(import_file=load(commune_list(), officer), actor=officer, skip_refused=True)
    entries = AuditEntry.objects.count()

    again = load(commune_list(), officer)
    confirm_file(import_file=again, actor=officer, skip_refused=True)

    assert (again.counts[RowState.NEW], again.counts[RowState.CHANGED]) == (0, 0)
    assert again.counts[RowState.UNCHANGED] == 3
    assert AuditEntry.objects.count() == entries


def test_one_audit_entry_a_file_bears_its_hash_and_no_name(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load(commune_list(), officer)
    before = AuditEntry.objects.count()

    confirm_file(import_file=staged, actor=officer, skip_refused=True)

    (entry,) = AuditEntry.objects.order_by("seq")[before:]
    assert entry.event == "registry.file_imported"
    payload = str(entry.payload.content)
    assert staged.sha256 in payload
    assert "Hòa" not in payload


def test_refused_rows_keep_the_rest_out_until_it_is_chosen_to_load_them(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load(commune_list(), officer)

    with pytest.raises(InvalidRequest, match="2 dòng"):
        confirm_file(import_file=staged, actor=officer)

    staged.refresh_from_db()
    assert (staged.status, Household.objects.count()) == (ImportStatus.STAGED, 0)


def test_changes_show_old_and_new_and_are_written(person: Person, signed_in: SignedIn) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    unit = Unit.objects.get(key=COMMUNE)
    household = create_household(
        facts={"unit": unit, "name": "Nguyễn Thị Hoà", "birth_year": 1968}, statuses={2022: "near_poor"}
    )
    content = workbook(
        [
            ["Mã hộ", "Chủ hộ", "Năm sinh", "2022", "2023"],
            [household.code, "NGUYỄN THỊ HÒA", 1969, "HN", "CN"],
        ]
    )

    staged = load(content, officer)
    (row,) = rows_of(staged, RowState.CHANGED)
    assert row.facts == {"birth_year": (1968, 1969)}
    assert row.standings[0][:2] == (2022, "poor")
    confirm_file(import_file=staged, actor=officer)

    household.refresh_from_db()
    assert (household.name, household.birth_year) == ("Nguyễn Thị Hoà", 1969)
    assert dict(household.statuses.values_list("year", "status")) == {2022: "poor", 2023: "near_poor"}


def test_a_list_with_one_row_a_year_gathers_each_household_once(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    content = workbook(
        [
            ["Họ và tên", "Năm sinh", "Năm", "Phân loại", "Ngày công nhận"],
            ["Lê Văn Tám", 1960, 2022, "Hộ nghèo", "10/12/2022"],
            ["Lê Văn Tám", 1960, 2023, "Hộ cận nghèo", "11/12/2023"],
            ["Lê Văn Tám", 1960, 2023, "Hộ nghèo", "11/12/2023"],
            ["Lê Văn Tám", 1960, 2022, "Hộ nghèo", "10/12/2022"],
        ]
    )

    staged = load(content, officer)

    assert questions(staged) == {4: "row_contradicts", 5: "row_repeated"}
    confirm_file(import_file=staged, actor=officer, skip_refused=True)
    household = Household.objects.get()
    assert list(household.statuses.values_list("year", "recognised_on")) == [
        (2022, date(2022, 12, 10)),
        (2023, date(2023, 12, 11)),
    ]


def test_ticks_under_standings_are_read(person: Person) -> None:
    content = workbook(
        [
            ["DANH SÁCH NĂM 2023"],
            ["TT", "Họ tên chủ hộ", "Phân loại hộ", None, None],
            [None, None, "Hộ nghèo", "Hộ cận nghèo", "Hộ mới thoát nghèo"],
            [1, "Lê Văn Tám", "x", None, None],
            [2, "Lê Văn Chín", None, "X", None],
            [3, "Lê Văn Mười", "x", "x", None],
            [4, "Lê Văn Sáu", None, None, "?"],
        ],
        merged=["C2:E2"],
    )

    staged = load(content, person(Role.COMMUNE_OFFICER))

    said = {row.name: row.standings[0][:2] for row in rows_of(staged, RowState.NEW)}
    assert said == {"Lê Văn Tám": (2023, "poor"), "Lê Văn Chín": (2023, "near_poor")}
    assert reasons(staged) == {6: ["ticked_twice"], 7: ["cell_doubted"]}


def test_nobody_is_guessed_among_people_of_one_name(person: Person) -> None:
    unit = Unit.objects.get(key=COMMUNE)
    first = create_household(facts={"unit": unit, "name": "Lê Văn Tám", "birth_year": 1960})
    create_household(facts={"unit": unit, "name": "Lê Văn Chín"})
    content = workbook(
        [
            ["Chủ hộ", "Năm sinh", "2023"],
            ["Lê Văn Tám", 1960, "HN"],
            ["Lê Văn Tám", None, "HN"],
            ["Lê Văn Tám", 1961, "HN"],
            ["Lê Văn Chín", 1970, "HN"],
        ]
    )

    staged = load(content, person(Role.COMMUNE_OFFICER))

    assert questions(staged) == {3: "may_be_same", 5: "may_be_same"}
    targets = [row.target for row in rows_of(staged, RowState.NEW)]
    assert targets == [first.pk, "n0.4"]


def test_codes_of_others_and_of_merged_records_are_refused(person: Person) -> None:
    elsewhere = create_household(
        facts={"unit": Unit.objects.get(key="bt.tuy-phong.phuoc-the"), "name": "Lê A"}
    )
    mine = create_household(facts={"unit": Unit.objects.get(key=COMMUNE), "name": "Lê B", "birth_year": 1950})
    content = workbook(
        [
            ["Mã hộ", "Chủ hộ", "Năm sinh", "2023"],
            [elsewhere.code, "Lê A", None, "HN"],
            ["H-KHAC-1", "Lê B", 1950, "HN"],
            ["H-MOI-1", "Lê C", 1951, "HN"],
        ]
    )

    staged = load(content, person(Role.COMMUNE_OFFICER))

    assert reasons(staged) == {2: ["code_elsewhere"], 3: ["code_of_another"]}
    (new,) = rows_of(staged, RowState.NEW)
    assert new.facts["code"] == (None, "H-MOI-1")
    assert mine.code not in str(new)


def test_rows_of_other_communes_are_refused(person: Person) -> None:
    content = workbook(
        [
            ["Chủ hộ", "Xã", "Huyện", "2023"],
            ["Lê A", "X. Phước Thể", "Tuy Phong", "HN"],
            ["Lê B", "Phan Điền", "", "HN"],
        ]
    )

    staged = load(content, person(Role.COMMUNE_OFFICER))

    assert reasons(staged) == {2: ["unit_outside_area"]}


def test_the_form_answers_what_the_file_leaves_open(person: Person) -> None:
    district = person(Role.DISTRICT_OFFICER)
    content = workbook([["Chủ hộ", "Phân loại"], ["Lê Văn Tám", "HN"]])
    unit = Unit.objects.get(key=COMMUNE)

    assert reasons(load(content, district)) == {2: ["unit_missing"]}
    assert reasons(load(content, district, unit_id=unit.pk)) == {2: ["year_missing"]}
    answered = load(
        content, district, unit_id=unit.pk, year=2023, recognised_on=date(2023, 12, 20), document="9/QĐ-UBND"
    )

    assert reasons(answered) == {}
    (row,) = rows_of(answered, RowState.NEW)
    assert row.standings == [(2023, "poor", "2023-12-20", "9/QĐ-UBND", None)]


def test_a_file_without_such_a_list_is_told_in_words(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)

    for content, code in (
        (workbook([["Tên hàng", "Giá"], ["Gạo", 1]]), "no_table"),
        (workbook([["Xã", "Năm sinh", "2023"], ["Phan Điền", 1950, "HN"]]), "header_lacks"),
        (workbook([["Chủ hộ", "Họ và tên chủ hộ", "2023"], ["A", "B", "HN"]]), "header_repeats"),
        (
            workbook(
                [
                    ["Chủ hộ", "Năm sinh", "2023"],
                    ["Lê Văn Tám", 1960, "HN"],
                    ["Năm sinh", "Chủ hộ", "2023"],
                    [1961, "Lê Văn Chín", "HN"],
                ]
            ),
            "table_below",
        ),
        (workbook([["Chủ hộ", "2023"]]), "list_empty"),
    ):
        staged = load(content, officer)
        assert (staged.status, code in staged.problem) == (ImportStatus.FAILED, True), staged.problem


def test_a_record_changed_after_the_preview_stops_the_file(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    unit = Unit.objects.get(key=COMMUNE)
    household = create_household(facts={"unit": unit, "name": "Lê Văn Tám"}, statuses={2022: "near_poor"})
    staged = load(
        workbook([["Mã hộ", "Chủ hộ", "2022", "2023"], [household.code, "Lê Văn Tám", "HN", "HN"]]), officer
    )
    HouseholdStatus.objects.filter(household=household).update(status="average")

    with pytest.raises(StaleState, match="bản xem trước"):
        confirm_file(import_file=staged, actor=officer)

    assert list(household.statuses.values_list("year", "status")) == [(2022, "average")]
    staged.refresh_from_db()
    assert staged.status == ImportStatus.STAGED
    read_again(import_file=staged, actor=officer)
    staged.refresh_from_db()
    confirm_file(import_file=staged, actor=officer)
    assert dict(household.statuses.values_list("year", "status")) == {2022: "poor", 2023: "poor"}


def test_one_list_handed_in_twice_enters_nobody_twice(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    first, second = load(commune_list(), officer), load(commune_list(), officer)
    confirm_file(import_file=first, actor=officer, skip_refused=True)

    with pytest.raises(StaleState):
        confirm_file(import_file=second, actor=officer, skip_refused=True)

    assert Household.objects.count() == 3


def test_a_cell_merged_over_rows_speaks_for_each_of_them(person: Person) -> None:
    content = workbook(
        [
            ["Chủ hộ", "Năm sinh", "Xã", "2023"],
            ["Lê A", 1960, "Phan Điền", "HN"],
            ["Lê B", 1961, None, "HN"],
            [None, None, None, None],
            ["Lê C", 1962, None, "HN"],
        ],
        merged=["C2:C3"],
    )

    staged = load(content, person(Role.DISTRICT_OFFICER))

    assert reasons(staged) == {5: ["unit_missing"]}


def test_a_file_is_loaded_once(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load(commune_list(), officer)
    confirm_file(import_file=staged, actor=officer, skip_refused=True)

    with pytest.raises(StaleState):
        confirm_file(import_file=ImportFile.objects.get(pk=staged.pk), actor=officer, skip_refused=True)
    with pytest.raises(StaleState):
        discard_file(import_file=ImportFile.objects.get(pk=staged.pk), actor=officer)
    assert Household.objects.count() == 3


def test_citizen_numbers_are_sealed_in_staging_and_find_their_household(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    content = workbook(
        [
            ["Chủ hộ", "Số CCCD", "2023"],
            ["Lê Văn Tám", "060 168 000 123", "HN"],
            ["Lê Văn Chín", 60168000124, "HN"],
        ]
    )

    staged = load(content, officer)

    assert reasons(staged) == {}
    assert [one.code for one in rows_of(staged, RowState.NEW)[1].notes] == ["citizen_no_birth_year"]
    kept = staged_text()
    assert "Lê Văn Tám" in kept
    assert "060168000123" not in kept
    confirm_file(import_file=staged, actor=officer, skip_refused=True)
    again = load(workbook([["Chủ hộ", "Số CCCD", "2024"], ["Lê Văn Tám", "060168000123", "CN"]]), officer)
    (row,) = rows_of(again, RowState.NEW)
    assert row.target == Household.objects.get(name="Lê Văn Tám").pk
    confirm_file(import_file=again, actor=officer)
    assert Household.objects.count() == 2


@pytest.mark.parametrize(
    "role", [Role.AGENCY_OFFICER, Role.OVERSEER, Role.STANDING_BODY, Role.AUDITOR, Role.ADMINISTRATOR]
)
def test_other_roles_load_no_household_lists(person: Person, signed_in: SignedIn, role: str) -> None:
    with pytest.raises(NotAllowed):
        load(commune_list(), person(role))
    client = signed_in(
        role,
        "bt.hoi-nong-dan"
        if role == Role.AGENCY_OFFICER
        else "bt.so-ldtbxh"
        if role != Role.OVERSEER
        else "bt.bac-binh",
    )
    assert client.get(reverse("registry:import_upload", args=["households"])).status_code == 403
    assert client.get(reverse("registry:import_template", args=["households"])).status_code == 403


def upload(client: Client, content: bytes, name: str = "ho.xlsx", **fields: Any) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post(
        reverse("registry:import_upload", args=["households"]), {"file": file, **fields}, follow=True
    )


def test_the_whole_way_through_the_pages(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)

    page = upload(client, commune_list())

    assert page.status_code == 200
    staged = ImportFile.objects.get()
    text = page.content.decode()
    assert "N1" in text
    assert (
        client.get(
            reverse("registry:import_file", args=[staged.pk]), {"rows": "new", "page": "99"}
        ).status_code
        == 200
    )

    refused = client.get(reverse("registry:import_refused", args=[staged.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(refused.streaming_content))).active
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert cells[0] == ["UBND XÃ PHAN ĐIỀN"]
    assert any("K’ Brìu" in row for row in cells)
    assert ["II", "Thôn Tân Điền"] in cells

    done = client.post(
        reverse("registry:import_confirm", args=[staged.pk]), {"skip_refused": "1"}, follow=True
    )
    assert done.status_code == 200
    assert Household.objects.count() == 3


def test_mended_refused_rows_load_as_they_are(person: Person, signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    upload(client, commune_list())
    staged = ImportFile.objects.get()
    refused = client.get(reverse("registry:import_refused", args=[staged.pk]))
    book = load_workbook(io.BytesIO(b"".join(refused.streaming_content)))
    for row in book.active.iter_rows():
        for cell in row:
            if cell.value == "N1":
                cell.value = "HN"
            if cell.value == "TN":
                cell.value = "trung bình"
    mended = io.BytesIO()
    book.save(mended)

    page = upload(client, mended.getvalue(), "sua.xlsx")

    again = ImportFile.objects.order_by("pk").last()
    assert page.status_code == 200
    assert again is not None
    assert (again.counts[RowState.REFUSED], again.counts[RowState.NEW]) == (0, 2)
    placed = {row.name: row.facts["address"].new for row in rows_of(again, RowState.NEW)}
    assert placed == {"K' Brìu": "Thôn Phú Sơn", "Lê Thị Thuý": "Thôn Tân Điền"}


def test_files_of_others_lead_nowhere(signed_in: SignedIn, person: Person) -> None:
    staged = load(commune_list(), person(Role.COMMUNE_OFFICER))
    other = signed_in(Role.DISTRICT_OFFICER, "bt.tuy-phong")

    for name in ("import_file", "import_refused"):
        assert other.get(reverse(f"registry:{name}", args=[staged.pk])).status_code == 404
    for name in ("import_confirm", "import_discard", "import_read_again"):
        assert other.post(reverse(f"registry:{name}", args=[staged.pk])).status_code == 404
    assert other.get(reverse("registry:import_upload", args=["khong-co"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "rong.xlsx"),
        (b"khong phai bang tinh", "a.docx"),
        (b"PK\x03\x04 hong", "b.xlsx"),
        (b"\xff\xfe\x00\xd8", "c.csv"),
    ],
)
def test_files_that_cannot_be_opened_get_a_sentence(signed_in: SignedIn, content: bytes, name: str) -> None:
    page = upload(signed_in(Role.COMMUNE_OFFICER), content, name)

    assert page.status_code == 200
    assert not Household.objects.exists()
    assert "invalid-feedback" in page.content.decode() or "note--bad" in page.content.decode()


def test_the_template_loads_back_once_it_is_filled(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    answer = client.get(reverse("registry:import_template", args=["households"]))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    heads = [cell.value for cell in book.worksheets[0][1]]
    row = [""] * len(heads)
    row[1], row[-1] = "Lê Văn Tám", "Hộ khá"
    book.worksheets[0].append(row)
    filled = io.BytesIO()
    book.save(filled)

    upload(client, filled.getvalue())

    staged = ImportFile.objects.get()
    assert staged.status == ImportStatus.STAGED, staged.problem
    assert staged.counts[RowState.NEW] == 1
    assert rows_of(staged, RowState.NEW)[0].standings[0][:2] == (2025, "well_off")


@pytest.mark.slow  # a thousand households through the whole import
def test_pages_of_a_long_preview_take_the_same_queries(
    signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    upload(client, workbook([["Chủ hộ", "2023"], *[[f"Lê Văn {at}", "HN"] for at in range(1200)]]))
    staged = ImportFile.objects.get()

    for number in ("1", "11", "24"):
        with django_assert_max_num_queries(12):
            page = client.get(
                reverse("registry:import_file", args=[staged.pk]), {"rows": "new", "page": number}
            )
        assert len(page.context["rows"]) == 50


def test_other_formats_say_the_same(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    csv = "Chủ hộ;Năm sinh;2023\nLê Văn Tám;1960;Hộ nghèo\n".encode()

    staged = load(csv, officer, name="ho.csv")

    assert [row.name for row in rows_of(staged, RowState.NEW)] == ["Lê Văn Tám"]


def test_every_sheet_with_such_a_list_is_read(person: Person) -> None:
    book = Workbook()
    for sheet, name in ((book.active, "Lê Văn Tám"), (book.create_sheet("Hai"), "Mang Thị Lan")):
        sheet.append(["2023", "Chủ hộ"] if sheet.title == "Hai" else ["Chủ hộ", "2023"])
        sheet.append(["HN", name] if sheet.title == "Hai" else [name, "HN"])
    book.create_sheet("Ghi chú").append(["Số liệu sơ bộ"])
    packed = io.BytesIO()
    book.save(packed)

    staged = load(packed.getvalue(), person(Role.COMMUNE_OFFICER))

    new = rows_of(staged, RowState.NEW)
    assert [(row.sheet, row.number, row.name) for row in new] == [
        (0, 2, "Lê Văn Tám"),
        (1, 2, "Mang Thị Lan"),
    ]
    assert [one[1] for one in staged.options["findings"]] == ["Ghi chú"]
    confirm_file(import_file=staged, actor=staged.created_by)
    assert HouseholdStatus.objects.filter(year=2023, status="poor").count() == 2


def test_lists_of_people_open_to_whoever_handed_them_in_and_to_the_reviewer(
    signed_in: SignedIn, person: Person
) -> None:
    staged = load(commune_list(), person(Role.COMMUNE_OFFICER))
    address = reverse("registry:import_refused", args=[staged.pk])
    before = AuditEntry.objects.count()

    assert signed_in(Role.LEAD).get(address).status_code == 404
    assert AuditEntry.objects.count() == before
    answer = signed_in(Role.REVIEWER).get(address)
    assert b"".join(answer.streaming_content)
    assert [entry.event for entry in AuditEntry.objects.order_by("seq")[before:]] == ["list.exported"]
