"""What is known about nominees on a day, collected for any number of dossiers at once.

The engine takes what it is given; choosing it is done here: reviews and statuses recognised on or
before the evaluation day, the zone and the papers of the filing day, figures of the present
territory only (plan part III.1, rulebook "Reorganised units").
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from django.db.models import Q, prefetch_related_objects

from criteria.engine.facts import CONFIRMATIONS, NEVER, Facts, Lineage, Nominee, Papers, Review
from criteria.engine.facts import Hold as HoldFact
from criteria.engine.facts import PriorAward as PriorAwardFact
from criteria.engine.plan import Plan
from nominations.enums import FilingLevel
from nominations.models import Dossier, FilingSet, Movement, Paper, PriorAward
from registry.enums import Registration
from registry.models import (
    Hold,
    HouseholdStatus,
    PovertyReview,
    Unit,
    ZoneAssignment,
)
from registry.selectors.ancestry import Ancestry
from registry.selectors.merging import MergedRecords

_REVIEWED = frozenset({"district", "commune", "village"})
_LOADED_WITH_DOSSIERS = (
    "award_round__movement",
    "nominee_unit",
    "nominee_household__merged_into",
    "nominee_individual__merged_into",
    "filing_set",
)
# An award outside every movement still needs a word in the facts; no plan bears it.
_NO_MOVEMENT, _OTHER_MOVEMENT = "no-movement", "other-movement"


def collect_facts(dossiers: Iterable[Dossier], day: date) -> dict[int, Facts]:
    """The engine's facts of each dossier on the evaluation day, by the dossier's key.

    Costs the same number of queries for one dossier and for many. A dossier that is not
    filed yet is looked at as if it were filed on `day`.
    """
    rows = list(dossiers)
    prefetch_related_objects(rows, *_LOADED_WITH_DOSSIERS)
    known = _read(rows, day)
    return {dossier.pk: _facts_of(dossier, known, day) for dossier in rows}


# Who is put forward: the kind of register entry and its key.
Body = tuple[str, int]


@dataclass
class Known:
    """Everything read for the nominees, by the key under which it is looked up."""

    ancestry: Ancestry
    units: dict[int, Unit] = field(default_factory=dict)
    reviews: Mapping[int, list[Any]] = field(default_factory=dict)
    zones: Mapping[int, list[Any]] = field(default_factory=dict)
    statuses: Mapping[int, dict[int, str]] = field(default_factory=dict)
    awards: Mapping[Body, list[Any]] = field(default_factory=dict)
    holds: Mapping[Body, list[Any]] = field(default_factory=dict)
    papers: Mapping[tuple[str, int], list[Paper]] = field(default_factory=dict)
    records: MergedRecords = field(default_factory=lambda: MergedRecords({}, {}))
    lineages: dict[tuple[int, str], Lineage] = field(default_factory=dict)


def _read(dossiers: list[Dossier], day: date) -> Known:
    unit_ids = {dossier.nominee_unit_id for dossier in dossiers if dossier.nominee_unit_id}
    household_ids = {dossier.nominee_household_id for dossier in dossiers if dossier.nominee_household_id}
    individual_ids = {dossier.nominee_individual_id for dossier in dossiers if dossier.nominee_individual_id}
    ancestry, records = Ancestry.read(day), MergedRecords.read()
    household_ids = {one for pk in household_ids for one in records.same("household", pk)}
    individual_ids = {one for pk in individual_ids for one in records.same("individual", pk)}
    circle = {older for unit_id in unit_ids for older in ancestry.followed(unit_id, ancestry.whole)}
    nominees = Q(unit__in=circle) | Q(household__in=household_ids) | Q(individual__in=individual_ids)
    return Known(
        ancestry=ancestry,
        units=Unit.objects.in_bulk(circle),
        reviews=read_reviews(Q(unit__in=circle), day),
        zones=read_zones(Q(unit__in=circle)),
        statuses=read_statuses(Q(household__in=household_ids), day),
        awards=read_awards(nominees),
        holds=read_holds(nominees),
        papers=_papers(dossiers),
        records=records,
    )


def read_reviews(units: Q, day: date) -> dict[int, list[Any]]:
    """Reviews of these units recognised on or before the day, by unit, oldest first."""
    rows = PovertyReview.objects.filter(units, recognised_on__lte=day).order_by("year")
    columns = ("unit_id", "year", "standard", "households", "poor", "near_poor", "is_restated", "document")
    return _grouped(rows.values_list(*columns, named=True))


def read_zones(units: Q) -> dict[int, list[Any]]:
    """Zones of these units by unit, the latest first."""
    rows = ZoneAssignment.objects.filter(units).order_by("-starts_on")
    return _grouped(rows.values_list("unit_id", "zone", "starts_on", "ends_on", named=True))


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.unit_id].append(row)
    return groups


def read_statuses(households: Q, day: date) -> dict[int, dict[int, str]]:
    """Yearly statuses recognised on or before the day, by household, oldest first."""
    statuses: dict[int, dict[int, str]] = {}
    rows = HouseholdStatus.objects.filter(households, recognised_on__lte=day).order_by("year")
    for household_id, year, status in rows.values_list("household_id", "year", "status"):
        known = statuses.get(household_id)
        if known is None:
            statuses[household_id] = {year: status}
        else:
            known[year] = status
    return statuses


_NOMINEE = ("unit_id", "household_id", "individual_id")


def read_awards(nominees: Q) -> dict[Body, list[Any]]:
    """Award history by nominee, oldest first."""
    rows = PriorAward.objects.filter(nominees).order_by("decided_on", "pk")
    columns = (
        "dossier_id",
        "award",
        "movement_id",
        "movement__plan_id",
        "round_year",
        "decided_on",
        "decision_number",
    )
    return _by_nominee(rows.values_list(*_NOMINEE, *columns, "issuer", "revoked_on", named=True))


def read_holds(nominees: Q) -> dict[Body, list[Any]]:
    """Proceedings by nominee, oldest first."""
    rows = Hold.objects.filter(nominees).order_by("starts_on", "pk")
    return _by_nominee(rows.values_list(*_NOMINEE, "starts_on", "ends_on", "document", "reason", named=True))


def _by_nominee(rows: Iterable[Any]) -> dict[Body, list[Any]]:
    groups: dict[Body, list[Any]] = defaultdict(list)
    for row in rows:
        for column in _NOMINEE:
            key = getattr(row, column)
            if key:
                groups[column.removesuffix("_id"), key].append(row)
    return groups


def _papers(dossiers: list[Dossier]) -> dict[tuple[str, int], list[Paper]]:
    groups: dict[tuple[str, int], list[Paper]] = defaultdict(list)
    owners = Q(dossier__in=[dossier.pk for dossier in dossiers]) | Q(
        filing_set__in=[dossier.filing_set_id for dossier in dossiers if dossier.filing_set_id]
    )
    for paper in Paper.objects.filter(owners, is_current=True).order_by("pk"):
        owner = ("dossier", paper.dossier_id) if paper.dossier_id else ("set", paper.filing_set_id)
        groups[owner[0], owner[1] or 0].append(paper)
    return groups


def _facts_of(dossier: Dossier, known: Known, day: date) -> Facts:
    plan = dossier.plan
    filing_day = dossier.filed_on or day
    body = _body(dossier)
    return Facts(
        award=dossier.award,
        round_kind=dossier.award_round.kind,
        round_year=dossier.award_round.year,
        extended_to=dossier.award_round.extended_to,
        extended_by=dossier.award_round.extended_by or None,
        submitted_on=filing_day,
        as_of=day,
        nominee=_nominee(dossier, known, plan, filing_day),
        papers=_paper_facts(dossier, known, plan),
        prior_awards=tuple(
            prior_awards_of(body, known, day, dossier.award_round.movement, except_of=dossier.pk)
        ),
        holds=tuple(holds_of(body, known)),
    )


def _body(dossier: Dossier) -> Body:
    for kind in ("unit", "household"):
        key = getattr(dossier, f"nominee_{kind}_id")
        if key:
            return kind, key
    return "individual", dossier.nominee_individual_id or 0


def _nominee(dossier: Dossier, known: Known, plan: Plan, filing_day: date) -> Nominee:
    if dossier.nominee_household is not None:
        household = dossier.nominee_household.kept
        return Nominee(
            kind=dossier.subject,
            statuses=standings_of(household.pk, known),
            registered_on=registered(household.registration, household.registered_on),
            policy_loan=household.policy_loan or None,
        )
    if dossier.nominee_individual is not None:
        individual = dossier.nominee_individual.kept
        return Nominee(kind=dossier.subject, role=individual.role or None)
    unit = known.units[dossier.nominee_unit_id or 0]
    return unit_nominee(dossier.subject, unit, known, plan, filing_day)


def unit_nominee(kind: str, unit: Unit, known: Known, plan: Plan, filing_day: date) -> Nominee:
    """Facts of a unit put forward as a subject of the plan."""
    return Nominee(
        kind=kind,
        form=(unit.form or None) if kind in {"agency", "enterprise"} else None,
        zone=_zone(unit, known, filing_day) if kind == "commune" else None,
        exists_until=unit.valid_until,
        # The nominee's own figures bear no unit's name: only those of its predecessors need one.
        lineage=replace(_lineage(unit.pk, known, plan), name=None) if kind in _REVIEWED else Lineage(),
    )


def standings_of(household_id: int, known: Known) -> dict[int, str]:
    """The standing of every year that the record or one merged into it has; its own counts first."""
    same = known.records.same("household", household_id)
    if len(same) == 1:
        return known.statuses.get(household_id, {})
    found: dict[int, str] = {}
    for pk in reversed(same):
        found.update(known.statuses.get(pk, {}))
    return dict(sorted(found.items()))


def registered(registration: str, registered_on: date | None) -> date | Literal["never"] | None:
    """The registration to leave poverty as the engine reads it."""
    return NEVER if registration == Registration.NEVER else registered_on


def _zone(unit: Unit, known: Known, filing_day: date) -> str | None:
    """The zone on the filing day; under an earlier name or parent of the same body where it stands there."""
    for unit_id in known.ancestry.followed(unit.pk, known.ancestry.same_body):
        for assignment in known.zones.get(unit_id, ()):
            if assignment.starts_on <= filing_day and (
                assignment.ends_on is None or assignment.ends_on >= filing_day
            ):
                return str(assignment.zone)
    return None


def _lineage(unit_id: int, known: Known, plan: Plan, above: frozenset[int] = frozenset()) -> Lineage:
    """A unit's figures for its present territory, and those of the units it was made from."""
    found = known.lineages.get((unit_id, plan.id))
    if found is not None:
        return found
    unit = known.units[unit_id]
    since = known.ancestry.territory_since(unit)
    own: dict[int, Review] = {}
    for row in known.reviews.get(unit_id, ()):
        speaks_of_it = date(row.year, 12, 31) >= since or (row.is_restated and row.document)
        # Of two standards in one year, the plan's own is the one that can be compared.
        if speaks_of_it and (row.year not in own or plan.standard.covers(row.standard)):
            own[row.year] = Review(
                row.households, row.poor, row.near_poor, row.standard, row.document or None
            )
    chain = above | {unit_id}
    older = [older for older in known.ancestry.predecessors(unit_id) if older not in chain]
    lineage = Lineage(
        reviews=own,
        predecessors=tuple(_lineage(older_id, known, plan, chain) for older_id in older),
        name=unit.name,
    )
    known.lineages[unit_id, plan.id] = lineage
    return lineage


def _paper_facts(dossier: Dossier, known: Known, plan: Plan) -> Papers:
    """Which parts of the dossier are there.

    Letter and minutes are those of the body that files to the province, so a district's set gives
    them; what a commune attached for its district is of another kind and proves neither.
    """
    proven: set[str] = set()
    confirmed = False
    excused: dict[str, str] = {}
    for paper in [*known.papers.get(("dossier", dossier.pk), ()), *_set_papers(dossier.filing_set, known)]:
        fact = _fact_proven(plan, paper.kind)
        if not fact:
            continue
        if paper.file_id is None:
            excused[fact] = paper.not_required_reason
            continue
        proven.add(fact)
        confirmed = confirmed or (fact == "achievement_report" and paper.is_confirmed)
    report = "confirmed" if confirmed else "unconfirmed" if "achievement_report" in proven else "absent"
    return Papers(
        submission_letter="submission_letter" in proven,
        council_minutes="council_minutes" in proven,
        achievement_report=report,
        originals=dossier.originals or 0,
        confirmations=tuple(kind for kind in CONFIRMATIONS if kind in proven),
        not_required={fact: reason for fact, reason in excused.items() if fact in CONFIRMATIONS},
    )


def _set_papers(filing_set: FilingSet | None, known: Known) -> list[Paper]:
    if filing_set is None or filing_set.level != FilingLevel.PROVINCE:
        return []
    return known.papers.get(("set", filing_set.pk), [])


def _fact_proven(plan: Plan, paper_kind: str) -> str:
    """The fact that a kind of paper proves; empty for a kind that the plan does not know."""
    kind = plan.papers.get(paper_kind)
    return kind.proves if kind is not None else ""


def _followed(body: Body, known: Known, links: Mapping[int, list[int]]) -> list[Body]:
    """The nominee with the records merged with it; for a unit, with those that it followed along the links."""
    kind, key = body
    if kind != "unit":
        return [(kind, one) for one in known.records.same(kind, key)]
    return [("unit", unit_id) for unit_id in known.ancestry.followed(key, links)]


def prior_awards_of(
    body: Body, known: Known, day: date, movement: Movement, *, except_of: int | None = None
) -> Iterable[PriorAwardFact]:
    """Honours of the nominee and, for a unit, of all that it was made from; a dossier's own left out.

    Two provinces may run the same plan: what the other one's movement gave was not given in this movement.
    """
    for one in _followed(body, known, known.ancestry.whole):
        for row in known.awards.get(one, ()):
            if except_of is not None and row.dossier_id == except_of:
                continue
            yield PriorAwardFact(
                award=row.award,
                movement=_movement_named(row, movement),
                round_year=row.round_year,
                decided_on=row.decided_on,
                decision=row.decision_number,
                issuer=row.issuer or None,
                revoked=row.revoked_on is not None and row.revoked_on <= day,
            )


def _movement_named(row: Any, movement: Movement) -> str:
    if row.movement_id is None:
        return _NO_MOVEMENT
    is_other = row.movement_id != movement.pk and row.movement__plan_id == movement.plan_id
    return _OTHER_MOVEMENT if is_other else str(row.movement__plan_id)


def holds_of(body: Body, known: Known) -> Iterable[HoldFact]:
    """Proceedings against the nominee, and against the same body under an earlier name."""
    for one in _followed(body, known, known.ancestry.same_body):
        for row in known.holds.get(one, ()):
            yield HoldFact(start=row.starts_on, until=row.ends_on, source=row.document or row.reason or None)
