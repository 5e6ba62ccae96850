"""The counts of a poverty review, by the names under which they are read, compared and stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# Basic services whose lack a review counts (Nghị định 07/2021/NĐ-CP, art. 3).
SERVICES = ("jobs", "health", "education", "housing", "water", "information")
LACKS = tuple(f"lacking_{service}" for service in SERVICES)
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
RATES = ("poor_rate", "near_poor_rate", "poverty_rate")


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one unit at one year-end; None where the file has no such column or cell."""

    households: int
    poor: int
    near_poor: int
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

    def rate(self, name: str) -> Decimal | None:
        """The exact rate in percent, None for a unit without households."""
        if self.households == 0:
            return None
        part = {
            "poor_rate": self.poor,
            "near_poor_rate": self.near_poor,
            "poverty_rate": self.poor + self.near_poor,
        }[name]
        return Decimal(part) * 100 / Decimal(self.households)
