"""The two papers of a meeting that are signed off: who signs them, how far that is, and what stands in them still open."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import NotAllowed
from core.models import User
from core.permissions import allowed
from core.text import nfc
from councils.enums import MeetingOffice, MeetingStatus, PresenceKind, RecordKind
from councils.models import (
    AgendaItem,
    Attendance,
    CouncilMember,
    Meeting,
    MeetingNote,
    Reopening,
    Signature,
    StandIn,
    Teller,
)
from councils.permissions import check_can_keep_notes

CONCLUSION = "conclusion"
"""The key of the meeting's own conclusion among its notes."""


@dataclass(frozen=True)
class Place:
    """Where a record is signed: in which office, by whom, and the signature that stands there."""

    office: MeetingOffice
    member: CouncilMember | None
    """None while the counting team has no head."""
    signature: Signature | None
    stand_in: StandIn | None = None
    """Whose place it is, and why somebody else signs in it now."""
    told: StandIn | None = None
    """What the record says of that: whose word stands under it was named before they signed, or is named now."""


@dataclass(frozen=True)
class RecordState:
    """How far the signing of a record is. Versions count from 1; each reopening that was agreed to begins the next."""

    meeting: Meeting
    record: RecordKind
    version: int
    places: tuple[Place, ...]
    waiting: Reopening | None
    """The request to reopen this version that the other signer has not answered."""
    reopened: Reopening | None
    """What opened this version, and why; None for the first."""

    @property
    def is_frozen(self) -> bool:
        """Whether everybody who signs it has signed this version."""
        return all(place.signature for place in self.places)

    @property
    def is_begun(self) -> bool:
        """Whether anybody has signed this version."""
        return any(place.signature for place in self.places)

    @property
    def still_signing(self) -> list[Place]:
        return [place for place in self.places if not place.signature]

    def place_of(self, user: User) -> Place | None:
        """Where the person signs: none of those who do not."""
        return next(
            (place for place in self.places if place.member and place.member.user_id == user.pk), None
        )


def record_state(meeting: Meeting, record: RecordKind) -> RecordState:
    """The signing of a record as it stands, in five queries at most."""
    asked = list(
        meeting.reopenings.filter(record=record).select_related("asked_by__user", "settled_by__user")
    )
    agreed = [one for one in asked if one.is_agreed]
    version = len(agreed) + 1
    standing = meeting.signatures.filter(record=record, version=version, taken_back_at=None)
    by_place = {one.place: one for one in standing.select_related("member__user")}
    named = _named_by_place(meeting)
    return RecordState(
        meeting=meeting,
        record=record,
        version=version,
        places=tuple(
            _place(office, member, by_place.get(office), named[office])
            for office, member in _officers_who_sign(meeting, record)
        ),
        waiting=next((one for one in asked if one.is_agreed is None and one.version == version), None),
        reopened=max(agreed, key=lambda one: one.version, default=None),
    )


def _place(
    office: MeetingOffice, member: CouncilMember | None, signature: Signature | None, named: list[StandIn]
) -> Place:
    last = named[-1] if named else None
    # A signature is under what the record said then: who is named after it changes nothing in it.
    signed = [one for one in named if signature is None or one.member_id == signature.member_id]
    told = signed[-1] if signed else None
    return Place(office, last.member if last else member, signature, last, told)


def _named_by_place(meeting: Meeting) -> dict[str, list[StandIn]]:
    """Who was named in the place of another, by place, in order of time."""
    named: dict[str, list[StandIn]] = defaultdict(list)
    for one in meeting.stand_ins.select_related("member__user", "absent__user", "named_by"):
        named[one.place].append(one)
    return named


def stand_ins_of(meeting: Meeting) -> dict[str, StandIn]:
    """Who signs in the place of another, by place: the last that the leadership named."""
    return {place: named[-1] for place, named in _named_by_place(meeting).items()}


def signers_of(meeting: Meeting, record: RecordKind) -> dict[MeetingOffice, CouncilMember | None]:
    """Who signs a record: who wrote it, and the chair; or who was named in the place of one of them."""
    named = stand_ins_of(meeting)
    return {
        office: named[office].member if office in named else member
        for office, member in _officers_who_sign(meeting, record)
    }


def places_to_sign(meeting: Meeting) -> dict[MeetingOffice, CouncilMember]:
    """Who signs the records of a meeting, each place once."""
    signers = {**signers_of(meeting, RecordKind.MINUTES), **signers_of(meeting, RecordKind.COUNTING)}
    return {office: member for office, member in signers.items() if member is not None}


def officer_who_signs(meeting: Meeting, place: MeetingOffice) -> CouncilMember | None:
    """Whose place it is, whoever was named to sign in it."""
    for record in RecordKind:
        for office, member in _officers_who_sign(meeting, record):
            if office == place:
                return member
    return None


def may_stand_in(meeting: Meeting) -> QuerySet[CouncilMember]:
    """Members who can sign in another's place: they were there, sit on the council today, and sign in no place yet."""
    came = Attendance.objects.filter(meeting=meeting, events__kind=PresenceKind.CAME, events__struck_at=None)
    return (
        CouncilMember.objects.filter(pk__in=came.values("member"), user__is_active=True)
        .on(clock.today())
        .exclude(user__in=[member.user_id for member in places_to_sign(meeting).values()])
        .select_related("user")
    )


def _officers_who_sign(
    meeting: Meeting, record: RecordKind
) -> Iterator[tuple[MeetingOffice, CouncilMember | None]]:
    """The officers whose signatures make a record.

    The minutes are the secretary's. The count is the counting team's, for which its head signs; where no team was
    named the secretary counted. The chair signs both: neither counts nor keeps the record, so nobody signs in two places.
    """
    if record == RecordKind.MINUTES or not has_tellers(meeting):
        yield MeetingOffice.SECRETARY, meeting.secretary
    else:
        yield MeetingOffice.TELLER, head_of_tellers(meeting)
    yield MeetingOffice.CHAIR, meeting.chair


def has_tellers(meeting: Meeting) -> bool:
    """Whether anybody is on the counting team now."""
    return meeting.tellers.filter(released_at=None).exists()


def head_of_tellers(meeting: Meeting) -> CouncilMember | None:
    """Who heads the counting team: who was named, or its only member; None while several count and none is named."""
    team = list(meeting.tellers.filter(released_at=None).select_related("member__user"))
    if len(team) == 1:
        return team[0].member
    return next((teller.member for teller in team if teller.is_head), None)


def counting_team(meeting: Meeting) -> list[Teller]:
    """Everybody who was on the counting team, its head first; who was released stands in it with the time."""
    head = head_of_tellers(meeting)
    team = meeting.tellers.select_related("member__user").order_by("member__name_sort", "named_at", "pk")
    return sorted(team, key=lambda teller: (teller.released_at is not None, teller.member != head))


def check_is_closed(meeting: Meeting) -> None:
    """Records are signed when the meeting is over: before that they still grow."""
    if meeting.status != MeetingStatus.CLOSED:
        raise NotAllowed(
            _("The meeting is not closed, so its records cannot be signed yet."),
            _("The chair closes the meeting when all votes are counted."),
        )


def check_can_sign(actor: User, state: RecordState) -> Place:
    """Where the person signs now. Raises NotAllowed with who signs, or why nothing is left to sign."""
    check_is_closed(state.meeting)
    place = state.place_of(actor)
    if place is None:
        headless = any(one.member is None for one in state.places)
        raise NotAllowed(
            _("“%(record)s” is signed by: %(people)s.")
            % {"record": state.record.label, "people": signers_in_words(state)},
            _("The chair or the secretary names the head of the counting team on the page “Offices” first.")
            if headless
            else _("Ask one of them. For who cannot sign any more the leadership names somebody else."),
        )
    if place.signature is not None and place.signature.member_id != getattr(place.member, "pk", None):
        raise NotAllowed(
            _("%(person)s signed this version in this place before you were named to it.")
            % {"person": place.signature.member}
        )
    if place.signature is not None:
        raise NotAllowed(_("You have signed this version already."))
    return place


@dataclass(frozen=True)
class WaitingRecord:
    """A record that waits for one person: half signed, or asked to be reopened."""

    meeting: Meeting
    record: RecordKind
    is_reopening: bool


def records_waiting_for(user: User) -> list[WaitingRecord]:
    """Records that another has signed and the person has not, and requests of the other signer, in three queries."""
    own = Meeting.objects.filter(
        Q(chair__user=user)
        | Q(secretary__user=user)
        | Q(pk__in=Teller.objects.filter(member__user=user, released_at=None).values("meeting"))
        | Q(pk__in=StandIn.objects.filter(member__user=user).values("meeting"))
    )
    standing = Signature.objects.filter(meeting__in=own.values("pk"), taken_back_at=None)
    half = (
        standing.order_by()
        .values("meeting", "record", "version")
        .annotate(signed=Count("pk"), mine=Count("pk", filter=Q(member__user=user)))
        .filter(signed=1, mine=0)
    )
    asked = Reopening.objects.filter(meeting__in=own.values("pk"), is_agreed=None).exclude(
        asked_by__user=user
    )
    keys = [(row["meeting"], row["record"], False) for row in half]
    keys += [(one.meeting_id, one.record, True) for one in asked]
    meetings = own.select_related("chair__user", "secretary__user").in_bulk({key[0] for key in keys})
    found = [
        WaitingRecord(meetings[pk], RecordKind(record), is_reopening) for pk, record, is_reopening in keys
    ]
    # Who is on the counting team and does not head it, or keeps the minutes alone, signs one of the two.
    return [one for one in found if _signs(one, user)]


def _signs(waiting: WaitingRecord, user: User) -> bool:
    signers = signers_of(waiting.meeting, waiting.record)
    return any(member is not None and member.user_id == user.pk for member in signers.values())


def signers_in_words(state: RecordState) -> str:
    """Who signs a record, each with the office."""
    return ", ".join(
        f"{place.member or _('nobody named yet')} ({place.office.label})" for place in state.places
    )


def check_notes_are_open(meeting: Meeting) -> None:
    """Notes are written while the meeting runs and after it, until somebody signs the minutes.

    Raises NotAllowed before the meeting opened, and from the first signature on.
    """
    if meeting.status == MeetingStatus.PLANNED:
        raise NotAllowed(
            _("The meeting has not been opened, so there is nothing to note yet."),
            _("The chair opens it first."),
        )
    state = record_state(meeting, RecordKind.MINUTES)
    signed = next((place.signature for place in state.places if place.signature), None)
    if signed is None:
        return
    raise NotAllowed(
        _("%(person)s has signed the minutes, so their notes and conclusions stand as they are.")
        % {"person": signed.member},
        _("Both who signed can reopen the minutes with a reason, on the page of the minutes.")
        if state.is_frozen
        else _("Until the other has signed, the signature can be taken back on the page of the minutes."),
    )


def may_keep_notes(user: User, meeting: Meeting) -> bool:
    """Whether the person may write notes now; of a meeting in session that is told without asking the database."""
    if not allowed(check_can_keep_notes, user, meeting) or meeting.status == MeetingStatus.PLANNED:
        return False
    return meeting.status == MeetingStatus.OPEN or allowed(check_notes_are_open, meeting)


@dataclass(frozen=True)
class NoteSlot:
    """One place for a note: of an item, of an award, or the meeting's conclusion; with what stands there."""

    key: str
    """`item-12`, `award-province_certificate`, or `conclusion`: the name of its field."""
    item: AgendaItem | None
    award: str
    text: str
    changed_by: User | None
    changed_at: datetime | None

    @property
    def mark(self) -> str:
        """Of the text that stands: who saves says which text they had before them."""
        return mark_of(self.text)


def note_slots(meeting: Meeting) -> list[NoteSlot]:
    """Every note that the minutes have room for: items in agenda order, awards in theirs, the conclusion once there is one."""
    notes = list(meeting.notes.select_related("changed_by"))
    by_item = {note.item_id: note for note in notes if note.item_id}
    by_award = {note.award: note for note in notes if note.award}
    items = list(items_in_order(meeting))
    slots = [_slot(f"item-{item.pk}", by_item.get(item.pk), item=item) for item in items]
    awards = dict.fromkeys(item.dossier.award for item in items)
    slots += [_slot(f"award-{award}", by_award.get(award), award=award) for award in awards]
    if meeting.status == MeetingStatus.CLOSED:
        slots.append(NoteSlot(CONCLUSION, None, "", tidy_note(meeting.conclusion), None, None))
    return slots


def items_in_order(meeting: Meeting) -> list[AgendaItem]:
    """The agenda with its nominees, as notes name them."""
    rows = meeting.items.select_related(
        "dossier__nominee_unit__parent",
        "dossier__nominee_household__unit__parent",
        "dossier__nominee_individual__unit__parent",
    )
    return list(rows.order_by("position", "pk"))


def _slot(key: str, note: MeetingNote | None, *, item: AgendaItem | None = None, award: str = "") -> NoteSlot:
    if note is None:
        return NoteSlot(key, item, award, "", None, None)
    return NoteSlot(key, item, award, note.text, note.changed_by, note.changed_at)


def tidy_note(text: str) -> str:
    """A note as it is kept: one kind of line end, no blanks at its ends."""
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def mark_of(text: str) -> str:
    """A short mark that another text does not have."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
