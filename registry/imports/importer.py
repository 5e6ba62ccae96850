"""What a kind of import promises: how its file is opened, how rows are planned, shown and written."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django.utils.functional import Promise

from core import clock
from core.spreadsheets.headers import TableWords
from core.spreadsheets.opening import Book
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import Lists, ListTable, find_lists
from core.text import fold
from registry.enums import RowState, UnitKind
from registry.imports.columns import ColumnReader, OfficeResource, first_part, second_part
from registry.imports.staged import (
    AskedRow,
    Finding,
    Marked,
    Planned,
    RefusedRow,
    Remark,
    Row,
    Side,
    StagedRow,
    row_key,
)
from registry.imports.told import NOTHING_TOLD, Telling, Told, told_to
from registry.imports.unread import UnreadColumns
from registry.imports.words import SEX_WORDS, STANDING_WORDS
from registry.models import ImportFile, ToldMeaning, Unit
from registry.models.told import told_key
from registry.scopes import paths_reached, scope_of, under

BATCH_ROWS = 500

_PLACE_AND_DAY = re.compile(r"\bngay\b.*\bthang\b.*\bnam\b")
_SHOWN_WORDS = 80
_LONGEST_MARK = 4
_KEPT_WORDS = 50


@dataclass(frozen=True)
class GivenDecision:
    """The decision that the form names for rows that name none, as far as it was filled in; `file_id` is its PDF's."""

    number: str = ""
    decided_on: date | None = None
    issuer: str = ""
    file_id: str = ""


@dataclass(frozen=True)
class ImportOptions:
    """What the person says on the form where the file is silent; `given` holds answers that only some kinds ask for."""

    year: int | None = None
    unit_id: int | None = None
    recognised_on: date | None = None
    document: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, staged: ImportFile) -> ImportOptions:
        """The options kept with a file."""
        given = staged.options.get("given", {})
        return cls(staged.year, staged.unit_id, staged.recognised_on, staged.document, given)

    @property
    def decision(self) -> GivenDecision:
        """The decision of the form."""
        given = self.given
        day = given.get("decided_on")
        return GivenDecision(
            given.get("decision_number", ""),
            date.fromisoformat(day) if day else None,
            given.get("issuer", ""),
            given.get("decision_file", ""),
        )


@dataclass(frozen=True)
class FormChoice:
    """A list on the form of one kind; its answer is kept under the name in `ImportOptions.given`."""

    name: str
    label: str | Promise
    choices: Sequence[tuple[str, str]]
    help_text: str | Promise = ""
    required: bool = False


class ShownChange(NamedTuple):
    """One cell of the preview: what stands there now and what would; both as a person reads them."""

    label: str | Promise
    old: str
    new: str


@dataclass
class Context:
    """What planning needs to know about the file and the person; `answers` about rows are kept by `row_key`."""

    lists: Lists
    options: ImportOptions
    actor: Any
    keepers: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    told: Told = NOTHING_TOLD
    hidden_sheets: tuple[str, ...] = ()
    day: date = field(default_factory=clock.today)

    @property
    def titles(self) -> tuple[str, ...]:
        """The lines above the first table."""
        return self.lists.tables[0].titles

    @cached_property
    def unit_ids(self) -> set[int] | None:
        """Units whose records the person keeps; None when it is everybody's."""
        return unit_ids_kept(self.actor, self.keepers)

    @cached_property
    def province_id(self) -> int | None:
        """The person's province; without a person the only one of the register, where it is one."""
        if self.actor is None:
            provinces = Unit.objects.filter(kind=UnitKind.PROVINCE).on(self.day).values_list("pk", flat=True)
            found = set(provinces[:2])
        else:
            held = [one for one in scope_of(self.actor).roles if one.role in self.keepers]
            found = {one.province_id for one in held}
        return found.pop() if len(found) == 1 else None


def unit_ids_kept(actor: Any, keepers: Sequence[str]) -> set[int] | None:
    """Units that the person reaches in one of the roles, however much more they see; None when it is everything."""
    paths = ("/",) if actor is None else paths_reached(actor, *keepers)
    if "/" in paths:
        return None
    return set(Unit.objects.filter(under(paths)).values_list("pk", flat=True))


class Importer(ABC):
    """One kind of import. An instance plans one file; staged rows are shown and written without one."""

    # Pages speak of the class; a template would make an instance of it.
    do_not_call_in_templates: ClassVar[bool] = True
    code: ClassVar[str]
    label: ClassVar[str | Promise]
    explanation: ClassVar[str | Promise]
    resource: ClassVar[type[OfficeResource]]
    # Who keeps such records, each in the area of the role.
    keepers: ClassVar[tuple[str, ...]]
    takes_standings: ClassVar[bool] = False
    # Which fields of the form that hands files in it asks for.
    asks: ClassVar[frozenset[str]] = frozenset()
    # How the form calls the year that it asks for.
    year_label: ClassVar[str | Promise] = ""
    # Whether one refused row keeps the whole file out, because others may rest on it.
    is_loaded_whole: ClassVar[bool] = False
    # Which of them the form insists on.
    needs: ClassVar[frozenset[str]] = frozenset()
    # The list that shows what was loaded, by the name of its address.
    list_url: ClassVar[str] = ""
    # What comes after loading, by the name of an address that takes the file's key, and how its button is called.
    after_url: ClassVar[str] = ""
    after_label: ClassVar[str | Promise] = ""
    has_personal_data: ClassVar[bool] = False
    # Whether offices may say once what unknown headings and words in such files mean.
    takes_told: ClassVar[bool] = False
    # Columns that a file may have and the template leaves out, and lines that close its instructions.
    not_in_template: ClassVar[frozenset[str]] = frozenset()
    instructions: ClassVar[tuple[str | Promise, ...]] = ()

    def __init__(self, context: Context) -> None:
        self.context = context
        # Units by which the rows are kept, and what else loading must know of the preview.
        self.unit_ids: set[int] = set()
        self.noted: dict[str, Any] = {}
        # People of the register on whom rows rest that would be written, by whatever tells them apart.
        self.marked: dict[Any, Marked] = {}
        # What the person should know of the file before it is loaded.
        self.findings: list[Finding] = []
        # Rows that head a group, such as a village's, by the place of their sheet.
        self.headings: list[tuple[int, int]] = []
        self.sheet = 0
        self.sheet_name = ""
        for table in context.lists.tables:
            for odd in table.sheet.oddities:
                self.findings.append(Finding(odd.code, table.sheet.name, odd.row, odd.params))
        for name in context.lists.unread:
            self.findings.append(Finding("sheet_unread", name, None, {}))
        for name in context.hidden_sheets:
            self.findings.append(Finding("sheet_hidden", name, None, {}))

    @staticmethod
    @abstractmethod
    def check(actor: Any) -> None:
        """Raise ``NotAllowed`` when the person may not load files of this kind."""

    @classmethod
    def form_choices(cls, actor: Any) -> Sequence[FormChoice]:
        """Lists that the form of this kind offers besides the fields that it asks for."""
        return ()

    @classmethod
    def headings_needed(cls) -> list[str | Promise]:
        """What the header of a file must name at least."""
        return [column.label for column in cls.resource.columns().values() if column.required]

    @classmethod
    def check_options(cls, options: ImportOptions, actor: Any) -> None:
        """Raise ``InvalidRequest`` for answers of the form that cannot stand together."""
        return

    @classmethod
    def told_for(cls, staged: ImportFile) -> Told:
        """What the office of whoever handed the file in said of headings and words of this kind."""
        return told_to(staged.created_by, cls.code, cls.keepers) if cls.takes_told else NOTHING_TOLD

    @classmethod
    def lists_in(cls, book: Book, told: Told = NOTHING_TOLD) -> Lists:
        """The tables of a file that are of this kind; raises ``WorkbookError``."""
        return find_lists(book, cls.table_words(told))

    @classmethod
    def table_words(cls, told: Told = NOTHING_TOLD) -> TableWords:
        """What the words of a header mean in this kind of file, with what the office said of them."""
        columns = cls.resource.columns()
        return TableWords(
            columns=cls.resource.meanings_with(told.headings()) if told else cls.resource.meanings(),
            labels={name: str(column.label) for name, column in columns.items()},
            required=[name for name, column in columns.items() if column.required],
            standings=STANDING_WORDS.vocabulary if cls.takes_standings else None,
            standing="status",
            sexes=SEX_WORDS.vocabulary if {"sex", "birth_year"} & columns.keys() else None,
            by_sex=frozenset({"birth_year"}),
            sex="sex" if "sex" in columns else "",
            parts={name: (first_part(name), second_part(name)) for name in cls.resource.parts},
        )

    @abstractmethod
    def planned(self) -> Iterator[Planned]:
        """Every row of the file, planned."""

    @classmethod
    @abstractmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Write the new and changed rows; what the audit entry says beside the counts.

        Raises ``StaleState`` when the register changed since the preview.
        """

    @classmethod
    @abstractmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, its cells old and new as a person reads them."""

    @classmethod
    def sides_shown(cls, row: AskedRow) -> Sequence[Side]:
        """The two sides of a question as a person reads them."""
        return row.sides

    def find(self, code: str, number: int | None, **params: Any) -> None:
        """Keep something to say of the file before it is loaded."""
        self.findings.append(Finding(code, self.sheet_name, number, params))

    def pass_over(self, number: int, cells: Sequence[Any], code: str = "passed_over") -> None:
        """Say of a row that is no record that it was passed over, by its first words."""
        words = [one.strip() for one in cells if isinstance(one, str) and one.strip()]
        # “II” before “Hộ mới” only numbers the group.
        text = next((one for one in words if len(one) > _LONGEST_MARK), next(iter(words), ""))
        if text:
            shown = "".join(one for one in text[:_SHOWN_WORDS] if one.isprintable())
            self.find(code, number, text=shown)

    def answer(self, number: int) -> str:
        """What the office answered to the question of a row, empty when nothing."""
        answers = self.context.answers
        return answers.get(row_key(self.sheet, number), "") if answers else ""

    def reference(self, number: int) -> str:
        """How rows speak of the record that a row makes."""
        return f"n{self.sheet}.{number}"

    def refused(self, number: int, name: str, problems: Iterable[tuple[str, CellProblem]]) -> Planned:
        """A row that stays out, with everything that is wrong with it."""
        remarks = [Remark.of(column, one) for column, one in problems]
        return RowState.REFUSED, RefusedRow(self.sheet, number, name, remarks)


class ListImporter(Importer):
    """A kind of import whose file is a list: one header, a row a record; sheets that are alike are read one by one."""

    takes_told = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        # Words that nobody knows: kind -> (column, words), for the page on which the office says what they mean.
        self.noted["unknown"] = {}
        self._used: dict[int, Telling] = {}

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet: its columns stand where its own header says."""
        columns = self.resource.columns()
        self.sheet, self.sheet_name = at, table.sheet.name
        self.table = table
        self.readers = {name: self.reader(name) for name in table.header.columns if name in columns}
        self.positions = {name: table.header.columns[name] for name in self.readers}
        self._unread = UnreadColumns(table.header)
        self._begun_at = len(self.findings)

    def reader(self, name: str) -> ColumnReader:
        """Reads a column's cells, with what the office said of its words."""
        column = self.resource.columns()[name]
        return ColumnReader(
            name, column, self.context.told.words(column.words.kind) if column.words else None
        )

    def look_at_unread(self, cells: Sequence[Any]) -> None:
        """Note what a record's row holds in columns that are not read."""
        self._unread.look_at(cells)

    def _close(self) -> None:
        """Keep of the sheet what nobody knows, and whose word was used; say which columns were not read."""
        unread = self._unread.findings(self.sheet_name)
        self.findings[self._begun_at : self._begun_at] = unread
        unknown: dict[str, list[tuple[str, str]]] = self.noted["unknown"]
        told = self.context.told
        for reader in self.readers_used():
            words = reader.field.words
            if words is None:
                continue
            kept = unknown.setdefault(words.kind, [])
            known = {one for _column, one in kept}
            new = [(reader.name, one) for one in reader.unknown if one not in known]
            kept += new[: max(_KEPT_WORDS - len(kept), 0)]
            self._used |= {one.id: one for one in told.of(words.kind, reader.used)}
        if told:
            keys = {told_key(heading) for heading in self.table.header.headings}
            self._used |= {one.id: one for one in told.of(ToldMeaning.HEADING, keys)}

    def readers_used(self) -> Iterable[ColumnReader]:
        """Whatever read cells of the sheet."""
        return self.readers.values()

    def rows_of(self, table: ListTable) -> Iterator[tuple[int, Sequence[Any]]]:
        """The rows to plan, one by one."""
        return table.rows()

    @abstractmethod
    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """What loading this row would do; None for a row that only heads or closes a group."""

    def planned(self) -> Iterator[Planned]:
        """Every row of every sheet, planned."""
        for at, table in enumerate(self.context.lists.tables):
            self.begin(at, table)
            yield from self._planned_rows(table)
            self._close()
        for one in self._used.values():
            said = {"words": one.words, "sort": one.sort, "meaning": one.meaning, "kind": self.code}
            self.find("told_used", None, **said, office=one.office, said_by=one.said_by)

    def _planned_rows(self, table: ListTable) -> Iterator[Planned]:
        """Every row of the sheet; signatures below the list are passed over and noted, not refused."""
        held: list[tuple[Planned, Sequence[Any]]] = []
        last = table.header.first_row
        plan, look_at_unread = self.plan, self._unread.look_at
        for number, cells in self.rows_of(table):
            planned = plan(number, cells)
            if planned is None:
                continue
            # Signatures stand below an empty row or the totals, in words alone, and nothing follows them.
            if planned[0] == RowState.REFUSED and number > last + 1 and _is_wordy(cells):
                held.append((planned, cells))
                continue
            if held:
                yield from [one for one, _cells in held]
                held = []
            last = number
            look_at_unread(cells)
            yield planned
        for planned_row, cells in held:
            self.pass_over(planned_row[1].number, cells)


def _is_wordy(cells: Sequence[Any]) -> bool:
    """Whether the row is of words alone, or the line of place and day above a signature."""
    text = " ".join([str(cell) for cell in cells])
    return not any(char.isdigit() for char in text) or bool(_PLACE_AND_DAY.search(fold(text)))


_kinds: dict[str, type[Importer]] = {}


def register(importer: type[Importer]) -> type[Importer]:
    """Offer a kind of import; apps above call this when they are ready."""
    _kinds[importer.code] = importer
    return importer


def kinds() -> Mapping[str, type[Importer]]:
    """Every kind of import by its code, in the order of the import desk."""
    return _kinds


def batched(rows: Iterable[Planned], size: int) -> Iterator[tuple[str, list[Row]]]:
    """Planned rows gathered by state into batches of up to `size`, each as soon as it is full."""
    waiting: dict[str, list[Row]] = {}
    for state, row in rows:
        batch = waiting.get(state)
        if batch is None:
            batch = waiting[state] = []
        batch.append(row)
        if len(batch) >= size:
            yield state, batch
            del waiting[state]
    yield from waiting.items()
