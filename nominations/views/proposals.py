"""Proposals: the list of them, one with its quotas, and the verbs that change and approve it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.exporting import Table, asked_format, export_response
from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from nominations.enums import ProposalStatus, WayPaperKind
from nominations.forms.appraisal import ReasonForm
from nominations.forms.proposals import AddForm, ApproveForm, ProposalStartForm
from nominations.forms.way import WayPaperForm
from nominations.list_exports import ProposalListResource, award_name
from nominations.models import Dossier, Proposal, ProposalItem
from nominations.permissions_province import (
    check_can_approve_proposal,
    check_can_cancel_proposal,
    check_can_edit_proposal,
    check_can_keep_way,
    check_can_record_decision,
    check_can_see_proposals,
    check_can_start_proposal,
)
from nominations.selectors import proposals as reads
from nominations.selectors.dossiers import award_label
from nominations.selectors.selection import Group, TieWay, groups_of, tie_ways
from nominations.selectors.way import Way, check_reached, corrected_papers, way_of
from nominations.services import proposals as services
from registry.forms import PlainForm

PER_PAGE = 25
TONES: dict[str, str] = {
    ProposalStatus.DRAFT: "now",
    ProposalStatus.APPROVED: "info",
    ProposalStatus.DECIDED: "good",
    ProposalStatus.CANCELLED: "neutral",
}


@reads_may_lag
def proposal_list(request: HttpRequest) -> HttpResponseBase:
    """Every proposal, newest first."""
    check_can_see_proposals(request.user)
    found = reads.proposals_for_list(request.user)
    if asked_format(request):
        return export_response(request, Table.of("to-trinh", ProposalListResource(), found))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(proposal, award_name(proposal), TONES[proposal.status]) for proposal in page.object_list],
        "can_start": allowed(check_can_start_proposal, request.user),
    }
    return render(request, "nominations/proposal_list.html", context)


def proposal_start(request: HttpRequest) -> HttpResponse:
    """Round and award of a new proposal."""
    check_can_start_proposal(request.user)
    form = ProposalStartForm(
        posted(request), awards=reads.proposable_choices(request.user), user=request.user
    )
    return carry_out(
        request,
        form,
        lambda typed: services.start_proposal(actor=request.user, **typed),
        done=_("Proposal started. Choose the dossiers that go up."),
        go_to=lambda proposal: proposal,
        page=lambda status: render(request, "nominations/proposal_start.html", {"form": form}, status=status),
    )


def proposal_of(request: HttpRequest, code: str) -> Proposal:
    """The proposal of this reference, with what its page shows, for whoever may know of it."""
    return get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related(
            "award_round__movement", "created_by", "approved_by", "decision__file"
        ),
        code=code,
    )


def proposal_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One proposal: what is on it, what may still go on it, its quotas."""
    return proposal_page(request, proposal_of(request, code))


def shown_groups(user: Any, groups: Iterable[Group]) -> list[tuple[Group, list[TieWay]]]:
    """Quotas for which somebody waits, with what the person can do about equals on the last place."""
    return [
        (group, tie_ways(user, [row.dossier for row in group.tied]) if group.edge else [])
        for group in groups
        if group.rows
    ]


def proposal_page(
    request: HttpRequest, proposal: Proposal, bound: dict[str, PlainForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a proposal; `bound` holds the form that was refused."""
    bound = dict(bound or {})
    user = request.user
    editable = allowed(check_can_edit_proposal, user, proposal)
    is_open = proposal.status in {ProposalStatus.DRAFT, ProposalStatus.APPROVED}
    items = reads.items_of(proposal)
    barred = reads.barred_today([item.dossier for item in items]) if is_open else []
    quotas = reads.quotas_of(proposal.award_round, proposal.award)
    way = way_of(proposal)
    may_approve = allowed(check_can_approve_proposal, user, proposal)
    may_cancel = is_open and allowed(check_can_cancel_proposal, user, proposal)
    groups = groups_of(proposal.award_round, proposal.award)
    context = {
        "proposal": proposal,
        "award_label": award_name(proposal),
        "tone": TONES[proposal.status],
        "items": [(item, award_label(item.dossier)) for item in items],
        "has_reasons": any(item.taken_because for item in items),
        "groups": shown_groups(user, groups) if editable else [],
        "chosen": set(request.POST.getlist("dossier")),
        "blocks": [group.block for group in groups if group.block],
        "shortfalls": reads.shortfalls(quotas),
        "barred": barred,
        "decision": getattr(proposal, "decision", None),
        "editable": editable,
        "approve_form": (bound.pop("approve", None) or ApproveForm(prefix="approve"))
        if may_approve and items
        else None,
        "cancel_form": (bound.pop("cancel", None) or ReasonForm(prefix="cancel")) if may_cancel else None,
        "add_form": (bound.pop("add", None) or AddForm(prefix="add")) if editable else None,
        "can_decide": allowed(check_can_record_decision, user, proposal)
        and allowed(check_reached, way, "decision"),
        **_way_context(way, items, bound, may_keep=allowed(check_can_keep_way, user, proposal)),
    }
    context["refused_form"] = next(iter(bound.values()), None)
    return render(request, "nominations/proposal_detail.html", context, status=status)


_RECORD_WORDS: dict[str, dict[str, Any]] = {
    WayPaperKind.PROVINCE_LETTER: {
        "record_label": gettext_lazy("Record the province's letter…"),
        "record_submit": gettext_lazy("Record the letter"),
    },
    WayPaperKind.SENDING: {
        "record_label": gettext_lazy("Record that it was sent…"),
        "record_submit": gettext_lazy("Record the sending"),
    },
    WayPaperKind.SUPPLEMENT_ASKED: {
        "record_label": gettext_lazy("The centre asks for a supplement…"),
        "record_submit": gettext_lazy("Record what is asked for"),
    },
    WayPaperKind.SUPPLEMENT_ANSWERED: {
        "record_label": gettext_lazy("Record the answer to the supplement…"),
        "record_submit": gettext_lazy("Record the answer"),
    },
}


def _way_context(
    way: Way, items: list[ProposalItem], bound: dict[str, PlainForm], *, may_keep: bool
) -> dict[str, Any]:
    """The steps to the decision with their papers, and the forms of whoever keeps them."""
    rows, last, next_kind = way.rows, way.last_paper, way.next_kind
    return {
        "way": way,
        "way_rows": rows,
        "way_counts": [
            (item.dossier, way.counts[item.dossier_id], item.dossier_id in way.not_agreed)
            for item in items
            if item.dossier_id in way.counts
        ],
        "corrected": list(corrected_papers(way.proposal)),
        "next_kind": next_kind,
        **_RECORD_WORDS.get(next_kind or "", {}),
        "way_form": bound.pop(next_kind, None)
        or WayPaperForm(kind=next_kind, sending=way.sending, prefix=next_kind)
        if may_keep and next_kind
        else None,
        "correct_form": bound.pop("correct", None)
        or WayPaperForm(kind=WayPaperKind(last.kind), sending=way.sending, corrects=last, prefix="correct")
        if may_keep and last
        else None,
    }


def _verb(
    request: HttpRequest,
    proposal: Proposal,
    name: str,
    form: PlainForm,
    act: Callable[[dict[str, Any]], Any],
    done: str,
) -> HttpResponse:
    """Carry out a verb from the proposal's page, and stay on it."""
    return carry_out(
        request,
        form,
        act,
        done=done,
        go_to=proposal,
        page=lambda status: proposal_page(request, proposal_of(request, proposal.code), {name: form}, status),
    )


@require_POST
def proposal_items(request: HttpRequest, code: str) -> HttpResponse:
    """Put the ticked dossiers on the list, or take one off it."""
    proposal = proposal_of(request, code)
    if request.POST.get("remove"):
        item = get_object_or_404(
            ProposalItem.objects.select_related("dossier", "proposal"),
            proposal=proposal,
            pk=_key(request, "remove"),
        )
        services.remove_from_proposal(item=item, actor=request.user)
        messages.success(request, _("Taken off the list; the dossier is free for another proposal."))
        return redirect(proposal)
    chosen = Dossier.objects.visible_to(request.user).filter(code__in=request.POST.getlist("dossier"))
    return _verb(
        request,
        proposal,
        "add",
        AddForm(request.POST, prefix="add"),
        lambda typed: services.add_to_proposal(
            proposal=proposal, dossiers=chosen.for_list(), actor=request.user, **typed
        ),
        _("Put on the list."),
    )


def _key(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else 0


@require_POST
@needs_fresh_proof
def proposal_approve(request: HttpRequest, code: str) -> HttpResponse:
    proposal = proposal_of(request, code)
    return _verb(
        request,
        proposal,
        "approve",
        ApproveForm(request.POST, prefix="approve"),
        lambda typed: services.approve_proposal(
            proposal=proposal, shortfall_note=typed["note"], actor=request.user
        ),
        _("Proposal approved. The standing body takes it over."),
    )


@require_POST
def proposal_cancel(request: HttpRequest, code: str) -> HttpResponse:
    proposal = proposal_of(request, code)
    return _verb(
        request,
        proposal,
        "cancel",
        ReasonForm(request.POST, prefix="cancel"),
        lambda typed: services.cancel_proposal(proposal=proposal, reason=typed["reason"], actor=request.user),
        _("Proposal cancelled. Its dossiers are free again."),
    )
