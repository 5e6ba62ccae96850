"""Movements and rounds: which there are, and the lead's verbs on them."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.exporting import Table, asked_format, export_response
from core.permissions import allowed
from core.proofs import needs_fresh_proof
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from nominations.enums import RoundKind
from nominations.forms.rounds import ExtendForm, MovementForm, ReopenForm, RoundForm
from nominations.list_exports import RoundListResource
from nominations.models import AwardRound, Movement
from nominations.permissions_province import (
    check_can_manage_rounds,
    check_can_see_plans,
    check_can_start_movement,
)
from nominations.selectors.dossiers import deadline_of
from nominations.selectors.movements import movement_rows, round_history, round_rows
from nominations.selectors.plans import plans_to_start
from nominations.services import rounds as services
from registry.enums import Role
from registry.forms import PlainForm
from registry.scopes import provinces_of


@needs_fresh_proof
def movements(request: HttpRequest) -> HttpResponseBase:
    """Every movement with its plan; the lead starts one here."""
    if request.method == "POST":
        check_can_start_movement(request.user)
    may_start = allowed(check_can_start_movement, request.user)
    provinces = [int(path.strip("/")) for path in provinces_of(request.user, Role.LEAD)] if may_start else []
    plans = plans_to_start(provinces) if may_start else []
    form = MovementForm(posted(request), user=request.user, plans=plans)

    def page(status: int) -> HttpResponse:
        context = {
            "rows": movement_rows(request.user),
            "form": form if plans or form.is_bound else None,
            "may_start": may_start,
            "may_see_plans": allowed(check_can_see_plans, request.user),
        }
        return render(request, "nominations/movements.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: services.start_movement(
            plan_id=typed["plan"], unit=typed["province"], actor=request.user
        ),
        done=_("The movement is started. Open its first round next."),
        go_to="nominations:rounds",
        page=page,
    )


def rounds(request: HttpRequest) -> HttpResponseBase:
    """Every round with its days and what lies in it; the lead opens one here."""
    may_manage = allowed(check_can_manage_rounds, request.user)
    if asked_format(request):
        table = Table.of("dot-khen-thuong", RoundListResource(), round_rows(request.user))
        return export_response(request, table)
    if request.method == "POST":
        check_can_manage_rounds(request.user)
    today = clock.today()
    form = RoundForm(posted(request), user=request.user, initial={"year": today.year, "opens_on": today})
    has_movement = Movement.objects.visible_to(request.user).exists()

    def page(status: int) -> HttpResponse:
        context = {
            "rows": round_rows(request.user),
            "form": form if may_manage and has_movement else None,
            "may_manage": may_manage,
        }
        return render(request, "nominations/rounds.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: services.open_round(
            movement=typed["movement"],
            kind=RoundKind(typed["kind"]),
            year=typed["year"],
            opens_on=typed["opens_on"],
            actor=request.user,
        ),
        done=_("Round opened."),
        go_to="nominations:rounds",
        page=page,
    )


def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its days, what was decided about it, and what the lead can do next."""
    return _round_page(request, _round(request, pk))


def _round(request: HttpRequest, pk: int) -> AwardRound:
    rows = AwardRound.objects.visible_to(request.user).select_related("movement__unit")
    return get_object_or_404(rows, pk=pk)


def _round_page(
    request: HttpRequest, award_round: AwardRound, bound: PlainForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a round; a form that was refused keeps its place, or is shown to copy from where it has none."""
    may_manage = allowed(check_can_manage_rounds, request.user, award_round.movement)
    may_extend = may_manage and award_round.is_open
    may_reopen = may_manage and not award_round.is_open
    has_place = (may_extend and isinstance(bound, ExtendForm)) or (
        may_reopen and isinstance(bound, ReopenForm)
    )
    context = {
        "award_round": award_round,
        "last_day": deadline_of(award_round),
        "history": round_history(award_round),
        "may_extend": may_extend,
        "may_reopen": may_reopen,
        "extend_form": bound if isinstance(bound, ExtendForm) else ExtendForm(),
        "reopen_form": bound if isinstance(bound, ReopenForm) else ReopenForm(),
        "refused_form": None if has_place else bound,
    }
    return render(request, "nominations/round_detail.html", context, status=status)


def round_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the last day for filing back, by a decision."""
    award_round = _round(request, pk)
    if request.method != "POST":
        return redirect(award_round)
    form = ExtendForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: services.extend_round(award_round=award_round, actor=request.user, **typed),
        done=lambda change: (
            _("The last day for filing is now %(day)s. Checks made from now on judge by it.")
            % {"day": change.last_day.strftime("%d/%m/%Y")}
        ),
        go_to=award_round,
        page=lambda status: _round_page(request, _round(request, pk), form, status),
    )


@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a round."""
    services.close_round(award_round=_round(request, pk), actor=request.user)
    messages.success(request, _("Round closed. What is at the province goes on."))
    return redirect("nominations:round", pk)


def round_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed round again, with a reason."""
    award_round = _round(request, pk)
    if request.method != "POST":
        return redirect(award_round)
    form = ReopenForm(request.POST)
    return carry_out(
        request,
        form,
        lambda typed: services.reopen_round(
            award_round=award_round, reason=typed["reason"], actor=request.user
        ),
        done=_("The round is open again. Its last day for filing stays what it was, unless you extend it."),
        go_to=award_round,
        page=lambda status: _round_page(request, _round(request, pk), form, status),
    )
