"""Papers: the one that a member casts, and those that two people type in."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import offer_rows
from councils.enums import CASTABLE, MOST_ON_A_PAPER
from councils.forms.meetings import name_and_office
from councils.models import CouncilMember
from councils.papers import PaperChoices, PaperCount
from councils.services.batches import Totals
from registry.forms import PlainForm

MOST_PAPERS = 999


class PaperSeatsForm(PlainForm):
    """Who votes on an item on paper: members who are here, and absent ones whose envelope came."""

    paper = forms.ModelMultipleChoiceField(
        label=_("Members present who vote on paper"),
        queryset=CouncilMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Their ballot on a device is good no more; the counting team hands them a paper."),
    )
    written = forms.ModelMultipleChoiceField(
        label=_("Absent members whose written opinion came"),
        queryset=CouncilMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The envelope stays shut until the counting team opens it. That it came is no secret."),
    )
    also_waiting = forms.BooleanField(
        label=_("The same for all items that wait for their poll"), required=False
    )

    def __init__(self, *args: Any, choices: PaperChoices, **kwargs: Any) -> None:
        groups = {"paper": choices.here, "written": choices.absent}
        initial = {
            name: [seat.pk for seat in seats if choices.kinds.get(seat.pk) == name]
            for name, seats in groups.items()
        }
        super().__init__(*args, initial=initial, **kwargs)
        for name, seats in groups.items():
            if seats:
                known = CouncilMember.objects.filter(pk__in=[seat.pk for seat in seats])
                offer_rows(self, name, known.select_related("user"), name_and_office)
            else:
                del self.fields[name]

    def named(self) -> dict[str, Any]:
        """What was ticked, for the service; nobody where there was nobody to tick."""
        typed = self.cleaned_data
        return {
            "paper": list(typed.get("paper", ())),
            "written": list(typed.get("written", ())),
            "also_waiting": typed["also_waiting"],
        }


def _total(label: Any) -> forms.IntegerField:
    # Nothing is offered from what was typed before: the second person types what they count.
    attrs = {"autocomplete": "off", "inputmode": "numeric"}
    return forms.IntegerField(
        label=label, min_value=0, max_value=MOST_PAPERS, widget=forms.NumberInput(attrs=attrs)
    )


class TotalsForm(PlainForm):
    """What the papers of a batch say; each total is typed, a nought too."""

    agree = _total(_("Agree"))
    disagree = _total(_("Disagree"))
    blank = _total(_("Blank ballots"))
    invalid = _total(_("Invalid ballots"))

    def totals(self) -> Totals:
        """What was typed, for the service."""
        return Totals(**{name: self.cleaned_data[name] for name in ("agree", "disagree", "blank", "invalid")})


class BatchForm(TotalsForm):
    """A batch of papers of one kind."""

    kind = forms.ChoiceField(
        label=_("Kind of papers"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of papers.")},
    )
    field_order = ("kind",)

    def __init__(self, *args: Any, counts: list[PaperCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(count.kind.value, count.kind.label) for count in counts]
        cast("forms.ChoiceField", self.fields["kind"]).choices = offered
        if len(offered) == 1:
            self.fields["kind"].initial = offered[0][0]


# One letter a choice: what a browser sends is of one length, whatever is chosen.
_PAPERS = {choice.value[0]: choice for choice in CASTABLE}
_TOKEN = re.compile(r"token(|-[0-9]{1,3})")


class PaperForm(forms.Form):
    """One paper with its tokens; nothing is chosen beforehand.

    A paper with one dossier has a token and a choice. One with several has them once for each, named by the item's
    position on the agenda: the address that takes a paper is asked by nobody, and knows no nominee.
    """

    def __init__(self, *args: Any, names: Sequence[str] = ("",), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        # What each dossier is, where the page may say it.
        self.about: dict[str, Any] = {}
        for name in names:
            self.fields[f"token{name}"] = forms.CharField(max_length=100, widget=forms.HiddenInput)
            self.fields[f"choice{name}"] = forms.TypedChoiceField(
                label=_("Your ballot on item %(position)s") % {"position": name[1:]}
                if name
                else _("Your ballot"),
                choices=[(letter, choice.label) for letter, choice in _PAPERS.items()],
                coerce=_PAPERS.__getitem__,
                widget=forms.RadioSelect,
                error_messages={"required": _("Nothing is chosen yet. Choose one, then cast your ballot.")},
            )

    @classmethod
    def sent(cls, posted: Mapping[str, Any]) -> Self:
        """The paper that a browser sent, with as many dossiers as it names."""
        found = [match[1] for key in posted if (match := _TOKEN.fullmatch(key))]
        return cls(posted, names=found[:MOST_ON_A_PAPER] or [""])

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Token and choice of each dossier as fields to draw, and what it is."""
        return [(self[f"token{name}"], self[f"choice{name}"], self.about.get(name)) for name in self.names]

    @property
    def lacks_a_choice(self) -> bool:
        """Whether a dossier has nothing chosen, or something that no paper says."""
        return any(f"choice{name}" in self.errors for name in self.names)

    def papers(self) -> list[dict[str, Any]]:
        """Token and choice of each dossier that came whole."""
        typed = self.cleaned_data
        return [
            {"token": typed[f"token{name}"], "choice": typed[f"choice{name}"]}
            for name in self.names
            if f"token{name}" in typed and f"choice{name}" in typed
        ]
