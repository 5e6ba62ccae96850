"""Which units confirm which lists of people, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from core import clock
from registry.enums import UnitKind
from registry.models import Account, Certification, CertificationCall, Unit, UnitRole
from registry.permissions_accounts import certifies_for
from registry.querysets import AccountQuerySet

# A list that nobody confirmed for so long is asked for again.
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Progress:
    """How far the units are with the newest call."""

    call: CertificationCall | None
    units: list[Unit]
    answers: dict[int, Certification]

    @property
    def missing(self) -> list[Unit]:
        """Units that have not answered."""
        return [unit for unit in self.units if unit.pk not in self.answers]

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed and somebody has not answered."""
        return self.call is not None and self.call.due_on < clock.today() and bool(self.missing)


def people_of(unit: Unit) -> AccountQuerySet:
    """Open accounts of a unit's list: whoever works there or holds a role there or below.

    The province's own list holds those who belong to none of its districts.
    """
    today = UnitRole.objects.on(clock.today()).filter(user=OuterRef("user"))
    mine = Q(home__path__startswith=unit.path) | Exists(today.filter(unit__path__startswith=unit.path))
    rows = Account.objects.filter(mine, user__is_active=True, merged_into=None)
    if unit.kind == UnitKind.PROVINCE:
        for district in districts_of(unit):
            rows = rows.exclude(home__path__startswith=district.path)
    return rows.select_related("user", "home__parent").order_by("user__name_sort", "pk")


def districts_of(province: Unit) -> list[Unit]:
    """The districts of today."""
    return list(Unit.objects.filter(kind=UnitKind.DISTRICT, parent=province).on(clock.today()))


def progress_of(province: Unit) -> Progress:
    """How far the districts and the province itself are with the newest call."""
    call = CertificationCall.objects.filter(province=province).first()
    answers = (
        {one.unit_id: one for one in call.answers.select_related("confirmed_by")} if call is not None else {}
    )
    return Progress(call, [*districts_of(province), province], answers)


def waits_for(user: Any) -> list[tuple[CertificationCall, Unit]]:
    """Lists that the person has still to confirm: the newest call of the province, each of their units."""
    units = Unit.objects.filter(pk__in=certifies_for(user)).select_related("parent") if user.pk else []
    found = []
    for unit in units:
        call = CertificationCall.objects.filter(province=int(unit.path.split("/")[1])).first()
        if call is not None and not call.answers.filter(unit=unit).exists():
            found.append((call, unit))
    return found


def is_due_again(province: Unit, day: date) -> bool:
    """Whether a season has passed since the lists were last asked for, or since the first role was given."""
    newest = (
        CertificationCall.objects.filter(province=province).values_list("called_on", flat=True).first()
        or UnitRole.objects.filter(unit__path__startswith=province.path)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
        .first()
    )
    return newest is not None and newest + A_YEAR < day
