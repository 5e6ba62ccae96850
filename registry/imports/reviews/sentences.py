"""The sentences of review workbooks: what happened, why, and what to do.

``registry.imports.sentences`` words them, with figures called by their names and numbers in the local form.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Why a file is no review at all.
FILE_PROBLEMS: Mapping[str, str | Promise] = {
    "no_review_table": _(
        "No review table was found in “%(filename)s”. A review needs a header that names the unit, all"
        " households, poor households and near-poor households; a form of movements or of lacks, the unit and these."
    ),
    "columns_missing": _(
        "The header of the review table lacks: %(columns)s. Name these columns and send the file again."
    ),
    "columns_repeated": _(
        "The header of the review table names more than one column for: %(columns)s. Keep one column for each"
        " and send the file again."
    ),
    "review_of_persons": _(
        "Sheet “%(sheet)s” says above its table that it counts persons. A review counts households: hand in the table"
        " of households, or correct that line if it is wrong."
    ),
    "review_of_part": _(
        "The title of sheet “%(sheet)s” says that it counts a part of the households, or what is only expected. A review"
        " counts all of them: hand in that table, or correct the title if it is wrong."
    ),
    "review_year_missing": _(
        "Neither the title nor the form says of which year the review is. Hand the file in again and choose the year."
    ),
}

# What keeps a row out, and what was done to a cell of a row that is loaded.
PROBLEMS: Mapping[str, str | Promise] = {
    "number_missing": _("the number is missing. Enter it; write 0 if there are none."),
    "count_aside": _(
        "“%(value)s” cannot be known as a count and was set aside; what the register holds stays. Enter digits only"
        " and hand the row in again, if it matters."
    ),
    "rate_unreadable": _(
        "“%(value)s” cannot be read. It was left aside; the rate is computed from the counts."
    ),
    "part_over_whole": _(
        "the number (%(amount)s) is larger than that of %(whole)s (%(total)s) and was set aside. Correct the one that"
        " is wrong and hand the row in again."
    ),
    "code_unreadable": _("“%(value)s” is no code. The unit was looked up by its name."),
    "name_missing": _("the row has figures but no unit. Enter the unit's name, or clear the figures."),
    "poor_over_households": _(
        "poor and near-poor households (%(poor)s + %(near_poor)s) are more than all households (%(households)s)."
        " Correct the figures."
    ),
    "figures_missing": _(
        "the form does not give %(columns)s, and no review of the year stands in the register. Load the result form"
        " first, or in one workbook with this one."
    ),
    "sheets_differ": _(
        "sheet “%(first)s” says %(stated)s, sheet “%(sheet)s”, row %(row)s says %(computed)s. Correct the one that is"
        " wrong."
    ),
    "district_unknown": _("no district of this name is in the register. Correct the name."),
    "commune_unknown": _("no commune of this name existed in %(year)s. Correct the name."),
    "commune_unknown_in_district": _(
        "no commune of this name existed in %(district)s in %(year)s. Correct the name, or move the row under its"
        " district."
    ),
    "unit_of_several": _(
        "more than one unit bears this name (%(districts)s). Put the row under its district's heading, or write"
        " the unit's type or code."
    ),
    "code_unknown": _(
        "no unit bore the code %(value)s in %(year)s. Correct the code, or clear it and keep the name."
    ),
    "code_of_other": _(
        "the code %(value)s belongs to %(other)s. Correct the code or the name, or clear the code."
    ),
    "unit_twice": _("the unit stands in more than one row (also row %(rows)s). Keep one of them."),
    "unit_parted": _(
        "the unit stands in the urban and in the rural group (also row %(rows)s), a part of it in each. Hand in the table"
        " that gives the whole unit in one row."
    ),
    "former_self_unclear": _(
        "the unit was formed by a merger and kept a name, and only some of the merged units (%(others)s) stand in"
        " the sheet. List all of the merged units, or only the new one."
    ),
    "outside_area": _(
        "the unit lies outside your area. Remove the row, or let the office above load the file."
    ),
    "village_commune_missing": _(
        "nothing says whose village this is. Put the village under its commune's row, or name the commune in the"
        " title."
    ),
    "village_commune_unknown": _(
        "the village stands under “%(commune)s”, which is no commune of the register or more than one. Correct the"
        " commune's name, or put it under its district's heading."
    ),
    "villages_not_registered": _(
        "the register has no villages of %(commune)s yet. Load its list of villages first, then this file again."
    ),
    "village_unknown": _(
        "no village of this name existed in %(commune)s in %(year)s. Correct the name, or enter the village in the"
        " register first."
    ),
    "village_ambiguous": _(
        "more than one village of %(commune)s bears this name. Write whether it is a thôn or a khu phố."
    ),
}

# What reading and comparing found, listed before anything is loaded.
FINDINGS: Mapping[str, str | Promise] = {
    "sheet_of_year": _("The sheet is of %(year)s and was left aside. Hand the file in again for that year."),
    "columns_aside": _("Columns that count only a share were left aside: %(columns)s."),
    "lacks_by_indicator": _(
        "The file counts lacks by indicator. A household may lack several of one service, so these counts do not"
        " add up and were left aside. Nothing to do, unless the file can count by service."
    ),
    "lacks_unclear": _(
        "The columns of lacked services count the poor or the near-poor alone, or stand twice, and were left"
        " aside. Give one column for each service that counts both."
    ),
    "row_ignored": _(
        "The row has words but no figures and was left aside. Nothing to do if it is a note; otherwise enter the"
        " figures."
    ),
    "persons_row": _("The row counts “%(counted)s”, not households, and was left aside."),
    "minority_row": _(
        "The row counts the ethnic-minority households of “%(above)s” and was taken as theirs."
    ),
    "part_row": _(
        "The row counts only a part of the households above it and was left aside. Nothing to do, unless it is a unit's:"
        " then write the unit's name."
    ),
    "sum_compared": _("The row is a sum: it was compared with its rows and is not loaded."),
    "unit_dissolved": _(
        "%(name)s was merged after %(until)s. Its figures are kept under its own name and count towards"
        " %(successors)s."
    ),
    "unit_absent": _("%(place)s: the file has no row of %(absent)s."),
    "subtotal_differs": _(
        "The subtotal states %(stated)s %(figure)s; its rows add up to %(computed)s. Both are kept as they stand."
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
    "half_in_a_year": _(
        "A change by more than half in a year: %(old)s %(figure)s at the end of %(before)s, %(new)s at the end of"
        " %(year)s. Make sure that this is so before you load it."
    ),
    "half_of_recorded": _(
        "A change by more than half: the register holds %(old)s %(figure)s for %(year)s, the file says %(new)s. Make"
        " sure that this is so before you load it."
    ),
}
