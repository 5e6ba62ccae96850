"""A list as a file: CSV sent row by row, or an XLSX workbook written row by row. No cell is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from registry.resources import neutralise

FORMATS = ("xlsx", "csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Line:
    """Stands for a file to the CSV writer and hands each line straight on."""

    def write(self, text: str) -> str:
        return text


def file_response(
    *, header: Sequence[str], rows: Iterable[Sequence[Any]], file_format: str, name: str
) -> HttpResponseBase:
    """The rows under their header as a download called `name` with the format's ending."""
    if file_format == "xlsx":
        return _workbook(header, rows, name)
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # Spreadsheet programs take a file without this mark for one of another encoding.
    yield "\ufeff"
    for row in chain([header], rows):
        yield writer.writerow([neutralise(cell) for cell in row])


def _workbook(header: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> FileResponse:
    from openpyxl import Workbook  # noqa: PLC0415 -- slow import

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in chain([header], rows):
        sheet.append([neutralise(cell) for cell in row])
    target = TemporaryFile()  # noqa: SIM115 -- the response closes it
    book.save(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
