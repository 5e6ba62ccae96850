"""The form by which a unit goes through its list of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from registry.forms.plain import PlainForm
from registry.models import Account
from registry.services.certification import PersonAnswer

RIGHT, LEFT = "right", "left"


class ListForm(PlainForm):
    """For each person: still right, or no longer with a note."""

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = accounts
        for one in accounts:
            self.fields[f"is-{one.pk}"] = forms.ChoiceField(
                label=str(one.user),
                choices=[(RIGHT, _("still right")), (LEFT, _("no longer"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one for %(person)s.") % {"person": one.user}},
            )
            self.fields[f"note-{one.pk}"] = forms.CharField(
                label=_("Note on %(person)s") % {"person": one.user}, max_length=200, required=False
            )

    def fields_of(self, account: Account) -> dict[str, forms.BoundField]:
        """The two fields of one person."""
        return {"is": self[f"is-{account.pk}"], "note": self[f"note-{account.pk}"]}

    @property
    def answers(self) -> dict[int, PersonAnswer]:
        """What is said of each person, by the key of the account."""
        said = self.cleaned_data
        return {
            one.pk: PersonAnswer(said[f"is-{one.pk}"] == RIGHT, said[f"note-{one.pk}"])
            for one in self.accounts
        }
