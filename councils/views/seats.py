"""One seat on a council: who holds it by which decision, its end, and another office."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out
from councils.forms import OfficeForm, SeatEndForm
from councils.models import CouncilMember
from councils.permissions import check_can_keep_council
from councils.services import change_office, end_seat
from registry.forms import PlainForm

# Both forms stand on one page and share names of fields.
_END_IDS, _OFFICE_IDS = "end-%s", "office-%s"


def seat_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The seat with its days and decisions; the standing office ends it here or gives another office."""
    return _page(request, _seat(request, pk))


def _seat(request: HttpRequest, pk: int) -> CouncilMember:
    rows = CouncilMember.objects.visible_to(request.user).select_related("council__unit", "user")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, seat: CouncilMember, bound: PlainForm | None = None, status: int = 200
) -> HttpResponse:
    today = clock.today()
    may_change = allowed(check_can_keep_council, request.user, seat.council) and (
        seat.ends_on is None or seat.ends_on >= today
    )
    context = {
        "seat": seat,
        "may_change": may_change,
        "end_form": bound
        if isinstance(bound, SeatEndForm)
        else SeatEndForm(initial={"ends_on": today}, auto_id=_END_IDS),
        "office_form": bound
        if isinstance(bound, OfficeForm)
        else OfficeForm(initial={"office": seat.office, "position": seat.position}, auto_id=_OFFICE_IDS),
        "refused_form": None if may_change else bound,
    }
    return render(request, "councils/seat_detail.html", context, status=status)


def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the seat on a day, by a decision."""
    seat = _seat(request, pk)
    if request.method != "POST":
        return redirect(seat)
    form = SeatEndForm(request.POST, auto_id=_END_IDS)
    return carry_out(
        request,
        form,
        lambda typed: end_seat(member=seat, actor=request.user, **typed),
        done=lambda member: (
            _("The seat of %(person)s ends with %(day)s.")
            % {"person": member, "day": member.ends_on.strftime("%d/%m/%Y")}
        ),
        go_to=seat.council,
        page=lambda status: _page(request, _seat(request, pk), form, status),
    )


def seat_office(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the person another office from a day on, by a decision."""
    seat = _seat(request, pk)
    if request.method != "POST":
        return redirect(seat)
    form = OfficeForm(request.POST, auto_id=_OFFICE_IDS)
    return carry_out(
        request,
        form,
        lambda typed: change_office(member=seat, actor=request.user, **typed),
        done=lambda member: (
            _("%(person)s: %(office)s from %(day)s.")
            % {
                "person": member,
                "office": member.get_office_display(),
                "day": member.starts_on.strftime("%d/%m/%Y"),
            }
        ),
        go_to=seat.council,
        page=lambda status: _page(request, _seat(request, pk), form, status),
    )
