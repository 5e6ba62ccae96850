"""The list of dossiers, one dossier, and its papers."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from core.exporting import ExportableList
from core.files import serve
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from criteria.selectors import lang
from nominations import permissions
from nominations.enums import Status
from nominations.forms.filing import DossierFilterForm, ReasonForm, WithdrawForm
from nominations.list_exports import DossierListResource
from nominations.models import AwardRound, Dossier, Paper
from nominations.permissions_province import (
    check_can_answer_supplement,
    check_can_record_issuer_decision,
    check_can_see_desk,
)
from nominations.querysets import DossierQuerySet
from nominations.selectors.checks import shown_check
from nominations.selectors.dossiers import (
    DossierFilters,
    award_label,
    awards_of,
    days_to_deadline,
    dossier_rows,
    history_of,
    list_dossiers,
    steps_of,
)
from nominations.selectors.filing import readable_sets
from nominations.selectors.papers import paper_rows, shown_paper
from nominations.unit_councils import CouncilWord, may_read_word, word_of
from registry.scopes import scope_of

PER_PAGE = 25


def load_dossier(request: HttpRequest, code: str) -> Dossier:
    """The dossier that the person may know of, with what its page shows; else 404."""
    dossiers = Dossier.objects.visible_to(request.user).for_list()
    return get_object_or_404(
        dossiers.select_related("nominating_unit__parent", "filing_set__unit__parent", "created_by"),
        code=code,
    )


@method_decorator(reads_may_lag, name="dispatch")
class DossierListView(ExportableList):
    """Dossiers of my area; filters, order and page stay in the address."""

    template_name = "nominations/dossier_list.html"
    paginate_by = PER_PAGE
    export_resource = DossierListResource

    def get_queryset(self) -> DossierQuerySet:
        asked = self.request.GET
        rounds = list(AwardRound.objects.visible_to(self.request.user).select_related("movement"))
        self.form = DossierFilterForm(asked or None, rounds=rounds, awards=awards_of(rounds))
        typed = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        filters = DossierFilters(
            round_id=int(typed["award_round"]) if typed.get("award_round") else None,
            award=typed.get("award", ""),
            status=typed.get("status", ""),
            words=typed.get("q", ""),
            sort=typed.get("sort") or "newest",
        )
        return list_dossiers(self.request.user, filters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.update(
            form=self.form,
            rows=dossier_rows(context["object_list"]),
            can_start=allowed(permissions.check_can_nominate, self.request.user),
        )
        return context

    export_personal_data = True

    def export_name(self) -> str:
        return "ho-so"


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: findings on the left, papers on the right, what may be done now below."""
    return dossier_page(request, load_dossier(request, code))


def dossier_page(
    request: HttpRequest, dossier: Dossier, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The dossier's page; `bound` holds forms that were refused, with what was typed in them."""
    bound = dict(bound or {})
    readable = dossier.filing_set_id and readable_sets(request.user).filter(pk=dossier.filing_set_id).exists()
    papers = paper_rows(dossier, reads_set=bool(readable))
    award = dossier.plan.awards.get(dossier.award)
    context = {
        "dossier": dossier,
        "award_label": award_label(dossier),
        "is_commendation": award is not None and award.decided_by_issuer,
        "subject_label": dossier.plan.subjects[dossier.subject].short(lang()),
        "steps": steps_of(dossier),
        "days": days_to_deadline(dossier.award_round, dossier.award, dossier.subject),
        "check": shown_check(dossier),
        "papers": papers,
        "shown": shown_paper(papers, request.GET.get("paper", "")),
        "supplements": dossier.supplements.select_related("asked_by", "answered_by"),
        "history": history_of(dossier),
        "what_if_url": what_if_url(request.user, dossier),
    }
    word = word_of(dossier)
    context.update(_actions(request, dossier, bound, word))
    context["council_word"] = word if word and may_read_word(request.user, dossier, word) else None
    context["can_issue"] = context["is_commendation"] and allowed(
        check_can_record_issuer_decision, request.user, dossier
    )
    context["refused_form"] = next(iter(bound.values()), None)
    return render(request, "nominations/dossier_detail.html", context, status=status)


def what_if_url(user: Any, dossier: Dossier) -> str:
    """Where other figures of the nominee can be tried; empty for whom the finder would not show it to."""
    if not allowed(permissions.check_can_find, user) or not scope_of(user).covers(dossier.nominee_home.path):
        return ""
    page = reverse("nominations:what_if", args=[dossier.subject, dossier.nominee.pk])
    return f"{page}?{urlencode({'award_round': dossier.award_round_id, 'award': dossier.award})}"


def _actions(
    request: HttpRequest, dossier: Dossier, bound: dict[str, Any], word: CouncilWord | None
) -> dict[str, Any]:
    """What this person may do with this dossier now, after what the council of its unit said of it."""
    user = request.user
    waits, recommended = word is not None and word.is_waiting, word is None or bool(word.is_recommended)
    may_return = not waits and allowed(permissions.check_can_return, user, dossier)
    may_not_select = not ((word and recommended) or waits) and allowed(
        permissions.check_can_not_select, user, dossier
    )
    may_withdraw = allowed(permissions.check_can_withdraw, user, dossier)
    draft = dossier.status == Status.DRAFT
    return {
        "can_edit": allowed(permissions.check_can_edit, user, dossier),
        "can_file_to_district": recommended
        and allowed(permissions.check_can_file_to_district, user, dossier),
        "can_put_in_set": recommended and allowed(permissions.check_can_put_in_set, user, dossier),
        "can_answer": allowed(check_can_answer_supplement, user, dossier),
        "can_see_desk": dossier.filed_on is not None and allowed(check_can_see_desk, user),
        "return_form": (bound.pop("return", None) or ReasonForm(prefix="return")) if may_return else None,
        "not_select_form": (
            bound.pop("not_select", None) or ReasonForm(prefix="not_select", is_needed=word is None)
        )
        if may_not_select
        else None,
        "withdraw_form": (bound.pop("withdraw", None) or WithdrawForm(prefix="withdraw", is_draft=draft))
        if may_withdraw
        else None,
    }


@require_safe
def paper_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper's file, for whoever may know of its dossier or its set; `?xem=1` shows it in the browser."""
    dossiers = Dossier.objects.visible_to(request.user)
    owners = Q(dossier__in=dossiers) | Q(filing_set__in=readable_sets(request.user))
    papers = Paper.objects.filter(owners, file__isnull=False).select_related("file").distinct()
    paper = get_object_or_404(papers, pk=pk)
    return serve(paper.file, inline=bool(request.GET.get("xem")))
