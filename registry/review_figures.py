"""The counts of a poverty review, by the names under which they are read, compared and stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

# Basic services whose lack a review counts (Nghị định 07/2021/NĐ-CP, art. 3).
SERVICES = ("jobs", "health", "education", "housing", "water", "information")
LACKS = tuple(f"lacking_{service}" for service in SERVICES)
# Lacks of the poor and of the near-poor alone, which add up to those of both.
LACK_PARTS = {name: (f"poor_{name}", f"near_poor_{name}") for name in LACKS}
# What moved during the year: last year's count - exits + relapses + new = this year's count.
FLOWS = {name: (f"{name}_exits", f"{name}_relapses", f"{name}_new") for name in ("poor", "near_poor")}
# Counts at the start of the year, which are compared with last year's record and not stored.
STARTS = {"poor": "poor_start", "near_poor": "near_poor_start"}
# The counts of a review in the order in which offices print them.
FIGURES = (
    "households",
    "minority_households",
    "poor",
    "poor_minority",
    "near_poor",
    "near_poor_minority",
    *FLOWS["poor"],
    *FLOWS["near_poor"],
    *LACKS,
)
# Counts of which no review goes without.
NEEDED = ("households", "poor", "near_poor")
# A part of a whole may not be larger than the whole.
PARTS = {
    "minority_households": "households",
    "poor_minority": "poor",
    "near_poor_minority": "near_poor",
    **dict.fromkeys(LACKS, "poverty"),
}
RATES = ("poor_rate", "near_poor_rate", "poverty_rate")


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one unit at one year-end; None where the file has no such column or cell."""

    households: int | None = None
    poor: int | None = None
    near_poor: int | None = None
    minority_households: int | None = None
    poor_minority: int | None = None
    near_poor_minority: int | None = None
    poor_exits: int | None = None
    poor_relapses: int | None = None
    poor_new: int | None = None
    near_poor_exits: int | None = None
    near_poor_relapses: int | None = None
    near_poor_new: int | None = None
    lacking_jobs: int | None = None
    lacking_health: int | None = None
    lacking_education: int | None = None
    lacking_housing: int | None = None
    lacking_water: int | None = None
    lacking_information: int | None = None

    def after(self, start: int, name: str) -> int | None:
        """The year-end count to which a count at its start leads; None where a movement is not known."""
        exits, relapses, new = (getattr(self, flow) for flow in FLOWS[name])
        if exits is None or relapses is None or new is None:
            return None
        end: int = start - exits + relapses + new
        return end

    @property
    def poverty(self) -> int | None:
        """Poor and near-poor households together."""
        return None if self.poor is None or self.near_poor is None else self.poor + self.near_poor

    @property
    def stated(self) -> dict[str, int]:
        """The counts that the file has."""
        return {name: count for name in FIGURES if (count := getattr(self, name)) is not None}

    @property
    def is_possible(self) -> bool:
        """Whether poor and near-poor households are no more than all households, as far as these are known."""
        return self.households is None or self.poverty is None or self.poverty <= self.households

    def impossible_parts(self) -> Iterator[tuple[str, str]]:
        """Each count that is larger than the one it is a part of, with that one."""
        for part, whole in PARTS.items():
            share, total = getattr(self, part), getattr(self, whole)
            if share is not None and total is not None and share > total:
                yield part, whole

    def rate(self, name: str) -> Decimal | None:
        """The exact rate in percent, None for a unit without households."""
        part = {"poor_rate": self.poor, "near_poor_rate": self.near_poor, "poverty_rate": self.poverty}[name]
        if not self.households or part is None:
            return None
        return Decimal(part) * 100 / Decimal(self.households)
