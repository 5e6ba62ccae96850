"""Quotas with what uses them, and the lists from which proposals are made."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.querysets import counted
from criteria.engine import Plan, QuotaResult, check_quotas
from criteria.engine import Status as FindingStatus
from criteria.engine.plan import PaperKind
from criteria.selectors import lang
from nominations.enums import ProposalStatus, Status
from nominations.models import AwardRound, Dossier, Movement, PriorAward, Proposal, ProposalItem
from nominations.permissions_province import issuing_unit_of
from nominations.selectors.checks import live_results
from registry.enums import UnitKind
from registry.models import Unit


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
