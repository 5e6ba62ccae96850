"""Row permission of councils and meetings."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from core import clock
from councils.enums import HERE, PollStatus
from registry.enums import Role
from registry.scopes import paths_reached, under

_PROVINCIAL = (Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)


def sees_councils(user: Any) -> bool:
    """Whether the person runs or inspects the movement in a province, and so sees its councils."""
    return bool(paths_reached(user, *_PROVINCIAL))


def _run_or_inspected(user: Any, prefix: str = "") -> Q:
    """Councils of the province in which the person runs or inspects the movement."""
    reached = paths_reached(user, *_PROVINCIAL)
    return under(reached, f"{prefix}unit__")


def has_seat(user: Any) -> bool:
    """Whether the person sits on any council today."""
    return bool(offices_held(user))


def offices_held(user: Any) -> frozenset[str]:
    """The person's offices on councils today; asked once per person object and day, since every menu asks."""
    day = clock.today()
    known: dict[Any, frozenset[str]] = user.__dict__.setdefault("_offices_held", {})
    if day not in known:
        known[day] = frozenset(_seats(user).values_list("office", flat=True))
    return known[day]


class CouncilQuerySet(models.QuerySet):
    """Councils."""

    def visible_to(self, user: Any) -> Self:
        """Councils on which the person sits, and the province's for those who run or inspect the movement."""
        return self.filter(_seen(user))


class MemberQuerySet(models.QuerySet):
    """Seats on a council."""

    def on(self, day: Any) -> Self:
        """Seats that hold on a day."""
        return self.until(day).filter(starts_on__lte=day)

    def until(self, day: Any) -> Self:
        """Seats that hold on a day or on a later one."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def visible_to(self, user: Any) -> Self:
        """Seats of the councils that the person may know of."""
        return self.filter(_seen(user, "council__"))


class MeetingQuerySet(models.QuerySet):
    """Meetings."""

    def visible_to(self, user: Any) -> Self:
        """Meetings of the councils that the person may know of."""
        return self.filter(_seen(user, "council__"))


class AttendanceQuerySet(models.QuerySet):
    """Lines of a roll."""

    def with_state(self) -> Self:
        """Each with `state`, the kind of its latest event that was not struck out; None before the roll was taken.

        Of a meeting that was adjourned and goes on, what was recorded before says nothing of today.
        """
        events = apps.get_model("councils", "PresenceEvent").objects
        resumed = apps.get_model("councils", "Adjournment").objects.filter(
            meeting=OuterRef("attendance__meeting"), resumed_at__gt=OuterRef("recorded_at")
        )
        latest = events.filter(~Exists(resumed), attendance=OuterRef("pk"), struck_at=None).order_by(
            "-at", "-pk"
        )
        return self.annotate(state=Subquery(latest.values("kind")[:1]))

    def sitting(self, meeting: Any) -> Self:
        """Those whose seat holds on the day on which the meeting sits: of several days, the present one."""
        return self.filter(Q(member__ends_on=None) | Q(member__ends_on__gte=meeting.sits_on))

    def present(self) -> Self:
        """Those who are there now."""
        return self.with_state().filter(state__in=HERE)


class PollQuerySet(models.QuerySet):
    """Polls."""

    def live(self) -> Self:
        """Those that are open or were counted: of an item there is one at most."""
        return self.exclude(status=PollStatus.VOID)

    def visible_to(self, user: Any) -> Self:
        """Polls of meetings that the person may know of."""
        return self.filter(_seen(user, "agenda_item__meeting__council__"))


def _seen(user: Any, prefix: str = "") -> Q:
    """Councils on which the person sits today, or which a role of theirs runs or inspects."""
    return Q(**{f"{prefix}pk__in": _seats(user).values("council")}) | _run_or_inspected(user, prefix)


def sits_on_a_council(user: Any) -> bool:
    """Whether the person has a seat on a council today, or is about to."""
    seats = apps.get_model("councils", "CouncilMember").objects.filter(user=user)
    return seats.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today())).exists()


def _seats(user: Any) -> models.QuerySet:
    seats: models.QuerySet = (
        apps.get_model("councils", "CouncilMember").objects.filter(user=user.pk).on(clock.today())
    )
    return seats
