"""What is typed around councils and votes. Forms parse; services decide."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from core.models import User
from councils.enums import CASTABLE, LEADING, MOST_ON_A_PAPER, PASSED_ON, Office
from councils.models import AgendaItem, Council, CouncilMember, Declaration, Meeting
from councils.offices import who_may_hold
from councils.records import CONCLUSION, NoteSlot
from councils.roll import RollLine
from councils.selectors import (
    AgendaRow,
    PaperChoices,
    PaperCount,
    award_label,
    group_label,
    in_plan_order,
    nominee_line,
)
from councils.services.batches import Totals
from councils.services.interests import Answer
from councils.services.meetings import Particulars
from councils.services.records import CONCLUSION_LENGTH, NOTE_LENGTH, NotesChanged, TypedNote
from criteria.engine import Plan
from nominations.models import Dossier, Movement
from registry.enums import UnitKind
from registry.forms import DayInput, PlainForm
from registry.models import Unit
from registry.scopes import belongs_elsewhere

MOST_ITEMS = 200
MOVED = _("{name} is now item {place} of {count}. Save the agenda to keep it.")
BY_PLAN_NOW = _("The agenda now follows the plan's order. Save it to keep it.")
NOT_TICKED = _("Tick the dossier first: only items on the agenda have a place.")
"""What is said after a move, by the page and by its script."""
MOST_PAPERS = 999


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

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Unit.objects.visible_to(user).on(clock.today())
        offer_rows(self, "unit", bodies.filter(kind__in=(UnitKind.PROVINCE, UnitKind.AGENCY)))
        offer_rows(self, "movement", Movement.objects.visible_to(user))


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
        offer(self, "award", [(award, award_label(plan, award)) for award in plan.awards])


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
        offer_rows(self, "tellers", seats, _name_and_office)

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
            offer_rows(self, name, who_may_hold(meeting).select_related("user"), _name_and_office)
        counting = CouncilMember.objects.filter(counted__meeting=meeting, counted__released_at=None)
        counting = counting.select_related("user")
        offer_rows(self, "instead_of", counting, _name_and_office)


def _name_and_office(member: CouncilMember) -> str:
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


class AdjournForm(PlainForm):
    """Why the meeting stops, and when it goes on."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    resumes_on = DayField(label=_("Goes on on"), widget=DayInput())
    resumes_at = forms.TimeField(
        label=_("At"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class ReasonForm(PlainForm):
    """Why something is done that the minutes tell."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ConclusionForm(PlainForm):
    """What the meeting concluded."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )


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
                offer_rows(self, name, known.select_related("user"), _name_and_office)
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
