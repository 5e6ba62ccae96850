"""The step of a first day that belongs to councils."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.first_steps import Standing, Step, register_step
from core.permissions import allowed
from councils.enums import Office, Serves
from councils.models import Council, CouncilMember
from councils.permissions import check_can_set_up_council
from registry.enums import ROLE_CONFIRMERS
from registry.scopes import provinces_of, under


def install() -> None:
    """Hand the step to the page."""
    register_step(Step(gettext_lazy("Councils"), 60, councils_standing))


def councils_standing(user: Any) -> Standing:
    """Whether the province has a council with a chair and a secretary today."""
    here = under(provinces_of(user, *ROLE_CONFIRMERS), "unit__")
    councils = list(Council.objects.filter(here, serves=Serves.SELECTION))
    url = reverse("councils:list") if allowed(check_can_set_up_council, user) else ""
    if not councils:
        return Standing(False, _("No council is set up."), url)
    seats = CouncilMember.objects.filter(council__in=councils).on(clock.today())
    held = set(seats.values_list("council_id", "office"))
    lacking = [
        one.name for one in councils if not {(one.pk, Office.CHAIR), (one.pk, Office.SECRETARY)} <= held
    ]
    if lacking:
        return Standing(
            False, _("Without a chair or a secretary: %(names)s.") % {"names": "; ".join(lacking)}, url
        )
    return Standing(True, "; ".join(one.name for one in councils), url)
