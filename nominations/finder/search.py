"""Everybody whom a search looks at, each with the facts that a dossier of today would have."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from core.text import fold
from criteria.engine import Facts, Plan
from criteria.engine.facts import NO_PAPERS, Nominee
from criteria.engine.many import Evaluator
from criteria.engine.standing import Standing
from nominations.facts import (
    Body,
    Known,
    holds_of,
    prior_awards_of,
    read_awards,
    read_holds,
    read_reviews,
    read_statuses,
    read_zones,
    registered,
    standings_of,
    unit_nominee,
)
from nominations.models import AwardRound
from registry.models import Household, Individual, Unit
from registry.scopes import scope_of
from registry.selectors.ancestry import Ancestry
from registry.selectors.merging import MergedRecords

PEOPLE = ("household", "individual")


@dataclass(frozen=True)
class Search:
    """What is asked: for which award in which round, among whom."""

    award_round: AwardRound
    award: str
    subject: str
    words: str = ""
    within: Unit | None = None
    only: int | None = None
    """The key of the one nominee that is looked at."""

    @property
    def plan(self) -> Plan:
        """The rulebook of the round."""
        return self.award_round.plan


@dataclass(frozen=True, slots=True)
class Found:
    """One nominee that could be put forward, and where it stands."""

    body: Body
    name: str
    name_sort: str
    code: str
    place: Unit | None
    """The unit where a person lives or works, or above a unit; with its parent loaded."""
    unit: Unit | None
    """The unit itself, where the nominee is one."""
    standing: Standing


Entry = tuple[Body, str, str, str, Unit | None, Unit | None]


def look_up(user: Any, search: Search, day: date) -> list[Found]:
    """Everybody of the person's area whom the search names, with the standing of each on the day.

    A constant number of queries however many there are; no sentence is worded.
    """
    evaluator = Evaluator(search.plan, search.award, search.subject, search.award_round.kind)
    with _without_collecting():
        return [
            Found(*entry, evaluator.stand(facts)) for entry, facts in nominees_with_facts(user, search, day)
        ]


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare Python's search for circles among hundreds of thousands of new objects, of which none form any.

    It takes as long as all the rest. Of two threads in here at once, whichever began first turns it on again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def nominees_with_facts(user: Any, search: Search, day: date) -> Iterator[tuple[Entry, Facts]]:
    """Nominees with their facts as of the day, as if a dossier without papers were filed on it."""
    if search.subject == "household":
        return _households(user, search, day)
    if search.subject == "individual":
        return _individuals(user, search, day)
    return _units(user, search, day)


def seen_by(user: Any, search: Search) -> Any:
    """Register entries of the person's area that the search names; those merged into others left out."""
    if search.subject in PEOPLE:
        model = Household if search.subject == "household" else Individual
        rows = model.objects.visible_to(user).filter(merged_into=None)
        return rows.filter(_of_province(search, "unit__") & _within(search, "unit__")).matching(
            fold(search.words)
        )
    units = Unit.objects.filter(_unit_scope(user, search.subject), kind=search.subject)
    return units.filter(_of_province(search, "") & _within(search, "")).matching(fold(search.words))


def _unit_scope(user: Any, subject: str) -> Q:
    """Units of the person's area, and enterprises that it manages or that sit in it without a managing body."""
    scope = scope_of(user)
    if subject != "enterprise" or scope.whole_province:
        return scope.q()
    return scope.q() | scope.q("managing_unit__") | (Q(managing_unit=None) & scope.q("seat__"))


def _of_province(search: Search, prefix: str) -> Q:
    """Inside the province that runs the movement; a province that was merged away bounds nothing."""
    province = search.award_round.movement.unit
    if province is None or province.valid_until is not None:
        return Q()
    return Q(**{f"{prefix}path__startswith": province.path})


def _within(search: Search, prefix: str) -> Q:
    condition = Q(**{f"{prefix}path__startswith": search.within.path}) if search.within else Q()
    return condition if search.only is None else condition & Q(pk=search.only)


def _facts(search: Search, day: date, nominee: Nominee, body: Body, known: Known) -> Facts:
    return Facts(
        award=search.award,
        round_kind=search.award_round.kind,
        round_year=search.award_round.year,
        extended_to=search.award_round.extended_to,
        extended_by=search.award_round.extended_by or None,
        submitted_on=day,
        as_of=day,
        nominee=nominee,
        papers=NO_PAPERS,
        prior_awards=tuple(prior_awards_of(body, known, day, search.award_round.movement)),
        holds=tuple(holds_of(body, known)),
    )


def _units(user: Any, search: Search, day: date) -> Iterator[tuple[Entry, Facts]]:
    rows = seen_by(user, search).on(day)
    ancestry = Ancestry.read(day)
    # All that was ever followed is a few hundred units at most; whose they are is sorted out in memory.
    older = {one for links in ancestry.whole.values() for one in links}
    beside = ("managing_unit", "seat") if search.subject == "enterprise" else ()
    sought = When(pk__in=rows.values("pk"), then=Value(True))
    units: dict[int, Any] = dict(
        Unit.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=older))
        .annotate(is_sought=Case(sought, default=Value(False), output_field=BooleanField()))
        .select_related("parent__parent", *beside)
        .order_by()
        .in_bulk()
    )
    circle = Q(unit__in=rows.values("pk")) | Q(unit__in=older)
    known = Known(
        ancestry=ancestry,
        units=units,
        reviews=read_reviews(circle, day),
        zones=read_zones(circle) if search.subject == "commune" else {},
        awards=read_awards(circle),
        holds=read_holds(circle),
    )
    plan = search.plan
    for unit in units.values():
        if not unit.is_sought:
            continue
        body: Body = ("unit", unit.pk)
        nominee = unit_nominee(search.subject, unit, known, plan, day)
        facts = _facts(search, day, nominee, body, known)
        yield (body, unit.name, unit.name_sort, unit.gso_code, unit.parent, unit), facts


def _households(user: Any, search: Search, day: date) -> Iterator[tuple[Entry, Facts]]:
    rows = seen_by(user, search).order_by()
    records = MergedRecords.read()
    # Histories of records that were merged count with those that were kept; there are few.
    theirs = Q(household__in=rows.values("pk")) | Q(household__in=records.dropped("household"))
    known = Known(
        Ancestry(),
        statuses=read_statuses(theirs, day),
        awards=read_awards(theirs),
        holds=read_holds(theirs),
        records=records,
    )
    places = _places(rows)
    columns = ("pk", "name", "name_sort", "code", "unit_id", "registration", "registered_on", "policy_loan")
    for pk, name, name_sort, code, unit_id, registration, registered_on, loan in rows.values_list(*columns):
        nominee = Nominee(
            kind="household",
            statuses=standings_of(pk, known),
            registered_on=registered(registration, registered_on),
            policy_loan=loan or None,
        )
        body: Body = ("household", pk)
        facts = _facts(search, day, nominee, body, known)
        yield (body, name, name_sort, code, places.get(unit_id), None), facts


def _individuals(user: Any, search: Search, day: date) -> Iterator[tuple[Entry, Facts]]:
    rows = seen_by(user, search).order_by()
    records = MergedRecords.read()
    theirs = Q(individual__in=rows.values("pk")) | Q(individual__in=records.dropped("individual"))
    known = Known(Ancestry(), awards=read_awards(theirs), holds=read_holds(theirs), records=records)
    places = _places(rows)
    for pk, name, name_sort, code, unit_id, role in rows.values_list(
        "pk", "name", "name_sort", "code", "unit_id", "role"
    ):
        body: Body = ("individual", pk)
        facts = _facts(search, day, Nominee(kind="individual", role=role or None), body, known)
        yield (body, name, name_sort, code, places.get(unit_id), None), facts


def _places(people: QuerySet[Any]) -> dict[int, Unit]:
    units: Iterable[Unit] = Unit.objects.filter(pk__in=people.values("unit")).select_related("parent")
    return {unit.pk: unit for unit in units}
