"""Names and numbers of people in a file's cells: what is recorded, what becomes a note, what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core import personal_numbers
from core.person_names import NAME_LIMIT, CleanedName, NameProblem
from core.personal_numbers import NumberKind, NumberReason
from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from registry.imports.staged import Remark
from registry.person_words import NOTED, clean_person, word_of

_NOTE_LIMIT = 300
# What is wrong with a name as with any other text, in the same words.
_AS_ANY_TEXT = {
    NameProblem.EMPTY: "cell_missing",
    NameProblem.TOO_LONG: "text_too_long",
    NameProblem.CONTROL: "text_unprintable",
}


class CellName(str):
    """A name that was cleaned on its way from the cell, with what was done: most names are plain text and need none."""

    __slots__ = ("cleaned",)
    cleaned: CleanedName


def read_person_name(value: Any) -> str:
    """The name in a cell, cleaned; raises ``CellProblem`` for what is none."""
    cleaned = clean_person(value if isinstance(value, str) else cells.read_text(value))
    if cleaned.problem is not None:
        problem = cleaned.problem
        code = _AS_ANY_TEXT.get(problem.code, f"name_{problem.code}")
        raise CellProblem(code, value=problem.shown, limit=NAME_LIMIT)
    if not cleaned.notes:
        return cleaned.name
    name = CellName(cleaned.name)
    name.cleaned = cleaned
    return name


def read_number_cell(value: Any) -> Any:
    """The cell as it is: whether it is text or a number, year of birth and sex decide what it says."""
    return value if value not in ("", None) else None


@dataclass(slots=True)
class SaidOfPerson:
    """What a row's cells say of a person's name and numbers, ready to be recorded; and what to say of it."""

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    # Of the way the name was typed: said only where the name is recorded.
    spelling: list[Remark] = field(default_factory=list)

    @property
    def number_digest(self) -> str:
        """The digest of the citizen number, empty without one."""
        return self.facts.get("citizen_number_digest", "")

    @property
    def old_digest(self) -> str:
        """The digest of the old number, empty without one."""
        return self.facts.get("old_number_digest", "")

    def number_facts(self, known: Any) -> dict[str, str]:
        """The numbers to record, each with its seal; one that the record bears already is no fact of the row."""
        if not self.facts:
            return {}
        return {
            f"{kind}_{part}": self.facts[f"{kind}_{part}"]
            for kind in ("citizen_number", "old_number")
            if f"{kind}_digest" in self.facts
            and (known is None or self.facts[f"{kind}_digest"] != known.recorded(f"{kind}_digest"))
            for part in ("digest", "sealed")
        }

    def leave_out_number(self) -> None:
        """Forget the citizen number, as the office answered."""
        for name in ("citizen_number_digest", "citizen_number_sealed"):
            self.facts.pop(name, None)
        self.notes.append(Remark("citizen_left_out", "citizen_number", {}))


def person_said(said: Mapping[str, Any]) -> SaidOfPerson:
    """Name and number of a row, once its year of birth and sex are known."""
    found = SaidOfPerson(str(said["name"]))
    if isinstance(said["name"], CellName):
        _take_cleaning(said["name"].cleaned, found)
    if "citizen_number" in said:
        is_woman = said.get("sex", said.get("woman"))
        _take_number(said["citizen_number"], said.get("birth_year"), is_woman, found)
    return found


def _take_cleaning(cleaned: CleanedName, found: SaidOfPerson) -> None:
    for note in cleaned.notes:
        remark = Remark(
            f"cleaned_{word_of(note, cleaned)}", "name", {"text": note.text, "name": cleaned.name}
        )
        if note.code in NOTED:
            found.remarks.append(note.text)
            found.notes.append(remark)
        else:
            found.spelling.append(remark)


def _take_number(cell: Any, birth_year: int | None, is_woman: bool | None, found: SaidOfPerson) -> None:
    read = personal_numbers.complete(cell, birth_year=birth_year, is_woman=is_woman)
    column = "citizen_number"
    if read.kind == NumberKind.CITIZEN:
        found.facts["citizen_number_digest"] = personal_numbers.digest(read.number)
        found.facts["citizen_number_sealed"] = personal_numbers.seal(read.number)
        if read.completed:
            found.notes.append(Remark("citizen_completed", column, {"shown": read.shown}))
    elif read.kind == NumberKind.OLD:
        found.facts["old_number_digest"] = personal_numbers.digest_old(read.number)
        found.facts["old_number_sealed"] = personal_numbers.seal(read.number)
        found.notes.append(Remark("citizen_old", column, {"shown": read.shown}))
    elif read.kind == NumberKind.ASKED:
        found.notes.append(
            Remark(f"citizen_{read.reason}", column, {"shown": read.shown, "digits": read.digits})
        )
    if read.remark:
        found.remarks.append(read.remark)
    if read.remark and read.reason != NumberReason.WORDS:
        found.notes.append(Remark("citizen_remark", column, {"text": read.remark}))


def with_remarks(known: Any, remarks: Iterable[str]) -> str:
    """A record's note with the remarks that it does not hold yet."""
    note = str(known.recorded("note") or "") if known is not None else ""
    for remark in remarks:
        if remark.casefold() not in note.casefold():
            note = f"{note}; {remark}" if note else remark
    return note[:_NOTE_LIMIT]
