"""The result of a council's vote: quorum, agreeing votes needed, recommended or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .plan import Plan, UsedParameter
from .reading import WordedError
from .rules import UnknownScope


class BallotError(WordedError):
    """The counts of a poll contradict each other."""


@dataclass(frozen=True, slots=True)
class BallotResult:
    """What the votes say. Without a quorum there is no result; ``required`` is given all the same."""

    quorum: str
    required: int
    result: str
    threshold: Decimal
    present_required: int
    parameters: tuple[UsedParameter, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "quorum": self.quorum,
            "required": self.required,
            "result": self.result,
            "threshold": f"{self.threshold:f}",
            "present_required": self.present_required,
            "parameters": [parameter.to_dict() for parameter in self.parameters],
        }


def required_ballots(members: int, threshold: Decimal) -> int:
    """The fewest agreeing votes that reach a percentage of all members."""
    numerator, denominator = threshold.as_integer_ratio()
    return -(-numerator * members // (100 * denominator))


def decide_ballot(
    plan: Plan,
    award: str,
    day: date,
    members: int,
    present: int,
    agree: int,
    disagree: int,
    blank: int,
    invalid: int = 0,
    threshold: Decimal | int | None = None,
    *,
    recused: int = 0,
    recused_leave_base: bool = False,
) -> BallotResult:
    """Quorum and result of one poll over all members of the council.

    Members who take no part because of an interest (``recused``) have no paper. They stay in the base of the
    agreeing share unless the council's own rule takes them out (``recused_leave_base``); the quorum is always
    over all members, and a recused member who is there is present.

    Blank, invalid and unreturned papers stay in the denominator; written opinions of absent members
    are votes, so there may be more votes than members present. ``threshold`` is a council's own
    percentage where its regulation sets one. Raises ``BallotError`` for impossible counts,
    ``UnknownScope`` for an award on which the plan says nothing.
    """
    counts = {"present": present, "agree": agree, "disagree": disagree, "blank": blank, "invalid": invalid}
    _check_counts(members, counts, recused)
    used: list[UsedParameter] = []
    if threshold is None:
        if award not in plan.voting.thresholds:
            raise UnknownScope(
                "The plan {plan} gives no voting threshold for the award {award}.",
                plan=plan.id,
                award=repr(award),
            )
        dated = plan.voting.thresholds[award].on(day)
        used.append(dated.used)
        threshold = Decimal(str(dated.value))
    quorum_value = plan.voting.quorum.on(day)
    used.append(quorum_value.used)
    part, whole = (int(number) for number in str(quorum_value.value).split("/"))
    threshold = Decimal(threshold)
    required = required_ballots(members - recused if recused_leave_base else members, threshold)
    has_quorum = whole * present >= part * members
    result = "no_quorum" if not has_quorum else "recommended" if agree >= required else "not_recommended"
    return BallotResult(
        quorum="met" if has_quorum else "not_met",
        required=required,
        result=result,
        threshold=threshold,
        present_required=-(-part * members // whole),
        parameters=tuple(used),
    )


def _check_counts(members: int, counts: dict[str, int], recused: int) -> None:
    if members < 1:
        raise BallotError("A council needs at least one member; {members} were given.", members=members)
    negative = [name for name, count in {**counts, "recused": recused}.items() if count < 0]
    if negative:
        raise BallotError("Counts cannot be negative: {names}.", names=", ".join(negative))
    if counts["present"] > members:
        raise BallotError(
            "{present} members are present and the council has {members}.",
            present=counts["present"],
            members=members,
        )
    if recused >= members:
        raise BallotError(
            "{recused} members take no part and the council has {members}, so nobody is left to vote.",
            recused=recused,
            members=members,
        )
    papers = sum(count for name, count in counts.items() if name != "present")
    if papers > members:
        raise BallotError(
            "{papers} papers were counted and the council has {members} members.",
            papers=papers,
            members=members,
        )
    if papers > members - recused:
        raise BallotError(
            "{papers} papers were counted and only {voters} of {members} members take part.",
            papers=papers,
            voters=members - recused,
            members=members,
        )
