"""What is typed to prepare a meeting and its agenda."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer_rows
from councils.enums import LEADING, Office
from councils.forms.meetings import name_and_office
from councils.models import Council, CouncilMember, Meeting
from councils.selectors.agenda import group_label, in_plan_order, nominee_line
from councils.services.meetings import Particulars
from criteria.engine import Plan
from nominations.models import Dossier
from registry.forms import DayInput, PlainForm

MOST_ITEMS = 200
MOVED = _("{name} is now item {place} of {count}. Save the agenda to keep it.")
BY_PLAN_NOW = _("The agenda now follows the plan's order. Save it to keep it.")
NOT_TICKED = _("Tick the dossier first: only items on the agenda have a place.")
"""What is said after a move, by the page and by its script."""


class MeetingForm(PlainForm):
    """When and where, who leads, who keeps the record."""

    title = forms.CharField(label=_("Title"), max_length=200)
    held_on = DayField(label=_("Day"), widget=DayInput())
    starts_at = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Place"), max_length=200)
    chair = forms.ModelChoiceField(label=_("Led by"), queryset=CouncilMember.objects.none())
    secretary = forms.ModelChoiceField(label=_("Record kept by"), queryset=CouncilMember.objects.none())
    tellers = forms.ModelMultipleChoiceField(
        label=_("Counting team"),
        queryset=CouncilMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without one the secretary counts. The chair does not count."),
    )

    def __init__(self, *args: Any, council: Council, meeting: Meeting | None = None, **kwargs: Any) -> None:
        seats = council.members.until(clock.today()).select_related("user")
        offices = {seat.office: seat.pk for seat in seats}
        initial: dict[str, Any] = {
            "chair": offices.get(Office.CHAIR),
            "secretary": offices.get(Office.SECRETARY),
        }
        if meeting is not None:
            initial = {name: getattr(meeting, name) for name in ("title", "held_on", "starts_at", "place")}
            initial |= {"chair": meeting.chair_id, "secretary": meeting.secretary_id}
            initial["tellers"] = list(meeting.tellers.values_list("member_id", flat=True))
        super().__init__(*args, initial=initial, **kwargs)
        offer_rows(self, "chair", seats.filter(office__in=LEADING))
        offer_rows(self, "secretary", seats)
        offer_rows(self, "tellers", seats, name_and_office)

    def particulars(self) -> Particulars:
        """What was typed, for the service."""
        return Particulars(**{**self.cleaned_data, "tellers": tuple(self.cleaned_data["tellers"])})


# What the buttons of the agenda's page ask for, beside the dossier: one place up or down, or all as the plan lists them.
UP, DOWN, BY_PLAN = "up", "down", "plan"


@dataclass(frozen=True)
class Rearranged:
    """The agenda in another order, not saved yet, and what is said of it."""

    chosen: list[Dossier]
    rest: list[Dossier]
    said: str


class AgendaForm(forms.Form):
    """Which dossiers stand on the agenda, and in which order.

    One checkbox and one number a dossier; a missing number goes last, equal ones keep the list's order. Those that are
    not chosen are listed as the plan lists awards and kinds of nominees.
    """

    def __init__(
        self, *args: Any, plan: Plan, chosen: list[Dossier], eligible: list[Dossier], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._plan = plan
        self.choosable = [*chosen, *in_plan_order(plan, eligible)]
        for place, dossier in enumerate(self.choosable, start=1):
            is_chosen = place <= len(chosen)
            self.fields[f"on-{dossier.pk}"] = forms.BooleanField(
                label=_("Put dossier %(code)s on the agenda") % {"code": dossier.code},
                required=False,
                initial=is_chosen,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.fields[f"place-{dossier.pk}"] = forms.IntegerField(
                label=_("Place of dossier %(code)s on the agenda") % {"code": dossier.code},
                required=False,
                min_value=1,
                max_value=MOST_ITEMS,
                initial=place if is_chosen else None,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each dossier with its two fields, as the page lists them; `starts_group` where award or kind changes."""
        ranks = {dossier.pk: rank for rank, dossier in enumerate(in_plan_order(self._plan, self.choosable))}
        rows: list[dict[str, Any]] = []
        for dossier in self.choosable:
            group = group_label(self._plan, dossier)
            rows.append(
                {
                    "dossier": dossier,
                    "name": nominee_line(dossier),
                    "on": self[f"on-{dossier.pk}"],
                    "place": self[f"place-{dossier.pk}"],
                    "up": f"{UP}-{dossier.pk}",
                    "down": f"{DOWN}-{dossier.pk}",
                    "rank": ranks[dossier.pk],
                    "group": group,
                    "starts_group": not rows or rows[-1]["group"] != group,
                }
            )
        return rows

    def dossiers(self) -> list[Dossier]:
        """The chosen dossiers in order."""
        chosen = [dossier for dossier in self.choosable if self.cleaned_data[f"on-{dossier.pk}"]]
        return sorted(chosen, key=lambda dossier: self.cleaned_data[f"place-{dossier.pk}"] or MOST_ITEMS + 1)

    def rearranged(self, asked: str) -> Rearranged:
        """What was typed, in the order that a button asks for; what no button asks leaves the order as it is."""
        chosen = self.dossiers()
        rest = [dossier for dossier in self.choosable if dossier not in chosen]
        if asked == BY_PLAN:
            return Rearranged(in_plan_order(self._plan, chosen), rest, str(BY_PLAN_NOW))
        way, _between, pk = asked.partition("-")
        place = next((place for place, dossier in enumerate(chosen) if str(dossier.pk) == pk), None)
        if place is None or way not in {UP, DOWN}:
            return Rearranged(chosen, rest, str(NOT_TICKED))
        moved = chosen.pop(place)
        place = max(0, place - 1) if way == UP else min(len(chosen), place + 1)
        chosen.insert(place, moved)
        said = str(MOVED).format(name=nominee_line(moved), place=place + 1, count=len(chosen))
        return Rearranged(chosen, rest, said)
