"""What a file hides is said before it is loaded, and what the office says of it as a whole is heard when it is read."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from core.exceptions import InvalidRequest, StaleState
from registry.enums import ImportStatus, Role, RowState
from registry.imports import ImportOptions
from registry.models import Household, ImportFile
from registry.services.imports import answer_questions, confirm_file, load_file
from tests.integration.registry.import_steps import counts, found, load, reasons, rows_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tasks_at_once")]

Person = Callable[..., Any]
SignedIn = Callable[..., Client]
TCVN3_XLS = Path(__file__).parents[2] / "unit" / "core" / "spreadsheets" / "files" / "tcvn3.xls"
HEADS = ["STT", "Chủ hộ", "Năm sinh", "2024"]


def packed(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def odd_list() -> bytes:
    """Households of which one is hidden, one struck out, one has an error for its year of birth, and a hidden sheet."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADS)
    for number, name in enumerate(["Một", "Hai", "Ba", "Bốn"], 1):
        sheet.append([number, f"Lê Văn {name}", 1960 + number, "Hộ nghèo"])
    sheet.row_dimensions[3].hidden = True
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    sheet["D5"] = "#REF!"
    book.create_sheet("Năm cũ").sheet_state = "hidden"
    return packed(book)


def mixed_list() -> bytes:
    """Households whose names alone are typed in .VnTime."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADS)
    for row in ([1, "NguyÔn V¨n H¶i", 1968, "Hộ nghèo"], [2, "§Æng ThÞ Thñy", 1971, "??"]):
        sheet.append(row)
    for number in (2, 3):
        sheet.cell(number, 2).font = Font(name=".VnTime")
    return packed(book)


def names(staged: ImportFile) -> list[str]:
    return [row.name for row in rows_of(staged, RowState.NEW)]


def answered(staged: ImportFile, actor: Any, **answers: str) -> ImportFile:
    answer_questions(import_file=staged, answers=answers, actor=actor)
    staged.refresh_from_db()
    return staged


def test_what_is_hidden_struck_out_or_an_error_is_said_before_loading(person: Person) -> None:
    staged = load("households", odd_list(), person(Role.COMMUNE_OFFICER))

    assert names(staged) == ["Lê Văn Một", "Lê Văn Hai", "Lê Văn Ba"]
    assert found(staged, "hidden_rows") == [(None, "3", 1)]
    assert found(staged, "struck_rows") == [(None, "4", 1)]
    assert found(staged, "error_cells") == [(None, "D5 (#REF!)")]
    assert found(staged, "sheet_hidden") == [(None,)]
    assert reasons(staged) == {5: ["cell_error"]}


def test_rows_are_left_out_when_the_office_says_so(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", odd_list(), officer)

    answered(staged, officer, hidden="leave_out", struck="leave_out")

    assert names(staged) == ["Lê Văn Một"]
    assert reasons(staged) == {5: ["cell_error"]}
    assert found(staged, "hidden_rows_left_out") == [(None, "3", 1)]
    confirm_file(import_file=staged, actor=officer, skip_refused=True)
    assert list(Household.objects.values_list("name", flat=True)) == ["Lê Văn Một"]


def test_an_answer_about_the_file_is_taken_back(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = answered(load("households", odd_list(), officer), officer, hidden="leave_out")

    answered(staged, officer, hidden="take")

    assert len(names(staged)) == 3


def test_a_file_of_which_all_is_left_out_can_still_be_answered(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    book = Workbook()
    book.active.append(HEADS)
    book.active.append([1, "Lê Văn Một", 1961, "Hộ nghèo"])
    book.active.row_dimensions[2].hidden = True
    staged = answered(load("households", packed(book), officer), officer, hidden="leave_out")
    assert staged.status == ImportStatus.FAILED

    answered(staged, officer, hidden="take")

    assert names(staged) == ["Lê Văn Một"]


def test_a_file_in_an_old_font_is_not_read_before_somebody_says_how(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)

    staged = load("households", TCVN3_XLS.read_bytes(), officer, name="ho.xls")

    assert counts(staged) == (0, 0, 0, 0)
    with pytest.raises(InvalidRequest):
        confirm_file(import_file=staged, actor=officer)
    staged.refresh_from_db()
    assert staged.status == ImportStatus.STAGED
    assert not Household.objects.exists()


def test_a_whole_file_in_an_old_font_is_read_converted_when_told_to(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", TCVN3_XLS.read_bytes(), officer, name="ho.xls")

    answered(staged, officer, encoding="tcvn3")

    assert names(staged) == ["Trần Thị Lý", "Võ Văn Tú"]
    assert found(staged, "cells_converted") == [(None, 8, "TCVN3")]
    confirm_file(import_file=staged, actor=officer)
    assert set(Household.objects.values_list("name", flat=True)) == {"Trần Thị Lý", "Võ Văn Tú"}


def test_one_column_in_an_old_font_is_converted_alone(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", mixed_list(), officer)
    assert counts(staged) == (0, 0, 0, 0)

    answered(staged, officer, encoding="tcvn3")

    assert names(staged) == ["Nguyễn Văn Hải"]
    assert found(staged, "cells_converted") == [(None, 2, "TCVN3")]


def test_a_file_is_read_as_it_stands_when_the_office_says_so(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", mixed_list(), officer)

    answered(staged, officer, encoding="as_it_is")

    # What it stands for is no name, which the row is refused for.
    assert next(row.name for row in rows_of(staged, RowState.REFUSED)) == "NguyÔn V¨n H¶i"
    assert found(staged, "cells_converted") == []


def test_a_header_that_cannot_be_read_as_it_stands_can_be_answered_anew(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    staged = upload(client, "households", TCVN3_XLS.read_bytes(), "ho.xls").context["staged"]
    address = reverse("registry:import_answer", args=[staged.pk])

    failed = client.post(address, {"answer-encoding": "as_it_is"}, follow=True)
    assert failed.context["staged"].status == ImportStatus.FAILED
    assert 'value="as_it_is" checked' in " ".join(failed.content.decode().split())
    read = client.post(address, {"answer-encoding": "tcvn3"}, follow=True)

    assert counts(read.context["staged"])[0] == 2


def test_answers_about_rows_are_forgotten_when_the_file_is_read_in_another_encoding(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = answered(load("households", mixed_list(), officer), officer, encoding="as_it_is", hidden="take")
    answered(staged, officer, **{"0:2": "other"})
    assert staged.answers == {"encoding": "as_it_is", "hidden": "take", "0:2": "other"}

    answered(staged, officer, encoding="tcvn3")

    assert staged.answers == {"encoding": "tcvn3", "hidden": "take"}


def test_an_answer_that_is_none_of_the_choices_leaves_the_question_open(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", mixed_list(), officer)

    answered(staged, officer, encoding="vni")

    assert counts(staged) == (0, 0, 0, 0)
    with pytest.raises(InvalidRequest):
        confirm_file(import_file=staged, actor=officer)


def test_a_file_that_was_loaded_takes_no_answer(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", odd_list(), officer)
    confirm_file(import_file=staged, actor=officer, skip_refused=True)

    with pytest.raises(StaleState):
        answer_questions(import_file=staged, answers={"hidden": "leave_out"}, actor=officer)


def test_the_page_asks_with_examples_and_has_no_button_to_load(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = upload(client, "households", mixed_list()).content.decode()

    assert "typed for the font .VnTime" in page
    assert "NguyÔn V¨n H¶i" in page
    assert "Nguyễn Văn Hải" in page
    assert "import_confirm" not in page
    assert reverse("registry:import_confirm", args=[ImportFile.objects.get().pk]) not in page


def test_the_preview_asks_about_odd_rows_with_what_holds_chosen(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = " ".join(upload(client, "households", odd_list()).content.decode().split())

    assert "Hidden rows, such as filtered ones, are read like the others: 3." in page
    assert "The file has struck-out rows: 1." in page
    assert 'name="answer-hidden" id="answer-hidden-1" value="take" checked' in page


def test_refused_rows_come_back_converted(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    staged = upload(client, "households", mixed_list()).context["staged"]
    client.post(reverse("registry:import_answer", args=[staged.pk]), {"answer-encoding": "tcvn3"})

    answer = client.get(reverse("registry:import_refused", args=[staged.pk]))

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]][1] == "Đặng Thị Thủy"


def test_refused_rows_show_their_errors(signed_in: SignedIn) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    staged = upload(client, "households", odd_list()).context["staged"]

    answer = client.get(reverse("registry:import_refused", args=[staged.pk]))

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]][:4] == [4, "Lê Văn Bốn", 1964, "#REF!"]


def old_review() -> bytes:
    """A review of one commune, typed in TCVN3 without a word of its font."""
    book = Workbook()
    for row in (
        ["KÕt qu¶ rµ so¸t hé nghÌo, hé cËn nghÌo n¨m 2023"],
        ["STT", "X·, ph­êng, thÞ trÊn", "Tæng sè hé d©n c­", "Hé nghÌo", "Hé cËn nghÌo"],
        [1, "X· Phan §iÒn", 2000, 50, 60],
    ):
        book.active.append(row)
    return packed(book)


def test_another_kind_of_file_gets_the_questions_for_free(person: Person) -> None:
    reviewer = person(Role.REVIEWER)
    staged = load("reviews", old_review(), reviewer, year=2023, given={"standard": "2022-2025"})
    assert counts(staged) == (0, 0, 0, 0)

    answered(staged, reviewer, encoding="tcvn3")

    assert [row.name for row in rows_of(staged, RowState.NEW)] == ["Xã Phan Điền"]
    assert staged.options["standard"] == "2022-2025"


def test_a_file_that_is_loaded_without_a_page_is_refused_while_it_asks(person: Person) -> None:
    with pytest.raises(InvalidRequest):
        load_file(
            kind="reviews",
            content=old_review(),
            filename="ra-soat.xlsx",
            options=ImportOptions(year=2023),
            actor=person(Role.REVIEWER),
        )

    assert not ImportFile.objects.exists()
