"""Writing flat records from staged rows: new ones in bulk, changed facts only where they still are as shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, models
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import StaleState
from core.text import nfc
from registry.enums import UnitKind
from registry.imports.marks import CodeShown, are_as_shown, are_coded_as_shown, code_shown
from registry.imports.staged import MARKS, OF_CODE, Marked, StagedRow, read_marks
from registry.models import Household, ImportFile, Individual, StagedBatch, Unit
from registry.selectors.codes import code_lead, code_of, last_number
from registry.selectors.homes import at_homes

M = TypeVar("M", bound=models.Model)
# What a sealed value was cannot be compared: two seals of one number differ, and its digest says what is needed.
_PERSON = ("birth_year", "citizen_number_digest")
_NOT_COMPARED = frozenset({"citizen_number_sealed", "old_number_sealed"})


def changed_meanwhile() -> StaleState:
    """The refusal of a file whose preview is no longer true."""
    return StaleState(
        _("Somebody changed records of this file since its preview was made; nothing was loaded."),
        _("Let the file be read again and look at the new preview."),
    )


def people_shown(staged: ImportFile) -> list[Marked]:
    """The people on whom a file's rows rest, as the preview knew them."""
    batches = StagedBatch.objects.filter(import_file=staged, state=MARKS).values_list("rows", flat=True)
    return [one for kept in batches for one in read_marks(kept)]


def hold_as_shown(marked: Iterable[Marked]) -> None:
    """Hold the people on whom rows rest until the transaction ends, before any of them is written to.

    Raises ``StaleState`` where one was merged, or another hand gave them another name, year, number or home, or gave
    the code by which a row found them to somebody else.
    """
    shown: dict[str, dict[int, str]] = {"household": {}, "individual": {}}
    coded: set[CodeShown] = set()
    for one in marked:
        if one.field == OF_CODE:
            coded.add(code_shown(one.key, one.mark))
        else:
            shown[one.field][one.key] = one.mark
    if not are_coded_as_shown(coded):
        raise changed_meanwhile()
    are_households = are_as_shown(Household, shown["household"])
    if not are_households or not are_as_shown(Individual, shown["individual"]):
        raise changed_meanwhile()


def new_facts(row: StagedRow) -> dict[str, Any]:
    """What a staged row would set."""
    return {name: change.new for name, change in (row.facts or {}).items()}


def model_values(model: type[models.Model], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Staged values as the model holds them: days as days, units by their key, text composed."""
    values = {}
    for name, value in facts.items():
        column = model._meta.get_field(name)
        if isinstance(column, models.DateField) and isinstance(value, str):
            value = date.fromisoformat(value)
        elif isinstance(column, models.CharField) and isinstance(value, str):
            value = nfc(value)
        values[getattr(column, "attname", name)] = value
    return values


def newest_of(model: type[models.Model]) -> int:
    """The key of the record that was made last; kept with a preview, it tells what came after."""
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


class MadeSince:
    """What others entered after a preview was made: a new row that says the same would enter it twice.

    Two records are the same where they have all of `names` in common. Of people (`is_person`) also where they bear one
    number, and never where both years of birth are known and differ.
    """

    def __init__(
        self,
        model: type[models.Model],
        newest: int | None,
        names: Sequence[str],
        within: Q | None = None,
        *,
        is_person: bool = False,
    ) -> None:
        self._names = names
        self._is_person = is_person
        # What they have in common -> years of birth; numbers stand apart.
        self._made: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
        self._numbers: set[str] = set()
        if newest is None:
            return
        later = model._default_manager.filter(within or Q(), pk__gt=newest)
        told = _PERSON if is_person else ()
        for row in later.values_list(*names, *told):
            same, (year, number) = row[: len(names)], row[len(names) :] or (None, "")
            self._made[same].add(year)
            if number:
                self._numbers.add(number)

    def check(self, records: Iterable[models.Model]) -> None:
        """Raise ``StaleState`` when one of the records was entered by another hand."""
        if self._made and any(self._is_made(record) for record in records):
            raise changed_meanwhile()

    def _is_made(self, record: models.Model) -> bool:
        year, number = (getattr(record, name) for name in _PERSON) if self._is_person else (None, "")
        if number in self._numbers:
            return True
        years = self._made.get(tuple(getattr(record, name) for name in self._names), ())
        return any(year is None or one is None or one == year for one in years)


def hold_homes(unit_ids: Iterable[int]) -> Q:
    """Hold the communes and bodies of a file's people until its transaction ends; who lives or works there.

    Two files that enter the same person at one instant do not see each other's rows. Whoever comes second waits here,
    looks what was made since its preview, and is refused. Entering by hand is not held up: it changes no unit.
    """
    units = Unit.objects.filter(pk__in=list(unit_ids)).values_list("pk", "kind", "parent_id")
    homes = {parent if kind == UnitKind.VILLAGE and parent else key for key, kind, parent in units}
    # In one order for everybody, so that no two wait for each other.
    held = Unit.objects.select_for_update(no_key=True).filter(pk__in=homes).order_by("pk")
    list(held.values_list("pk", flat=True))
    return at_homes(homes)


def keep_apart(
    pairs: Any,
    apart: Mapping[str, Sequence[int | str]],
    made: Mapping[str, int],
    actor: Any,
) -> int:
    """Remember whom the office told apart: each new record, by its row, and the records that it is not; how many."""
    found = set()
    for ref, others in apart.items():
        for other in others:
            first, second = made.get(ref), made.get(str(other)) if isinstance(other, str) else other
            if first and second:
                found.add((min(first, second), max(first, second)))
    now = clock.now()
    rows = [pairs(first_id=first, second_id=second, said_by=actor, said_at=now) for first, second in found]
    pairs._default_manager.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


class Codes:
    """The next free code of each unit; its numbers are read once and counted on from there."""

    def __init__(self, model: type[models.Model], letter: str) -> None:
        self._model = model
        self._letter = letter
        self._numbers: dict[str, int] = {}
        self._leads: dict[int, str] = {}

    def next_for(self, unit_id: int) -> str:
        """A code that no record of the unit has."""
        lead = self._leads.get(unit_id)
        if lead is None:
            gso = Unit.objects.values_list("gso_code", flat=True).get(pk=unit_id)
            lead = self._leads[unit_id] = code_lead(self._letter, unit_id, gso)
        if lead not in self._numbers:
            self._numbers[lead] = last_number(self._model, lead)
        self._numbers[lead] += 1
        return code_of(lead, self._numbers[lead])


def change_records(model: type[M], rows: Sequence[StagedRow], stored: Sequence[str]) -> None:
    """Set changed facts, each only where it still is what the preview showed; raises ``StaleState``.

    `stored` are columns that follow from the name and are written with it.
    """
    known = model._default_manager.select_for_update().in_bulk([row.target for row in rows])
    by_fields: dict[tuple[str, ...], list[M]] = defaultdict(list)
    for row in rows:
        record = known.get(row.target)
        facts = row.facts or {}
        old = model_values(model, {name: change.old for name, change in facts.items()})
        if record is None or not _counts(record) or not _still(record, old):
            raise changed_meanwhile()
        for name, value in model_values(model, new_facts(row)).items():
            setattr(record, name, value)
        record.fill_stored_columns()  # type: ignore[attr-defined]
        by_fields[tuple(sorted({*facts, *(stored if "name" in facts else ())}))].append(record)
    for names, records in by_fields.items():
        model._default_manager.bulk_update(records, names, batch_size=200)


def _counts(record: models.Model) -> bool:
    """Whether the record still stands for itself: a person is not merged, a unit has not ended."""
    if isinstance(record, Unit):
        return record.exists_on(clock.today())
    return getattr(record, "merged_into_id", None) is None


def _still(record: models.Model, old: Mapping[str, Any]) -> bool:
    compared = ((name, value) for name, value in old.items() if name not in _NOT_COMPARED)
    return all((getattr(record, name) or None) == (value or None) for name, value in compared)


class RecordWriting:
    """Writes one file's rows batch by batch; a kind of import says how its new records are made ready."""

    model: type[models.Model]
    # Fields of a new record that nobody else may have entered since the preview.
    same: tuple[str, ...] = ("name_folded",)
    is_of_people = False
    stored: tuple[str, ...] = ("name_folded", "name_sort")

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        self.actor = actor
        self.staged = staged
        newest = staged.options.get("newest")
        self.within = self.hold()
        self._since = MadeSince(self.model, newest, self.same, self.within, is_person=self.is_of_people)

    def hold(self) -> Q | None:
        """Hold what nobody else may write beside this file; where its records are, None for anywhere."""
        return None

    def write_all(self, batches: Iterable[tuple[str, list[StagedRow]]]) -> None:
        """Write in the caller's transaction; raises ``StaleState`` when the preview is no longer true."""
        try:
            for _state, rows in batches:
                self._make([row for row in rows if row.is_made])
                change_records(self.model, [row for row in rows if not row.is_made], self.stored)
        except IntegrityError as error:
            raise changed_meanwhile() from error

    def finish(self) -> Mapping[str, Any]:
        """What follows once all is written, and what the audit entry says of it."""
        return {}

    def _make(self, rows: list[StagedRow]) -> None:
        records = [self.model(**model_values(self.model, new_facts(row))) for row in rows]
        if not records:
            return
        self.prepare(records)
        self._since.check(records)
        self.check_new(rows, records)
        self.model._default_manager.bulk_create(records)
        self.made(rows, records)

    def prepare(self, records: list[Any]) -> None:
        """Fill what new records need besides what the file says."""
        for record in records:
            record.fill_stored_columns()

    def check_new(self, rows: Sequence[StagedRow], records: list[Any]) -> None:
        """Raise ``StaleState`` where a record of the register became one of the new ones since the preview."""

    def made(self, rows: Sequence[StagedRow], records: list[Any]) -> None:
        """What follows once new records have their keys."""
