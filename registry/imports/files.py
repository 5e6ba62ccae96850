"""Workbooks that go back to the office: the template of a kind, and the refused rows of a file with their reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core.spreadsheets.tables import Lists, ListTable
from core.spreadsheets.writing import Sheet
from registry.imports.importer import Importer
from registry.imports.sentences import remark_sentence
from registry.imports.staged import RefusedRow

_YEARS = 5
_WIDTHS = (34, 14, 60, 26)


def template_sheets(importer: type[Importer], day: date) -> list[Sheet]:
    """An empty list with its header, and a sheet that says column by column what belongs there."""
    columns = importer.resource.columns()
    in_list = [column for name, column in columns.items() if name not in importer.not_in_template]
    heads = [str(column.label) for column in in_list]
    if importer.takes_standings:
        heads += [str(year) for year in range(day.year - _YEARS + 1, day.year + 1)]
    return [
        Sheet(_("List"), [heads], widths=[max(len(head) + 4, 14) for head in heads]),
        Sheet(_("Instructions"), list(_instructions(importer)), widths=_WIDTHS),
    ]


def _instructions(importer: type[Importer]) -> Iterator[list[str]]:
    yield [_("Heading"), _("Needed"), _("What to write"), _("Example")]
    for column in importer.resource.columns().values():
        needed = _("yes") if column.needed else _("no")
        yield [str(column.label), needed, str(column.help_text), column.example]
    for line in importer.instructions:
        yield ["", "", str(line), ""]
    yield [
        "",
        "",
        _("An empty cell changes nothing in the register. Columns with other headings are ignored."),
        "",
    ]
    yield ["", "", _("Nothing is written before you have seen the preview and confirmed it."), ""]


def refused_sheets(
    importer: type[Importer], lists: Lists, refused: Iterable[RefusedRow], headings: Iterable[Sequence[int]]
) -> list[Sheet]:
    """The refused rows as they stood in the file, under their own titles, header and headings, with a reason each.

    Mended, this workbook can be handed in as it is: the column of reasons has no meaning to the import.
    """
    reasons: dict[int, dict[int, str]] = defaultdict(dict)
    for row in refused:
        reasons[row.sheet][row.number] = refusal_reasons(importer, row)
    kept: dict[int, set[int]] = {sheet: set(rows) for sheet, rows in reasons.items()}
    for sheet, number in headings:
        if sheet in kept:
            kept[sheet].add(number)
    several = len(kept) > 1
    return [
        Sheet(
            lists.tables[sheet].sheet.name[:31] if several else _("Refused rows"),
            list(_refused_rows(lists.tables[sheet], reasons[sheet], sorted(rows))),
            header_rows=0,
        )
        for sheet, rows in sorted(kept.items())
    ]


def _refused_rows(table: ListTable, reasons: dict[int, str], kept: list[int]) -> Iterator[list[Any]]:
    first, header = table.header.first_row, table.header.row
    width = 0
    for at, cells in enumerate(islice(table.sheet.rows(), first)):
        width = max(width, len(cells))
        yield [*cells, _("Reason for refusal")] if at == header else list(cells)
    wanted = iter(kept)
    number = next(wanted, None)
    for at, cells in enumerate(islice(table.sheet.rows(), first, None), first + 1):
        if at != number:
            continue
        row = list(cells) + [""] * (width - len(cells))
        yield [*row, reasons[at]] if at in reasons else row
        number = next(wanted, None)
        if number is None:
            return


def refusal_reasons(importer: type[Importer], row: RefusedRow) -> str:
    return " ".join(remark_sentence(one, column_label(importer, one.column)) for one in row.problems)


def column_label(importer: type[Importer], name: str) -> str:
    """How a column is called to people; a year's column is called by its year."""
    column = importer.resource.columns().get(name)
    return str(column.label) if column else name
