"""Lists that leave as XLSX or CSV: the rows of the list with the filters in force, never only its page.

A page adds `?xuat=xlsx` or `?xuat=csv` to the address of its list (templates/includes/exports.html). Each export is
answered once, here: text that would be a formula is neutralised, rows are written as they are read, and an export of
personal data names who took it out and when, and leaves an audit entry with its filters' names, without a name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Self

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.generic import ListView

from core import audit, clock
from core.events import Event
from core.services import service
from core.spreadsheets.writing import CHUNK, ListResource, Sheet, csv_response, workbook_response

PARAMETER = "xuat"
FORMATS = ("xlsx", "csv")
_NEVER_LOGGED = frozenset({"q", "page", PARAMETER})
_NARROWEST, _WIDEST = 12, 48


@dataclass(frozen=True)
class Table:
    """What a list exports: a name for the file, headings, and rows made as they are asked for."""

    name: str
    head: Sequence[Any]
    rows: Iterable[Sequence[Any]]
    has_personal_data: bool = False

    @classmethod
    def of(cls, name: str, resource: ListResource, found: Any, *, has_personal_data: bool = False) -> Self:
        """What was found, in the columns of a resource."""
        return cls(name, resource.head(), resource.rows(found), has_personal_data)


def asked_format(request: HttpRequest) -> str:
    """The format that the address asks for, empty when it asks for the page."""
    asked = request.GET.get(PARAMETER, "")
    return asked if asked in FORMATS else ""


def export_response(request: HttpRequest, table: Table) -> HttpResponseBase:
    """The table in the format that the address asks for."""
    if table.has_personal_data:
        filters = sorted({name for name, value in request.GET.items() if value} - _NEVER_LOGGED)
        record_export(actor=request.user, name=table.name, filters=filters, address=request.path)
    return table_response(table, asked_format(request), request.user)


def table_response(table: Table, file_format: str, actor: Any) -> HttpResponseBase:
    """The table as a file of one of `FORMATS`, with nothing asked and nothing logged.

    One with personal data bears the account and the hour in its name; a workbook also says in its properties and at
    the foot of each printed page who took it out and when, so that a copy that turns up somewhere tells where it came
    from. The rows stay as they are: lists load back as they left.
    """
    head = [str(title) for title in table.head]
    filename = f"{table.name}-{clock.today():%Y-%m-%d}"
    stamp = ""
    if table.has_personal_data:
        stamp = _stamp_of(actor)
        filename = f"{filename}-{clock.now():%H%M}-{slugify(actor.username)}"
    rows = _with_head(head, table.rows)
    if file_format == "csv":
        return csv_response(rows, filename)
    widths = [min(max(len(title) + 2, _NARROWEST), _WIDEST) for title in head]
    return workbook_response([Sheet(_("List"), rows, widths=widths, stamp=stamp)], filename)


def _stamp_of(actor: Any) -> str:
    return _(
        "Taken out by %(name)s (%(account)s) at %(moment)s. It holds personal data: pass it on to nobody."
    ) % {
        "name": actor,
        "account": actor.username,
        "moment": date_format(clock.now(), "H:i d/m/Y"),
    }


@service
def record_export(*, actor: Any, name: str, filters: Sequence[str], address: str) -> None:
    """Leave in the log that a person took personal data out, from which list and narrowed by what."""
    audit.record(
        Event.LIST_EXPORTED, actor=actor, subject=actor, list=name, filters=list(filters), address=address
    )


def chunks(rows: QuerySet[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The rows in lists of up to `size`, so that what belongs to them is read once a list and memory stays level."""
    found = rows.iterator(chunk_size=size)
    while chunk := list(islice(found, size)):
        yield chunk


def _with_head(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield head
    yield from rows


class ExportableList(ListView, ABC):
    """A list whose address answers `?xuat=` with every row of it, in the columns of a resource."""

    export_resource: ClassVar[type[ListResource]]
    export_personal_data: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or the export."""
        if request.method not in {"GET", "HEAD"} or not asked_format(request):
            return super().dispatch(request, *args, **kwargs)
        return export_response(request, self.export_table(self.get_queryset()))

    @abstractmethod
    def export_name(self) -> str:
        """The file's name without its ending, in words without diacritics."""

    def export_table(self, found: Any) -> Table:
        """Every row of the list."""
        return Table.of(
            self.export_name(), self.export_resource(), found, has_personal_data=self.export_personal_data
        )
