"""Sets and what may go into them, the work that waits for an officer, and what the search box finds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core import clock
from core.querysets import counted
from criteria.engine import Result
from criteria.selectors import lang
from nominations.enums import RoundStatus, Status
from nominations.models import AwardRound, Dossier, FilingSet, Movement, Paper
from nominations.permissions import NOMINATORS, district_of
from nominations.querysets import DossierQuerySet
from nominations.selectors.checks import live_results
from nominations.selectors.dossiers import DossierRow, dossier_rows
from nominations.statuses import Step, lying_at
from nominations.transitions import sources_of
from nominations.unit_councils import CouncilWord, words_on
from nominations.visibility import reasons_beyond_area
from registry.enums import Role
from registry.models import Unit
from registry.scopes import scope_of
from registry.selectors.ancestry import Ancestry

PROVINCE_READERS = (Role.REVIEWER, Role.LEAD, Role.STANDING_BODY)


def open_rounds(user: Any) -> QuerySet[AwardRound]:
    """Rounds of the person's movement in which dossiers may be started and filed today."""
    rounds = AwardRound.objects.visible_to(user).filter(status=RoundStatus.OPEN, opens_on__lte=clock.today())
    return rounds.select_related("movement")


def visible_sets(user: Any) -> QuerySet[FilingSet]:
    """Sets of bodies inside the person's area; the province sees those that were filed."""
    sets = FilingSet.objects.visible_to(user)
    return sets.select_related("unit__parent", "award_round__movement", "filed_by")


def readable_sets(user: Any) -> QuerySet[FilingSet]:
    """Sets whose letter and minutes the person may read.

    Those papers name every nominee of the set: a commune learns that they are there, and only
    the filing body, the province and the council before which the set comes read them.
    """
    before_council = Dossier.objects.filter(reasons_beyond_area(user)).values("filing_set")
    return FilingSet.objects.filter(Q(pk__in=visible_sets(user).values("pk")) | Q(pk__in=before_council))


def sets_for_list(user: Any) -> QuerySet[FilingSet]:
    """Sets with the number of their dossiers, open ones first."""
    return (
        visible_sets(user)
        .annotate(dossier_count=counted(Dossier.objects.all(), "filing_set"))
        .order_by(F("filed_on").desc(nulls_first=True), "-created_at", "-pk")
    )


def filing_bodies(user: Any) -> list[Unit]:
    """Units for which the person files straight to the province."""
    ids = scope_of(user).unit_ids(*NOMINATORS)
    units = Unit.objects.filter(pk__in=ids).select_related("parent").order_by("name_sort", "pk")
    return [unit for unit in units if district_of(unit) is None]


def fileable(filing_set: FilingSet) -> QuerySet[Dossier]:
    """Dossiers chosen for the set, with all that a row shows."""
    return (
        Dossier.objects.filter(filing_set=filing_set)
        .for_list()
        .select_related("award_round__movement", "nominating_unit__parent", "filing_set__unit", "created_by")
        .order_by("nominee_sort", "pk")
    )


def choosable_for(filing_set: FilingSet) -> QuerySet[Dossier]:
    """Dossiers that the body may put into its open set: its own drafts and what communes filed to it."""
    plan = filing_set.award_round.plan
    to_province = [award.id for award in plan.awards.values() if not award.decided_by_issuer]
    unit = filing_set.unit
    own = Q(nominating_unit__in=_forms_of(unit), status__in=sources_of("file"))
    below = Q(nominating_unit__parent=unit, nominating_unit__kind="commune", status=Status.FILED_TO_DISTRICT)
    return (
        Dossier.objects.filter(own | below, award_round=filing_set.award_round, award__in=to_province)
        .filter(Q(filing_set=None) | Q(filing_set=filing_set))
        .for_list()
        .select_related("nominating_unit__parent")
        .order_by("nominee_sort", "pk")
    )


def ready_at(unit: Unit, movement: Movement) -> DossierQuerySet:
    """Dossiers that lie at a unit before it files them, for its own council to vote on.

    Its own drafts with their achievement report attached, and what communes filed to it, of rounds that are open. What an
    issuer decides goes to no further level.
    """
    plan = movement.plan
    to_province = [award.id for award in plan.awards.values() if not award.decided_by_issuer]
    reports = [kind.id for kind in plan.papers.values() if kind.is_achievement_report]
    report = Paper.objects.filter(
        dossier=OuterRef("pk"), kind__in=reports, is_current=True, file__isnull=False
    )
    own = Q(Exists(report), nominating_unit__in=_forms_of(unit), status__in=lying_at(Step.DRAFT))
    below = Q(nominating_unit__parent=unit, nominating_unit__kind="commune", status=Status.FILED_TO_DISTRICT)
    found: DossierQuerySet = Dossier.objects.filter(
        own | below,
        award_round__movement=movement,
        award_round__status=RoundStatus.OPEN,
        award__in=to_province,
    )
    return found


def _forms_of(unit: Unit) -> list[int]:
    """The unit and those whose whole territory it took over."""
    ancestry = Ancestry.read(clock.today())
    return ancestry.followed(unit.pk, ancestry.whole)


def reports_missing(dossiers: Sequence[Dossier]) -> list[str]:
    """References of dossiers in which no achievement report is attached."""
    with_report = {
        (dossier_id, kind)
        for dossier_id, kind in Paper.objects.filter(
            dossier__in=[dossier.pk for dossier in dossiers], is_current=True, file__isnull=False
        ).values_list("dossier_id", "kind")
    }
    missing = []
    for dossier in dossiers:
        plan = dossier.plan
        kinds = [kind.id for kind in plan.papers.values() if kind.is_achievement_report]
        if kinds and not any((dossier.pk, kind) in with_report for kind in kinds):
            missing.append(dossier.code)
    return missing


@dataclass(frozen=True)
class SetRow:
    """One line of a set's page: a dossier, whether it is chosen, and what its own papers still lack."""

    row: DossierRow
    is_chosen: bool
    outcome: str
    lacking: list[str]
    word: CouncilWord | None = None
    """What the council of the unit that files said of it."""

    @property
    def is_complete(self) -> bool:
        return not self.lacking


# Checks on what the filing body adds to the set, and on what is handed in after filing.
_CHECKS_OF_THE_SET = frozenset({"document_present", "originals_at_least"})


def set_rows(filing_set: FilingSet, dossiers: Iterable[Dossier]) -> list[SetRow]:
    """Lines of the set's page; the check of all of them costs a constant number of queries."""
    rows = list(dossiers)
    results = live_results(rows)
    words = words_on([dossier.pk for dossier in rows])
    return [
        SetRow(
            row=row,
            is_chosen=row.dossier.filing_set_id == filing_set.pk,
            outcome=results[row.dossier.pk].outcome.value,
            lacking=lacking_of(row.dossier, results[row.dossier.pk]),
            word=next(
                (word for word in words.get(row.dossier.pk, []) if word.unit_id == filing_set.unit_id), None
            ),
        )
        for row in dossier_rows(rows)
    ]


def lacking_of(dossier: Dossier, result: Result) -> list[str]:
    """What the dossier itself still lacks: the set's own papers and what is handed in later left aside."""
    later = criteria_of_the_set(dossier)
    return [
        finding.label(lang())
        for finding in result.top_level
        if finding.status.value == "missing" and finding.criterion not in later
    ]


def criteria_of_the_set(dossier: Dossier) -> set[str]:
    """Criteria that look at what the filing body adds, or at what is handed in after filing."""
    plan = dossier.plan
    return {criterion.id for criterion in plan.criteria.values() if criterion.check in _CHECKS_OF_THE_SET}
