"""The sentences of imports: what is wrong with a cell, a row or a file, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.spreadsheets.problems import CONTAINER_MESSAGES, WorkbookError
from registry.imports.reviews import sentences as reviews
from registry.imports.reviews.resource import FIGURE_LABELS
from registry.imports.staged import AskedRow, Choice, Finding, Remark

PROBLEMS: dict[str, Any] = {
    **reviews.PROBLEMS,
    "cell_missing": gettext_lazy("the cell is empty; this column is needed in every row."),
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
        "“%(value)s” is no standing. Write one of: poor, near-poor, newly escaped, average, well off."
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
    "number_not_citizen": gettext_lazy(
        "a citizen number has 12 digits; this one has %(count)s. Leading zeros stay only in cells formatted as text."
    ),
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
    "several_alike": gettext_lazy(
        "%(count)s records of this name stand in %(unit)s. Write the code of the one that is meant."
    ),
    "birth_year_needed": gettext_lazy(
        "a record of this name stands in %(unit)s already and one of the two years of birth is missing."
        " Write its code %(known)s, or add the year of birth."
    ),
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
    "sheet_unread": gettext_lazy("The sheet holds no such list and was not read."),
}
# Questions that only the office can answer, and the answers that may be chosen.
QUESTIONS: dict[str, Any] = {}
CHOICES: dict[str, Any] = {}


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
    if not column:
        return sentence[:1].upper() + sentence[1:]
    return _("%(column)s: %(sentence)s") % {"column": column, "sentence": sentence}


def finding_sentence(finding: Finding, *, names_sheet: bool) -> str:
    """What was found, and where; the sheet is named where the file has several, and not for the file as a whole."""
    sentence = str(FINDINGS[finding.code]) % _worded(finding.params)
    if finding.params.get("unit"):
        sentence = _("%(column)s: %(sentence)s") % {"column": finding.params["unit"], "sentence": sentence}
    place = {"sheet": finding.sheet, "row": finding.number, "sentence": sentence}
    if finding.number is None and not finding.sheet:
        return sentence
    if finding.number is None:
        return _("Sheet “%(sheet)s”: %(sentence)s") % place
    if names_sheet:
        return _("Sheet “%(sheet)s”, row %(row)s: %(sentence)s") % place
    return _("Row %(row)s: %(sentence)s") % place


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
