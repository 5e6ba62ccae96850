"""Decisions and award history."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exceptions import Hidden
from core.exporting import Table, asked_format, chunks, export_response
from core.files import serve
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.text import fold
from core.verbs import carry_out, posted
from criteria.selectors import lang
from nominations.forms.proposals import (
    EarlierAwardForm,
    HistoryFilterForm,
    IssuerDecisionForm,
    ProposalDecisionForm,
    RevokeForm,
)
from nominations.imports.columns import AwardResource
from nominations.models import Decision, Dossier, PriorAward, Proposal
from nominations.permissions_province import (
    check_can_record_decision,
    check_can_record_issuer_decision,
    check_can_record_prior_award,
    check_can_revoke_award,
)
from nominations.selectors import history as reads
from nominations.selectors.checks import live_results, open_labels
from nominations.selectors.dossiers import award_label
from nominations.selectors.proposals import issuer_name, issuer_papers, items_of
from nominations.selectors.way import check_reached, way_of
from nominations.services import decisions as services
from nominations.services.commendations import record_issuer_decision

PER_PAGE = 50


class _CountedPaginator(Paginator):
    """Pages of rows whose number is known already."""

    def __init__(self, rows: Any, per_page: int, total: int) -> None:
        super().__init__(rows, per_page)
        self.count = total


def decision_record(request: HttpRequest, code: str) -> HttpResponse:
    """The decision on an approved proposal."""
    proposals = Proposal.objects.visible_to(request.user).select_related("award_round__movement")
    proposal = get_object_or_404(proposals, code=code)
    check_can_record_decision(request.user, proposal)
    way = way_of(proposal)
    check_reached(way, "decision")
    items = items_of(proposal)
    award = proposal.award_round.plan.awards[proposal.award]
    form = ProposalDecisionForm(
        posted(request),
        request.FILES or None,
        items=items,
        not_agreed=way.not_agreed,
        initial={"issuer": award.issuer.vi},
    )
    context = {"form": form, "proposal": proposal, "award_label": award.label(lang()), "items": items}
    return carry_out(
        request,
        form,
        lambda typed: services.record_decision(
            proposal=proposal,
            text=_text(typed),
            declined=form.declined(),
            actor=request.user,
        ),
        done=_("Decision recorded. The awards are in the history."),
        go_to=proposal,
        page=lambda status: render(request, "nominations/decision_record.html", context, status=status),
    )


def _text(typed: dict[str, Any]) -> services.DecisionText:
    return services.DecisionText(typed["number"], typed["decided_on"], typed["issuer"], typed.get("file"))


def issuer_decision(request: HttpRequest, code: str) -> HttpResponse:
    """The decision on a commendation, by the office that gives it."""
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user).for_list(), code=code)
    check_can_record_issuer_decision(request.user, dossier)
    form = IssuerDecisionForm(
        posted(request),
        request.FILES or None,
        initial={"issuer": issuer_name(request.user, dossier)},
        papers=[(kind.id, kind.label(lang())) for kind in issuer_papers(dossier)],
    )

    def page(status: int) -> HttpResponse:
        dossier.refresh_from_db()
        live = live_results([dossier])[dossier.pk]
        context = {
            "form": form,
            "dossier": dossier,
            "award_label": award_label(dossier),
            "outcome": live.outcome.value,
            "open_labels": open_labels(live),
        }
        return render(request, "nominations/decision_issuer.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: record_issuer_decision(
            dossier=dossier,
            text=_text(typed),
            guidance_note=typed["guidance_note"],
            papers=form.papers(),
            actor=request.user,
        ),
        done=_("Decision recorded. The award is in the history."),
        go_to=dossier,
        page=page,
    )


@require_safe
def decision_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The decision's file, for whoever sees one of its awards or its proposal."""
    decision = get_object_or_404(Decision.objects.select_related("file"), pk=pk, file__isnull=False)
    sees_award = PriorAward.objects.visible_to(request.user).filter(decision=decision).exists()
    sees_proposal = Proposal.objects.visible_to(request.user).filter(decision=decision).exists()
    if not (sees_award or sees_proposal):
        raise Hidden
    return serve(decision.file, inline=True)


@reads_may_lag
def history(request: HttpRequest) -> HttpResponseBase:
    """Award history of the person's area, with its totals."""
    awards = reads.award_choices(request.user)
    form = HistoryFilterForm(request.GET or None, years=reads.years_of(request.user), awards=awards)
    typed = form.cleaned_data if form.is_valid() else {}
    asked = reads.HistoryFilter(
        year=typed.get("year"),
        award=typed.get("award", ""),
        kind=typed.get("kind", ""),
        words=fold(typed.get("q", "")),
    )
    found = reads.awards_found(request.user, asked)
    if asked_format(request):
        rows = (row for chunk in chunks(found) for row in reads.history_rows(chunk, request.user))
        table = Table.of("lich-su-khen-thuong", AwardResource(), rows, has_personal_data=True)
        return export_response(request, table)
    totals = reads.totals_of(found)
    page = _CountedPaginator(found, PER_PAGE, totals.count).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": reads.history_rows(page.object_list, request.user, dict(awards)),
        "totals": totals,
        "can_record": allowed(check_can_record_prior_award, request.user),
        "can_revoke": any(allowed(check_can_revoke_award, request.user, award) for award in page.object_list),
    }
    return render(request, "nominations/history_list.html", context)


def history_add(request: HttpRequest) -> HttpResponse:
    """Look for the nominee of an earlier award, by name."""
    check_can_record_prior_award(request.user)
    words = request.GET.get("q", "").strip()[:100]
    context = {"words": words, "hits": reads.nominees_found(request.user, fold(words))}
    return render(request, "nominations/history_add.html", context)


def history_record(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Enter an earlier award for a nominee that was found."""
    check_can_record_prior_award(request.user)
    nominee = reads.nominee_named(request.user, kind, pk)
    if nominee is None:
        raise Hidden
    form = EarlierAwardForm(posted(request), awards=reads.award_choices(request.user), user=request.user)
    context = {"form": form, "nominee": nominee}
    return carry_out(
        request,
        form,
        lambda typed: services.record_prior_award(
            earlier=services.EarlierAward(**typed), nominee=nominee, actor=request.user
        ),
        done=_("Award entered in the history."),
        go_to="nominations:history",
        page=lambda status: render(request, "nominations/history_record.html", context, status=status),
    )


def history_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an award back by decision."""
    awards = PriorAward.objects.visible_to(request.user).select_related(
        "dossier", "unit", "household", "individual"
    )
    award = get_object_or_404(awards, pk=pk)
    check_can_revoke_award(request.user, award)
    form = RevokeForm(posted(request))
    context = {"form": form, "row": reads.history_rows([award], request.user)[0]}
    return carry_out(
        request,
        form,
        lambda typed: services.revoke_award(award=award, actor=request.user, **typed),
        done=_("The award is revoked; no check counts it any more."),
        go_to="nominations:history",
        page=lambda status: render(request, "nominations/history_revoke.html", context, status=status),
    )
