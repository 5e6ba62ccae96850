"""What a kind of import promises: how its rows are planned, how staged rows read, and how they are written."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise

from core import clock
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import Header, ListTable
from core.text import fold
from registry.enums import RowState, UnitKind
from registry.imports.columns import ColumnReader, OfficeResource
from registry.models import ImportFile, Unit
from registry.scopes import paths_reached, scope_of

# A staged row as it is kept in JSON: number in the file, what it is about (a key, or a reference to a row that
# makes it), its name and place to show, and what would change: field -> [what stands there now, what would].
# A refused row keeps its number, its name and its problems.
StagedRow = list[Any]
NUMBER, TARGET, NAME, PLACE, FACTS, STANDINGS = range(6)
PROBLEMS = 2
BATCH_ROWS = 500

_PLACE_AND_DAY = re.compile(r"\bngay\b.*\bthang\b.*\bnam\b")


@dataclass(frozen=True)
class ImportOptions:
    """What the person says on the form where the file is silent."""

    year: int | None = None
    unit_id: int | None = None
    recognised_on: date | None = None
    document: str = ""

    @classmethod
    def of(cls, staged: ImportFile) -> ImportOptions:
        """The options kept with a file."""
        return cls(staged.year, staged.unit_id, staged.recognised_on, staged.document)


@dataclass(frozen=True)
class ShownChange:
    """One cell of the preview: what stands there now and what would; both as a person reads them."""

    label: str | Promise
    old: str
    new: str


@dataclass
class Context:
    """What planning needs to know about the file and the person."""

    table: ListTable
    options: ImportOptions
    actor: Any
    keepers: tuple[str, ...] = ()
    day: date = field(default_factory=clock.today)

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
            found = {int(one.unit_path.split("/")[1]) for one in held}
        return found.pop() if len(found) == 1 else None


def unit_ids_kept(actor: Any, keepers: Sequence[str]) -> set[int] | None:
    """Units that the person reaches in one of the roles, however much more they see; None when it is everything."""
    paths = ("/",) if actor is None else paths_reached(actor, *keepers)
    if "/" in paths:
        return None
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    return set(Unit.objects.filter(inside).values_list("pk", flat=True))


Planned = tuple[str, StagedRow]


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
    # Which of `ImportOptions` the form asks for.
    asks: ClassVar[frozenset[str]] = frozenset()
    has_personal_data: ClassVar[bool] = False
    # Columns that a file may have and the template leaves out, and lines that close its instructions.
    not_in_template: ClassVar[frozenset[str]] = frozenset()
    instructions: ClassVar[tuple[str | Promise, ...]] = ()

    def __init__(self, context: Context) -> None:
        self.context = context
        header: Header = context.table.header
        columns = self.resource.columns()
        self.readers = {name: ColumnReader(name, columns[name]) for name in header.columns if name in columns}
        self.positions = {name: header.columns[name] for name in self.readers}
        # Units by which the rows are kept, and what else loading must know of the preview.
        self.unit_ids: set[int] = set()
        self.noted: dict[str, Any] = {}
        # Rows that were neither a heading nor a record, as they begin.
        self.passed_over: list[tuple[int, str]] = []
        # Rows that head a group, such as a village's.
        self.headings: list[int] = []

    @staticmethod
    @abstractmethod
    def check(actor: Any) -> None:
        """Raise ``NotAllowed`` when the person may not load files of this kind."""

    @abstractmethod
    def plan(self, number: int, cells: Sequence[Any]) -> Planned | None:
        """What loading this row would do; None for a row that only heads or closes a group."""

    def planned(self) -> Iterator[Planned]:
        """Every row of the file, planned; signatures below the list are passed over and noted, not refused."""
        held: list[tuple[Planned, Sequence[Any]]] = []
        last = self.context.table.header.first_row
        for number, cells in self.context.table.rows():
            planned = self.plan(number, cells)
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
            yield planned
        for planned_row, cells in held:
            self.pass_over(planned_row[1][NUMBER], cells)

    def pass_over(self, number: int, cells: Sequence[Any]) -> None:
        """Note a row that is no record, by its first words."""
        text = next((one.strip() for one in cells if isinstance(one, str) and one.strip()), "")
        if text:
            self.passed_over.append((number, "".join(one for one in text[:80] if one.isprintable())))

    @classmethod
    @abstractmethod
    def write(cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any) -> None:
        """Write the new and changed rows; raises ``StaleState`` when the register changed since the preview."""

    @classmethod
    @abstractmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, its cells old and new as a person reads them."""

    def refused(self, number: int, name: str, problems: Iterable[tuple[str, CellProblem]]) -> Planned:
        """A row that stays out, with everything that is wrong with it."""
        return RowState.REFUSED, [number, name, [problem_of(column, one) for column, one in problems]]


def _is_wordy(cells: Sequence[Any]) -> bool:
    """Whether the row is of words alone, or the line of place and day above a signature."""
    text = " ".join([str(cell) for cell in cells])
    return not any(char.isdigit() for char in text) or bool(_PLACE_AND_DAY.search(fold(text)))


def problem_of(column: str, problem: CellProblem) -> dict[str, Any]:
    """A problem as it is staged."""
    return {"code": problem.code, "column": column, "params": problem.params}


_kinds: dict[str, type[Importer]] = {}


def register(importer: type[Importer]) -> type[Importer]:
    """Offer a kind of import; apps above call this when they are ready."""
    _kinds[importer.code] = importer
    return importer


def kinds() -> Mapping[str, type[Importer]]:
    """Every kind of import by its code, in the order of the import desk."""
    return _kinds


def batched(rows: Iterable[Planned], size: int) -> Iterator[tuple[str, list[StagedRow]]]:
    """Planned rows gathered by state into batches of up to `size`, each as soon as it is full."""
    waiting: dict[str, list[StagedRow]] = {}
    for state, row in rows:
        batch = waiting.get(state)
        if batch is None:
            batch = waiting[state] = []
        batch.append(row)
        if len(batch) >= size:
            yield state, batch
            del waiting[state]
    yield from waiting.items()
