"""What is written for the records of a meeting, and signing them off: drafted until both have signed, then frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import MeetingOffice, RecordKind
from councils.events import Event
from councils.models import CouncilMember, Meeting, MeetingNote, Reopening, Signature, StandIn
from councils.permissions import check_can_keep_notes, check_can_name_counting_head, check_can_name_stand_in
from councils.records import (
    CONCLUSION,
    NoteSlot,
    check_can_sign,
    check_is_closed,
    check_notes_are_open,
    mark_of,
    may_stand_in,
    note_slots,
    officer_who_signs,
    places_to_sign,
    record_state,
    tidy_note,
)
from councils.services.locks import lock_meeting

NOTE_LENGTH = 5000
CONCLUSION_LENGTH = 10_000


@dataclass(frozen=True)
class TypedNote:
    """What was typed in one place, and the mark of the text that stood there when the page was asked for."""

    key: str
    text: str
    before: str


class NotesChanged(StaleState):
    """Somebody saved other texts in the same places meanwhile; nothing of this save was kept."""

    def __init__(self, slots: Sequence[NoteSlot]) -> None:
        super().__init__(
            _("Somebody saved another text meanwhile in %(count)s place(s), so nothing was saved yet.")
            % {"count": len(slots)},
            _("Both texts are shown below: put together what is to stand, and save again."),
        )
        self.slots = slots


@service
def keep_notes(*, meeting: Meeting, typed: Sequence[TypedNote], actor: User) -> list[str]:
    """Keep what was changed, and give the keys of it; what was left as it stood is not looked at.

    All or nothing: raises NotesChanged when a place that was changed here was changed by another save since it was read.
    Raises NotAllowed before the meeting opened and once somebody signed the minutes, InvalidRequest for an empty conclusion
    of the meeting and for a text that is too long. The log keeps the marks of texts, never the texts.
    """
    locked = lock_meeting(meeting)
    check_can_keep_notes(actor, locked)
    check_notes_are_open(locked)
    slots = {slot.key: slot for slot in note_slots(locked)}
    changed = {one.key: tidy_note(one.text) for one in typed if mark_of(tidy_note(one.text)) != one.before}
    if unknown := changed.keys() - slots.keys():
        raise StaleState(
            _("The agenda has changed: there is no place for %(count)s of the texts any more.")
            % {"count": len(unknown)},
            _("Copy them, reload the page, and enter them where they belong."),
        )
    before = {one.key: one.before for one in typed}
    clashing = [
        slots[key]
        for key, text in changed.items()
        if slots[key].mark != before[key] and slots[key].text != text
    ]
    if clashing:
        raise NotesChanged(clashing)
    news = {key: text for key, text in changed.items() if slots[key].text != text}
    _check_texts(news)
    if not news:
        audit.nothing_changed()
        return []
    for key, text in news.items():
        _write(locked, slots[key], text, actor)
    audit.record(
        Event.NOTES_KEPT,
        actor=actor,
        subject=locked,
        marks={key: mark_of(text) for key, text in news.items()},
    )
    return list(news)


def _check_texts(news: Mapping[str, str]) -> None:
    for key, text in news.items():
        limit = CONCLUSION_LENGTH if key == CONCLUSION else NOTE_LENGTH
        if len(text) > limit:
            raise InvalidRequest(
                _("A text is longer than %(limit)s characters.") % {"limit": limit}, _("Shorten it.")
            )
    if news.get(CONCLUSION) == "":
        raise InvalidRequest(
            _("The conclusion is empty."), _("Write what the meeting concluded; it stands in the minutes.")
        )


def _write(meeting: Meeting, slot: NoteSlot, text: str, actor: User) -> None:
    if slot.key == CONCLUSION:
        meeting.conclusion = text
        meeting.save(update_fields=["conclusion"])
        return
    MeetingNote.objects.update_or_create(
        meeting=meeting,
        item=slot.item,
        award=slot.award,
        defaults={"text": text, "changed_by": actor, "changed_at": clock.now()},
    )


@service
def name_counting_head(*, meeting: Meeting, member: CouncilMember, actor: User) -> None:
    """One of the counting team heads it and signs the counting record; until somebody has signed that, another can."""
    locked = lock_meeting(meeting)
    check_can_name_counting_head(actor, locked)
    if record_state(locked, RecordKind.COUNTING).is_begun:
        raise NotAllowed(
            _("The counting record has been signed, so who heads the counting team stands."),
            _("Take the signature back first, or reopen the record."),
        )
    team = locked.tellers.filter(released_at=None)
    if not team.filter(member=member).exists():
        raise InvalidRequest(
            _("%(person)s is not on the counting team.") % {"person": member},
            _("Choose from its members."),
        )
    if team.filter(member=member, is_head=True).exists():
        audit.nothing_changed()
        return
    team.update(is_head=False)
    team.filter(member=member).update(is_head=True)
    audit.record(Event.COUNTING_HEAD_NAMED, actor=actor, subject=locked, member=member.pk)


@service
def name_stand_in(
    *, meeting: Meeting, place: MeetingOffice, member: CouncilMember, reason: str, actor: User
) -> StandIn:
    """From now on the member signs the records of a closed meeting in a place whose officer cannot sign any more.

    The records say in whose place, and why. What was signed already stands; who signs there now can take it back or agree
    to a reopening. Raises NotAllowed and InvalidRequest.
    """
    locked = lock_meeting(meeting)
    check_can_name_stand_in(actor, locked)
    check_is_closed(locked)
    reason = nfc(reason).strip()
    if not reason:
        raise InvalidRequest(
            _("The reason is empty."), _("Say why the officer cannot sign; it stands in the records.")
        )
    absent, signer = officer_who_signs(locked, place), places_to_sign(locked).get(place)
    if absent is None or signer is None:
        raise InvalidRequest(
            _("Nobody signs a record of this meeting in that place."), _("Choose another place.")
        )
    if actor.pk in {absent.user_id, signer.user_id}:
        raise NotAllowed(_("Nobody names who signs for themselves."), _("Ask another leader."))
    if not may_stand_in(locked).filter(pk=member.pk).exists():
        raise InvalidRequest(
            _("%(person)s was not at the meeting, has no seat on the council any more, or signs already.")
            % {"person": member},
            _("Choose a member who was there and signs in no other place."),
        )
    stand_in = StandIn.objects.create(
        meeting=locked,
        place=place,
        absent=absent,
        member=member,
        reason=reason,
        named_by=actor,
        named_at=clock.now(),
    )
    audit.record(
        Event.STAND_IN_NAMED,
        actor=actor,
        subject=locked,
        place=str(place),
        absent=absent.pk,
        member=member.pk,
        reason=reason,
    )
    return stand_in


@service
def sign_record(
    *, meeting: Meeting, record: RecordKind, content_hash: str, completes: bool, actor: User
) -> Signature:
    """The actor's signature under a record that says this, in the place where they sign.

    `completes` says that everybody else has signed, so that the caller freezes the record in the same transaction. Raises
    StaleState when that is not so any more, or when the record says something else than what the others signed.
    """
    locked = lock_meeting(meeting)
    state = record_state(locked, record)
    place = check_can_sign(actor, state)
    if completes != (len(state.still_signing) == 1):
        raise StaleState(
            _("Somebody else has just signed this record, or taken a signature back."),
            _("Look at it again, then sign it."),
        )
    signed = [other.signature for other in state.places if other.signature]
    if any(one.content_hash != content_hash for one in signed):
        raise StaleState(
            _("The record says something else than when %(person)s signed it.")
            % {"person": signed[0].member},
            _("%(person)s takes the signature back, reads the record again and signs what it says now.")
            % {"person": signed[0].member},
        )
    assert place.member is not None  # noqa: S101 -- the check above finds the actor's own place
    signature = Signature.objects.create(
        meeting=locked,
        record=record,
        version=state.version,
        place=place.office,
        member=place.member,
        content_hash=content_hash,
        signed_at=clock.now(),
    )
    audit.record(
        Event.RECORD_SIGNED,
        actor=actor,
        subject=locked,
        record=str(record),
        version=state.version,
        place=str(place.office),
        member=place.member.pk,
        content=content_hash,
    )
    return signature


@service
def take_signature_back(*, meeting: Meeting, record: RecordKind, actor: User) -> None:
    """The actor's signature counts no more, as long as the other has not signed. It stays, marked as taken back."""
    locked = lock_meeting(meeting)
    state = record_state(locked, record)
    place = state.place_of(actor)
    if place is None or place.signature is None:
        raise NotAllowed(_("You have not signed this version of the record."))
    if state.is_frozen:
        raise StaleState(
            _("Everybody has signed this version, so it is frozen."),
            _("It can be reopened with a reason, with the other signer's consent."),
        )
    Signature.objects.filter(pk=place.signature.pk).update(taken_back_at=clock.now())
    audit.record(
        Event.SIGNATURE_TAKEN_BACK,
        actor=actor,
        subject=locked,
        record=str(record),
        version=state.version,
        place=str(place.office),
        member=place.signature.member_id,
    )


@service
def ask_to_reopen(*, meeting: Meeting, record: RecordKind, reason: str, actor: User) -> Reopening:
    """A signer asks that a frozen record be replaced, with a reason; it stands until the other signer agrees."""
    locked = lock_meeting(meeting)
    state = record_state(locked, record)
    place = state.place_of(actor)
    if place is None or place.member is None:
        raise NotAllowed(
            _("A record is reopened by those who signed it."), _("Ask the chair or the secretary.")
        )
    if not state.is_frozen:
        raise StaleState(_("This record is not frozen, so there is nothing to reopen."))
    if state.waiting is not None:
        raise StaleState(_("The reopening of this record waits to be answered."))
    reason = nfc(reason).strip()
    if not reason:
        raise InvalidRequest(
            _("The reason is empty."),
            _("Say what is wrong; it stands in the version that replaces this one."),
        )
    asked = Reopening.objects.create(
        meeting=locked,
        record=record,
        version=state.version,
        reason=reason,
        asked_by=place.member,
        asked_at=clock.now(),
    )
    audit.record(
        Event.REOPENING_ASKED,
        actor=actor,
        subject=locked,
        record=str(record),
        version=state.version,
        member=place.member.pk,
        reason=reason,
    )
    return asked


@service
def settle_reopening(*, reopening: Reopening, agrees: bool, actor: User) -> Reopening:
    """The other signer agrees, and the record is a draft again, its signed version kept; or either ends the request.

    Raises NotAllowed for anybody else and for whoever asked and agrees, StaleState when it is settled already.
    """
    locked = lock_meeting(reopening.meeting)
    reopening = Reopening.objects.get(pk=reopening.pk)
    place = record_state(locked, RecordKind(reopening.record)).place_of(actor)
    if place is None or place.member is None:
        raise NotAllowed(
            _("A record is reopened by those who signed it."), _("Ask the chair or the secretary.")
        )
    if reopening.is_agreed is not None:
        raise StaleState(_("This request has been settled already."))
    own = {place.member.pk, place.stand_in.absent_id if place.stand_in else None}
    if agrees and reopening.asked_by_id in own:
        raise NotAllowed(_("Nobody agrees to their own request."), _("Ask the other signer."))
    reopening.is_agreed, reopening.settled_by, reopening.settled_at = agrees, place.member, clock.now()
    reopening.save(update_fields=["is_agreed", "settled_by", "settled_at"])
    facts = {
        "record": reopening.record,
        "version": reopening.version,
        "member": place.member.pk,
        "reason": reopening.reason,
    }
    if agrees:
        audit.record(Event.RECORD_REOPENED, actor=actor, subject=locked, **facts)
    else:
        audit.record(Event.REOPENING_ENDED, actor=actor, subject=locked, **facts)
    return reopening
