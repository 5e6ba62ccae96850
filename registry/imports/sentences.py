"""The sentences of imports: what is wrong with a cell, a row or a file, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.spreadsheets.problems import CONTAINER_MESSAGES, WorkbookError
from registry.enums import PovertyStatus
from registry.imports.file_answers import FileChoice, FileQuestion
from registry.imports.importer import kinds
from registry.imports.reviews import sentences as reviews
from registry.imports.reviews.resource import FIGURE_LABELS
from registry.imports.staged import AskedRow, Choice, Finding, Remark
from registry.imports.told_options import meaning_label
from registry.person_words import CLEANINGS, NAME_PROBLEMS, NUMBER_NOTES, NUMBER_REASONS

PROBLEMS: dict[str, Any] = {
    **reviews.PROBLEMS,
    "cell_missing": gettext_lazy("the cell is empty; this column is needed in every row."),
    "cell_error": gettext_lazy(
        "the cell holds the error %(value)s in place of a value. Mend its formula, or type the value."
    ),
    "cell_doubted": gettext_lazy(
        "“%(value)s” is marked as not certain. Write it without the mark once it is certain, or leave the cell empty."
    ),
    "day_incomplete": gettext_lazy("“%(value)s” has no day. Write day/month/year, such as 01/03/2022."),
    "day_short_year": gettext_lazy(
        "“%(value)s” writes the year with two digits. Write all four, such as 01/03/2022."
    ),
    "day_impossible": gettext_lazy("“%(value)s” is no day of the calendar. Write day/month/year."),
    "day_unreadable": gettext_lazy("“%(value)s” is no date. Write day/month/year, such as 01/03/2022."),
    "day_future": gettext_lazy("%(value)s lies in the future."),
    "year_unreadable": gettext_lazy("“%(value)s” is no year. Write four digits, such as 2023."),
    "year_out_of_range": gettext_lazy("%(value)s is not between %(first)s and %(last)s."),
    "number_unreadable": gettext_lazy("“%(value)s” is no number. Write digits only, such as 1200."),
    "number_negative": gettext_lazy("“%(value)s” is below zero. Write zero or more."),
    "number_not_whole": gettext_lazy("“%(value)s” is no whole number. Write it without a fraction."),
    "number_ambiguous": gettext_lazy(
        "“%(value)s” may be a thousand or a fraction. Write it without the comma."
    ),
    "number_too_large": gettext_lazy("“%(value)s” is larger than can be. Check the cell."),
    "status_unknown": gettext_lazy(
        "“%(value)s” is no standing. Write one of: poor, near-poor, newly escaped, not poor, average, well off; or say"
        " once what your office means by it."
    ),
    "status_other_year": gettext_lazy("the words speak of %(said)s, the column of %(year)s. Write one year."),
    "word_doubtful": gettext_lazy(
        "“%(value)s” can mean more than one thing. Say once what your office means by it, or write it out."
    ),
    "ethnicity_unknown": gettext_lazy(
        "“%(value)s” is no name of a people of Vietnam that is known. Write its official name, or say once which people"
        " your office means."
    ),
    "member_contradicts": gettext_lazy(
        "the household's member %(known)s (%(year)s) bears this number; the row names somebody else by it and was left"
        " out. Correct the name, the year of birth or the number."
    ),
    "minority_differs": gettext_lazy(
        "the people's name and the column of ethnic-minority households disagree; the column is taken."
    ),
    "relationship_unknown": gettext_lazy(
        "“%(value)s” says no relation to the head. Write, for instance, vợ, con, cha, cháu nội; or say once what your"
        " office means by it."
    ),
    "member_without_head": gettext_lazy(
        "the row is of a member, and no head of a household stands above it. Put the head's row above its members."
    ),
    "member_of_refused": gettext_lazy(
        "the row of the household's head, row %(row)s, stays out, and its members with it."
    ),
    "village_ended": gettext_lazy(
        "the line “%(text)s” above names no village that is known here, so this row and those below it are taken without"
        " a village. Write the village into a column of its own if they live in one."
    ),
    "village_unsure": gettext_lazy(
        "the register does not know which village “%(value)s” is. The household is entered in its commune."
    ),
    "registration_unknown": gettext_lazy(
        "“%(value)s” does not say whether the household registered. Write the day, or “no”."
    ),
    "loan_unknown": gettext_lazy("“%(value)s” is no standing of a loan. Write: no loan, good or bad."),
    "capacity_unknown": gettext_lazy(
        "“%(value)s” is no capacity. Write one of: cadre, civil servant, public employee,"
        " works on poverty reduction, another person."
    ),
    "yes_no_unknown": gettext_lazy("“%(value)s” is neither yes nor no."),
    "sex_unknown": gettext_lazy("“%(value)s” is neither woman nor man."),
    "text_too_long": gettext_lazy("the text is longer than %(limit)s characters."),
    "text_unprintable": gettext_lazy("the cell holds characters that cannot be printed. Type its text anew."),
    "form_unknown": gettext_lazy("“%(value)s” is no form of this kind of unit. Write one of: %(choices)s."),
    "unit_unknown": gettext_lazy("there is no “%(value)s” in the register."),
    "unit_ambiguous": gettext_lazy(
        "“%(value)s” is the name of several units (%(choices)s). Add the column that tells them apart."
    ),
    "unit_dissolved": gettext_lazy(
        "%(value)s no longer exists and became part of several units. Write the unit of today."
    ),
    "unit_outside_area": gettext_lazy("%(value)s lies outside your area."),
    "unit_missing": gettext_lazy(
        "neither the row nor the file says which commune this is. Fill in the commune, or choose it on the form."
    ),
    "code_elsewhere": gettext_lazy(
        "“%(value)s” is the code of a record outside your area. Correct the code, or leave it empty for a new record."
    ),
    "code_of_another": gettext_lazy(
        "a record like this stands in the register already under %(other)s, not %(value)s. Write that code,"
        " or what tells the two apart."
    ),
    "code_merged": gettext_lazy("“%(value)s” was merged into %(kept)s. Write that code."),
    "row_repeated": gettext_lazy("row %(row)s says this of the same record already."),
    "row_contradicts": gettext_lazy("row %(row)s says something else of the same record and year."),
    "year_missing": gettext_lazy(
        "the row names no year, and neither do the title and the form. Add a column “Year”."
    ),
    "tick_unreadable": gettext_lazy("“%(value)s” is no tick. Write x under one standing."),
    "ticked_twice": gettext_lazy("two standings are ticked for %(year)s. Tick one."),
    "village_kind_unknown": gettext_lazy("“%(value)s” is neither thôn nor khu phố."),
    "village_kind_missing": gettext_lazy(
        "“%(value)s” does not say whether it is a thôn or a khu phố. Write the title before the name, or fill in the"
        " column “Title”."
    ),
    "village_kind_differs": gettext_lazy(
        "the title is another than the one in “%(value)s”. Keep one of them."
    ),
    "unit_renamed": gettext_lazy(
        "the code %(value)s is that of %(other)s. A new name is recorded as a reorganisation with its decision;"
        " files do not rename."
    ),
    "unit_retitled": gettext_lazy(
        "the register holds %(other)s here. If its title changed, record that as a reorganisation; if there are two,"
        " enter the second one by hand."
    ),
    "code_of_unit": gettext_lazy(
        "“%(value)s” is the code of %(other)s. Correct the code, or leave it empty."
    ),
    "code_differs": gettext_lazy(
        "the register has the code %(recorded)s for this unit, the row %(value)s. Correct the one that is wrong."
    ),
    "exists_from_differs": gettext_lazy(
        "the register has this unit exist from %(recorded)s. Leave the cell empty; a beginning is corrected by hand."
    ),
    "day_before_parent": gettext_lazy(
        "%(value)s lies before %(day)s, from when the register knows %(unit)s. Leave the cell empty, or write a later"
        " day."
    ),
    "form_missing": gettext_lazy("neither the row nor the name says the form. Write one of: %(choices)s."),
    "tax_code_unreadable": gettext_lazy(
        "“%(value)s” is no tax code: it has 10 digits, or 10, a hyphen and 3. Leading zeros stay only in cells"
        " formatted as text."
    ),
    "tax_code_differs": gettext_lazy(
        "the register has the tax code %(recorded)s for this name here, the row %(value)s. Correct the one that is"
        " wrong."
    ),
    "tax_code_of_another": gettext_lazy(
        "the tax code %(value)s is that of %(other)s. If its name changed, record that as a reorganisation; files do"
        " not rename."
    ),
    "body_may_be": gettext_lazy(
        "the register holds %(other)s of this name, and nothing says whether it is the same. Say in both what"
        " tells them apart: the tax code, the seat, the body above."
    ),
    "registered_without_day": gettext_lazy("the day of registration is missing."),
    **{f"name_{code}": sentence for code, sentence in NAME_PROBLEMS.items()},
    **{f"cleaned_{code}": sentence for code, sentence in CLEANINGS.items()},
    **{f"citizen_{code}": sentence for code, sentence in NUMBER_REASONS.items()},
    **NUMBER_NOTES,
    "office_code_without_year": gettext_lazy(
        "the code %(value)s says something in its year only, and no year is named. It was set aside."
    ),
    "office_code_taken": gettext_lazy(
        "the code %(value)s belongs to another household of this commune and year. It was set aside."
    ),
    "code_left_out": gettext_lazy("the code %(value)s was left out, as you answered."),
    "code_not_ours": gettext_lazy("%(value)s is no code of the register (C-…). It was set aside."),
}

# What sentences name that is worded where it is shown: figures by their names, amounts in the local form.
_FIGURES = frozenset({"figure", "whole"})
_AMOUNTS = frozenset(
    {"stated", "computed", "amount", "total", "old", "new", "start", "households", "poor", "near_poor"}
)
_LABELS = {
    **FIGURE_LABELS,
    "poverty": gettext_lazy("poor and near-poor households"),
    "unit": gettext_lazy("unit"),
    "code": gettext_lazy("unit code"),
    "above": gettext_lazy("Belongs to"),
    "district": gettext_lazy("district"),
    "commune": gettext_lazy("commune"),
    "village": gettext_lazy("village"),
}

FILE_PROBLEMS: dict[str, Any] = {
    **CONTAINER_MESSAGES,
    **reviews.FILE_PROBLEMS,
    "file_empty": gettext_lazy("The file “%(filename)s” is empty. Choose the file again and send it."),
    "file_not_workbook": gettext_lazy(
        "The file “%(filename)s” is not a workbook. Send it as .xlsx, .xls, .ods or .csv."
    ),
    "no_table": gettext_lazy(
        "No table for this was found in “%(filename)s”. Its header must name: %(columns)s. The template has them all."
    ),
    "header_lacks": gettext_lazy(
        "The header on sheet “%(sheet)s” lacks: %(columns)s. Add them, or begin from the template."
    ),
    "header_repeats": gettext_lazy(
        "The header on sheet “%(sheet)s” names more than one column for: %(columns)s. Keep one for each."
    ),
    "table_below": gettext_lazy(
        "Nothing was read: row %(row)s of sheet “%(sheet)s” begins another table, whose columns stand in another order."
        " Move that table to a sheet of its own and send the file again."
    ),
    "list_year_differs": gettext_lazy(
        "The title of the list names the year %(found)s, but %(year)s was chosen on the form. Correct one of them."
    ),
    "reading_failed": gettext_lazy(
        "The file could not be read because of a fault in this program, which is recorded. Nothing was written."
        " Hand in the rows that matter in a new workbook made from the template, or tell the administrator."
    ),
    "list_empty": gettext_lazy("The table on sheet “%(sheet)s” has no rows."),
}


# What reading found that nobody asked for: listed before anything is loaded.
FINDINGS: dict[str, Any] = {
    **reviews.FINDINGS,
    "passed_over": gettext_lazy("“%(text)s” is no record and was passed over."),
    "heading_repeated": gettext_lazy("The headings stand here again and were passed over: %(text)s …"),
    "columns_unused": gettext_lazy("Columns not used: %(columns)s."),
    "column_unheaded": gettext_lazy(
        "Column %(column)s has no heading and is not read; in it stands: %(text)s. Head it and hand the file in again, if"
        " it matters."
    ),
    "number_elsewhere": gettext_lazy(
        "The citizen number of this row stands in the register with somebody outside your area. The row makes a record of"
        " its own; the province compares the two."
    ),
    "told_used": gettext_lazy("“%(words)s” is taken as “%(meaning)s”, as %(said_by)s said for %(office)s."),
    "standing_of_list": gettext_lazy(
        "No column names the standing; the list is called so: every household in it is taken as %(standing)s."
    ),
    "standing_of_group": gettext_lazy(
        "The row heads a group: the households below it are taken as %(standing)s."
    ),
    "standing_unsaid": gettext_lazy(
        "New households of which neither a column nor the title names the standing: %(count)s (first in row %(row)s)."
        " They are loaded without one."
    ),
    "village_of_title": gettext_lazy(
        "The lines above the list name %(village)s: rows without a village of their own are taken as living there."
    ),
    "village_of_sheet": gettext_lazy(
        "The sheet is called as a village is: its households are taken to live there."
    ),
    "sheet_unread": gettext_lazy("The sheet holds no such list and was not read."),
    "sheet_hidden": gettext_lazy("The sheet is hidden and was not read."),
    "hidden_rows": gettext_lazy("Hidden rows, such as filtered ones, are read like the others: %(rows)s."),
    "hidden_rows_left_out": gettext_lazy("Hidden rows were left out, as you said: %(rows)s."),
    "struck_rows": gettext_lazy("Struck-out rows are read like the others: %(rows)s."),
    "struck_rows_left_out": gettext_lazy("Struck-out rows were left out, as you said: %(rows)s."),
    "struck_cells": gettext_lazy("Struck-out cells are read like the others: %(cells)s."),
    "hidden_column": gettext_lazy("Column %(column)s, “%(text)s”, is hidden and is read like the others."),
    "error_cells": gettext_lazy(
        "Cells hold errors in place of values, and none was read from them: %(cells)s."
    ),
    "cells_converted": gettext_lazy("Cells converted from %(encoding)s, as you said: %(count)s."),
}
# Questions about a file as a whole, and the answers that may be chosen.
FILE_QUESTIONS: Mapping[str, Any] = {
    "encoding_of_font": gettext_lazy(
        "The file is typed for the font %(font)s, whose letters (%(encoding)s) are no Vietnamese in other fonts. Are they"
        " to be converted?"
    ),
    "encoding": gettext_lazy(
        "The file looks typed for an old font, whose letters (%(encoding)s) are no Vietnamese in other fonts. Are they to"
        " be converted?"
    ),
    "hidden_rows": gettext_lazy("The file has hidden rows: %(count)s. Are they to be read?"),
    "struck_rows": gettext_lazy("The file has struck-out rows: %(count)s. Are they to be read?"),
}
FILE_CHOICES: Mapping[str, Any] = {
    "convert": gettext_lazy("Yes, convert them"),
    "as_it_is": gettext_lazy("No, read the file as it stands"),
    "take": gettext_lazy("Read them like the others"),
    "leave_out": gettext_lazy("Leave them out"),
}
# Questions that only the office can answer, and the answers that may be chosen.
QUESTIONS: dict[str, Any] = {
    "code_of_other_head": gettext_lazy(
        "The register knows the code %(value)s as the household of %(known)s, whose citizen number is another. Which"
        " is right?"
    ),
    "code_of_other_name": gettext_lazy(
        "The register knows the code %(value)s as the household of %(known)s, another name. Which is right?"
    ),
    "code_of_other_year": gettext_lazy(
        "The register knows the code %(value)s as the household of %(known)s, born in %(year)s, another year. Which is"
        " right?"
    ),
    "number_of_other_year": gettext_lazy(
        "The register knows this citizen number as that of %(known)s, born in %(year)s, another year. Which is right?"
    ),
    "number_of_other_name": gettext_lazy(
        "The register knows this citizen number as that of %(known)s, another name. Which is right?"
    ),
    "number_of_several": gettext_lazy("Several records bear this citizen number. Whom does the row mean?"),
    "number_of_member": gettext_lazy(
        "The register knows this citizen number as that of somebody who lives in the household of %(known)s. Is this"
        " that household under a new head?"
    ),
    "number_under_other_code": gettext_lazy(
        "%(known)s bears this citizen number under another code of the same commune and year. Is it the same"
        " household?"
    ),
    "may_be_same": gettext_lazy(
        "A record of this name stands in the register, and nothing says whether it is the same: %(known)s."
    ),
    "may_be_several": gettext_lazy(
        "Several records are like this row, and nothing says which one it means: %(known)s."
    ),
    "several_rows_may_be": gettext_lazy(
        "The record %(known)s has the name and year of birth of several rows of this file. Is it this one?"
    ),
    "row_repeated": gettext_lazy(
        "Row %(row)s says the same of a household of this name. Is it written twice, or are there two?"
    ),
    "row_contradicts": gettext_lazy(
        "Row %(row)s says something else of a household of this name and for the same year. Is it one household, or are"
        " there two?"
    ),
    "person_repeated": gettext_lazy(
        "Row %(row)s is of a person of the same name and year of birth. Is somebody written twice, or are there two?"
    ),
    "answered_above": gettext_lazy("This row reads like row %(row)s and waits for the answer given there."),
}
CHOICES: dict[str, Any] = {
    "same": gettext_lazy("It is the same: %(name)s, %(known)s."),
    "same_in_file": gettext_lazy(
        "It is the same as in row %(row)s. What both say is kept as that row has it."
    ),
    "new_head": gettext_lazy(
        "It is the household %(known)s under a new head: take name, birth and number from the file."
    ),
    "new_head_in_file": gettext_lazy("It is the household of row %(row)s under a new head."),
    "wrong_code": gettext_lazy("The code in the file is wrong: find the household by its other signs."),
    "wrong_number": gettext_lazy(
        "The number in the file is wrong: leave it out and find the person by the other signs."
    ),
    "another": gettext_lazy("It is another: enter it as new. The two are not asked about again."),
}


def add_sentences(
    *,
    problems: Mapping[str, Any] | None = None,
    of_files: Mapping[str, Any] | None = None,
    findings: Mapping[str, Any] | None = None,
    questions: Mapping[str, Any] | None = None,
    choices: Mapping[str, Any] | None = None,
) -> None:
    """Sentences that a kind of import brings along: of rows, of whole files, of findings, of questions."""
    PROBLEMS.update(problems or {})
    FILE_PROBLEMS.update(of_files or {})
    FINDINGS.update(findings or {})
    QUESTIONS.update(questions or {})
    CHOICES.update(choices or {})


def remark_sentence(remark: Remark, column: str) -> str:
    """A staged remark in the reader's language; `column` is how the column at fault is called, if there is one."""
    params = _worded(remark.params)
    sentence = str(PROBLEMS[remark.code]) % params
    if params.get("near"):
        sentence += " " + _("Like it: %(near)s.") % params
    sentence = (
        _("%(column)s: %(sentence)s") % {"column": column, "sentence": sentence} if column else sentence
    )
    if params.get("aside"):
        sentence += " " + _("The cell was set aside; the file keeps it, and the rest of the row is taken.")
    if params.get("member"):
        said = {"name": params["member"], "row": params["member_row"], "sentence": sentence}
        sentence = _("%(name)s (row %(row)s): %(sentence)s") % said
    return sentence[:1].upper() + sentence[1:]


def finding_sentence(finding: Finding, *, names_sheet: bool) -> str:
    """What was found, and where; the sheet is named where the file has several, not for the file as a whole."""
    params = dict(finding.params)
    if finding.code in {"standing_of_list", "standing_of_group"}:
        params["standing"] = PovertyStatus(params["standing"]).label
    if finding.code == "told_used":
        params["meaning"] = meaning_label(kinds()[params["kind"]], params["sort"], params["meaning"])
    sentence = str(FINDINGS[finding.code]) % _worded(params)
    if params.get("unit"):
        sentence = _("%(column)s: %(sentence)s") % {"column": params["unit"], "sentence": sentence}
    place = {"sheet": finding.sheet, "row": finding.number, "sentence": sentence}
    if finding.number is None and not finding.sheet:
        return sentence
    if finding.number is None:
        return _("Sheet “%(sheet)s”: %(sentence)s") % place
    if names_sheet:
        return _("Sheet “%(sheet)s”, row %(row)s: %(sentence)s") % place
    return _("Row %(row)s: %(sentence)s") % place


def file_question_sentence(question: FileQuestion) -> str:
    """What the office is asked about a file as a whole."""
    return str(FILE_QUESTIONS[question.code]) % question.params


def file_choice_sentence(choice: FileChoice) -> str:
    """An answer about the file as it may be chosen."""
    return str(FILE_CHOICES[choice.code])


def question_sentence(row: AskedRow) -> str:
    """What the office is asked about a row."""
    return str(QUESTIONS[row.code]) % row.params


def choice_sentence(choice: Choice) -> str:
    """An answer as it may be chosen."""
    return str(CHOICES[choice.code]) % choice.params


def file_sentence(error: WorkbookError) -> str:
    """Why a file as a whole cannot be used."""
    return str(FILE_PROBLEMS[error.code]) % _worded(error.params)


def kept_file_sentence(problem: str) -> str:
    """Why a kept file could not be read, from what was stored with it."""
    told = json.loads(problem)
    return file_sentence(WorkbookError(told["code"], **told["params"]))


def _worded(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _word(name, value) for name, value in params.items()}


def _word(name: str, value: Any) -> Any:
    if name in _FIGURES:
        return _LABELS[value]
    if name == "columns" and isinstance(value, (list, tuple)):
        return ", ".join(str(_LABELS[column]) for column in value)
    if name in _AMOUNTS and isinstance(value, (int, float)):
        return number_format(value, force_grouping=True)
    return value
