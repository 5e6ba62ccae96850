"""What is known about nominees on a day, collected for any number of dossiers at once.

The engine takes what it is given; choosing it is done here: reviews and statuses recognised on or
before the evaluation day, the zone and the papers of the filing day, figures of the present
territory only (plan part III.1, rulebook "Reorganised units").
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from django.db.models import Q, prefetch_related_objects

from criteria.engine.facts import CONFIRMATIONS, NEVER, Facts, Lineage, Nominee, Papers, Review
from criteria.engine.facts import Hold as HoldFact
from criteria.engine.facts import PriorAward as PriorAwardFact
from criteria.engine.plan import Plan
from criteria.selectors import get_plan
from nominations.enums import FilingLevel
from nominations.models import Dossier, FilingSet, Paper, PriorAward
from registry.enums import Registration, SuccessionKind
from registry.models import (
    Hold,
    Household,
    HouseholdStatus,
    PovertyReview,
    Unit,
    UnitSuccession,
    ZoneAssignment,
)
from registry.selectors.merging import MergedRecords

# A successor of these kinds holds the whole territory of the one it followed.
_WHOLE = frozenset({SuccessionKind.MERGED, SuccessionKind.RENAMED, SuccessionKind.CONTINUED})
_SAME_BODY = frozenset({SuccessionKind.RENAMED, SuccessionKind.CONTINUED})
_REVIEWED = frozenset({"district", "commune", "village"})
_LOADED_WITH_DOSSIERS = (
    "award_round__movement",
    "nominee_unit",
    "nominee_household__merged_into",
    "nominee_individual__merged_into",
    "filing_set",
)
# An award outside every movement still needs a word in the facts; no plan bears it.
_NO_MOVEMENT = "no-movement"


def collect_facts(dossiers: Iterable[Dossier], day: date) -> dict[int, Facts]:
    """The engine's facts of each dossier on the evaluation day, by the dossier's key.

    Costs the same number of queries for one dossier and for many. A dossier that is not
    filed yet is looked at as if it were filed on `day`.
    """
    rows = list(dossiers)
    prefetch_related_objects(rows, *_LOADED_WITH_DOSSIERS)
    known = _read(rows, day)
    return {dossier.pk: _facts_of(dossier, known, day) for dossier in rows}


@dataclass
class Ancestry:
    """Which unit followed which, and since when a unit's territory is what it is."""

    whole: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    same_body: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[int, date] = field(default_factory=dict)

    @classmethod
    def read(cls, day: date) -> "Ancestry":
        """All succession links that hold on a day, in one query; there are a few hundred at most.

        What changes hands later must not reach back into the figures of an earlier day.
        """
        ancestry = cls()
        links = (
            UnitSuccession.objects.filter(on__lte=day)
            .order_by("on", "pk")
            .values_list("predecessor_id", "successor_id", "kind", "on")
        )
        for predecessor, successor, kind, on in links:
            if kind in _WHOLE:
                ancestry.whole[successor].append(predecessor)
                if kind in _SAME_BODY:
                    ancestry.same_body[successor].append(predecessor)
            else:
                ancestry.touched[predecessor] = ancestry.touched[successor] = on
        return ancestry

    def followed(self, unit_id: int, links: Mapping[int, list[int]]) -> list[int]:
        """The unit and everything that it followed along the links, nearest first, each once."""
        found, position = [unit_id], 0
        while position < len(found):
            found.extend(older for older in links.get(found[position], ()) if older not in found)
            position += 1
        return found

    def territory_since(self, unit: Unit) -> date:
        """The day from which figures are for the unit's present territory."""
        return max(unit.valid_from, self.touched.get(unit.pk, unit.valid_from))

    def predecessors(self, unit: Unit) -> list[int]:
        """Units whose figures add up to this one's; none where a part of its land changed hands.

        After a partial transfer no sum is right: a restated figure with its document is needed.
        """
        touched = self.touched.get(unit.pk)
        if touched is not None and touched >= unit.valid_from:
            return []
        return self.whole.get(unit.pk, [])


@dataclass
class _Known:
    """Everything read for the dossiers, by the key under which it is looked up."""

    ancestry: Ancestry
    units: dict[int, Unit]
    reviews: dict[int, list[PovertyReview]]
    zones: dict[int, list[ZoneAssignment]]
    statuses: dict[int, dict[int, str]]
    awards: dict[tuple[str, int], list[PriorAward]]
    holds: dict[tuple[str, int], list[Hold]]
    papers: dict[tuple[str, int], list[Paper]]
    records: MergedRecords
    lineages: dict[tuple[int, str], Lineage] = field(default_factory=dict)


def _read(dossiers: list[Dossier], day: date) -> _Known:
    unit_ids = {dossier.nominee_unit_id for dossier in dossiers if dossier.nominee_unit_id}
    household_ids = {dossier.nominee_household_id for dossier in dossiers if dossier.nominee_household_id}
    individual_ids = {dossier.nominee_individual_id for dossier in dossiers if dossier.nominee_individual_id}
    ancestry, records = Ancestry.read(day), MergedRecords.read()
    household_ids = {one for pk in household_ids for one in records.same("household", pk)}
    individual_ids = {one for pk in individual_ids for one in records.same("individual", pk)}
    circle = {older for unit_id in unit_ids for older in ancestry.followed(unit_id, ancestry.whole)}
    nominees = Q(unit__in=circle) | Q(household__in=household_ids) | Q(individual__in=individual_ids)
    return _Known(
        ancestry=ancestry,
        units=Unit.objects.in_bulk(circle),
        reviews=_grouped(
            PovertyReview.objects.filter(unit__in=circle, recognised_on__lte=day).order_by("year"), "unit_id"
        ),
        zones=_grouped(ZoneAssignment.objects.filter(unit__in=circle).order_by("-starts_on"), "unit_id"),
        statuses=_statuses(household_ids, day),
        awards=_by_nominee(
            PriorAward.objects.filter(nominees).select_related("movement").order_by("decided_on", "pk")
        ),
        holds=_by_nominee(Hold.objects.filter(nominees).order_by("starts_on", "pk")),
        papers=_papers(dossiers),
        records=records,
    )


def _grouped(rows: Iterable, key: str) -> dict[int, list]:
    groups: dict[int, list] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def _statuses(household_ids: set[int], day: date) -> dict[int, dict[int, str]]:
    statuses: dict[int, dict[int, str]] = defaultdict(dict)
    rows = HouseholdStatus.objects.filter(household__in=household_ids, recognised_on__lte=day).order_by(
        "year"
    )
    for row in rows:
        statuses[row.household_id][row.year] = row.status
    return statuses


def _by_nominee(rows: Iterable) -> dict[tuple[str, int], list]:
    groups: dict[tuple[str, int], list] = defaultdict(list)
    for row in rows:
        for kind in ("unit", "household", "individual"):
            key = getattr(row, f"{kind}_id")
            if key:
                groups[kind, key].append(row)
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


def _facts_of(dossier: Dossier, known: _Known, day: date) -> Facts:
    plan = get_plan(dossier.award_round.movement.plan_id)
    filing_day = dossier.filed_on or day
    return Facts(
        award=dossier.award,
        round_kind=dossier.award_round.kind,
        round_year=dossier.award_round.year,
        submitted_on=filing_day,
        as_of=day,
        nominee=_nominee(dossier, known, plan, filing_day),
        papers=_paper_facts(dossier, known, plan),
        prior_awards=tuple(_prior_awards(dossier, known, day)),
        holds=tuple(_holds(dossier, known)),
    )


def _nominee(dossier: Dossier, known: _Known, plan: Plan, filing_day: date) -> Nominee:
    if dossier.nominee_household is not None:
        household = dossier.nominee_household.merged_into or dossier.nominee_household
        return Nominee(
            kind=dossier.subject,
            statuses=_all_statuses(household, known),
            registered_on=_registered(household),
            policy_loan=household.policy_loan or None,
        )
    if dossier.nominee_individual is not None:
        individual = dossier.nominee_individual.merged_into or dossier.nominee_individual
        return Nominee(kind=dossier.subject, role=individual.role or None)
    unit = known.units[dossier.nominee_unit_id or 0]
    return unit_nominee(dossier.subject, unit, known, plan, filing_day)


def unit_nominee(kind: str, unit: Unit, known: _Known, plan: Plan, filing_day: date) -> Nominee:
    """Facts of a unit put forward as a subject of the plan."""
    return Nominee(
        kind=kind,
        form=(unit.form or None) if kind in {"agency", "enterprise"} else None,
        zone=_zone(unit, known, filing_day) if kind == "commune" else None,
        exists_until=unit.valid_until,
        # The nominee's own figures bear no unit's name: only those of its predecessors need one.
        lineage=replace(_lineage(unit.pk, known, plan), name=None) if kind in _REVIEWED else Lineage(),
    )


def _all_statuses(household: Household, known: _Known) -> dict[int, str]:
    """The standing of every year that the record or one merged into it has; its own counts first."""
    found: dict[int, str] = {}
    for pk in reversed(known.records.same("household", household.pk)):
        found.update(known.statuses.get(pk, {}))
    return dict(sorted(found.items()))


def _registered(household: Household) -> date | Literal["never"] | None:
    if household.registration == Registration.NEVER:
        return NEVER
    return household.registered_on


def _zone(unit: Unit, known: _Known, filing_day: date) -> str | None:
    """The zone on the filing day; under an earlier name or parent of the same body where it stands there."""
    for unit_id in known.ancestry.followed(unit.pk, known.ancestry.same_body):
        for assignment in known.zones.get(unit_id, ()):
            if assignment.starts_on <= filing_day and (
                assignment.ends_on is None or assignment.ends_on >= filing_day
            ):
                return assignment.zone
    return None


def _lineage(unit_id: int, known: _Known, plan: Plan, above: frozenset[int] = frozenset()) -> Lineage:
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
    older = [older for older in known.ancestry.predecessors(unit) if older not in chain]
    lineage = Lineage(
        reviews=own,
        predecessors=tuple(_lineage(older_id, known, plan, chain) for older_id in older),
        name=unit.name,
    )
    known.lineages[unit_id, plan.id] = lineage
    return lineage


def _paper_facts(dossier: Dossier, known: _Known, plan: Plan) -> Papers:
    """Which parts of the dossier are there.

    Letter and minutes are those of the body that files to the province, so a district's set gives
    them; what a commune attached for its district is of another kind and proves neither.
    """
    proven: set[str] = set()
    confirmed = False
    excused: dict[str, str] = {}
    for paper in [*known.papers.get(("dossier", dossier.pk), ()), *_set_papers(dossier.filing_set, known)]:
        fact = _fact_proven(plan, paper.kind)
        if fact is None:
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


def _set_papers(filing_set: FilingSet | None, known: _Known) -> list[Paper]:
    if filing_set is None or filing_set.level != FilingLevel.PROVINCE:
        return []
    return known.papers.get(("set", filing_set.pk), [])


def _fact_proven(plan: Plan, paper_kind: str) -> str | None:
    """The fact that a kind of paper proves; a plan may write it with its group, `confirmations.tax`."""
    kind = plan.papers.get(paper_kind)
    return kind.fact.rpartition(".")[2] if kind is not None and kind.fact else None


def _bodies(dossier: Dossier, known: _Known, links: Mapping[int, list[int]]) -> list[tuple[str, int]]:
    """The nominee with the records merged with it and, for a unit, those that it followed along the links."""
    if dossier.nominee_unit_id:
        return [("unit", unit_id) for unit_id in known.ancestry.followed(dossier.nominee_unit_id, links)]
    kind = "household" if dossier.nominee_household_id else "individual"
    nominee = dossier.nominee_household_id or dossier.nominee_individual_id or 0
    return [(kind, pk) for pk in known.records.same(kind, nominee)]


def _prior_awards(dossier: Dossier, known: _Known, day: date) -> Iterable[PriorAwardFact]:
    """Honours of the nominee and, for a unit, of all that it was made from."""
    for body in _bodies(dossier, known, known.ancestry.whole):
        for row in known.awards.get(body, ()):
            if row.dossier_id == dossier.pk:
                continue
            yield PriorAwardFact(
                award=row.award,
                movement=row.movement.plan_id if row.movement else _NO_MOVEMENT,
                round_year=row.round_year,
                decided_on=row.decided_on,
                decision=row.decision_number,
                issuer=row.issuer or None,
                revoked=row.revoked_on is not None and row.revoked_on <= day,
            )


def _holds(dossier: Dossier, known: _Known) -> Iterable[HoldFact]:
    """Proceedings against the nominee, and against the same body under an earlier name."""
    for body in _bodies(dossier, known, known.ancestry.same_body):
        for row in known.holds.get(body, ()):
            yield HoldFact(start=row.starts_on, until=row.ends_on, source=row.document or row.reason or None)
