"""Lists of nominees as rows: what stands above them, what heads a group, which rows are records, which ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.opening import Book
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.tables import Lists, ListTable, find_lists
from nominations.imports.nominees import (
    LEAVE_OUT,
    QUESTION,
    QUESTION_NONE,
    QUESTION_UNIT,
    THIS_ONE,
    Found,
    NomineeAsked,
    Nominees,
    Written,
)
from nominations.imports.titles import kinds_of_heading, read_list_title
from registry.imports.importer import Context
from registry.imports.records import RecordImporter, Waiting
from registry.imports.staged import Planned
from registry.imports.told import NOTHING_TOLD, Told
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, parse_name

PROBLEMS: Mapping[str, Any] = {
    "code_unknown": _("no household and no individual has the code “%(value)s”."),
    "nominee_differs": _("“%(value)s” is the code of %(recorded)s. Correct the code or the name."),
    "nominee_unknown": _(
        "no unit of the name “%(value)s” stood in the register on that day. Correct the name; for a person or a"
        " household add the address or the code."
    ),
}
FINDINGS: Mapping[str, Any] = {
    "left_out": _("%(name)s is left out, as your office answered."),
}
QUESTIONS: Mapping[str, Any] = {
    QUESTION: _("Which record of the register is %(name)s (%(place)s)?"),
    QUESTION_NONE: _(
        "The register holds nobody called %(name)s (%(place)s). Enter the record first and have the file read again,"
        " or leave the row out."
    ),
    QUESTION_UNIT: _("Which unit is %(name)s (%(place)s)?"),
}
CHOICES: Mapping[str, Any] = {
    THIS_ONE: _("This one: %(name)s, %(told)s"),
    LEAVE_OUT: _("Leave the row out"),
}


class LeftOut(Exception):
    """The office answered that the row is to be left out."""


class NomineeRows(RecordImporter):
    """A kind of import whose rows are nominees, grouped as offices group them."""

    @classmethod
    def lists_in(cls, book: Book, told: Told = NOTHING_TOLD) -> Lists:
        """The lists of the file; raises ``WorkbookError``.

        “Đơn vị” is the nominee in a list of bodies; beside “Họ và tên” it is where the person works.
        """
        try:
            return super().lists_in(book, told)
        except WorkbookError as error:
            if error.code != "header_repeats":
                raise
        columns = cls.resource.meanings_with({**told.headings(), "Đơn vị": "address"})
        return find_lists(book, replace(cls.table_words(told), columns=columns))

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.nominees = Nominees(context.province_id)

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet: its title holds for its rows, and the people whom they may name are read at once."""
        super().begin(at, table)
        self.title = read_list_title(table.titles)
        self._kind = _only(kinds_of_heading(self.title.rest)) if len(self.title.rest) < 40 else ""
        self._commune = self._district = ""
        said: dict[str, list[str]] = {"name": [], "code": []}
        for name, values in said.items():
            if name in self.positions:
                column = self.positions[name]
                read = self.readers[name].read
                values += [str(read(cells[column])) for _number, cells in table.rows() if column < len(cells)]
        self.nominees.expect(said["name"], said["code"])

    def is_record(self, cells: Sequence[Any]) -> bool:
        """A numbered name is a record even when nothing stands beside it; a heading is none even when it is numbered."""
        if super().is_record(cells):
            return True
        name = self._name(cells)
        before = cells[: self.positions["name"]]
        return bool(name) and not kinds_of_heading(name) and any(_is_number(cell) for cell in before)

    def take_heading(self, cells: Sequence[Any]) -> bool:
        """“II. HỘ GIA ĐÌNH” says of which kind the rows below are; a district or commune says where they lie.

        Below “Hộ gia đình, cá nhân” each row's own title says it.
        """
        text = max((one.strip() for one in cells if isinstance(one, str)), key=len, default="")
        kinds = kinds_of_heading(text)
        if kinds:
            self._kind = _only(kinds)
            return True
        written = parse_name(text).type
        if written in DISTRICT_TYPES:
            self._district, self._commune = text, ""
        elif written in COMMUNE_TYPES:
            self._commune = text
        else:
            # A heading that says nothing here says at least that the one before it is over.
            self._kind = ""
        return written in DISTRICT_TYPES | COMMUNE_TYPES

    def written(self, said: Mapping[str, Any]) -> Written:
        """What the row says of its nominee, with what its headings add."""
        beside = [said.get("address", ""), said.get("position", "")]
        commune, district = said.get("commune", ""), said.get("district", "")
        return Written(
            name=said["name"],
            field=self._kind,
            code=said.get("code", ""),
            commune=commune or ("" if any(beside) else self._commune),
            district=district or self._district,
            address=", ".join(part for part in beside if part),
            birth_year=said.get("birth_year"),
        )

    def found(self, number: int, said: Mapping[str, Any], day: date) -> Found:
        """Whom the row means on the day; raises `LeftOut`, `Waiting`, and what `Nominees.one` refuses."""
        try:
            nominee = self.nominees.one(self.written(said), day, self.answer(number))
        except NomineeAsked as asked:
            raise Waiting(asked.row(self.sheet, number)) from asked
        if nominee is None:
            raise LeftOut(said["name"])
        return nominee

    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """What loading this row would do; None for one that the office leaves out."""
        try:
            return super().plan(number, cells)
        except LeftOut as left:
            self.find("left_out", number, name=str(left))
            return None


def _only(kinds: frozenset[str]) -> str:
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _is_number(cell: Any) -> bool:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return True
    return str(cell).strip().rstrip(".)").removesuffix(".0").isdigit()
