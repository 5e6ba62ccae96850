"""Forms of movements and rounds: they parse and check; services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from criteria.engine import Plan
from criteria.selectors import lang
from nominations.enums import RoundKind
from nominations.forms.appraisal import NOTE_ROWS
from nominations.models import Movement
from registry.enums import Role, UnitKind
from registry.forms import DayInput, PlainForm
from registry.models import Unit
from registry.scopes import provinces_of, under


class MovementForm(PlainForm):
    """Which plan a movement follows, and which province runs it."""

    plan = forms.ChoiceField(label=_("Plan"))
    province = forms.ModelChoiceField(label=_("Run by"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: Any, plans: list[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = Unit.objects.filter(under(provinces_of(user, Role.LEAD)), kind=UnitKind.PROVINCE)
        offer_rows(self, "province", provinces.on(clock.today()))
        offer(self, "plan", [("", _("Choose a plan")), *[(plan.id, plan.title(lang())) for plan in plans]])


class RoundForm(PlainForm):
    """A round to open."""

    movement = forms.ModelChoiceField(label=_("Movement"), queryset=Movement.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=RoundKind.choices)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    opens_on = DayField(label=_("Opens on"), widget=DayInput())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "movement", Movement.objects.visible_to(user))


class ExtendForm(PlainForm):
    """A later last day for filing, with the decision that orders it."""

    last_day = DayField(label=_("New last day for filing"), widget=DayInput())
    paper = forms.CharField(
        label=_("Decision"), max_length=160, help_text=_("Number and date of the decision, as written.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": NOTE_ROWS})
    )


class ReopenForm(PlainForm):
    """Why a closed round opens again."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": NOTE_ROWS})
    )
