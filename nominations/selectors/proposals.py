"""Quotas with what uses them, and the lists from which proposals are made."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.querysets import counted
from criteria.engine import Plan, QuotaLine, QuotaResult, check_quotas
from criteria.engine import Status as FindingStatus
from criteria.engine.plan import PaperKind
from criteria.selectors import lang
from nominations.enums import ProposalStatus, Status
from nominations.models import AwardRound, Dossier, Movement, PriorAward, Proposal, ProposalItem
from nominations.permissions_province import issuing_unit_of
from nominations.selectors.checks import live_results
from nominations.transitions import sources_of
from registry.enums import UnitKind, Zone
from registry.models import Unit, ZoneAssignment

Tallies = Mapping[int, tuple[int, int]]
_tally_sources: list[Callable[[list[int]], Tallies]] = []


def register_tallies(source: Callable[[list[int]], Tallies]) -> None:
    """Let the councils say how many members agreed, of how many, by dossier; ties are ordered by it."""
    _tally_sources.append(source)


def proposable_awards(plan: Plan) -> list[Any]:
    """Awards that go up in a proposal: those that are offered and do not end at their issuer."""
    return [award for award in plan.awards.values() if award.is_offered and not award.decided_by_issuer]


def _same_quota(award_round: AwardRound, prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}movement": award_round.movement_id,
        f"{prefix}kind": award_round.kind,
        f"{prefix}year": award_round.year,
    }


def used_counts(award_round: AwardRound, award: str) -> Counter[str]:
    """What uses the quotas of an award, by subject: undeclined proposals, and decisions without one."""
    counts: Counter[str] = Counter()
    items = (
        ProposalItem.objects.filter(
            proposal__award=award, **_same_quota(award_round, "proposal__award_round__")
        )
        .exclude(proposal__status=ProposalStatus.CANCELLED)
        .exclude(dossier__status=Status.DECLINED)
        .values_list("dossier__subject")
        .annotate(total=Count("pk"))
        .order_by()
    )
    for subject, total in items:
        counts[subject] += total
    decided = PriorAward.objects.filter(
        decision__proposal=None, decision__award=award, **_same_quota(award_round, "decision__award_round__")
    ).values_list("unit__kind", "household_id")
    for unit_kind, household in decided:
        counts[unit_kind or ("household" if household else "individual")] += 1
    return counts


def quotas_of(award_round: AwardRound, award: str, further: Iterable[str] = ()) -> QuotaResult:
    """The plan's quotas against what uses them, with further subjects added on trial."""
    counts = used_counts(award_round, award)
    counts.update(further)
    return check_quotas(award_round.plan, award, award_round.kind, counts, clock.today())


def violations(result: QuotaResult) -> list[str]:
    """One phrase for each quota that is exceeded: its name with the figures."""
    return [
        _("%(quota)s: %(used)s, and the plan allows %(most)s (%(clause)s)")
        % {"quota": line.label(lang()), "used": line.used, "most": line.most, "clause": line.clause}
        for line in result.lines
        if line.is_violated
    ]


def shortfalls(result: QuotaResult) -> list[str]:
    """One phrase for each quota whose minimum is not reached."""
    return [
        _("%(quota)s: %(used)s, and the plan expects at least %(least)s (%(clause)s)")
        % {"quota": line.label(lang()), "used": line.used, "least": line.least, "clause": line.clause}
        for line in result.lines
        if line.is_short
    ]


@dataclass(frozen=True)
class QuotaBlock:
    """One quota as a block on screen; `pending` are recommended dossiers that no proposal holds yet."""

    title: str
    used: int
    limit: int
    pending: int
    sentence: str


def quota_blocks(award_round: AwardRound, award: str) -> list[QuotaBlock]:
    """The quotas of an award with what is used and what still waits for a proposal."""
    waiting = Counter(recommended(award_round, award).values_list("subject", flat=True))
    return [_block(line, waiting) for line in quotas_of(award_round, award).lines]


def _block(line: QuotaLine, waiting: Counter[str]) -> QuotaBlock:
    pending = sum(waiting[subject] for subject in line.subjects)
    sentence = ""
    if line.is_short:
        sentence = _("The plan expects at least %(least)s.") % {"least": line.least}
    elif pending > line.left:
        sentence = _("Recommended: %(pending)s. Free places: %(left)s.") % {
            "pending": pending,
            "left": line.left,
        }
    return QuotaBlock(line.label(lang()), line.used, line.most, pending, sentence)


def recommended(award_round: AwardRound, award: str) -> QuerySet[Dossier]:
    """Recommended dossiers of a round and award that no proposal holds."""
    return (
        Dossier.objects.filter(award_round=award_round, award=award, status__in=sources_of("propose"))
        .for_list()
        .order_by("subject", "nominee_sort", "pk")
    )


@dataclass(frozen=True)
class RankedDossier:
    """A recommended dossier with what the order of preference looks at."""

    dossier: Dossier
    subject_label: str
    agree: int | None
    members: int | None
    is_woman: bool
    zone: str


_ZONE_RANK: dict[str, int] = {Zone.THREE: 0, Zone.TWO: 1, Zone.ONE: 2}


def ranked(dossiers: Iterable[Dossier]) -> list[RankedDossier]:
    """Dossiers by subject and, inside it, in the order in which a tie is settled.

    More agreeing votes, then a woman, then the harder area; what is still equal is for a lot or
    another vote, which no list can settle (Decree 152/2025, art. 4; the plan itself gives no order).
    """
    rows = list(dossiers)
    tallies: dict[int, tuple[int, int]] = {}
    for source in _tally_sources:
        tallies.update(source([dossier.pk for dossier in rows]))
    zones = _zones(rows)
    found = [_ranked_row(dossier, tallies.get(dossier.pk), zones) for dossier in rows]
    return sorted(
        found,
        key=lambda row: (
            row.dossier.subject,
            -(row.agree / row.members) if row.agree is not None and row.members else 0,
            not row.is_woman,
            _ZONE_RANK.get(row.zone, 3),
            row.dossier.nominee_sort,
        ),
    )


def _ranked_row(dossier: Dossier, tally: tuple[int, int] | None, zones: Mapping[int, str]) -> RankedDossier:
    subject = dossier.plan.subjects.get(dossier.subject)
    person = dossier.nominee_individual
    home = dossier.nominee_home
    area = home.pk if home.kind == UnitKind.COMMUNE else home.parent_id
    return RankedDossier(
        dossier=dossier,
        subject_label=subject.short(lang()) if subject else dossier.subject,
        agree=tally[0] if tally else None,
        members=tally[1] if tally else None,
        is_woman=bool(person and person.is_woman),
        zone=zones.get(area or 0, ""),
    )


def _zones(dossiers: list[Dossier]) -> dict[int, str]:
    """Zones of the communes in which nominees are, today."""
    homes = [dossier.nominee_home for dossier in dossiers]
    areas = {home.pk for home in homes} | {home.parent_id for home in homes if home.parent_id}
    rows = ZoneAssignment.objects.filter(unit__in=areas).on(clock.today())
    return {row.unit_id: row.zone for row in rows}


def tie_notes(award_round: AwardRound, award: str) -> list[str]:
    """For each quota with more recommended dossiers than free places, a sentence with the order of preference."""
    waiting = Counter(recommended(award_round, award).values_list("subject", flat=True))
    notes = []
    for line in quotas_of(award_round, award).lines:
        pending = sum(waiting[subject] for subject in line.subjects)
        if pending > line.left:
            notes.append(
                _(
                    "%(quota)s: %(pending)s recommended, %(left)s free. Prefer the higher share of agreeing votes, "
                    "then women or bodies made up mostly of women, then harder areas; "
                    "what is still equal is settled by lot or by the council's vote."
                )
                % {"quota": line.label(lang()), "pending": pending, "left": line.left}
            )
    return notes


def proposals_for_list(user: Any) -> QuerySet[Proposal]:
    """Proposals with what a row shows, in one query."""
    return (
        Proposal.objects.visible_to(user)
        .select_related("award_round__movement", "created_by", "approved_by", "decision")
        .annotate(item_count=counted(ProposalItem.objects.all(), "proposal"))
        .order_by("-created_at", "-pk")
    )


def items_of(proposal: Proposal) -> list[ProposalItem]:
    """The list in its order, with all that a row shows."""
    return list(
        proposal.items.select_related(
            "dossier__award_round__movement",
            "dossier__nominee_unit__parent",
            "dossier__nominee_household__unit__parent",
            "dossier__nominee_individual__unit__parent",
            "dossier__nominating_unit",
            "dossier__filing_set",
            "evaluation",
        ).order_by("position", "pk")
    )


def barred_today(dossiers: Iterable[Dossier]) -> list[tuple[Dossier, str]]:
    """Dossiers that a proceeding with signs of violation bars today, with the finding's sentence.

    That one check is made again up to the decision; every other figure stays as it was decided on.
    """
    rows = list(dossiers)
    live = live_results(rows)
    return [
        (dossier, finding.sentence(lang()))
        for dossier in rows
        for finding in live[dossier.pk].findings
        if finding.status is FindingStatus.NOT_MET
        and dossier.plan.criteria[finding.criterion].check == "no_hold"
    ]


def proposable_choices(user: Any) -> list[tuple[str, str]]:
    """Awards of the person's movements that go up in a proposal."""
    names: dict[str, str] = {}
    for movement in Movement.objects.visible_to(user):
        for award in proposable_awards(movement.plan):
            names.setdefault(award.id, award.label(lang()))
    return list(names.items())


def issuer_papers(dossier: Dossier) -> list[PaperKind]:
    """Papers of the body that files which a commendation needs, and which its issuer's office attaches."""
    plan = dossier.plan
    scope = (dossier.award, dossier.subject, dossier.award_round.kind)
    return [
        kind
        for kind in plan.papers_for(*scope)
        if kind.attached_by == "filing_body" and kind.is_compulsory(*scope)
    ]


def issuer_name(actor: Any, dossier: Dossier) -> str:
    """How the issuer of a commendation signs, by the office for which the person records it."""
    held = issuing_unit_of(actor, dossier)
    if held is None:
        return ""
    unit = Unit.objects.get(pk=held.unit_id)
    if unit.kind in {UnitKind.DISTRICT, UnitKind.COMMUNE}:
        return _("Chair of the People's Committee of %(unit)s") % {"unit": unit.name}
    return _("Head of %(unit)s") % {"unit": unit.name}
