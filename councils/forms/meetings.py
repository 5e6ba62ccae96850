"""What is typed while a meeting runs: roll, interests, offices, polls, adjournment."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, offer_rows
from councils.enums import PASSED_ON
from councils.models import AgendaItem, CouncilMember, Declaration, Meeting
from councils.offices import who_may_hold
from councils.roll import RollLine
from councils.selectors.agenda import AgendaRow
from councils.services.interests import Answer
from registry.forms import DayInput, PlainForm


class RollForm(PlainForm):
    """Who is there, who has leave, and since when."""

    present = forms.ModelMultipleChoiceField(
        label=_("Members present"), queryset=CouncilMember.objects.none(), required=False
    )
    excused = forms.ModelMultipleChoiceField(
        label=_("Absent with leave"), queryset=CouncilMember.objects.none(), required=False
    )
    at = forms.TimeField(
        label=_("Time of the changes"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("When somebody came or left; empty means now."),
    )

    def __init__(self, *args: Any, lines: list[RollLine], **kwargs: Any) -> None:
        initial = {
            "present": [line.member.pk for line in lines if line.is_here],
            "excused": [line.member.pk for line in lines if line.is_excused],
        }
        super().__init__(*args, initial=initial, **kwargs)
        self._lines = lines
        seats = CouncilMember.objects.filter(pk__in=[line.member.pk for line in lines])
        for name in ("present", "excused"):
            offer_rows(self, name, seats)

    def rows(self) -> list[dict[str, Any]]:
        """Each line with what is ticked in it."""
        ticked = {name: {str(value) for value in self[name].value() or ()} for name in ("present", "excused")}
        return [
            {
                "line": line,
                "is_present": str(line.member.pk) in ticked["present"],
                "is_excused": str(line.member.pk) in ticked["excused"],
            }
            for line in self._lines
        ]

    def clean(self) -> dict[str, Any]:
        """Nobody is there and absent at once."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        both = set(typed.get("present") or ()) & set(typed.get("excused") or ())
        if both:
            self.add_error(
                None,
                _("%(people)s cannot be present and absent with leave at once. Tick one of the two.")
                % {"people": ", ".join(sorted(str(seat) for seat in both))},
            )
        return typed


class DeclarationForm(PlainForm):
    """A member's declaration on all items that wait: one tick and one reason for each interest, none for the others.

    An interest that was declared is taken back by who keeps the record alone, with another reason: in the member's own
    form (`may_take_back` false) its item is only shown.
    """

    def __init__(
        self,
        *args: Any,
        rows: list[AgendaRow],
        known: Mapping[int, Declaration],
        may_take_back: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known = known
        stands = {pk for pk, one in known.items() if one.has_interest}
        self.standing = [(row, known[row.item.pk]) for row in rows if row.item.pk in stands]
        self._rows = [row for row in rows if may_take_back or row.item.pk not in stands]
        for row in self._rows:
            pk, words = row.item.pk, {"position": row.item.position, "nominee": row.nominee_line}
            self.fields[f"interest-{pk}"] = forms.BooleanField(
                label=_("I have an interest in item %(position)s, %(nominee)s") % words,
                required=False,
                initial=pk in stands,
            )
            self.fields[f"reason-{pk}"] = forms.CharField(
                label=_("Reason, if there is an interest in item %(position)s") % words,
                max_length=300,
                required=False,
                initial=known[pk].reason if pk in stands else "",
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each item with its two fields and what was declared of it."""
        return [
            {
                "row": row,
                "interest": self[f"interest-{row.item.pk}"],
                "reason": self[f"reason-{row.item.pk}"],
                "known": self._known.get(row.item.pk),
            }
            for row in self._rows
        ]

    def clean(self) -> dict[str, Any]:
        """An interest has a reason, and a reason belongs to an interest, or says why one is taken back."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self._rows:
            pk = row.item.pk
            is_ticked, reason = typed.get(f"interest-{pk}"), (typed.get(f"reason-{pk}") or "").strip()
            known = self._known.get(pk)
            if is_ticked and not reason:
                self.add_error(f"reason-{pk}", _("Say what joins the member to the nominee."))
            elif not is_ticked and known is not None and known.has_interest:
                if reason in ("", known.reason):
                    self.add_error(f"reason-{pk}", _("Say why the member has no interest after all."))
            elif not is_ticked and reason and not (known is not None and known.reason == reason):
                self.add_error(
                    f"interest-{pk}", _("A reason is written: tick the item, or empty the reason.")
                )
        return typed

    def answers(self) -> list[Answer]:
        """What was declared of each item, for the service."""
        return [
            Answer(
                row.item,
                has_interest=self.cleaned_data[f"interest-{row.item.pk}"],
                reason=self.cleaned_data[f"reason-{row.item.pk}"],
            )
            for row in self._rows
        ]


class RulingForm(PlainForm):
    """Whether a member takes part in an item in which the records suggest an interest, and why."""

    answer = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("out", _("Takes no part in this item")), ("in", _("Takes part: no interest"))],
        coerce=lambda value: value == "out",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PassingForm(PlainForm):
    """An office of the meeting for another member."""

    office = forms.ChoiceField(
        label=_("Duty"), choices=[(office.value, office.label) for office in PASSED_ON]
    )
    to_member = forms.ModelChoiceField(label=_("Goes to"), queryset=CouncilMember.objects.none())
    instead_of = forms.ModelChoiceField(
        label=_("Who leaves the counting team"),
        queryset=CouncilMember.objects.none(),
        required=False,
        help_text=_("Only for the counting team; empty when the person joins it."),
    )
    next_secretary = forms.ModelChoiceField(
        label=_("Who keeps the record then"),
        queryset=CouncilMember.objects.none(),
        required=False,
        help_text=_("Only when the secretary is to lead."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("to_member", "next_secretary"):
            offer_rows(self, name, who_may_hold(meeting).select_related("user"), name_and_office)
        counting = CouncilMember.objects.filter(counted__meeting=meeting, counted__released_at=None)
        counting = counting.select_related("user")
        offer_rows(self, "instead_of", counting, name_and_office)


def name_and_office(member: CouncilMember) -> str:
    """A member as lists offer them: name and office on the council."""
    return f"{member} · {member.get_office_display()}"


class PollsForm(PlainForm):
    """Which items stand on one paper, and until when the chair means to take ballots."""

    items = forms.ModelMultipleChoiceField(
        label=_("Items on the paper"),
        queryset=AgendaItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("No item is chosen. Choose at least one, then open the poll.")},
    )
    minutes = forms.IntegerField(
        label=_("Minutes to vote"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("Shown on all screens as a countdown; nothing closes by itself. Empty for none."),
    )

    def __init__(self, *args: Any, rows: Sequence[AgendaRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {row.item.pk: f"{row.item.position}. {row.nominee_line}" for row in rows}
        items = AgendaItem.objects.filter(pk__in=words).select_related(
            "meeting__chair__user", "meeting__council__movement", "dossier__award_round__movement"
        )
        offer_rows(self, "items", items, lambda item: words[item.pk])


class AnotherRoundForm(PollsForm):
    """Items on which another round is held, and why."""

    again_because = forms.CharField(
        label=_("Why another round is held"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as a tie at the last place, or more recommended than may be proposed."),
    )

    field_order = ("items", "again_because", "minutes")

    def __init__(self, *args: Any, auto_id: str = "again_%s", **kwargs: Any) -> None:
        # It stands on one page with the form for the first round, whose fields bear the same names.
        super().__init__(*args, auto_id=auto_id, **kwargs)


class EqualsForm(AnotherRoundForm):
    """Dossiers that are equal on the last place of a quota, all on one paper."""

    def __init__(
        self, *args: Any, rows: Sequence[AgendaRow], equals: Collection[int] = (), **kwargs: Any
    ) -> None:
        """`equals` are keys of dossiers that the order leaves equal on one last place: they come ticked."""
        ticked = [row.item.pk for row in rows if row.dossier.pk in equals]
        super().__init__(*args, rows=rows, initial={"items": ticked}, auto_id="equals_%s", **kwargs)
        self.fields["items"].label = _("Dossiers that are equal")
        self.fields["again_because"].label = _("Why the council votes once more")
        self.fields["again_because"].help_text = _("Such as: equal votes for the last place of a quota.")


class AdjournForm(PlainForm):
    """Why the meeting stops, and when it goes on."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    resumes_on = DayField(label=_("Goes on on"), widget=DayInput())
    resumes_at = forms.TimeField(
        label=_("At"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The reason for annulling a poll may be asked for on the same page.
        super().__init__(*args, auto_id="adjourn_%s", **kwargs)


class ReasonForm(PlainForm):
    """Why something is done that the minutes tell."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ConclusionForm(PlainForm):
    """What the meeting concluded."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ClosePollForm(PlainForm):
    """The chair's word that the poll ends."""

    without_the_rest = forms.BooleanField(
        label=_("Those who have not voted will not vote"),
        required=False,
        help_text=_(
            "Needed only while ballots are missing, and said by the chair. The secretary or the counting team agrees on "
            "their own page of the meeting first."
        ),
    )
