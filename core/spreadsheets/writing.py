"""Tables that leave the house: row by row, and no text that a spreadsheet program takes for a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from import_export import fields, resources, widgets
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.files import XLSX
from core.spreadsheets.sheets import ErrorCell

Response = TypeVar("Response", bound=HttpResponseBase)

# So many records of a list are read at a time.
CHUNK = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its name, its rows, how many of them head it, and widths in characters.

    A `stamp` stands in the workbook's properties and at the foot of each printed page.
    """

    title: str
    rows: Iterable[Sequence[Any]]
    header_rows: int = 1
    widths: Sequence[int] = ()
    stamp: str = ""


class SafeResource(resources.ModelResource):
    """A resource whose text cells no spreadsheet program takes for a formula.

    The library strips a leading ``=`` only; here every character that starts a formula gets an apostrophe before it.
    """

    def export_field(self, field: fields.Field, instance: Any, **kwargs: Any) -> Any:
        """The cell's value, neutralised when it is text."""
        value = super().export_field(field, instance, **kwargs)
        return neutralise(value)


class AsItIs(widgets.Widget):
    """Writes a value as a workbook keeps it: numbers and days stay what they are, a record is called by its name."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The cell's value."""
        return str(value) if isinstance(value, Model) else value


class Column(fields.Field):
    """A column that leaves: `label` heads it; `source` is where a row's record has the cell, or how it is made of it."""

    def __init__(
        self,
        source: str | Callable[[Any], Any],
        label: str | Promise,
        *,
        widget: widgets.Widget | None = None,
    ) -> None:
        is_path = isinstance(source, str)
        super().__init__(
            attribute=source if is_path else None,
            dehydrate_method=None if is_path else source,
            widget=widget or AsItIs(),
        )
        self.label = label
        self.is_exported = True


class ListResource(SafeResource):
    """A list that leaves; its declared fields are the columns, `records` what becomes a row each."""

    @classmethod
    def exported(cls) -> dict[str, Column]:
        """The columns that leave, by name, in the order of `Meta.fields` where that is given."""
        ordered = dict.fromkeys((*(cls._meta.fields or ()), *cls.fields))
        found = {name: cls.fields[name] for name in ordered if name in cls.fields}
        return {name: one for name, one in found.items() if isinstance(one, Column) and one.is_exported}

    @classmethod
    def head(cls) -> list[Any]:
        """The headings of the columns that leave."""
        return [column.label for column in cls.exported().values()]

    def records(self, found: Any) -> Iterable[Any]:
        """What becomes a row each, of the list's rows; a long list is read piece by piece."""
        return found.iterator(chunk_size=CHUNK) if isinstance(found, QuerySet) else found

    def rows(self, found: Any) -> Iterator[list[Any]]:
        """The cells of each row."""
        columns = [self.fields[name] for name in self.exported()]
        for record in self.records(found):
            yield [self.export_field(column, record) for column in columns]


def neutralise(value: Any) -> Any:
    """The value as it may stand in a cell: text that would start a formula is led by an apostrophe."""
    if isinstance(value, (Promise, ErrorCell)):
        value = str(value)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def workbook_bytes(sheets: Iterable[Sheet]) -> IO[bytes]:
    """An .xlsx workbook written row by row into a temporary file, at its start and ready to be sent.

    A long list costs no memory: it never stands there whole.
    """
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.freeze_panes = f"A{sheet.header_rows + 1}" if sheet.header_rows else None
        # An ampersand begins a code in a printed foot; doubled it stands for itself.
        page.oddFooter.center.text = sheet.stamp.replace("&", "&&") or None
        book.properties.description = sheet.stamp or book.properties.description
        for at, width in enumerate(sheet.widths, 1):
            page.column_dimensions[get_column_letter(at)].width = width
        for number, row in enumerate(sheet.rows):
            page.append(
                _bold(page, row) if number < sheet.header_rows else [neutralise(cell) for cell in row]
            )
    target = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 -- the response closes it
    book.save(target)
    target.seek(0)
    return target


def workbook_response(sheets: Iterable[Sheet], filename: str) -> FileResponse:
    """The workbook as a download that nobody caches."""
    return _private(
        FileResponse(
            workbook_bytes(sheets), as_attachment=True, filename=f"{filename}.xlsx", content_type=XLSX
        )
    )


def csv_response(rows: Iterable[Sequence[Any]], filename: str) -> StreamingHttpResponse:
    """The rows as CSV in UTF-8 with its mark, sent as they are made, for spreadsheet programs of Vietnamese offices."""
    response = StreamingHttpResponse(_csv_lines(rows, get_language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{filename}.csv") or "attachment"
    return _private(response)


def _csv_lines(rows: Iterable[Sequence[Any]], language: str | None) -> Iterator[str]:
    """A line a row, worded in the reader's language: by the time they are sent, the request's is no longer set."""
    line = io.StringIO()
    writer = csv.writer(line)
    source = iter(rows)
    yield "\ufeff"
    while True:
        with override(language):
            row = next(source, None)
            if row is None:
                return
            writer.writerow([neutralise(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _bold(page: Any, row: Sequence[Any]) -> list[Any]:
    cells = []
    for value in row:
        cell = WriteOnlyCell(page, value=neutralise(value))
        cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def _private(response: Response) -> Response:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
