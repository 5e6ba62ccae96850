"""Before a meeting: the invitation, its calendar file, and the case pack that members read."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.calendar_files import CALENDAR
from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.case_pack import case_pack
from councils.interests import seat_at
from councils.invitations import calendar_of, invited_to, latest_invitation
from councils.models import Meeting
from councils.permissions import check_can_prepare, check_is_not_over, check_is_planned
from councils.selectors.meetings import meetings_for_pages
from councils.services import send_invitation
from registry.forms import PlainForm


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(meetings_for_pages(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is invited and who is to be told otherwise; posting sends the invitation."""
    meeting = _meeting(request, pk)
    check_can_prepare(request.user, meeting.council)
    form = PlainForm(posted(request))

    def page(status: int) -> HttpResponse:
        context = {
            "meeting": meeting,
            "invited": invited_to(meeting),
            "has_items": meeting.items.exists(),
            "is_planned": allowed(check_is_planned, meeting),
            "form": form,
        }
        return render(request, "councils/invitation.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: send_invitation(meeting=meeting, actor=request.user),
        done=_("The invitation is sent. Members read the papers after their declaration."),
        go_to=request.path,
        page=page,
    )


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting for one's own calendar, once members were invited to it."""
    meeting = _meeting(request, pk)
    latest = latest_invitation(meeting)
    if latest is None:
        raise Http404
    response = HttpResponse(calendar_of(meeting, latest), content_type=f"{CALENDAR}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="phien-hop-{meeting.pk}.ics"'
    return response


@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """All items that are open to the reader, one after the other."""
    meeting = _meeting(request, pk)
    shown = case_pack(meeting, request.user)
    context = {
        "meeting": meeting,
        "pack": shown,
        "sits": seat_at(meeting, request.user) is not None,
        "goes_on": allowed(check_is_not_over, meeting),
        "is_invited_to": latest_invitation(meeting) is not None,
    }
    return render(request, "councils/case_pack.html", context)
