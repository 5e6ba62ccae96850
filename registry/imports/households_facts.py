"""What a row of a household list says of the household itself, apart from its standings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.spreadsheets.cells import CellsAt, shown_day
from core.spreadsheets.problems import CellProblem
from registry.enums import Registration
from registry.imports.columns import ColumnReader
from registry.imports.known_person import KnownPerson
from registry.imports.person_cells import SaidOfPerson, with_remarks
from registry.imports.staged import Remark, set_aside
from registry.imports.standings import COLUMNS, Problems

_PLAIN_FACTS = ("birth_year", "address", "is_minority", "policy_loan_source")


class RowFacts:
    """Reads the facts of one sheet's rows; what was set aside of the row read last stands in `asides`."""

    def __init__(
        self, positions: Mapping[str, int], readers: Mapping[str, ColumnReader], today: date
    ) -> None:
        """`positions` are the columns of the household's own facts and standings."""
        of_facts = {name: at for name, at in positions.items() if name not in COLUMNS}
        self._columns = [(name, at, readers[name]) for name, at in of_facts.items()]
        self._today = today
        self.cells = CellsAt([*of_facts.values()])
        self.asides: list[Remark] = []

    def read(self, cells: Sequence[Any]) -> tuple[dict[str, Any], Problems]:
        """What the row's cells say of the household itself, and what keeps the row out; other cells are set aside."""
        said: dict[str, Any] = {}
        problems: Problems = []
        self.asides = []
        for name, at, reader in self._columns:
            value = reader.read(cells[at]) if at < len(cells) else None
            if value.__class__ is not CellProblem:
                if value not in (None, ""):
                    said[name] = value
            elif reader.field.decisive:
                problems.append((name, value))
            else:
                self.asides.append(set_aside(name, value))
        self._settle_minority(said)
        return said, problems

    def _settle_minority(self, said: dict[str, Any]) -> None:
        """The people's name and the word for local peoples say whether the household is a minority, too."""
        of_people, is_local = said.pop("ethnicity", None), said.pop("local_people", None)
        if "is_minority" in said:
            if of_people is not None and of_people != said["is_minority"]:
                self.asides.append(Remark("minority_differs", "ethnicity", {}))
        elif is_local or of_people is not None:
            said["is_minority"] = bool(is_local or of_people)

    def of(self, said: Mapping[str, Any], person: SaidOfPerson, known: KnownPerson | None) -> dict[str, Any]:
        """The household's own facts as the model holds them; what the row leaves empty changes nothing."""
        facts: dict[str, Any] = {"name": person.name}
        facts |= {name: said[name] for name in _PLAIN_FACTS if name in said}
        if person.remarks:
            facts["note"] = with_remarks(known, person.remarks)
        if "policy_loan" in said:
            facts["policy_loan"] = str(said["policy_loan"])
        registration = said.get("registration")
        if registration == Registration.NEVER:
            facts |= {"registration": str(Registration.NEVER), "registered_on": None}
        elif registration == Registration.REGISTERED:
            if known is None or not known.recorded("registered_on"):
                self._set_aside("registration", CellProblem("registered_without_day"))
        elif registration and registration > self._today.isoformat():
            self._set_aside("registration", CellProblem("day_future", value=shown_day(registration)))
        elif registration:
            facts |= {"registration": str(Registration.REGISTERED), "registered_on": registration}
        return facts | person.number_facts(known)

    def _set_aside(self, column: str, problem: CellProblem) -> None:
        """Leave out a cell of the row at hand, and say so once."""
        aside = set_aside(column, problem)
        if aside not in self.asides:
            self.asides.append(aside)
