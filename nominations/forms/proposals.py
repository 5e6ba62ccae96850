"""Forms of proposals, decisions and history: they parse and check; services write."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from nominations.forms.appraisal import NOTE_ROWS
from nominations.models import AwardRound, Movement, ProposalItem
from registry.forms import DayInput, PlainForm


def _past_day(day: Any) -> Any:
    if day > clock.today():
        raise forms.ValidationError(_("The day lies in the future."))
    return day


class ProposalStartForm(PlainForm):
    """Which round and award a new proposal is for."""

    award_round = forms.ModelChoiceField(
        label=_("Round"),
        queryset=AwardRound.objects.none(),
        empty_label=_("Choose a round"),
    )
    award = forms.ChoiceField(label=_("Award"))

    def __init__(self, *args: Any, awards: list[tuple[str, str]], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "award_round", AwardRound.objects.visible_to(user).select_related("movement"))
        offer(self, "award", [("", _("Choose an award")), *awards])


class AddForm(PlainForm):
    """Why dossiers are taken out of their turn, where any is."""

    out_of_turn = forms.CharField(
        label=_("Why others that go first are passed over"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed only when you leave somebody waiting who goes first; it stands on the list."),
    )


class ApproveForm(PlainForm):
    """The lead's approval; the note is needed when fewer are proposed than the plan expects."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": NOTE_ROWS}),
        help_text=_("Needed when fewer are proposed than the plan expects: say why."),
    )


class DecisionForm(PlainForm):
    """Number, day and issuer as they stand on the decision."""

    number = forms.CharField(label=_("Number of the decision"), max_length=60)
    decided_on = DayField(label=_("Day of the decision"), widget=DayInput())
    issuer = forms.CharField(label=_("Issuer"), max_length=200)
    file = forms.FileField(label=_("The decision as a file (PDF, DOCX, JPG, PNG)"), required=False)

    def clean_decided_on(self) -> Any:
        return _past_day(self.cleaned_data["decided_on"])


class ProposalDecisionForm(DecisionForm):
    """A decision on a proposal with its file: everything on the list is awarded but what is declined, each with its reason.

    `not_agreed` are those, by key, to which the provincial council did not agree: they come ticked.
    """

    def __init__(
        self, *args: Any, items: Sequence[ProposalItem], not_agreed: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = True
        self._items = items
        for item in items:
            words = {"nominee": item.dossier.nominee, "code": item.dossier.code}
            self.fields[f"declined-{item.dossier_id}"] = forms.BooleanField(
                label=_("Declined: %(nominee)s (%(code)s)") % words,
                required=False,
                initial=item.dossier_id in not_agreed,
            )
            self.fields[f"reason-{item.dossier_id}"] = forms.CharField(
                label=_("Why %(nominee)s was declined") % words,
                required=False,
                max_length=1000,
                initial=_("The provincial council did not agree.") if item.dossier_id in not_agreed else "",
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each item with its two fields."""
        return [
            {
                "item": item,
                "declined": self[f"declined-{item.dossier_id}"],
                "reason": self[f"reason-{item.dossier_id}"],
            }
            for item in self._items
        ]

    def clean(self) -> dict[str, Any]:
        """A declined dossier has a reason, and a reason belongs to a declined one."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self._items:
            is_declined = typed.get(f"declined-{item.dossier_id}")
            reason = (typed.get(f"reason-{item.dossier_id}") or "").strip()
            if is_declined and not reason:
                self.add_error(f"reason-{item.dossier_id}", _("Say why this dossier was declined."))
            elif reason and not is_declined:
                self.add_error(
                    f"declined-{item.dossier_id}",
                    _("A reason is written: tick the dossier, or empty the reason."),
                )
        return typed

    def declined(self) -> dict[int, str]:
        """The reasons of what was declined, by dossier."""
        return {
            item.dossier_id: self.cleaned_data[f"reason-{item.dossier_id}"]
            for item in self._items
            if self.cleaned_data[f"declined-{item.dossier_id}"]
        }


class IssuerDecisionForm(DecisionForm):
    """A commendation's decision by its issuer."""

    guidance_note = forms.CharField(
        label=_("How the issuer's guidance was followed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": NOTE_ROWS}),
    )

    def __init__(self, *args: Any, papers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paper_kinds = [kind for kind, _label in papers]
        for kind, name in papers:
            self.fields[f"paper_{kind}"] = forms.FileField(label=name, required=False)

    def papers(self) -> dict[str, Any]:
        """The papers handed in, by kind."""
        handed_in = {kind: self.cleaned_data.get(f"paper_{kind}") for kind in self.paper_kinds}
        return {kind: upload for kind, upload in handed_in.items() if upload}


class HistoryFilterForm(forms.Form):
    """What the history is narrowed by."""

    year = forms.TypedChoiceField(label=_("Round year"), required=False, coerce=int, empty_value=None)
    award = forms.ChoiceField(label=_("Award"), required=False)
    kind = forms.ChoiceField(
        label=_("Given to"),
        required=False,
        choices=[
            ("", _("Everybody")),
            ("unit", _("units")),
            ("household", _("households")),
            ("individual", _("individuals")),
        ],
    )
    q = forms.CharField(label=_("Name or decision number"), required=False, max_length=100)

    def __init__(self, *args: Any, years: list[int], awards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", [("", _("All years")), *[(str(year), str(year)) for year in years]])
        offer(self, "award", [("", _("All awards")), *awards])


class EarlierAwardForm(DecisionForm):
    """An award of earlier years, as its decision says; the nominee is chosen before."""

    award = forms.ChoiceField(label=_("Award"))
    movement = forms.ModelChoiceField(
        label=_("Movement"),
        queryset=Movement.objects.none(),
        required=False,
        empty_label=_("Outside every movement"),
    )
    round_year = forms.IntegerField(label=_("Round year"), min_value=1990, max_value=2100)
    field_order = ("award", "movement", "round_year", "number", "decided_on", "issuer")

    def __init__(self, *args: Any, awards: list[tuple[str, str]], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "award", [("", _("Choose an award")), *awards])
        offer_rows(self, "movement", Movement.objects.visible_to(user))
        del self.fields["file"]


class RevokeForm(PlainForm):
    """The decision that takes an award back."""

    number = forms.CharField(label=_("Number of the revoking decision"), max_length=60)
    revoked_on = DayField(label=_("Day of the revoking decision"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": NOTE_ROWS})
    )

    def clean_revoked_on(self) -> Any:
        return _past_day(self.cleaned_data["revoked_on"])
