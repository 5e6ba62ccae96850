"""What is typed for the records of a meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import offer_rows
from councils.models import CouncilMember, Meeting
from councils.records import CONCLUSION, NoteSlot, may_stand_in, places_to_sign
from councils.selectors.agenda import nominee_line
from councils.selectors.voting import award_label
from councils.services.records import CONCLUSION_LENGTH, NOTE_LENGTH, NotesChanged, TypedNote
from criteria.engine import Plan
from registry.forms import PlainForm


class NotesForm(PlainForm):
    """What the secretary writes for the minutes: a text for each item, each award, and the meeting's conclusion.

    Beside each text travels the mark of what stood there when the page was asked for, so that a save from another window
    is noticed and not written over.
    """

    def __init__(self, data: Any = None, *, slots: list[NoteSlot], plan: Plan) -> None:
        super().__init__(data)
        self._slots = slots
        self._plan = plan
        self._saved: dict[str, NoteSlot] = {}
        for slot in slots:
            limit = CONCLUSION_LENGTH if slot.key == CONCLUSION else NOTE_LENGTH
            self.fields[slot.key] = forms.CharField(
                label=self._label(slot),
                max_length=limit,
                required=slot.key == CONCLUSION,
                initial=slot.text,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[_mark_name(slot)] = forms.CharField(
                max_length=16, required=False, initial=slot.mark, widget=forms.HiddenInput
            )

    def _label(self, slot: NoteSlot) -> str:
        if slot.item is not None:
            return _("Item %(position)s: %(nominee)s") % {
                "position": slot.item.position,
                "nominee": nominee_line(slot.item.dossier),
            }
        return award_label(self._plan, slot.award) if slot.award else str(_("Conclusion"))

    def rows(self) -> list[dict[str, Any]]:
        """Each place with its fields, and the text that another window saved there meanwhile, if one did."""
        return [
            {
                "slot": slot,
                "field": self[slot.key],
                "mark": self[_mark_name(slot)],
                "saved": self._saved.get(slot.key),
            }
            for slot in self._slots
        ]

    def typed(self) -> list[TypedNote]:
        """What was typed, for the service."""
        return [
            TypedNote(slot.key, self.cleaned_data[slot.key], self.cleaned_data[_mark_name(slot)])
            for slot in self._slots
        ]

    def show_saved(self, refusal: NotesChanged) -> None:
        """Show what was saved meanwhile beside what was typed; another save is then made in knowledge of it."""
        self._saved = {slot.key: slot for slot in refusal.slots}
        newer = {_mark_name(slot): slot.mark for slot in refusal.slots}
        self.data = {**self.data.dict(), **newer}  # type: ignore[attr-defined]


def _mark_name(slot: NoteSlot) -> str:
    return f"{slot.key}-before"


class CountingHeadForm(PlainForm):
    """Which of the counting team heads it."""

    member = forms.ModelChoiceField(
        label=_("Head of the counting team"), queryset=CouncilMember.objects.none()
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counting = CouncilMember.objects.filter(counted__meeting=meeting, counted__released_at=None)
        offer_rows(self, "member", counting.select_related("user"))


class StandInForm(PlainForm):
    """Who signs the records of a closed meeting in whose place, and why."""

    place = forms.ChoiceField(label=_("Who cannot sign"))
    member = forms.ModelChoiceField(
        label=_("Who signs instead"),
        queryset=CouncilMember.objects.none(),
        help_text=_("A member who was at the meeting and signs in no other place."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the records, with both names."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signing = places_to_sign(meeting).items()
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (office.value, f"{member} · {office.label}") for office, member in signing
        ]
        offer_rows(self, "member", may_stand_in(meeting))
