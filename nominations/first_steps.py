"""The steps of a first day that belong to nominations: movement with its plan, round, review years."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.first_steps import Standing, Step, register_step
from nominations.enums import RoundStatus
from nominations.models import AwardRound, Movement
from registry.enums import ROLE_CONFIRMERS
from registry.models import PovertyReview
from registry.scopes import provinces_of


def install() -> None:
    """Hand the steps to the page."""
    register_step(Step(gettext_lazy("Movement and its plan"), 40, movement_standing))
    register_step(Step(gettext_lazy("Award round"), 50, round_standing))
    register_step(Step(gettext_lazy("Review years"), 70, reviews_standing))


def movements_of(user: Any) -> list[Movement]:
    """Movements that run in the person's province today; one without a province runs in the only one."""
    provinces = [int(path.strip("/")) for path in provinces_of(user, *ROLE_CONFIRMERS)]
    year = clock.today().year
    rows = Movement.objects.filter(starts_in__lte=year, is_invented=False)
    return [one for one in rows if one.unit_id is None or one.unit_id in provinces]


def movement_standing(user: Any) -> Standing:
    """Whether a movement runs, by which plan."""
    movements = movements_of(user)
    url = reverse("nominations:movements")
    if not movements:
        return Standing(
            False, _("No movement runs in the province; the leadership starts it from its plan."), url
        )
    return Standing(True, "; ".join(one.name for one in movements), url)


def round_standing(user: Any) -> Standing:
    """Whether a round of the movement was opened."""
    rounds = list(AwardRound.objects.filter(movement__in=movements_of(user)))
    url = reverse("nominations:rounds")
    if not rounds:
        return Standing(False, _("No round was opened yet."), url)
    open_now = [str(one) for one in rounds if one.status == RoundStatus.OPEN]
    words = (
        "; ".join(open_now)
        if open_now
        else _("No round is open now; %(last)s was the last.") % {"last": rounds[0]}
    )
    return Standing(True, words, url)


def reviews_standing(user: Any) -> Standing:
    """Whether the register has figures of every year-end that the movement has seen."""
    movements = movements_of(user)
    provinces = provinces_of(user, *ROLE_CONFIRMERS)
    if not movements or not provinces:
        return Standing(False, _("Begins with the movement."), reverse("registry:reviews"))
    first = min(one.starts_in for one in movements)
    last = min(max(one.ends_in for one in movements), clock.today().year - 1)
    needed = set(range(first, last + 1))
    rows = PovertyReview.objects.filter(unit__path__startswith=provinces[0], year__in=needed)
    lacking = sorted(needed - set(rows.values_list("year", flat=True).distinct()))
    if lacking:
        years = ", ".join(str(year) for year in lacking)
        return Standing(False, _("No figures of %(years)s.") % {"years": years}, reverse("registry:reviews"))
    return Standing(True, _("Figures of every year are there."), reverse("registry:reviews"))
