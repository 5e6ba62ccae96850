"""What rows of a household list tell: of which household, with which facts, and of which years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.spreadsheets.problems import CellProblem
from registry.imports.identity import Signs
from registry.imports.known_person import KnownPerson
from registry.imports.staged import AskedRow, Remark, Standing, StandingChange, set_aside
from registry.imports.standings import Problems, StandingsReader, YearsOfRow


@dataclass(slots=True)
class Target:
    """A household of which rows of the file speak, as the file has described it so far."""

    known: KnownPerson
    place: str
    unit_id: int
    recorded: dict[int, Standing]
    said: dict[int, tuple[int, str]] = field(default_factory=dict)
    # Of lists with a row a year: the last year of which a row said what the household is like, and what that row told.
    described_for: int = 0
    described_by: Told | None = None


@dataclass(slots=True)
class Told:
    """What rows with the same cells tell of their household; its facts and notes go with the first that is taken."""

    target: Target
    name: str
    signs: Signs
    facts: dict[str, Any]
    notes: list[Remark]
    is_taken: bool = False
    is_by_name: bool = False
    # Whether another row with the same cells may be of another household.
    is_of_row: bool = False
    # Whether its rows say nothing else of the household than a name, and what was then set aside.
    is_bare: bool = True
    bare: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """Rows with the same cells wait for one answer, which is asked for at the first of them; or each for its own."""

    row: AskedRow
    is_of_row: bool = False


class ByYear:
    """Rows with the same cells bear an office's code, which says something for the year of each row only."""


class ByRow:
    """Rows with the same cells may be of several households: each is looked at for itself."""


BY_YEAR, BY_ROW = ByYear(), ByRow()


def years_of(reader: StandingsReader, target: Target, number: int, cells: Sequence[Any]) -> YearsOfRow:
    """What the row says of years, held against what is recorded and what other rows said."""
    said_before = target.said
    fresh = None if target.recorded else reader.fresh(cells)
    if fresh is not None and fresh.plain and said_before.keys().isdisjoint(fresh.plain):
        for year, status in fresh.plain.items():
            said_before[year] = (number, status)
        return fresh
    problems: Problems = []
    repeats: Problems = []
    standings: list[StandingChange] = []
    is_change = False
    asides: list[Remark] = []
    said = reader.read(cells, problems)
    if said:
        # What cannot be known of one year keeps no other year out.
        asides += [set_aside(*one) for one in problems]
        problems = []
    for year, status, column in said:
        before = said_before.get(year)
        if before is not None:
            code = "row_repeated" if before[1] == status else "row_contradicts"
            repeats.append((column, CellProblem(code, row=before[0])))
            continue
        said_before[year] = (number, status)
        day, document = reader.recognition(year, cells, asides)
        recorded = target.recorded.get(year)
        if recorded is None:
            day = day or reader.default_day(year)
            standings.append(StandingChange(year, status, day, document or "", None))
        elif _differs(recorded, status, day, document):
            is_change = True
            day, document = day or recorded.recognised_on, document or recorded.document
            standings.append(StandingChange(year, status, day, document, recorded))
    says_minority = reader.says_minority
    return YearsOfRow(standings, not said, is_change, says_minority, asides, problems, repeats)


def _differs(recorded: Standing, status: str, day: str | None, document: str | None) -> bool:
    return (
        recorded.status != status
        or (day is not None and recorded.recognised_on != day)
        or (bool(document) and recorded.document != document)
    )
