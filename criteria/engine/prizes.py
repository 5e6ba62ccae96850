"""Prize money from the dated coefficient, factor and base salary of the decision day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .plan import DatedValue, Plan, UsedParameter
from .rules import UnknownScope


@dataclass(frozen=True, slots=True)
class Prize:
    """An amount in đồng, raw and rounded, with the dated values it is made of."""

    raw: int
    rounded: int
    parameters: tuple[UsedParameter, ...]
    assumptions: tuple[str, ...]
    """Ids of parameters whose value is an assumption of the plan file, not a text that was read."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "raw": self.raw,
            "rounded": self.rounded,
            "parameters": [parameter.to_dict() for parameter in self.parameters],
            "assumptions": list(self.assumptions),
        }


def prize_amount(
    plan: Plan, award: str, nominee_kind: str, decided_on: date, issuer: str | None = None
) -> Prize:
    """Coefficient times factor times base salary on the decision day, rounded up to the plan's step.

    ``issuer`` matters where the plan gives an issuer its own coefficient (the commune's chair).
    Raises ``UnknownScope`` for an award or kind without prize, ``NoValue`` before the first figures.
    """
    table = plan.prizes
    if award not in table.coefficients or nominee_kind not in table.factors:
        raise UnknownScope(
            "The plan {plan} gives no prize for {award} and {nominee}.",
            plan=plan.id,
            award=repr(award),
            nominee=repr(nominee_kind),
        )
    by_issuer = table.coefficients[award]
    coefficient = by_issuer.get(issuer or "default", by_issuer["default"])
    dated: list[tuple[str, DatedValue]] = [
        (parameter.id, parameter.on(decided_on))
        for parameter in (coefficient, table.factors[nominee_kind], table.base, table.rounding)
    ]
    first, factor, base, step = (Decimal(str(value.value)) for _, value in dated)
    raw = int((first * factor * base).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    rounded = -(-raw // int(step)) * int(step)
    return Prize(
        raw=raw,
        rounded=rounded,
        parameters=tuple(value.used for _, value in dated),
        assumptions=tuple(name for name, value in dated if value.assumption is not None),
    )
