"""How many nominees a proposal may hold, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .plan import Plan, Quota
from .rules import UnknownScope
from .wording import Text


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One quota with what is used of it."""

    id: str
    label: Text
    clause: str
    subjects: tuple[str, ...]
    used: int
    most: int
    least: int | None

    @property
    def is_violated(self) -> bool:
        return self.used > self.most

    @property
    def is_short(self) -> bool:
        return self.least is not None and self.used < self.least

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label.to_dict(),
            "clause": self.clause,
            "subjects": list(self.subjects),
            "used": self.used,
            "most": self.most,
            "least": self.least,
        }


@dataclass(frozen=True, slots=True)
class QuotaResult:
    """Violations block a proposal, shortfalls warn; both in the order of the plan's table."""

    lines: tuple[QuotaLine, ...]

    @property
    def violations(self) -> tuple[str, ...]:
        return tuple(line.id for line in self.lines if line.is_violated)

    @property
    def shortfalls(self) -> tuple[str, ...]:
        return tuple(line.id for line in self.lines if line.is_short)

    def to_dict(self) -> dict[str, Any]:
        return {
            "violations": list(self.violations),
            "shortfalls": list(self.shortfalls),
            "lines": [line.to_dict() for line in self.lines],
        }


def check_quotas(
    plan: Plan, award: str, round_kind: str, counts: Mapping[str, int], day: date | None = None
) -> QuotaResult:
    """The plan's quotas of an award against the counts by subject; quotas without a limit are left out.

    ``counts`` holds everything that uses the quota: the proposal and every undeclined one before it.
    ``day`` defaults to the plan's last day. Raises ``UnknownScope`` for what the plan does not know.
    """
    known = (
        (award, plan.awards),
        (round_kind, plan.round_kinds),
        *((name, plan.subjects) for name in counts),
    )
    for value, names in known:
        if value not in names:
            raise UnknownScope(
                "The plan {plan} knows no {found}; it knows {names}.",
                plan=plan.id,
                found=repr(value),
                names=", ".join(names),
            )
    on = day or plan.ends_on
    lines = (_line(quota, round_kind, counts, on) for quota in plan.quotas_for(award))
    return QuotaResult(tuple(line for line in lines if line is not None))


def _line(quota: Quota, round_kind: str, counts: Mapping[str, int], day: date) -> QuotaLine | None:
    limit = quota.limit_on(round_kind, day)
    if limit is None:
        return None
    return QuotaLine(
        id=quota.id,
        label=quota.label,
        clause=", ".join(provision.locator for provision in quota.provisions),
        subjects=quota.subjects,
        used=sum(counts.get(subject, 0) for subject in quota.subjects),
        most=limit.most,
        least=limit.least,
    )
