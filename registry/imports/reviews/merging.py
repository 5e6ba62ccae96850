"""What several sheets say of one unit put together, and what its review still lacks taken from the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from registry.imports.reviews.rows import Issue, MatchedRow
from registry.review_figures import LACK_PARTS, NEEDED, Figures

Reviewed = Mapping[str, int | None]


@dataclass(slots=True)
class UnitRow:
    """All that a file says of one unit: the row that stands for it, and the rows that were put together."""

    row: MatchedRow
    rows: Sequence[MatchedRow]
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether something keeps the unit out."""
        return any(issue.level == "error" for issue in self.issues)

    def note(self, level: Any, code: str, *, column: str = "", **params: Any) -> None:
        """Keep something to say of the unit's row."""
        row = self.row
        self.issues.append(Issue(level, code, row.sheet, row.row, row.text, params, column))


def merged(rows: Iterable[MatchedRow]) -> list[UnitRow]:
    """One row a unit, in the file's order: forms of results, movements and lacks may stand on sheets of their own.

    A figure that two sheets state differently keeps the unit out.
    """
    of_unit: dict[Any, list[MatchedRow]] = defaultdict(list)
    for row in rows:
        of_unit[row.unit.id].append(row)
    return [_merged(own) for own in of_unit.values()]


def _merged(rows: list[MatchedRow]) -> UnitRow:
    unit = UnitRow(rows[0], rows)
    stated: dict[str, int] = {}
    where: dict[str, MatchedRow] = {}
    for row in rows:
        for name, count in (row.figures.stated | row.parts).items():
            first = where.setdefault(name, row)
            if stated.setdefault(name, count) != count:
                params = {"stated": stated[name], "computed": count, "sheet": row.sheet, "row": row.row}
                unit.note("error", "sheets_differ", column=name, first=first.sheet, **params)
    starts = {name: count for row in reversed(rows) for name, count in row.starts.items()}
    parts = {name: count for name, count in stated.items() if "_lacking_" in name}
    figures = Figures(**{name: count for name, count in stated.items() if name not in parts})
    unit.row = replace(rows[0], figures=_with_lacks(figures, parts), starts=starts, parts=parts)
    return unit


def _with_lacks(figures: Figures, parts: Mapping[str, int]) -> Figures:
    """Lacks of the poor and of the near-poor added where both are known."""
    lacks = {
        name: sum(parts[one] for one in both)
        for name, both in LACK_PARTS.items()
        if getattr(figures, name) is None and all(one in parts for one in both)
    }
    return replace(figures, **lacks)


def has_half_of_lacks(row: MatchedRow) -> bool:
    """Whether lacks are counted of the poor or of the near-poor alone, which is no figure of both."""
    return any(
        getattr(row.figures, name) is None and any(one in row.parts for one in both)
        for name, both in LACK_PARTS.items()
    )


def completed(unit: UnitRow, recorded: Reviewed | None) -> Figures:
    """The unit's figures with those of the register where the file is silent, checked as a whole.

    What a form of movements or of lacks does not say must stand in the register; else the unit is kept out.
    """
    figures = unit.row.figures
    lacking = [name for name in NEEDED if getattr(figures, name) is None]
    if lacking and recorded is None:
        unit.note("error", "figures_missing", columns=lacking)
        return figures
    whole = replace(figures, **{name: (recorded or {})[name] for name in lacking})
    if not whole.is_possible:
        counts = {name: getattr(whole, name) for name in NEEDED}
        unit.note("error", "poor_over_households", **counts)
    for part, total in list(whole.impossible_parts()):
        amounts = {"amount": getattr(whole, part), "whole": total, "total": getattr(whole, total)}
        unit.note("note", "part_over_whole", column=part, **amounts)
        unit.row = replace(unit.row, figures=replace(unit.row.figures, **{part: None}))
    return unit.row.figures
