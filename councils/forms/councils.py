"""What is typed about councils, seats and their rules."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from core.models import User
from core.permissions import allowed
from councils.enums import Office, Serves
from councils.models import Council
from councils.permissions import check_can_set_up_council
from councils.querysets import units_kept_by
from councils.selectors.voting import award_label
from nominations.models import Movement
from registry.enums import UnitKind
from registry.forms import DayInput, PlainForm
from registry.models import Unit
from registry.scopes import belongs_elsewhere


class CouncilForm(PlainForm):
    """A new council."""

    name = forms.CharField(label=_("Name of the council"), max_length=200)
    unit = forms.ModelChoiceField(label=_("Set up by"), queryset=Unit.objects.none())
    movement = forms.ModelChoiceField(label=_("Movement"), queryset=Movement.objects.none())
    decision = forms.CharField(
        label=_("Decision"),
        max_length=160,
        required=False,
        help_text=_("Number and date of the decision, as written."),
    )
    serves = forms.ChoiceField(label=_("Votes for"), widget=forms.RadioSelect)

    field_order = ("name", "serves", "unit", "movement", "decision")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self._kinds = [kind for kind in Serves if allowed(check_can_set_up_council, user, None, kind)]
        units = Unit.objects.filter(pk__in=units_kept_by(user)).on(today)
        if self._kinds != [Serves.UNIT]:
            bodies = Unit.objects.visible_to(user).on(today)
            bodies = bodies.filter(kind__in=(UnitKind.PROVINCE, UnitKind.AGENCY))
            units = Unit.objects.filter(Q(pk__in=bodies.values("pk")) | Q(pk__in=units.values("pk")))
        offer(self, "serves", [(kind.value, kind.label) for kind in self._kinds])
        offer_rows(self, "unit", units)
        movements = Movement.objects.visible_to(user)
        offer_rows(self, "movement", movements)
        for name, rows in (("unit", units), ("movement", movements)):
            # Where there is one alone, nobody has to choose it.
            if len(known := list(rows[:2])) == 1:
                self.initial.setdefault(name, known[0].pk)
        if len(self._kinds) == 1:
            del self.fields["serves"]

    def clean(self) -> dict[str, Any]:
        """Whoever may set up councils of one kind alone is not asked which."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if len(self._kinds) == 1:
            typed["serves"] = self._kinds[0]
        return typed


class MemberForm(PlainForm):
    """A person's seat."""

    username = forms.CharField(
        label=_("Account name"), max_length=60, help_text=_("The name with which the person signs in.")
    )
    office = forms.ChoiceField(label=_("Office"), choices=Office, initial=Office.MEMBER)
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    starts_on = DayField(label=_("From"), widget=DayInput())
    decision = forms.CharField(
        label=_("Decision"),
        max_length=160,
        required=False,
        help_text=_("Number and date, as written; empty when it is the decision that set the council up."),
    )

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._home = council.unit.path

    def clean_username(self) -> User:
        """The person behind the account name; an account of another province is none here."""
        user = User.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()
        if user is None or belongs_elsewhere(user, self._home):
            raise forms.ValidationError(
                _(
                    "No active account has this name. Check the spelling, or ask the administrator to open one."
                )
            )
        return user


class SeatEndForm(PlainForm):
    """A seat's last day, with the decision that ends it."""

    ends_on = DayField(label=_("Last day"), widget=DayInput())
    decision = forms.CharField(
        label=_("Decision"), max_length=160, help_text=_("Number and date of the decision, as written.")
    )


class OfficeForm(PlainForm):
    """Another office for the same person, with the decision that gives it."""

    office = forms.ChoiceField(label=_("New office"), choices=Office)
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    starts_on = DayField(label=_("From"), widget=DayInput())
    decision = forms.CharField(
        label=_("Decision"), max_length=160, help_text=_("Number and date of the decision, as written.")
    )


class VotingRuleForm(PlainForm):
    """The council's own threshold for an award."""

    award = forms.ChoiceField(label=_("Award"))
    threshold = forms.IntegerField(
        label=_("Agreeing share needed, percent of all members"), min_value=1, max_value=100
    )
    starts_on = DayField(label=_("From"), widget=DayInput())
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Number, date and clause of the regulation.")
    )

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = council.movement.plan
        offered = [award.id for award in plan.awards.values() if award.is_offered]
        offer(self, "award", [(award, award_label(plan, award)) for award in offered])


class BaseRuleForm(PlainForm):
    """Who counts in the base of the council's votes."""

    recused_leave_base = forms.TypedChoiceField(
        label=_("Members with an interest in the nominee"),
        choices=[("no", _("stay in the base of all members")), ("yes", _("leave the base"))],
        coerce=lambda value: value == "yes",
    )
    starts_on = DayField(label=_("From"), widget=DayInput())
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Number, date and clause of the regulation.")
    )
