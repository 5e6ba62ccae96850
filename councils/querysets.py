"""Row permission of councils and meetings."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from core import clock
from councils.enums import HERE, PollStatus, Serves
from registry.enums import Role, UnitKind
from registry.scopes import paths_reached, scope_of, under
from registry.selectors.ancestry import Ancestry

_PROVINCIAL = (Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)
# Whose officers keep a council of their own, and for which kind of unit.
_OF_UNITS = {
    Role.COMMUNE_OFFICER: UnitKind.COMMUNE,
    Role.DISTRICT_OFFICER: UnitKind.DISTRICT,
    Role.AGENCY_OFFICER: UnitKind.AGENCY,
}


def sees_councils(user: Any) -> bool:
    """Whether the person runs or inspects the movement in a province, or works for a unit that may have a council."""
    return bool(paths_reached(user, *_PROVINCIAL)) or bool(own_units(user))


def own_units(user: Any) -> set[int]:
    """Communes, districts and bodies for which the person is an officer today; asks nothing of the database twice."""
    return {held.unit_id for held in scope_of(user).roles if _OF_UNITS.get(held.role) == held.unit_kind}  # type: ignore[call-overload]


def units_kept_by(user: Any) -> frozenset[int]:
    """Units whose council is the person's business: those of an own officer's role, and whole ones that these followed.

    Nothing that lies below or above: a district has no business in the room of a commune's council.
    """
    day = clock.today()
    known: dict[Any, frozenset[int]] = user.__dict__.setdefault("_units_kept", {})
    if day not in known:
        own = own_units(user)
        ancestry = Ancestry.read(day) if own else Ancestry()
        known[day] = frozenset(unit for one in own for unit in ancestry.followed(one, ancestry.whole))
    return known[day]


def keeps_unit(user: Any, unit_pk: int) -> bool:
    """Whether the unit is one of `units_kept_by`; of an own unit that is told without asking the database."""
    return unit_pk in own_units(user) or unit_pk in units_kept_by(user)


def has_unit_council(user: Any) -> bool:
    """Whether a unit for which the person is an officer has a council; asked once per person object."""
    if "_has_unit_council" not in user.__dict__:
        units = own_units(user)
        councils = apps.get_model("councils", "Council").objects
        of_units = councils.filter(serves=Serves.UNIT, unit__in=units)
        user.__dict__["_has_unit_council"] = bool(units) and of_units.exists()
    found: bool = user.__dict__["_has_unit_council"]
    return found


def _run_or_inspected(user: Any, prefix: str = "") -> Q:
    """Councils of the movement where the person runs or inspects it, of units where the person inspects or is at home."""
    of_unit = Q(**{f"{prefix}serves": Serves.UNIT})
    run = under(paths_reached(user, *_PROVINCIAL), f"{prefix}unit__") & ~of_unit
    inspected = under(paths_reached(user, Role.AUDITOR), f"{prefix}unit__")
    own = Q(**{f"{prefix}unit__in": units_kept_by(user)})
    return run | of_unit & (inspected | own)


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
