"""The appraisal desk: its list, one dossier with papers beside the findings, and the verbs of appraisal."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.exceptions import InvalidRequest
from core.exporting import Table, asked_format, export_response
from core.files import serve
from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.text import fold
from core.verbs import carry_out, posted
from nominations.forms.appraisal import (
    AnswerForm,
    DeskFilterForm,
    DuplicateForm,
    JudgementForm,
    OriginalsForm,
    ReasonForm,
    SupplementForm,
    WaiverForm,
    WomenForm,
)
from nominations.list_exports import DossierListResource
from nominations.models import Dossier, Paper
from nominations.permissions_province import (
    check_can_conclude,
    check_can_judge,
    check_can_receive,
    check_can_record_women,
    check_can_reopen,
    check_can_request_supplement,
    check_can_see_desk,
    check_can_waive,
)
from nominations.selectors.checks import (
    FindingRow,
    current_evaluation,
    desk_findings,
    differences,
    live_result,
    open_labels,
    result_of,
)
from nominations.selectors.dossiers import (
    award_label,
    desk_queue,
    desk_rows,
    history_of,
    neighbours,
    steps_of,
)
from nominations.selectors.history import award_choices
from nominations.selectors.papers import paper_rows, shown_paper
from nominations.services import appraisal
from nominations.services.waivers import WaiverGrounds, waive
from nominations.services.women import record_women
from registry.forms import PlainForm

PER_PAGE = 25
# Asks the list of the desk to hold each dossier against today's figures too.
COMPARING = "hom_nay"
FILTER_KEYS = ("status", "award", "q")


def _asked(request: HttpRequest) -> dict[str, str]:
    return {key: request.GET[key].strip()[:100] for key in FILTER_KEYS if request.GET.get(key)}


def _queue(request: HttpRequest) -> Any:
    asked = _asked(request)
    queue = desk_queue(
        request.user,
        status=asked.get("status", ""),
        words=fold(asked.get("q", "")),
        award=asked.get("award", ""),
    )
    return queue.for_list()


@reads_may_lag
def desk_list(request: HttpRequest) -> HttpResponseBase:
    """What waits for the reviewer, the longest waiting first."""
    check_can_see_desk(request.user)
    queue = _queue(request)
    if asked_format(request):
        table = Table.of("tham-dinh", DossierListResource(), queue, has_personal_data=True)
        return export_response(request, table)
    page = Paginator(queue, PER_PAGE).get_page(request.GET.get("page"))
    form = DeskFilterForm(request.GET or None, awards=award_choices(request.user))
    compares = COMPARING in request.GET
    context = {
        "form": form,
        "page_obj": page,
        "compares": compares,
        "rows": desk_rows(page.object_list, compares=compares),
        "query": urlencode(_asked(request)),
    }
    fragment = "#rows" if request.htmx and compares else ""
    return render(request, f"nominations/desk_list.html{fragment}", context)


def _desk_dossier(request: HttpRequest, code: str) -> Dossier:
    check_can_see_desk(request.user)
    return get_object_or_404(Dossier.objects.visible_to(request.user).for_list(), code=code)


def desk_dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier on the desk: findings on the left, papers on the right, the conclusion below."""
    return _page(request, _desk_dossier(request, code))


def desk_paper(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """One paper of the dossier or of its set, shown in the browser where it can be."""
    dossier = _desk_dossier(request, code)
    owners = Q(dossier=dossier) | Q(filing_set=dossier.filing_set_id, filing_set__isnull=False)
    paper = get_object_or_404(Paper.objects.filter(owners, file__isnull=False).select_related("file"), pk=pk)
    return serve(paper.file, inline=True)


def _page(
    request: HttpRequest, dossier: Dossier, bound: dict[str, PlainForm] | None = None, status: int = 200
) -> HttpResponse:
    bound = dict(bound or {})
    evaluation = current_evaluation(dossier)
    live = live_result(dossier)
    result = result_of(evaluation) if evaluation else live
    papers = paper_rows(dossier)
    before, after, position, total = neighbours(_queue(request), dossier)
    query = urlencode(_asked(request))
    context = {
        "dossier": dossier,
        "award_label": award_label(dossier),
        "steps": steps_of(dossier),
        "evaluation": evaluation,
        "outcome": result.outcome.value,
        "open_labels": open_labels(result),
        "findings": [_with_forms(request, dossier, row, bound) for row in desk_findings(dossier, result)],
        "differences": differences(result, live) if evaluation else [],
        "papers": papers,
        "shown": shown_paper(papers, request.GET.get("paper", "")),
        "supplements": dossier.supplements.select_related("asked_by", "answered_by"),
        "history": history_of(dossier),
        "previous_url": _url(before, query),
        "next_url": _url(after, query),
        "position": position,
        "total": total if position else 0,
        "query": query,
        **_actions(request, dossier, bound),
    }
    # Forms that found their place were taken out of `bound`; what is left was refused and has none.
    context["refused_form"] = next(iter(bound.values()), None)
    return render(request, "nominations/desk_dossier.html", context, status=status)


def _url(code: str, query: str) -> str:
    if not code:
        return ""
    return reverse("nominations:desk_dossier", args=[code]) + (f"?{query}" if query else "")


def _with_forms(
    request: HttpRequest, dossier: Dossier, row: FindingRow, bound: dict[str, PlainForm]
) -> dict[str, Any]:
    judges = row.can_be_judged and allowed(check_can_judge, request.user, dossier)
    waives = row.can_be_waived and allowed(check_can_waive, request.user, dossier)
    return {
        "row": row,
        "judgement_form": bound.pop(f"judge-{row.criterion}", JudgementForm(prefix=f"judge-{row.criterion}"))
        if judges
        else None,
        "waiver_form": bound.pop(f"waive-{row.criterion}", WaiverForm(prefix=f"waive-{row.criterion}"))
        if waives
        else None,
    }


def _actions(request: HttpRequest, dossier: Dossier, bound: dict[str, PlainForm]) -> dict[str, Any]:
    """Forms of the verbs that this person may carry out on this dossier now."""
    user = request.user
    checks: dict[str, tuple[bool, Callable[..., PlainForm]]] = {
        "supplement": (allowed(check_can_request_supplement, user, dossier), SupplementForm),
        "ineligible": (allowed(check_can_conclude, user, dossier, "mark_not_eligible"), ReasonForm),
        "duplicate": (allowed(check_can_conclude, user, dossier, "mark_duplicate"), DuplicateForm),
        "reopen": (allowed(check_can_reopen, user, dossier), ReasonForm),
        "originals": (
            allowed(check_can_judge, user, dossier),
            partial(OriginalsForm, initial={"sets": dossier.originals}),
        ),
        "women": (
            allowed(check_can_record_women, user, dossier),
            partial(WomenForm, initial={"people": dossier.people_count, "women": dossier.women_count}),
        ),
    }
    forms = {
        f"{name}_form": bound.pop(name, None) or make(prefix=name) if may else None
        for name, (may, make) in checks.items()
    }
    return {
        **forms,
        "can_receive": allowed(check_can_receive, user, dossier),
        "can_conclude": allowed(check_can_conclude, user, dossier, "mark_eligible"),
        "can_refresh": allowed(check_can_judge, user, dossier),
    }


def _address(dossier: Dossier, request: HttpRequest) -> str:
    return _url(dossier.code, urlencode(_asked(request)))


def _verb(
    request: HttpRequest,
    dossier: Dossier,
    name: str,
    form: PlainForm,
    act: Callable[[dict[str, Any]], Any],
    done: str,
) -> HttpResponse:
    """Carry out a verb of the desk from the dossier's page, and stay on it."""
    return carry_out(
        request,
        form,
        act,
        done=done,
        go_to=_address(dossier, request),
        page=lambda status: _page(request, _desk_dossier(request, dossier.code), {name: form}, status),
    )


@require_POST
def receive(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    appraisal.receive(dossier=dossier, actor=request.user)
    messages.success(request, _("Dossier received. Its figures were checked as they stand today."))
    return redirect(_address(dossier, request))


@require_POST
def judge(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    criterion = request.POST.get("criterion", "")[:60]
    name = f"judge-{criterion}"
    return _verb(
        request,
        dossier,
        name,
        JudgementForm(request.POST, prefix=name),
        lambda typed: appraisal.record_judgement(
            dossier=dossier,
            criterion=criterion,
            verdict=typed["verdict"],
            note=typed["note"],
            actor=request.user,
        ),
        _("Judgement recorded."),
    )


@require_POST
def request_supplement(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    return _verb(
        request,
        dossier,
        "supplement",
        SupplementForm(request.POST, prefix="supplement"),
        lambda typed: appraisal.request_supplement(
            dossier=dossier, reason=typed["reason"], due_on=typed["due_on"], actor=request.user
        ),
        _("The filing side was asked for a supplement."),
    )


def answer_supplement(request: HttpRequest, code: str) -> HttpResponse:
    """The filing side's answer, on a page of its own; papers are attached on the dossier's page before."""
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user).for_list(), code=code)
    form = AnswerForm(posted(request))

    def page(status: int) -> HttpResponse:
        live = live_result(dossier)
        context = {
            "dossier": dossier,
            "form": form,
            "supplement": dossier.supplements.filter(answered_at=None).first(),
            "open_labels": open_labels(live),
            "outcome": live.outcome.value,
        }
        return render(request, "nominations/desk_answer.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: appraisal.answer_supplement(
            dossier=dossier, answer=typed["answer"], actor=request.user
        ),
        done=_("The answer went to the reviewer. The filing day stays the same."),
        go_to=dossier,
        page=page,
    )


@require_POST
def refresh(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    appraisal.refresh_appraisal(dossier=dossier, actor=request.user)
    messages.success(request, _("Checked again with the figures recorded and recognised today."))
    return redirect(_address(dossier, request))


@require_POST
def mark_eligible(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    return _verb(
        request,
        dossier,
        "eligible",
        PlainForm(request.POST),
        lambda typed: appraisal.mark_eligible(dossier=dossier, actor=request.user),
        _("Appraised as eligible. The dossier may go to the council."),
    )


@require_POST
def mark_not_eligible(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    return _verb(
        request,
        dossier,
        "ineligible",
        ReasonForm(request.POST, prefix="ineligible"),
        lambda typed: appraisal.mark_not_eligible(
            dossier=dossier, reason=typed["reason"], actor=request.user
        ),
        _("Appraised as not eligible."),
    )


@require_POST
def mark_duplicate(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    form = DuplicateForm(request.POST, prefix="duplicate")

    def act(typed: dict[str, Any]) -> None:
        other = Dossier.objects.visible_to(request.user).filter(code__iexact=typed["of"].strip()).first()
        if other is None:
            raise InvalidRequest(_("There is no dossier with this reference."), _("Check the reference."))
        appraisal.mark_duplicate(dossier=dossier, of=other, reason=typed["reason"], actor=request.user)

    return _verb(request, dossier, "duplicate", form, act, _("Set aside as a duplicate."))


@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    return _verb(
        request,
        dossier,
        "reopen",
        ReasonForm(request.POST, prefix="reopen"),
        lambda typed: appraisal.reopen(dossier=dossier, reason=typed["reason"], actor=request.user),
        _("The appraisal is open again."),
    )


@require_POST
def originals(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    return _verb(
        request,
        dossier,
        "originals",
        OriginalsForm(request.POST, prefix="originals"),
        lambda typed: appraisal.record_originals(dossier=dossier, sets=typed["sets"], actor=request.user),
        _("Original sets recorded."),
    )


@require_POST
def women(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    return _verb(
        request,
        dossier,
        "women",
        WomenForm(request.POST, prefix="women"),
        lambda typed: record_women(dossier=dossier, actor=request.user, **typed),
        _("Share of women recorded."),
    )


@require_POST
@needs_fresh_proof
def waive_criterion(request: HttpRequest, code: str) -> HttpResponse:
    dossier = _desk_dossier(request, code)
    criterion = request.POST.get("criterion", "")[:60]
    name = f"waive-{criterion}"

    def act(typed: dict[str, Any]) -> None:
        grounds = WaiverGrounds(
            reason=typed["reason"],
            document_number=typed["document_number"],
            dated_on=typed["dated_on"],
            upload=typed["paper"],
        )
        waive(dossier=dossier, criterion=criterion, grounds=grounds, actor=request.user)

    form = WaiverForm(request.POST, request.FILES, prefix=name)
    return _verb(request, dossier, name, form, act, _("The criterion is waived, with its paper."))
