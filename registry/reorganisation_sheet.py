"""The sheet of a reorganisation: its columns by their words, its cells as plain text, its days as days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.spreadsheets.container import read_tables
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import Table
from core.text import fold, nfc
from registry.enums import AdminType, SuccessionKind, UnitForm, UnitKind
from registry.imports.sentences import file_sentence
from registry.titles import TITLE_IN_NAME, TITLES_OF_KIND

# Each column by the name that the project's own files use and by what an office would write.
COLUMNS: dict[str, tuple[str, ...]] = {
    "key": ("key", "Khóa"),
    "kind": ("kind", "Cấp"),
    "admin_type": ("admin_type", "Danh xưng", "title"),
    "form": ("form", "Loại hình"),
    "name": ("name", "Tên", "Tên đơn vị"),
    "gso_code": ("gso_code", "Mã ĐVHC", "Mã đơn vị"),
    "parent": ("parent_key", "parent", "Thuộc", "Đơn vị cấp trên"),
    "valid_from": ("valid_from", "Từ ngày"),
    "valid_until": ("valid_until", "Đến hết ngày"),
    "predecessors": ("predecessors", "Đơn vị trước sắp xếp"),
    "succession": ("succession", "Hình thức"),
    "decision_number": ("decision_number", "Số nghị quyết, quyết định", "Số quyết định"),
    "decided_on": ("decided_on", "Ngày ban hành"),
    "issuer": ("issuer", "Cơ quan ban hành"),
    "note": ("note", "Ghi chú"),
}
_COLUMN_OF = {fold(word): column for column, words in COLUMNS.items() for word in words}
_SUCCESSIONS = {
    **{kind.value: kind for kind in SuccessionKind},
    **dict.fromkeys(("sap nhap", "nhap", "hop nhat"), SuccessionKind.MERGED),
    **dict.fromkeys(("chia tach", "tach", "chia"), SuccessionKind.SPLIT),
    **dict.fromkeys(("doi ten", "doi danh xung"), SuccessionKind.RENAMED),
    **dict.fromkeys(("tiep tuc", "giu nguyen"), SuccessionKind.CONTINUED),
    **dict.fromkeys(("chuyen mot phan", "dieu chinh mot phan"), SuccessionKind.TRANSFERRED),
}
_KINDS = {
    **{kind.value: kind for kind in UnitKind},
    **dict.fromkeys(("cap tinh", "tinh"), UnitKind.PROVINCE),
    **dict.fromkeys(("cap huyen", "huyen"), UnitKind.DISTRICT),
    **dict.fromkeys(("cap xa", "xa", "phuong", "thi tran", "dac khu"), UnitKind.COMMUNE),
    **dict.fromkeys(("thon", "khu pho"), UnitKind.VILLAGE),
}
_TITLES = {
    **{fold(title.value): title for title in AdminType},
    **{fold(word): AdminType(title) for title, word in TITLE_IN_NAME.items()},
}
_FORMS = {fold(form.value): form for form in UnitForm}
_LOCAL_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_HEADER_WITHIN = 20
_MOST_ROWS = 5_000


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in the sheet and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        """The cell's day; None when it is empty. Raises ValueError for what is no day."""
        return read_day(self[column]) if self[column] else None

    @property
    def kind(self) -> str:
        """The level, as written or as the title shows it; empty when neither tells."""
        if self["kind"]:
            return _KINDS.get(fold(self["kind"]).replace("_", " "), "")
        kinds = [kind for kind, titles in TITLES_OF_KIND.items() if self.admin_type in titles]
        return kinds[0] if len(kinds) == 1 else ""

    @property
    def admin_type(self) -> str:
        """The title, as written or as the name bears it."""
        if self["admin_type"]:
            return _TITLES.get(fold(self["admin_type"]), "")
        heads = [
            title for title, word in TITLE_IN_NAME.items() if fold(self["name"]).startswith(fold(word) + " ")
        ]
        return max(heads, key=lambda title: len(TITLE_IN_NAME[title]), default="")

    @property
    def form(self) -> str:
        """The form of an agency or enterprise."""
        return _FORMS.get(fold(self["form"]), "")

    @property
    def succession(self) -> str:
        """The kind of succession; empty when the cell is empty. Raises ValueError for an unknown word."""
        if not self["succession"]:
            return ""
        found = _SUCCESSIONS.get(fold(self["succession"]))
        if found is None:
            raise ValueError(self["succession"])
        return found

    @property
    def predecessors(self) -> list[str]:
        """What stands in the cell of predecessors, one each."""
        return [part.strip() for part in re.split(r"[;\n]", self["predecessors"]) if part.strip()]


def read_day(text: str) -> date:
    """A day written 2025-07-01 or 01/07/2025. Raises ValueError for anything else."""
    local = _LOCAL_DAY.fullmatch(text.strip())
    if local:
        return date(int(local[3]), int(local[2]), int(local[1]))
    return date.fromisoformat(text.strip())


def read_reorganisation_sheet(content: bytes, filename: str) -> list[SheetRow]:
    """The rows of the one sheet that has the columns. Raises ``InvalidRequest`` for a file that cannot be used."""
    try:
        tables = read_tables(content, filename)
    except WorkbookError as error:
        raise InvalidRequest(file_sentence(error)) from error
    found = [(table, header) for table in tables if (header := _header(table)) is not None]
    if len(found) != 1:
        raise InvalidRequest(
            _("The file has no sheet, or more than one, with the columns of a reorganisation."),
            _("Name at least the columns “Tên” and “Từ ngày” or “Đến hết ngày” in one row above the units."),
        )
    table, (at, columns) = found[0]
    rows = [
        SheetRow(number + 1, _cells(line, columns))
        for number, line in enumerate(table.cells)
        if number > at and any(_text(cell) for cell in line)
    ]
    if not rows or len(rows) > _MOST_ROWS:
        raise InvalidRequest(
            _("The sheet has no row of units, or more than %(limit)s.") % {"limit": _MOST_ROWS},
            _("Hand in one reorganisation at a time."),
        )
    return rows


def _header(table: Table) -> tuple[int, dict[int, str]] | None:
    for number, line in enumerate(table.cells[:_HEADER_WITHIN]):
        columns = {
            place: column
            for place, cell in enumerate(line)
            if (column := _COLUMN_OF.get(fold(_text(cell)))) is not None
        }
        named = set(columns.values())
        if {"name", "key"} & named and {"valid_from", "valid_until"} & named:
            return number, columns
    return None


def _cells(line: Iterable[Any], columns: Mapping[int, str]) -> dict[str, str]:
    return {columns[place]: _text(cell) for place, cell in enumerate(line) if place in columns}


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return nfc(str(cell if cell is not None else "").strip())
