"""Checks on who the nominee is, on earlier honours, on holds and on the filing day."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any

from criteria.engine.facts import ROLES, ZONES, Facts, PriorAward
from criteria.engine.plan import Plan

from .registry import Case, CheckSpec, Decision, Options, Source, Values


def zone_listed(case: Case, values: Values, options: Options) -> Decision:
    """The commune stands on the list of zones."""
    (zones,) = values
    zone = case.nominee.zone
    if zone is None:
        return Decision("missing", {"zones": list(zones)})
    return Decision("met" if zone in zones else "not_met", {"zone": zone, "zones": list(zones)})


def role_listed(case: Case, values: Values, options: Options) -> Decision:
    """The person's role is one of those the clause names."""
    (roles,) = values
    role = case.nominee.role
    if role is None:
        return Decision("missing", {"roles": list(roles)})
    return Decision("met" if role in roles else "not_met", {"role": role, "roles": list(roles)})


def round_kind_is(case: Case, values: Values, options: Options) -> Decision:
    """The round is of a kind in which this award may be proposed."""
    (kinds,) = values
    kind = case.facts.round_kind
    return Decision("met" if kind in kinds else "not_met", {"round": kind, "rounds": list(kinds)})


def prior_awards_at_least(case: Case, values: Values, options: Options) -> Decision:
    """Enough earlier honours in this movement: any one of the listed kinds reaching its number suffices."""
    (required,) = values
    found = _counting(case, tuple(required))
    counts = {award: sum(1 for prior in found if prior.award == award) for award in required}
    figures: dict[str, Any] = {"counts": counts, "required": dict(required)}
    sources = tuple(Source(prior.round_year, _shown(prior)) for prior in found)
    if any(counts[award] >= least for award, least in required.items()):
        return Decision("met", figures, sources)
    figures["needed"] = {award: least - counts[award] for award, least in required.items()}
    return Decision("not_met", figures, sources)


def no_award_same_year(case: Case, values: Values, options: Options) -> Decision:
    """No listed honour of this movement was decided for the same round year."""
    (awards,) = values
    year = case.round_year
    same = [prior for prior in _counting(case, awards) if prior.round_year == year]
    if not same:
        return Decision("met", {"round_year": year})
    first = same[0]
    figures = {
        "round_year": year,
        "award": first.award,
        "decision": first.decision,
        "decided_on": first.decided_on.isoformat(),
    }
    return Decision("not_met", figures, tuple(Source(prior.round_year, _shown(prior)) for prior in same))


def _counting(case: Case, awards: tuple[str, ...]) -> list[PriorAward]:
    return counting_awards(case.plan, case.facts, awards)


def counting_awards(plan: Plan, facts: Facts, awards: tuple[str, ...]) -> list[PriorAward]:
    """Earlier honours of this movement that count on the filing day, each decision once.

    One decision recorded twice is one award; when either record says that it was revoked, it is.
    """
    once: dict[tuple[str, str, str, date], PriorAward] = {}
    revoked: set[tuple[str, str, str, date]] = set()
    for prior in facts.prior_awards:
        if prior.award not in awards or prior.movement != plan.id or prior.decided_on > facts.submitted_on:
            continue
        key = (prior.award, _same(prior.issuer or ""), _same(prior.decision), prior.decided_on)
        if prior.revoked:
            revoked.add(key)
        once.setdefault(key, prior)
    return [prior for key, prior in once.items() if key not in revoked]


def _same(text: str) -> str:
    """A number or issuer reduced to what makes it the same: letters' form, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def _shown(prior: PriorAward) -> str:
    return f"{prior.decision} ({prior.decided_on:%d/%m/%Y})"


def no_hold(case: Case, values: Values, options: Options) -> Decision:
    """Nothing bars the nominee on the evaluation day."""
    day = case.facts.evaluated_on
    figures: dict[str, Any] = {"day": day.isoformat()}
    for hold in case.facts.holds:
        if not hold.covers(day):
            continue
        figures["since"] = hold.start.isoformat()
        sources = (Source(hold.start.year, hold.source),)
        if hold.until is None:
            return Decision("not_met", figures, sources)
        figures["until"] = hold.until.isoformat()
        return Decision("not_met.until", figures, sources)
    return Decision("met", figures)


def exists_on_filing(case: Case, values: Values, options: Options) -> Decision:
    """The unit still existed on the filing day."""
    until = case.nominee.exists_until
    figures = {"filed_on": case.filed_on.isoformat()}
    if until is None:
        return Decision("met", figures)
    figures["exists_until"] = until.isoformat()
    return Decision("met.until" if until >= case.filed_on else "not_met", figures)


def filed_before(case: Case, values: Values, options: Options) -> Decision:
    """Filed before a day of the round's year, that day itself being late; a decision may have moved the last day back."""
    ((month, day),) = values
    facts, last_day = case.facts, date(case.round_year, month, day) - timedelta(days=1)
    sources: tuple[Source, ...] = ()
    if facts.extended_to and facts.extended_to > last_day:
        last_day, sources = facts.extended_to, (Source(facts.extended_to.year, facts.extended_by),)
    days = (last_day - case.filed_on).days
    figures: dict[str, Any] = {"filed_on": case.filed_on.isoformat(), "last_day": last_day.isoformat()}
    if days < 0:
        return Decision("not_met", {**figures, "days_late": -days}, sources)
    if days == 0:
        return Decision("met.last_day", figures, sources)
    return Decision("met", {**figures, "days_early": days}, sources)


SPECS = (
    CheckSpec(
        name="zone_listed",
        function=zone_listed,
        reads=("zone",),
        parameters={"zones": "list"},
        names={"zones": ZONES},
        reasons={"met": ("zone", "zones"), "not_met": ("zone", "zones"), "missing": ("zones",)},
    ),
    CheckSpec(
        name="role_listed",
        function=role_listed,
        reads=("role",),
        parameters={"roles": "list"},
        names={"roles": ROLES},
        reasons={"met": ("role", "roles"), "not_met": ("role", "roles"), "missing": ("roles",)},
    ),
    CheckSpec(
        name="round_kind_is",
        function=round_kind_is,
        parameters={"kinds": "list"},
        names={"kinds": "rounds"},
        reasons={"met": ("round", "rounds"), "not_met": ("round", "rounds")},
    ),
    CheckSpec(
        name="prior_awards_at_least",
        function=prior_awards_at_least,
        reads=("prior_awards",),
        parameters={"required": "counts"},
        names={"required": "awards"},
        reasons={"met": ("counts", "required"), "not_met": ("counts", "required", "needed")},
    ),
    CheckSpec(
        name="no_award_same_year",
        function=no_award_same_year,
        reads=("prior_awards",),
        parameters={"awards": "list"},
        names={"awards": "awards"},
        reasons={
            "met": ("round_year",),
            "not_met": ("round_year", "award", "decision", "decided_on"),
        },
    ),
    CheckSpec(
        name="no_hold",
        function=no_hold,
        reads=("holds",),
        parameters={},
        reasons={"met": ("day",), "not_met": ("day", "since"), "not_met.until": ("day", "since", "until")},
    ),
    CheckSpec(
        name="exists_on_filing",
        function=exists_on_filing,
        reads=("exists_until",),
        parameters={},
        reasons={
            "met": ("filed_on",),
            "met.until": ("filed_on", "exists_until"),
            "not_met": ("filed_on", "exists_until"),
        },
    ),
    CheckSpec(
        name="filed_before",
        function=filed_before,
        looks_at="filing",
        parameters={"before": "month_day"},
        reasons={
            "met": ("filed_on", "last_day", "days_early"),
            "met.last_day": ("filed_on", "last_day"),
            "not_met": ("filed_on", "last_day", "days_late"),
        },
    ),
)
