"""Rounds: which are open, and the lead's verbs on them."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.exporting import Table, asked_format, export_response
from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from nominations.enums import RoundKind
from nominations.forms.proposals import RoundForm
from nominations.list_exports import RoundListResource
from nominations.models import AwardRound
from nominations.permissions_province import check_can_manage_rounds
from nominations.selectors.proposals import round_rows
from nominations.services import rounds as services


def rounds(request: HttpRequest) -> HttpResponseBase:
    """Every round with its days and what lies in it; the lead opens and closes here."""
    may_manage = allowed(check_can_manage_rounds, request.user)
    if asked_format(request):
        table = Table.of("dot-khen-thuong", RoundListResource(), round_rows(request.user))
        return export_response(request, table)
    if request.method == "POST":
        check_can_manage_rounds(request.user)
    form = RoundForm(posted(request), user=request.user)

    def page(status: int) -> HttpResponse:
        context = {
            "rows": round_rows(request.user),
            "form": form if may_manage else None,
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


@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    award_round = get_object_or_404(AwardRound.objects.visible_to(request.user), pk=pk)
    services.close_round(award_round=award_round, actor=request.user)
    messages.success(request, _("Round closed. What is at the province goes on."))
    return redirect("nominations:rounds")
