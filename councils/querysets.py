"""Row permission of councils and meetings."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from core import clock
from registry.enums import Role
from registry.scopes import scope_of


def sees_all_councils(user: Any) -> bool:
    """Whether the person runs or inspects the movement, and so sees every council."""
    return scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)


def has_seat(user: Any) -> bool:
    """Whether the person sits on any council today; asked once per person object and day, since every menu asks."""
    day = clock.today()
    known: dict[Any, bool] = user.__dict__.setdefault("_has_seat", {})
    if day not in known:
        known[day] = _seats(user).exists()
    return known[day]


class CouncilQuerySet(models.QuerySet):
    """Councils."""

    def visible_to(self, user: Any) -> Self:
        """Councils on which the person sits, and all for those who run or inspect the movement."""
        return self if sees_all_councils(user) else self.filter(members__in=_seats(user)).distinct()


class MemberQuerySet(models.QuerySet):
    """Seats on a council."""

    def on(self, day: Any) -> Self:
        """Seats that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class MeetingQuerySet(models.QuerySet):
    """Meetings."""

    def visible_to(self, user: Any) -> Self:
        """Meetings of the person's councils, and all for those who run or inspect the movement."""
        return self if sees_all_councils(user) else self.filter(council__members__in=_seats(user)).distinct()


class PollQuerySet(models.QuerySet):
    """Polls."""

    def visible_to(self, user: Any) -> Self:
        """Polls of meetings that the person may know of."""
        if sees_all_councils(user):
            return self
        return self.filter(agenda_item__meeting__council__members__in=_seats(user)).distinct()


def sits_on_a_council(user: Any) -> bool:
    """Whether the person has a seat on a council today, or is about to."""
    seats = apps.get_model("councils", "CouncilMember").objects.filter(user=user)
    return seats.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today())).exists()


def _seats(user: Any) -> models.QuerySet:
    return (
        apps.get_model("councils", "CouncilMember").objects.filter(user=user).on(clock.today()).values("pk")
    )
