"""Who sits on a council, sat or will sit, and seats that stayed behind when a desk was handed over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from councils.models import (
    Council,
    CouncilMember,
)
from registry.models import HandOver

# How long after its day a hand-over still reminds of the seats that stayed behind.
REMINDED = timedelta(days=60)


def seated_on(council: Council, day: date) -> QuerySet[CouncilMember]:
    """The members on a day, by given name as Vietnamese lists go."""
    return council.members.on(day).select_related("user")


def other_seats(council: Council, day: date) -> QuerySet[CouncilMember]:
    """Seats that ended before a day or begin after it, the latest first."""
    here_today = council.members.on(day).values("pk")
    return council.members.exclude(pk__in=here_today).select_related("user").order_by("-starts_on", "pk")


@dataclass(frozen=True)
class SeatLeft:
    """A seat whose holder handed the desk over: a decision ends it, and names who follows."""

    seat: CouncilMember
    handed: HandOver

    @property
    def words(self) -> str:
        """The seat in a line."""
        return seat_line(self.seat)


def seat_line(seat: CouncilMember) -> str:
    """Office, council and day of a seat, with whose it is."""
    line = _("%(person)s: %(office)s of “%(council)s”, since %(day)s") % {
        "person": seat.user,
        "office": seat.get_office_display(),
        "council": seat.council,
        "day": date_format(seat.starts_on, "d/m/Y"),
    }
    if seat.ends_on is None:
        return line
    return _("%(seat)s, until %(day)s") % {"seat": line, "day": date_format(seat.ends_on, "d/m/Y")}


def seats_staying(user: Any) -> QuerySet[CouncilMember]:
    """Seats that a person holds today or from a later day on."""
    seats = CouncilMember.objects.filter(user=user.pk).until(clock.today())
    return seats.select_related("council__unit", "user")


def seats_left(handed: QuerySet[HandOver]) -> list[SeatLeft]:
    """Seats that people still hold who handed their desk over, lately or on a day to come."""
    newest = {
        one.predecessor_id: one
        for one in handed.filter(on__gte=clock.today() - REMINDED).select_related("successor", "predecessor")
    }
    seats = CouncilMember.objects.filter(user__in=newest).until(clock.today())
    return [SeatLeft(seat, newest[seat.user_id]) for seat in seats.select_related("council__unit", "user")]
