"""The sentences of workbook issues: what happened, why, and what to do, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from core.spreadsheets.problems import CONTAINER_MESSAGES, WorkbookError
from registry.imports.reviews.rows import Issue

COLUMN_LABELS = {
    "unit": _("unit"),
    "households": _("all households"),
    "minority_households": _("ethnic-minority households"),
    "poor": _("poor households"),
    "poor_minority": _("poor ethnic-minority households"),
    "near_poor": _("near-poor households"),
    "near_poor_minority": _("near-poor ethnic-minority households"),
    "poor_start": _("poor households at the start of the year"),
    "poor_exits": _("poor households that left poverty"),
    "poor_relapses": _("households that fell back into poverty"),
    "poor_new": _("newly poor households"),
    "near_poor_start": _("near-poor households at the start of the year"),
    "near_poor_exits": _("households that left near-poverty"),
    "near_poor_relapses": _("households that fell back into near-poverty"),
    "near_poor_new": _("newly near-poor households"),
    "lacking_jobs": _("households lacking jobs"),
    "lacking_health": _("households lacking health care"),
    "lacking_education": _("households lacking education"),
    "lacking_housing": _("households lacking housing"),
    "lacking_water": _("households lacking clean water and sanitation"),
    "lacking_information": _("households lacking information"),
    "poor_rate": _("poor-household rate"),
    "near_poor_rate": _("near-poor-household rate"),
    "poverty_rate": _("multidimensional poverty rate"),
    "code": _("unit code"),
    "district": _("district"),
    "commune": _("commune"),
    "village": _("village"),
    "ordinal": _("ordinal"),
}

FILE_MESSAGES = {
    **CONTAINER_MESSAGES,
    "no_review_table": _(
        "No review table was found in “%(filename)s”. A review needs a header that names the unit, all"
        " households, poor households and near-poor households."
    ),
    "columns_missing": _(
        "The header of the review table lacks: %(columns)s. Name these columns and send the file again."
    ),
    "columns_repeated": _(
        "The header of the review table names more than one column for: %(columns)s. Keep one column for each"
        " and send the file again."
    ),
    "several_tables": _(
        "The workbook holds more than one review table (sheets: %(sheets)s). Keep the sheet that counts and send"
        " the file again."
    ),
    "no_rows": _("The review table on sheet “%(sheet)s” has no rows. Check the file and send it again."),
}

ISSUE_MESSAGES = {
    "number_missing": _("The number of %(figure)s is missing. Enter it; write 0 if there are none."),
    "number_negative": _("The number of %(figure)s is negative (%(value)s). Enter zero or more."),
    "number_not_whole": _(
        "The number of %(figure)s is not a whole number (%(value)s). Enter it without a decimal part."
    ),
    "number_ambiguous": _(
        "The number of %(figure)s, “%(value)s”, can be read in two ways. Enter it without the comma."
    ),
    "number_unreadable": _(
        "The number of %(figure)s cannot be read (“%(value)s”). Enter digits only; write 0 if there are none."
    ),
    "number_too_large": _("The number of %(figure)s is too large to be true (%(value)s). Check the cell."),
    "rate_unreadable": _(
        "The %(figure)s cannot be read (“%(value)s”). It was left aside; the rate is computed from the counts."
    ),
    "name_missing": _("The row has figures but no unit. Enter the unit's name, or clear the figures."),
    "row_ignored": _(
        "The row has words but no figures and was left aside. Nothing to do if it is a note; otherwise enter the"
        " figures."
    ),
    "poor_over_households": _(
        "Poor and near-poor households (%(poor)s + %(near_poor)s) are more than all households (%(households)s)."
        " Correct the figures."
    ),
    "part_over_whole": _(
        "The number of %(figure)s (%(value)s) is larger than that of %(whole)s (%(total)s). Correct the figures."
    ),
    "year_differs": _(
        "The title says %(found)s, but the review is being recorded for %(year)s. Choose the right year or the"
        " right file."
    ),
    "district_unknown": _("No district of this name is in the register. Correct the name.%(suggestions)s"),
    "unit_unknown": _("No commune of this name existed in %(year)s. Correct the name.%(suggestions)s"),
    "unit_unknown_in_district": _(
        "No commune of this name existed in %(district)s in %(year)s. Correct the name, or move the row under its"
        " district.%(suggestions)s"
    ),
    "unit_ambiguous": _(
        "More than one unit bears this name (%(districts)s). Put the row under its district's heading, or write"
        " the unit's type or code."
    ),
    "code_unreadable": _("The unit code cannot be read (“%(value)s”). The unit was looked up by its name."),
    "code_unknown": _(
        "No unit bore the code %(value)s in %(year)s. Correct the code, or clear it and keep the name."
    ),
    "code_of_another": _(
        "The code %(value)s belongs to %(other)s. Correct the code or the name, or clear the code."
    ),
    "unit_twice": _("The unit stands in more than one row (also row %(rows)s). Keep one of them."),
    "former_self_unclear": _(
        "The unit was formed by a merger and kept a name, and only some of the merged units (%(others)s) stand in"
        " the sheet. List all of the merged units, or only the new one."
    ),
    "unit_dissolved": _(
        "%(name)s was merged after %(until)s. Its figures are kept under its own name and count towards"
        " %(successors)s."
    ),
    "outside_area": _(
        "The unit lies outside your area. Remove the row, or let the office above load the file."
    ),
    "unit_absent": _("%(unit)s (%(district)s) has no row in this file."),
    "subtotal_differs": _(
        "The district's row states %(stated)s %(figure)s; its communes add up to %(computed)s. Both are kept as"
        " they stand."
    ),
    "total_differs": _(
        "The total row states %(stated)s %(figure)s; the communes add up to %(computed)s. Both are kept as they"
        " stand."
    ),
    "commune_differs": _(
        "The commune's row states %(stated)s %(figure)s; its villages add up to %(computed)s. Both are kept as"
        " they stand."
    ),
    "total_of_villages_differs": _(
        "The total row states %(stated)s %(figure)s; the villages add up to %(computed)s. Both are kept as they"
        " stand."
    ),
    "total_is_commune": _(
        "All villages of %(commune)s stand in the file, so the total row is loaded as the commune's own figure."
    ),
    "total_compared_only": _(
        "The total row is only compared with the villages and not loaded as a figure of %(commune)s, since not"
        " every village of the register has a sound row."
    ),
    "commune_compared_only": _(
        "This row of the commune is only compared with its villages: commune officers load villages, and the"
        " commune's own figure comes from its district."
    ),
    "village_commune_missing": _(
        "Nothing says whose village this is. Put the village under its commune's row, or name the commune in the"
        " title."
    ),
    "village_commune_unknown": _(
        "The village stands under “%(commune)s”, which is no commune of the register or more than one. Correct the"
        " commune's name, or put it under its district's heading."
    ),
    "villages_not_registered": _(
        "The register has no villages of %(commune)s yet. Load its list of villages first, then this file again."
    ),
    "village_unknown": _(
        "No village of this name existed in %(commune)s in %(year)s. Correct the name, or enter the village in the"
        " register first.%(suggestions)s"
    ),
    "village_ambiguous": _(
        "More than one village of %(commune)s bears this name. Write whether it is a thôn or a khu phố."
    ),
    "village_absent": _("%(unit)s (%(commune)s) has no row in this file."),
    "lack_over_poverty": _(
        "The number of %(figure)s (%(value)s) is larger than that of poor and near-poor households together"
        " (%(total)s). Correct the figures."
    ),
    "lacks_by_indicator": _(
        "The file counts lacks by indicator. A household may lack several of one service, so these counts do not"
        " add up and were left aside. Nothing to do, unless the file can count by service."
    ),
    "lacks_unclear": _(
        "The columns of lacked services count the poor or the near-poor alone, or stand twice, and were left"
        " aside. Give one column for each service that counts both."
    ),
    "start_unreadable": _(
        "The number of %(figure)s cannot be read (“%(value)s”). It was left aside; last year's record is used."
    ),
    "start_differs": _(
        "The file gives %(stated)s %(figure)s; the record of %(year)s ends with %(computed)s. Both are kept as they"
        " stand."
    ),
    "flow_differs": _(
        "The movements lead from %(start)s at the start of the year to %(computed)s %(figure)s at its end; the row"
        " states %(stated)s. All are kept as they stand."
    ),
    "restated_kept": _(
        "The figures of %(year)s were restated for the unit's present territory (%(document)s). The row was left"
        " out; the restated figures stay."
    ),
    "rate_differs": _(
        "The %(figure)s is written as %(stated)s %%; the counts give %(computed)s %%. The computed rate is used."
    ),
}

_SUGGESTED = _(" Perhaps: %(names)s.")


def issue_sentence(issue: Issue) -> str:
    """What happened to the row and what to do, without its place."""
    params = {"unit": issue.unit, **issue.params}
    return str(ISSUE_MESSAGES[issue.code]) % _shown(params)


def issue_place(issue: Issue) -> str:
    """Where to look: sheet and row as the spreadsheet program numbers it, and the unit as written."""
    if issue.row is None:
        return str(_("Sheet “%(sheet)s”")) % {"sheet": issue.sheet}
    place = {"sheet": issue.sheet, "row": issue.row, "unit": issue.unit}
    if not issue.unit:
        return str(_("Sheet “%(sheet)s”, row %(row)s")) % place
    return str(_("Sheet “%(sheet)s”, row %(row)s, %(unit)s")) % place


def error_sentence(error: WorkbookError) -> str:
    """Why the file as a whole was refused and what to do."""
    return str(FILE_MESSAGES[error.code]) % _shown(error.params)


def _shown(params: Mapping[str, Any]) -> dict[str, str]:
    """The parameters as the reader writes them: figures by name, numbers and dates in the local form."""
    return {name: _show(name, value) for name, value in params.items()}


def _show(name: str, value: Any) -> str:
    if name in {"figure", "whole"}:
        return str(COLUMN_LABELS[value])
    if name == "columns":
        return ", ".join(str(COLUMN_LABELS[column]) for column in value)
    if name == "suggestions":
        return str(_SUGGESTED) % {"names": ", ".join(value)} if value else ""
    if name in {"year", "found", "row", "limit"}:
        return str(value)
    if isinstance(value, (int, Decimal)):
        return number_format(value, force_grouping=True)
    if isinstance(value, date):
        return date_format(value, "d/m/Y")
    return str(value)
