"""What appraisal, proposals and history add to the menu, the work list and the home page."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.log_names import register_log_name
from core.navigation import NavItem, Panel, WorkItem, register, register_panel, register_work
from core.permissions import allowed
from core.querysets import counted
from criteria.selectors import lang, plan_of
from nominations.enums import ProposalStatus, RoundStatus, Status
from nominations.models import AwardRound, Dossier, Proposal, ProposalItem
from nominations.permissions_province import (
    check_can_see_desk,
    check_can_see_proposals,
    check_can_settle_plan,
)
from nominations.selectors.dossiers import counted_by_status, desk_queue
from nominations.selectors.plans import waiting_for
from nominations.selectors.proposals import proposable_awards
from nominations.selectors.selection import quota_blocks
from nominations.selectors.waiting import awaiting_waiver
from nominations.statuses import WAITING
from nominations.transitions import sources_of
from registry.enums import Role
from registry.log_walls import register_log_place
from registry.scopes import reads_records, scope_of
from registry.selectors.desks import desks_of

PANEL = "nominations/proposal_panel.html"
MOST_ROWS = 5


def install() -> None:
    """Register with the shell and with the log."""
    _say_where_things_lie()
    register_log_name("nominations.proposal", "{code}")
    register_log_name("nominations.planupload", "{plan_id}")
    register_log_name("nominations.decision", "{number}")
    register_log_name("nominations.waypaper", "{proposal__code}")
    register_log_name("nominations.prioraward", "{decision_number}")
    register(
        NavItem(
            gettext_lazy("Appraisal desk"),
            "nominations:desk",
            "clipboard-check",
            20,
            10,
            visible=_sees_desk,
            count=_count_of_desk,
        )
    )
    register(
        NavItem(
            gettext_lazy("Rounds"),
            "nominations:rounds",
            "calendar-event",
            20,
            40,
            also=("nominations:movements",),
        )
    )
    register(
        NavItem(gettext_lazy("Proposals"), "nominations:proposals", "send", 20, 60, visible=_sees_proposals)
    )
    register(
        NavItem(
            gettext_lazy("Award history"),
            "nominations:history",
            "trophy",
            20,
            80,
            visible=reads_records,
        )
    )
    register_work(work_of_province)
    register_panel(quota_panels)


def _say_where_things_lie() -> None:
    """Behind which province's wall an entry of the log lies that tells of them."""
    for model, prefix in {
        "nominations.movement": "unit__",
        "nominations.awardround": "movement__unit__",
        "nominations.filingset": "unit__",
        "nominations.dossier": "nominating_unit__",
        "nominations.proposal": "award_round__movement__unit__",
        "nominations.decision": "award_round__movement__unit__",
        "nominations.waypaper": "proposal__award_round__movement__unit__",
        "nominations.planupload": "unit__",
    }.items():
        register_log_place(model, prefix)
    register_log_place("nominations.paper", "dossier__nominating_unit__", "filing_set__unit__")
    register_log_place("nominations.prioraward", "unit__", "household__unit__", "individual__unit__")


def _count_of_desk(user: Any) -> int:
    return sum(counted_by_status(user).get(status, 0) for status in WAITING)


def _sees_desk(user: Any) -> bool:
    return allowed(check_can_see_desk, user)


def _sees_proposals(user: Any) -> bool:
    return allowed(check_can_see_proposals, user)


def work_of_province(user: Any) -> Iterator[WorkItem]:
    """What waits for reviewer, lead and standing body."""
    scope = scope_of(user)
    if scope.has(Role.REVIEWER, Role.LEAD):
        yield from _desk_work(user)
        yield from _supplement_work(user)
    if scope.has(Role.REVIEWER):
        yield from _proposal_work(user)
    if scope.has(Role.LEAD):
        yield from _waiver_work(user)
        for proposal in _proposals(user, ProposalStatus.DRAFT):
            if proposal.item_count:
                yield _on_proposal(
                    proposal, _("Look through the proposal and approve it"), _("Open the proposal")
                )
    if scope.has(Role.LEAD, Role.STANDING_BODY):
        yield from _plan_work(user)
    if scope.has(Role.STANDING_BODY):
        for proposal in _proposals(user, ProposalStatus.APPROVED):
            yield _on_proposal(
                proposal, _("Take the approved proposal on to its decision"), _("Open the proposal")
            )


def _nominee_and_sender(dossier: Dossier) -> str:
    """Who is nominated and by whom, once when a unit nominates itself."""
    return " · ".join(dict.fromkeys([str(dossier.nominee), str(dossier.nominating_unit)]))


def _desk_work(user: Any) -> Iterator[WorkItem]:
    waiting = desk_queue(user).for_list()
    for dossier in waiting.filter(status=Status.FILED)[:MOST_ROWS]:
        yield WorkItem(
            title=_("Receive dossier %(code)s") % {"code": dossier.code},
            detail=_nominee_and_sender(dossier),
            url=reverse("nominations:desk_dossier", args=[dossier.code]),
            button=_("Receive"),
            weight=-1,
        )
    under_way = waiting.filter(status=Status.RECEIVED)
    mine = under_way.filter(Q(reviewer__in=desks_of(user)) | Q(reviewer=None))[:MOST_ROWS]
    for dossier in mine:
        yield WorkItem(
            title=_("Appraise dossier %(code)s") % {"code": dossier.code},
            detail=_nominee_and_sender(dossier),
            url=reverse("nominations:desk_dossier", args=[dossier.code]),
            button=_("Appraise"),
        )


def _supplement_work(user: Any) -> Iterator[WorkItem]:
    late = desk_queue(user, status=Status.SUPPLEMENT).filter(asked_until__lt=clock.today())
    days = sorted(late.values_list("asked_until", flat=True))
    count = len(days)
    if count:
        yield WorkItem(
            title=ngettext(
                "%(count)s supplement was not answered in time",
                "%(count)s supplements were not answered in time",
                count,
            )
            % {"count": count},
            detail=_("Remind the filing side."),
            url=reverse("nominations:desk") + f"?status={Status.SUPPLEMENT}",
            button=_("Look at them"),
            due_on=days[0],
            weight=5,
        )


def _waiver_work(user: Any) -> Iterator[WorkItem]:
    for dossier, labels in awaiting_waiver(user, MOST_ROWS):
        yield WorkItem(
            title=_("Decide whether dossier %(code)s is accepted as it stands") % {"code": dossier.code},
            detail=f"{dossier.nominee} · {'; '.join(labels)}",
            url=reverse("nominations:desk_dossier", args=[dossier.code]),
            button=_("Open the dossier"),
            weight=-2,
        )


def _plan_work(user: Any) -> Iterator[WorkItem]:
    for upload in waiting_for(user)[:MOST_ROWS]:
        if allowed(check_can_settle_plan, user, upload):
            yield WorkItem(
                title=_("Read the plan that %(who)s uploaded, and put it in force or refuse it")
                % {"who": upload.uploaded_by},
                detail=plan_of(upload.version).title(lang()) if upload.version else upload.plan_id,
                url=upload.get_absolute_url(),
                button=_("Read the plan"),
            )


def _proposal_work(user: Any) -> Iterator[WorkItem]:
    waiting = Dossier.objects.visible_to(user).filter(status__in=sources_of("propose")).count()
    if waiting:
        yield WorkItem(
            title=ngettext(
                "Put %(count)s recommended dossier into a proposal",
                "Put %(count)s recommended dossiers into a proposal",
                waiting,
            )
            % {"count": waiting},
            detail=_("The council has voted; quotas are checked as you choose."),
            url=reverse("nominations:proposals"),
            button=_("To the proposals"),
            weight=10,
        )


def _proposals(user: Any, status: ProposalStatus) -> Any:
    rows = Proposal.objects.visible_to(user).filter(status=status).select_related("award_round__movement")
    return rows.annotate(item_count=counted(ProposalItem.objects.all(), "proposal")).order_by(
        "created_at", "pk"
    )[:MOST_ROWS]


def _on_proposal(proposal: Proposal, title: str, button: str) -> WorkItem:
    award = proposal.award_round.plan.awards.get(proposal.award)
    label = award.label(lang()) if award else proposal.award
    return WorkItem(
        title=title,
        detail=f"{proposal.code} · {label} · {proposal.award_round}",
        url=proposal.get_absolute_url(),
        button=button,
    )


def quota_panels(user: Any) -> Iterator[Panel]:
    """Quotas of the open rounds, for those who prepare, approve and decide."""
    if not scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY):
        return
    rounds = AwardRound.objects.visible_to(user).filter(status=RoundStatus.OPEN).select_related("movement")
    for award_round in rounds:
        groups = [
            {"label": award.label(lang()), "blocks": quota_blocks(award_round, award.id)}
            for award in proposable_awards(award_round.plan)
            if award_round.kind in award.rounds
        ]
        groups = [group for group in groups if group["blocks"]]
        if groups:
            yield Panel(PANEL, {"award_round": award_round, "groups": groups}, order=20)
