"""What members declare of their interests, and what is put before the secretary."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from councils.forms import DeclarationForm, RulingForm
from councils.interests import Suspicion, interests_of, seat_at, seats_at
from councils.models import AgendaItem, CouncilMember, Meeting
from councils.permissions import (
    check_can_declare,
    check_can_see_interests,
    check_can_settle_interest,
    check_is_not_over,
)
from councils.selectors.agenda import agenda_rows, nominee_line
from councils.selectors.meetings import meetings_for_pages
from councils.selectors.voting import award_label
from councils.services import declare_interests, settle_interest


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(meetings_for_pages(request.user), pk=pk)


def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's own declaration on all items, before reading them."""
    meeting = _meeting(request, pk)
    member = seat_at(meeting, request.user)
    if member is None:
        raise NotAllowed(_("You do not sit at this meeting, so there is nothing for you to declare."))
    return _declaration(request, meeting, member)


def declare_for(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """What a member declares aloud, recorded by who keeps the record."""
    meeting = _meeting(request, pk)
    check_can_see_interests(request.user, meeting)
    return _declaration(request, meeting, get_object_or_404(seats_at(meeting), pk=member))


def _declaration(request: HttpRequest, meeting: Meeting, member: CouncilMember) -> HttpResponse:
    check_can_declare(request.user, meeting, member)
    check_is_not_over(meeting)
    is_own = member.user_id == request.user.pk
    form = DeclarationForm(
        posted(request),
        rows=[row for row in agenda_rows(meeting) if row.is_waiting],
        known={one.item_id: one for one in member.declarations.filter(item__meeting=meeting)},
        may_take_back=not is_own,
    )
    context = {"form": form, "meeting": meeting, "member": member, "is_own": is_own}
    return carry_out(
        request,
        form,
        lambda typed: declare_interests(
            meeting=meeting, member=member, answers=form.answers(), actor=request.user
        ),
        done=_("The declaration is recorded."),
        go_to=meeting if is_own else reverse("councils:interests", args=[meeting.pk]),
        page=lambda status: render(request, "councils/declaration.html", context, status=status),
    )


def interests(request: HttpRequest, pk: int) -> HttpResponse:
    """Interests that the records suggest, and who has not declared, before the secretary and the chair."""
    meeting = _meeting(request, pk)
    check_can_see_interests(request.user, meeting)
    return _interests_page(request, meeting)


def interest_settle(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Settle one interest that the records suggest."""
    items = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    item = get_object_or_404(items.select_related("meeting"), pk=pk)
    meeting = _meeting(request, item.meeting_id)
    check_can_see_interests(request.user, meeting)
    if request.method != "POST":
        return redirect("councils:interests", meeting.pk)
    seat = get_object_or_404(seats_at(meeting), pk=member)
    form = RulingForm(request.POST, prefix=_prefix(item.pk, seat.pk))
    return carry_out(
        request,
        form,
        lambda typed: settle_interest(
            item=item,
            member=seat,
            is_recused=typed["answer"],
            reason=typed["reason"],
            actor=request.user,
        ),
        done=_("It is settled whether %(person)s takes part in item %(position)s.")
        % {"person": seat, "position": item.position},
        go_to=reverse("councils:interests", args=[meeting.pk]),
        page=lambda status: _interests_page(request, meeting, {form.prefix or "": form}, status),
    )


def _prefix(item: int, member: int) -> str:
    return f"{item}-{member}"


def _interests_page(
    request: HttpRequest, meeting: Meeting, bound: dict[str, RulingForm] | None = None, status: int = 200
) -> HttpResponse:
    found, bound = interests_of(meeting), dict(bound or {})
    goes_on = allowed(check_is_not_over, meeting)

    def cases(suspicions: list[Suspicion]) -> list[dict[str, Any]]:
        return [_case(request, meeting, one, bound, goes_on=goes_on) for one in suspicions]

    context: dict[str, Any] = {
        "meeting": meeting,
        "goes_on": goes_on,
        "pending": cases(found.pending),
        "settled": cases([one for one in found.suspicions if one.ruling is not None]),
        "members": [
            {
                "seat": seat,
                "is_own": seat.user_id == request.user.pk,
                "left": found.left_to_declare(seat),
                "may_record": goes_on and allowed(check_can_settle_interest, request.user, meeting, seat),
            }
            for seat in found.seats
        ],
        "item_count": len(found.items),
        "refused_form": next(iter(bound.values()), None),
    }
    return render(request, "councils/interests.html", context, status=status)


def _case(
    request: HttpRequest, meeting: Meeting, one: Suspicion, bound: dict[str, RulingForm], *, goes_on: bool
) -> dict[str, Any]:
    """One interest that the records suggest, with the form that settles it; a refused one is taken from `bound`."""
    prefix, dossier = _prefix(one.item.pk, one.member.pk), one.item.dossier
    return {
        "suspicion": one,
        "nominee": nominee_line(dossier),
        "award": award_label(meeting.council.movement.plan, dossier.award),
        "may_settle": goes_on and allowed(check_can_settle_interest, request.user, meeting, one.member),
        "form": bound.pop(prefix, None) or _ruling_form(one, prefix),
    }


def _ruling_form(one: Suspicion, prefix: str) -> RulingForm:
    ruling = one.ruling
    initial = {"answer": "out" if ruling.is_recused else "in", "reason": ruling.reason} if ruling else {}
    return RulingForm(initial=initial, prefix=prefix)
