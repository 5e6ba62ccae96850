"""A nominee's facts with some figures changed: looked at, shown, and forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from criteria.engine import Facts, Lineage, NoValue, Plan, PriorAward, Review
from criteria.engine.checks.gates import counting_awards
from criteria.engine.many import Evaluator
from criteria.engine.standing import Standing
from nominations.facts import registered

Counts = tuple[int, int, int]
"""All, poor and near-poor households of one year."""


@dataclass(frozen=True)
class Figures:
    """What a what-if may change; None where the kind of nominee has no such fact."""

    reviews: Mapping[int, Counts | None] | None = None
    zone: str | None = None
    statuses: Mapping[int, str] | None = None
    registration: str | None = None
    registered_on: date | None = None
    policy_loan: str | None = None
    role: str | None = None
    awards: Mapping[str, int] | None = None


def stand(plan: Plan, facts: Facts) -> Standing:
    """Where one nominee with such facts stands."""
    return Evaluator(plan, facts.award, facts.nominee.kind, facts.round_kind).stand(facts)


def years_looked_at(plan: Plan, facts: Facts) -> range:
    """Years whose figures the checks may read: the baseline's to the round's."""
    baselines = [int(value) for value in _values(plan, facts, "baseline_year")]
    return range(min(baselines, default=plan.starts_on.year), facts.round_year + 1)


def awards_asked(plan: Plan, facts: Facts) -> list[str]:
    """Kinds of earlier awards whose number a check counts."""
    return list(
        dict.fromkeys(
            kind for value in _values(plan, facts, "required", "prior_awards_at_least") for kind in value
        )
    )


def _values(plan: Plan, facts: Facts, name: str, check: str = "") -> Iterator[Any]:
    """The values that hold on the filing day of a parameter of the nominee's criteria."""
    for criterion in plan.criteria_for(facts.award, facts.nominee.kind, facts.round_kind):
        if name not in criterion.parameters or (check and criterion.check != check):
            continue
        try:
            yield criterion.parameter(name, facts.award).on(facts.submitted_on).value
        except NoValue:
            continue


def review_of(plan: Plan, lineage: Lineage, year: int) -> Counts | None:
    """The figures that the checks would read of a year: the unit's own, else the sum of its predecessors'."""
    own = lineage.reviews.get(year)
    if own is not None and plan.standard.covers(own.standard):
        return own.households, own.poor, own.near_poor
    parts = [review_of(plan, one, year) for one in lineage.predecessors]
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    households, poor, near_poor = (sum(column) for column in zip(*known, strict=True))
    return households, poor, near_poor


def with_figures(plan: Plan, facts: Facts, figures: Figures) -> Facts:
    """The same facts with these figures in their place; what is unchanged stays as it is, sources and all."""
    nominee = facts.nominee
    if figures.reviews is not None:
        nominee = replace(nominee, lineage=_with_reviews(plan, nominee.lineage, figures.reviews))
    if figures.zone is not None:
        nominee = replace(nominee, zone=figures.zone or None)
    if figures.statuses is not None:
        nominee = replace(
            nominee,
            statuses={**nominee.statuses, **figures.statuses},
        )
        nominee = replace(nominee, statuses={year: word for year, word in nominee.statuses.items() if word})
    if figures.registration is not None:
        nominee = replace(nominee, registered_on=registered(figures.registration, figures.registered_on))
    if figures.policy_loan is not None:
        nominee = replace(nominee, policy_loan=figures.policy_loan or None)
    if figures.role is not None:
        nominee = replace(nominee, role=figures.role or None)
    awards = _with_awards(plan, facts, figures.awards or {})
    return replace(facts, nominee=nominee, prior_awards=awards)


def _with_reviews(plan: Plan, lineage: Lineage, typed: Mapping[int, Counts | None]) -> Lineage:
    for year, counts in typed.items():
        if counts == review_of(plan, lineage, year):
            continue
        lineage = _without_year(lineage, year)
        if counts is not None:
            lineage = replace(lineage, reviews={**lineage.reviews, year: Review(*counts)})
    return lineage


def _without_year(lineage: Lineage, year: int) -> Lineage:
    return replace(
        lineage,
        reviews={one: review for one, review in lineage.reviews.items() if one != year},
        predecessors=tuple(_without_year(one, year) for one in lineage.predecessors),
    )


def _with_awards(plan: Plan, facts: Facts, wanted: Mapping[str, int]) -> tuple[PriorAward, ...]:
    """The prior awards with so many of each kind that count: the oldest kept, invented ones added."""
    awards = list(facts.prior_awards)
    for kind, number in wanted.items():
        counted = counting_awards(plan, facts, (kind,))
        for surplus in counted[number:]:
            awards = [one for one in awards if one != surplus]
        awards += [_invented(plan, facts, kind, place) for place in range(number - len(counted))]
    return tuple(awards)


def _invented(plan: Plan, facts: Facts, kind: str, place: int) -> PriorAward:
    """An award of an earlier year, so that it counts and stands in the way of nothing."""
    day = facts.submitted_on - timedelta(days=366)
    return PriorAward(kind, plan.id, facts.round_year - 1, day, f"?{place + 1}")


def award_counts(plan: Plan, facts: Facts) -> dict[str, int]:
    """How many earlier awards of each kind asked for count today."""
    return {kind: len(counting_awards(plan, facts, (kind,))) for kind in awards_asked(plan, facts)}
