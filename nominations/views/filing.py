"""Nominating in steps, papers, filing to the district, and the set that goes to the province."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out
from criteria.selectors import lang
from nominations import permissions
from nominations.enums import Status
from nominations.fingerprints import of_text
from nominations.forms.filing import (
    AchievementForm,
    ConfirmForm,
    ExcuseForm,
    PaperForm,
    ReasonForm,
    ReportForm,
    WithdrawForm,
)
from nominations.models import Dossier, FilingSet, Paper
from nominations.permissions_province import check_can_answer_supplement
from nominations.selectors.checks import ShownCheck, shown_check
from nominations.selectors.dossiers import award_label, days_to_deadline, deadline_of
from nominations.selectors.filing import criteria_of_the_set, visible_sets
from nominations.selectors.papers import PaperRow, paper_slots, photographed_pages
from nominations.services import dossiers as writing
from nominations.services import filing, papers
from nominations.unit_councils import word_of
from nominations.views.dossiers import dossier_page, load_dossier
from registry.forms import PlainForm

STEPS = ("achievement", "papers", "check")


def steps_line(now: str) -> list[dict[str, Any]]:
    labels = {
        "subject": _("Round and award"),
        "nominee": _("Nominee"),
        "achievement": _("Achievement"),
        "papers": _("Papers"),
        "check": _("Check and file"),
    }
    names = list(labels)
    here = names.index(now)
    states = ["done" if place < here else "now" if place == here else "todo" for place in range(len(names))]
    return [{"label": labels[name], "state": state} for name, state in zip(names, states, strict=True)]


# Writing a draft, step by step


def edit_url(dossier: Dossier, step: str) -> str:
    return f"{reverse('nominations:edit', args=[dossier.code])}?step={step}"


def edit(request: HttpRequest, code: str) -> HttpResponse:
    """One step of a draft: the achievement, the papers, or the check before filing."""
    dossier = load_dossier(request, code)
    if request.method == "POST":
        return _save_achievement(request, dossier)
    permissions.check_can_edit(request.user, dossier)
    step = request.GET.get("step", "")
    return step_page(request, dossier, step if step in STEPS else "achievement")


def step_page(
    request: HttpRequest,
    dossier: Dossier,
    step: str,
    bound: dict[str, PlainForm] | None = None,
    status: int = 200,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """A step of a draft; `bound` are forms that were refused, `extra` what else its page shows."""
    bound = dict(bound or {})
    context: dict[str, Any] = {
        "dossier": dossier,
        "award_label": award_label(dossier),
        "steps": steps_line(step),
        "check": shown_check(dossier),
        "days": days_to_deadline(dossier.award_round, dossier.award, dossier.subject),
        "last_day": deadline_of(dossier.award_round, dossier.award, dossier.subject),
        "achievement_url": edit_url(dossier, "achievement"),
        "papers_url": edit_url(dossier, "papers"),
        "check_url": edit_url(dossier, "check"),
        **(extra or {}),
    }
    if step == "achievement":
        context["report_form"] = bound.pop("report_form", None) or ReportForm()
        context["form"] = bound.pop("achievement", None) or _achievement_form(dossier)
    elif step == "papers":
        context["slots"] = _slots_with_forms(request, dossier, bound)
    else:
        context.update(_check_context(request, dossier, context["check"]))
    if bound:
        context["refused_form"] = next(iter(bound.values()))
    return render(request, f"nominations/edit_{step}.html", context, status=status)


def _again(
    request: HttpRequest, code: str, step: str, name: str, form: PlainForm
) -> Callable[[int], HttpResponse]:
    """The step with the form that was refused; the dossier's page when it is no draft any more."""

    def page(status: int) -> HttpResponse:
        dossier = load_dossier(request, code)
        if allowed(permissions.check_can_edit, request.user, dossier):
            return step_page(request, dossier, step, {name: form}, status)
        return dossier_page(request, dossier, {name: form}, status)

    return page


def _achievement_form(dossier: Dossier) -> AchievementForm:
    initial = {
        "achievement": dossier.achievement,
        "award_citation": dossier.award_citation,
        "seen": of_text(dossier.achievement, dossier.award_citation),
    }
    return AchievementForm(initial=initial)


def _seen(request: HttpRequest, dossier: Dossier) -> set[str]:
    """Digests of the texts this window has had: as it was opened, and as it was last kept from here."""
    kept = request.session.get(f"draft-{dossier.pk}", "")
    return {digest for digest in (request.POST.get("seen", "")[:16], kept) if digest}


def _remember(request: HttpRequest, dossier: Dossier) -> None:
    request.session[f"draft-{dossier.pk}"] = of_text(dossier.achievement, dossier.award_citation)


def _save_achievement(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    form = AchievementForm(request.POST)

    def act(typed: dict[str, Any]) -> None:
        writing.save_draft(
            dossier=dossier,
            achievement=typed["achievement"],
            award_citation=typed["award_citation"],
            actor=request.user,
            seen=_seen(request, dossier),
        )
        _remember(request, dossier)

    later = "later" in request.POST
    return carry_out(
        request,
        form,
        act,
        done=_("Kept. You can go on at any time.") if later else "",
        go_to=dossier if later else edit_url(dossier, "papers"),
        page=_again(request, dossier.code, "achievement", "achievement", form),
    )


@require_POST
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what is being typed; answers with no page."""
    dossier = load_dossier(request, code)
    writing.autosave_draft(
        dossier=dossier,
        achievement=request.POST.get("achievement", ""),
        award_citation=request.POST.get("award_citation", ""),
        actor=request.user,
        seen=_seen(request, dossier),
    )
    _remember(request, dossier)
    return HttpResponse(status=204, headers={"X-Kept": "1"})


# Papers


def _slots_with_forms(
    request: HttpRequest, dossier: Dossier, bound: dict[str, PlainForm]
) -> list[dict[str, Any]]:
    rows = []
    for slot in paper_slots(dossier):
        confirms = (
            slot.is_report
            and slot.paper is not None
            and not slot.paper.is_confirmed
            and allowed(permissions.check_can_confirm, request.user, slot.paper)
        )
        excuse = f"excuse-{slot.kind}"
        rows.append(
            {
                "slot": slot,
                "form": bound.pop(slot.kind, None) or paper_form(slot.kind, [slot]),
                "confirm_form": ConfirmForm(prefix="confirm") if confirms else None,
                "excuse_form": (bound.pop(excuse, None) or ExcuseForm(prefix=excuse))
                if slot.may_be_excused and slot.paper is None
                else None,
            }
        )
    return rows


def paper_form(kind: str, slots: Iterable[PaperRow], *data: Any) -> PaperForm:
    """The form by which a kind of paper is attached, with what was sent when there is anything."""
    slot = next((slot for slot in slots if slot.kind == kind), None)
    has_photos = slot is not None and bool(photographed_pages(slot.paper))
    is_report = slot is not None and slot.is_report
    was_signed = slot is not None and slot.paper is not None and bool(slot.paper.from_meeting)
    return PaperForm(*data, prefix=kind, is_report=is_report, has_photos=has_photos, was_signed=was_signed)


def receive_from(
    request: HttpRequest,
    owner: Dossier | FilingSet,
    kind: str,
    form: PaperForm,
    *,
    go_to: str,
    page: Callable[[int], HttpResponse],
) -> HttpResponse:
    """Attach what the form holds to a dossier or a set."""
    return carry_out(
        request,
        form,
        lambda typed: papers.receive_paper(
            owner=owner,
            kind=kind,
            uploads=typed["upload"],
            goes_on=typed.get("goes_on", False),
            actor=request.user,
            details=papers.PaperDetails(
                typed["number"], typed["dated_on"], typed.get("confirmed_by", ""), typed.get("reason", "")
            ),
        ),
        done=_("The paper is attached."),
        go_to=go_to,
        page=page,
    )


@require_POST
def paper_upload(request: HttpRequest, code: str) -> HttpResponse:
    dossier = load_dossier(request, code)
    kind = request.POST.get("kind", "")[:40]
    form = paper_form(kind, paper_slots(dossier), request.POST, request.FILES)
    page = _again(request, code, "papers", kind, form)
    return receive_from(request, dossier, kind, form, go_to=edit_url(dossier, "papers"), page=page)


@require_POST
def paper_excuse(request: HttpRequest, code: str) -> HttpResponse:
    dossier = load_dossier(request, code)
    kind = request.POST.get("kind", "")[:40]
    name = f"excuse-{kind}"
    form = ExcuseForm(request.POST, prefix=name)
    return carry_out(
        request,
        form,
        lambda typed: papers.mark_not_required(
            dossier=dossier, kind=kind, reason=typed["reason"], actor=request.user
        ),
        done=_("Recorded as not required."),
        go_to=edit_url(dossier, "papers"),
        page=_again(request, code, "papers", name, form),
    )


def _own_paper(request: HttpRequest, pk: int) -> Paper:
    rows = Paper.objects.select_related("dossier__nominating_unit__parent", "filing_set__unit__parent")
    rows = rows.select_related("dossier__award_round__movement", "filing_set__award_round__movement")
    visible = Dossier.objects.visible_to(request.user)
    paper = get_object_or_404(rows, pk=pk)
    if paper.dossier_id:
        get_object_or_404(visible, pk=paper.dossier_id)
    else:
        get_object_or_404(visible_sets(request.user), pk=paper.filing_set_id)
    return paper


def _papers_home(paper: Paper) -> str:
    if paper.dossier is not None:
        if paper.dossier.standing.is_editable:
            return edit_url(paper.dossier, "papers")
        return paper.dossier.get_absolute_url()
    return reverse("nominations:set_detail", args=[paper.filing_set_id])


@require_POST
def paper_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    paper = _own_paper(request, pk)
    papers.confirm_report(
        paper=paper, confirmed_by=request.POST.get("confirm-confirmed_by", "")[:160], actor=request.user
    )
    messages.success(request, _("The confirmation is recorded."))
    return redirect(_papers_home(paper))


@require_POST
def paper_remove(request: HttpRequest, pk: int) -> HttpResponse:
    paper = _own_paper(request, pk)
    papers.remove_paper(paper=paper, actor=request.user)
    messages.success(request, _("The paper was taken out."))
    return redirect(_papers_home(paper))


# Filing


def _check_context(request: HttpRequest, dossier: Dossier, check: ShownCheck) -> dict[str, Any]:
    later = criteria_of_the_set(dossier)
    award = dossier.plan.awards.get(dossier.award)
    return {
        "slots": paper_slots(dossier),
        "subject_label": dossier.plan.subjects[dossier.subject].label(lang()),
        "can_file_to_district": allowed(permissions.check_can_file_to_district, request.user, dossier),
        "can_put_in_set": allowed(permissions.check_can_put_in_set, request.user, dossier),
        "can_answer": allowed(check_can_answer_supplement, request.user, dossier),
        "is_commendation": award is not None and award.decided_by_issuer,
        "filing_unit": permissions.filing_unit_of(dossier),
        "open_labels": [
            row.label
            for row in check.findings
            if not row.is_part
            and (row.status == "not_met" or (row.status == "missing" and row.criterion not in later))
        ],
    }


@require_POST
def file(request: HttpRequest, code: str) -> HttpResponse:
    """File to the district, or put the dossier into the set that goes straight to the province."""
    dossier = load_dossier(request, code)
    if permissions.files_to_district(dossier.nominating_unit) and dossier.status != Status.FILED_TO_DISTRICT:
        filing.file_to_district(dossier=dossier, actor=request.user)
        messages.success(request, _("Dossier %(code)s was filed to the district.") % {"code": dossier.code})
        return redirect(dossier)
    filing_set = filing.put_in_set(dossier=dossier, actor=request.user)
    messages.success(
        request,
        _("Dossier %(code)s is in the set. The set is filed with its letter and minutes.") % {"code": code},
    )
    return redirect("nominations:set_detail", filing_set.pk)


def _with_reason(
    request: HttpRequest, code: str, name: str, form: PlainForm, act: Callable[..., Any], done: str
) -> HttpResponse:
    dossier = load_dossier(request, code)
    return carry_out(
        request,
        form,
        lambda typed: act(dossier=dossier, reason=typed["reason"], actor=request.user),
        done=done,
        go_to=dossier,
        page=lambda status: dossier_page(request, load_dossier(request, code), {name: form}, status),
    )


@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    form = WithdrawForm(request.POST, prefix="withdraw", is_draft=True)
    return _with_reason(
        request,
        code,
        "withdraw",
        form,
        writing.withdraw_dossier,
        _("Dossier %(code)s was withdrawn.") % {"code": code},
    )


@require_POST
def return_dossier(request: HttpRequest, code: str) -> HttpResponse:
    form = ReasonForm(request.POST, prefix="return")
    done = _("Dossier %(code)s went back to the commune.") % {"code": code}
    return _with_reason(request, code, "return", form, filing.return_to_commune, done)


@require_POST
def not_select(request: HttpRequest, code: str) -> HttpResponse:
    is_needed = word_of(load_dossier(request, code)) is None
    form = ReasonForm(request.POST, prefix="not_select", is_needed=is_needed)
    done = _("Dossier %(code)s was recorded as not selected.") % {"code": code}
    return _with_reason(request, code, "not_select", form, filing.not_select, done)
