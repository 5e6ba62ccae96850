"""The way of a proposal to its decision: recording its papers, correcting the last one, reading their files."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exceptions import Hidden
from core.files import serve
from core.requests import HttpRequest
from core.verbs import carry_out
from criteria.engine import WayStep
from nominations.enums import WayPaperKind
from nominations.forms.way import WayPaperForm
from nominations.models import Proposal, WayPaper
from nominations.permissions_province import check_can_keep_way
from nominations.services import way as services
from nominations.views.proposals import proposal_of, proposal_page


def way_record(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Record the next paper, from the proposal's page."""
    proposal = proposal_of(request, code)
    if kind not in WayPaperKind.values:
        raise Hidden
    if request.method != "POST":
        return redirect(proposal)
    check_can_keep_way(request.user, proposal)
    paper_kind = WayPaperKind(kind)
    form = WayPaperForm(request.POST, request.FILES, kind=paper_kind, sending=_sending(proposal), prefix=kind)
    return carry_out(
        request,
        form,
        lambda typed: services.record_way_paper(
            proposal=proposal, kind=paper_kind, text=form.text(), actor=request.user
        ),
        done=_("Recorded: %(paper)s.") % {"paper": paper_kind.label},
        go_to=proposal,
        page=lambda status: proposal_page(request, proposal_of(request, code), {kind: form}, status),
    )


def way_correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Correct the paper that was recorded last, from the proposal's page."""
    proposal = proposal_of(request, code)
    paper = get_object_or_404(WayPaper.objects.select_related("file"), pk=pk, proposal=proposal)
    if request.method != "POST":
        return redirect(proposal)
    check_can_keep_way(request.user, proposal)
    paper.proposal = proposal
    form = WayPaperForm(
        request.POST,
        request.FILES,
        kind=WayPaperKind(paper.kind),
        sending=_sending(proposal),
        corrects=paper,
        prefix="correct",
    )
    return carry_out(
        request,
        form,
        lambda typed: services.correct_way_paper(
            paper=paper, text=form.text(), reason=typed["reason"], actor=request.user
        ),
        done=_("Corrected. The wrong entry is kept below the steps, with your reason."),
        go_to=proposal,
        page=lambda status: proposal_page(request, proposal_of(request, code), {"correct": form}, status),
    )


def _sending(proposal: Proposal) -> WayStep | None:
    award = proposal.award_round.plan.awards.get(proposal.award)
    return award.step("sending") if award else None


@require_safe
def way_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a paper, for whoever sees its proposal."""
    papers = WayPaper.objects.filter(proposal__in=Proposal.objects.visible_to(request.user))
    paper = get_object_or_404(papers.select_related("file"), pk=pk, file__isnull=False)
    return serve(paper.file, inline=True)
