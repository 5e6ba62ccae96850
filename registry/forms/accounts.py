"""Forms of accounts, roles and one-time codes: they parse and check what was typed; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from core.person_facts import MOST_EMAIL
from registry.enums import AccountState, Role, UnitKind
from registry.forms.plain import DayInput, PlainForm, UnitChoiceField
from registry.models import Account, Unit
from registry.scopes import provinces_of, under
from registry.services.accounts import AccountFacts
from registry.services.papers import PaperGiven


def units_kept(user: Any) -> Any:
    """Units of today in the provinces whose accounts the person keeps; villages have no officers."""
    units = Unit.objects.filter(under(provinces_of(user, Role.ADMINISTRATOR))).on(clock.today())
    return units.exclude(kind=UnitKind.VILLAGE).select_related("parent").order_by("name_sort", "pk")


class PaperForm(PlainForm):
    """The paper that decides: number, day, and its PDF where there is one."""

    decision_number = forms.CharField(
        label=_("Number of the deciding paper"), max_length=60, help_text=_("Such as 12/QĐ-SLĐTBXH.")
    )
    decided_on = DayField(label=_("Dated"), widget=DayInput)
    decision_file = forms.FileField(
        label=_("File of the paper"),
        required=False,
        help_text=_("PDF."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )

    @property
    def paper(self) -> PaperGiven:
        """The paper as services take it."""
        said = self.cleaned_data
        return PaperGiven(said["decision_number"], said["decided_on"], said.get("decision_file"))


class AccountFilterForm(forms.Form):
    """What the list of people is narrowed by."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(label=_("Standing"), required=False)
    unit = UnitChoiceField(Unit.objects.none(), label=_("District"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, districts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", [("", _("All")), *Role.choices])
        states = [one for one in AccountState.choices if one[0] != AccountState.OPEN]
        offer(self, "state", [("", _("All")), *states])
        offer_rows(self, "unit", districts)


class AccountForm(PlainForm):
    """What is recorded of a person who signs in."""

    full_name = forms.CharField(label=_("Full name"), max_length=120)
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,59}$",
        max_length=60,
        label=_("Account name"),
        help_text=_("What the person types to sign in: small letters without marks, digits, dots, hyphens."),
        error_messages={
            "invalid": _(
                "Use small letters without marks, digits, dots and hyphens, three or more: xa.phandien."
            )
        },
    )
    home = UnitChoiceField(Unit.objects.none(), label=_("Works at"), empty_label=_("Choose"))
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=MOST_EMAIL,
        required=False,
        help_text=_("One-time links go there. Without one, slips are printed and handed over."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "home", units_kept(user))

    @property
    def facts(self) -> AccountFacts:
        """The facts as services take them."""
        said = self.cleaned_data
        return AccountFacts(
            username=said["username"],
            full_name=said["full_name"],
            home=said["home"],
            position=said["position"],
            email=said["email"],
        )


def token_field() -> forms.CharField:
    """The installer's token, where nobody may act alone."""
    return forms.CharField(
        label=_("Installer's token"),
        max_length=40,
        help_text=_(
            "Whoever runs the machine makes one: manage.py installer_token. It opens one thing once."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AccountCorrectionForm(AccountForm):
    """The same facts, with the installer's token where a holder of a role at the province gets another address."""

    def __init__(self, *args: Any, account: Account, takes_token: bool, **kwargs: Any) -> None:
        user = account.user
        kwargs["initial"] = {
            "full_name": user.full_name,
            "username": user.username,
            "home": account.home_id,
            "position": user.position,
            "email": user.email,
        }
        super().__init__(*args, **kwargs)
        if takes_token:
            self.fields["token"] = token_field()
            self.fields["token"].required = False
            self.fields["token"].help_text = _("Needed only where the e-mail address changes.")


class RoleForm(PaperForm):
    """Which role, at which unit, from when, until when if that is known, by which paper."""

    field_order = ("role", "unit", "starts_on", "ends_on")

    role = forms.ChoiceField(label=_("Role"))
    unit = UnitChoiceField(Unit.objects.none(), label=_("For the unit"), empty_label=_("Choose"))
    starts_on = DayField(label=_("From"), widget=DayInput, initial=clock.today)
    ends_on = DayField(
        label=_("Until"),
        required=False,
        widget=DayInput,
        help_text=_("Leave it empty while it is not known."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", [("", _("Choose")), *Role.choices])
        offer_rows(self, "unit", units_kept(user))


class RoleEndForm(PaperForm):
    """The last day of a role, by which paper."""

    field_order = ("ends_on",)

    ends_on = DayField(
        label=_("Last day"),
        widget=DayInput,
        initial=clock.today,
        help_text=_("A role that has not begun is taken back by a day before it begins."),
    )


class FirstLeadForm(PaperForm):
    """The first lead: who, at which body, by which paper, and the installer's token."""

    field_order = ("account", "unit", "starts_on", "decision_number", "decided_on", "decision_file", "token")

    account = forms.ModelChoiceField(Account.objects.none(), label=_("Person"), empty_label=_("Choose"))
    unit = UnitChoiceField(Unit.objects.none(), label=_("For the unit"), empty_label=_("Choose"))
    starts_on = DayField(label=_("From"), widget=DayInput, initial=clock.today)
    token = token_field()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Account.objects.kept_by(user).filter(merged_into=None, user__is_active=True)
        offer_rows(self, "account", people.exclude(pk=user.pk).select_related("user"))
        kinds = (UnitKind.PROVINCE, UnitKind.AGENCY)
        offer_rows(self, "unit", units_kept(user).filter(kind__in=kinds))


class OtherAccountForm(PaperForm):
    """Another account of the province, and a paper."""

    other = forms.ModelChoiceField(Account.objects.none(), empty_label=_("Choose"))

    field_order: tuple[str, ...] = ("other",)

    def __init__(self, *args: Any, user: Any, account: Account, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Account.objects.kept_by(user).filter(merged_into=None, user__is_active=True)
        people = people.exclude(pk__in=(account.pk, user.pk)).select_related("user")
        offer_rows(self, "other", people.order_by("user__name_sort", "pk"))
        self.fields["other"].label = label


class HandOverForm(OtherAccountForm):
    """Who succeeds from which day."""

    field_order = ("other", "on")

    on = DayField(
        label=_("On"),
        widget=DayInput,
        initial=clock.today,
        help_text=_("The first day of the successor."),
    )


class ReasonForm(PlainForm):
    """Why, in a sentence."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class TokenForm(PlainForm):
    """The installer's token alone."""

    token = token_field()


class CallForm(PlainForm):
    """Until when the lists of people are to be confirmed."""

    due_on = DayField(label=_("Confirm until"), widget=DayInput)


class OneTimeCodeForm(PlainForm):
    """Account name, the code of the link or slip, and the password that the person chooses."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("As it stands on the slip; capitals and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = " ".join(str(text) for text in password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Both passwords are one."""
        said = super().clean() or self.cleaned_data
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", _("The two passwords differ. Type both again."))
        return said
