"""Papers that are typed in: who votes by them, and batches of totals that two people enter.

What a batch says goes from the form to the urn's memory and stands in no row, no entry of the log and no message. A row
holds how many papers it has; the urn compares what the second person types, and then keeps its counters alone.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import HERE, BatchStatus, Choice, PaperKind, PollStatus
from councils.events import Event
from councils.exceptions import PollAlreadyClosed
from councils.interests import Interests, interests_of, waiting_items
from councils.models import AgendaItem, CouncilMember, Meeting, PaperBatch, PaperSeat, Participation, Poll
from councils.offices import officers_of
from councils.permissions import (
    check_can_confirm_batch,
    check_can_enter_batch,
    check_can_record_papers,
    check_is_open,
)
from councils.selectors.papers import place_of
from councils.services.locks import lock_meeting, lock_poll
from councils.urn import client
from councils.urn.client import BatchAnswer

ENTERED = (BatchStatus.WAITING, BatchStatus.CONFIRMED)


@dataclass(frozen=True)
class Totals:
    """How many papers of a batch say what."""

    agree: int
    disagree: int
    blank: int
    invalid: int

    @property
    def papers(self) -> int:
        return self.agree + self.disagree + self.blank + self.invalid

    @property
    def counts(self) -> dict[Choice, int]:
        return {choice: getattr(self, choice.value) for choice in Choice}


@service
def name_paper_seats(
    *,
    item: AgendaItem,
    paper: Collection[CouncilMember],
    written: Collection[CouncilMember],
    actor: User,
    also_waiting: bool = False,
) -> bool:
    """Exactly these members vote on the item on paper: some who are here, and absent ones whose envelope came.

    While its poll is open their ballots on a device are good no more, unless one was used. With `also_waiting` the same
    goes for every other item that waits, except where a member takes no part. Returns whether something changed. Raises
    NotAllowed for members who take no part, who are (or are not) here, or who have voted; InvalidRequest; UrnAway.
    """
    meeting = lock_meeting(item.meeting)
    check_can_record_papers(actor, meeting)
    check_is_open(meeting)
    wanted = {seat.pk: PaperKind.PAPER for seat in paper} | {seat.pk: PaperKind.WRITTEN for seat in written}
    if len(wanted) < len(paper) + len(written):
        raise InvalidRequest(
            _("Somebody is ticked as present on paper and as absent with a written opinion."),
            _("Tick one of the two."),
        )
    poll = Poll.objects.filter(agenda_item=item, status=PollStatus.OPEN).first()
    waiting = list(waiting_items().filter(meeting=meeting))
    if poll is None and item.pk not in {one.pk for one in waiting}:
        raise NotAllowed(
            _("Item %(position)s does not wait for its poll any more, so nobody votes on it on paper.")
            % {"position": item.position}
        )
    interests = interests_of(meeting)
    _check_takes_part(wanted, {seat.pk for seat in interests.recused(item)}, meeting)
    if poll is None:
        roll = meeting.attendances.sitting(meeting).with_state()
        present = {row.member_id for row in roll if row.state in HERE}  # type: ignore[attr-defined]
        _check_here(wanted, present, meeting)
    others = [one for one in waiting if one.pk != item.pk] if also_waiting else []
    changed = [one for one in (item, *others) if _write(one, wanted, interests, actor)]
    if poll is not None and _put_on_paper(lock_poll(poll.pk), meeting, wanted):
        changed = changed or [item]
    if not changed:
        audit.nothing_changed()
        return False
    audit.record(
        Event.PAPER_SEATS_NAMED,
        actor=actor,
        subject=meeting,
        items=[one.pk for one in changed],
        paper=sorted(seat.pk for seat in paper),
        written=sorted(seat.pk for seat in written),
    )
    return True


def _check_takes_part(wanted: Mapping[int, PaperKind], recused: set[int], meeting: Meeting) -> None:
    on_the_roll = set(meeting.attendances.values_list("member_id", flat=True))
    if not wanted.keys() <= on_the_roll:
        raise InvalidRequest(
            _("Somebody on this list is not a member of the council on the day of the meeting."),
            _("Reload the page and try again."),
        )
    out = wanted.keys() & recused
    if out:
        raise NotAllowed(
            _("%(people)s: takes no part in this item because of an interest, so no paper of theirs counts.")
            % {"people": _names(out)},
            _("Remove the tick, and give the envelope back unopened."),
        )


def _check_here(wanted: Mapping[int, PaperKind], present: set[int], meeting: Meeting) -> None:
    """Who is here votes in person, and who is not by a written opinion."""
    gone = {seat for seat, kind in wanted.items() if kind == PaperKind.PAPER and seat not in present}
    if gone:
        raise NotAllowed(
            _("%(people)s: not here, so there is no ballot on paper.") % {"people": _names(gone)},
            _("Take the roll first, or record a written opinion when an envelope came."),
        )
    here = {seat for seat, kind in wanted.items() if kind == PaperKind.WRITTEN and seat in present}
    if here:
        raise NotAllowed(
            _("%(people)s: here, so the vote is cast in person and no written opinion counts.")
            % {"people": _names(here)},
            _("Give the envelope back unopened, and remove the tick."),
        )


def _names(seats: Iterable[int]) -> str:
    members = CouncilMember.objects.filter(pk__in=list(seats)).select_related("user")
    return ", ".join(str(member) for member in members)


def _write(item: AgendaItem, wanted: Mapping[int, PaperKind], interests: Interests, actor: User) -> bool:
    """Whether the rows of an item had to change to say this; who takes no part in it has none."""
    recused = {seat.pk for seat in interests.recused(item)}
    rows = {seat: kind for seat, kind in wanted.items() if seat not in recused}
    known = dict(item.paper_seats.values_list("member_id", "kind"))
    if known == rows:
        return False
    differs = [seat for seat in known if known[seat] != rows.get(seat)]
    item.paper_seats.filter(member__in=differs).delete()
    PaperSeat.objects.bulk_create(
        PaperSeat(item=item, member_id=seat, kind=kind, recorded_by=actor, recorded_at=clock.now())
        for seat, kind in rows.items()
        if known.get(seat) != kind
    )
    return True


def _put_on_paper(poll: Poll, meeting: Meeting, wanted: Mapping[int, PaperKind]) -> bool:
    """Whether an open poll had to change: rows first, the urn last, which refuses all of it or nothing."""
    if not poll.is_open:
        raise PollAlreadyClosed
    rows = {row.member_id: row for row in poll.participations.all()}
    _check_here(wanted, {seat for seat, row in rows.items() if row.is_present}, meeting)
    changed = [row for seat, row in rows.items() if row.on_paper != wanted.get(seat, "")]
    if not changed:
        # Where a commit failed after the urn was told, it is told again what the rows say.
        _tell_urn(poll, wanted)
        return False
    _check_declared(poll, meeting, [row.member_id for row in changed])
    _check_none_leaves(poll, [row for row in changed if row.on_paper])
    for row in changed:
        row.on_paper = wanted.get(row.member_id, "")
    Participation.objects.bulk_update(changed, ["on_paper"])
    opinions = sum(kind == PaperKind.WRITTEN for kind in wanted.values())
    if opinions > poll.opinions_count:
        # That those left will not vote was said before this envelope came.
        poll.rest_agreed_by = None
    poll.ballots_count += opinions - poll.opinions_count
    poll.opinions_count = opinions
    poll.save(update_fields=["ballots_count", "opinions_count", "rest_agreed_by"])
    _tell_urn(poll, wanted)
    return True


def _check_declared(poll: Poll, meeting: Meeting, seats: list[int]) -> None:
    """An absent member votes like any other: after a declaration, and with nothing open that the records suggest."""
    item = poll.agenda_item
    interests = interests_of(meeting, item.pk)
    owing = [seat for seat in interests.seats if seat.pk in seats and interests.owes(item, seat)]
    owing += [one.member for one in interests.pending if one.item.pk == item.pk and one.member.pk in seats]
    if owing:
        raise NotAllowed(
            _("Not declared or not settled yet whether they have an interest in this item: %(people)s.")
            % {"people": ", ".join(str(seat) for seat in owing)},
            _("That is done before a poll opens. Annul this one, record it, and open the poll again."),
        )


def _check_none_leaves(poll: Poll, leaving: list[Participation]) -> None:
    """Nobody of a kind of which papers were entered: whose they are is not known, and a ballot on a device would be a second."""
    for row in leaving:
        entered = _entered(poll, PaperKind(row.on_paper))
        if entered:
            words = ngettext(
                "%(papers)s paper of the kind “%(kind)s” is entered, and it may be that of %(person)s.",
                "%(papers)s papers of the kind “%(kind)s” are entered, and one may be that of %(person)s.",
                entered,
            )
            raise NotAllowed(
                words
                % {"papers": entered, "kind": row.get_on_paper_display(), "person": _names([row.member_id])},
                _(
                    "Withdraw the batch that waits, or leave the tick. What is in the urn cannot be taken out."
                ),
            )


def _tell_urn(poll: Poll, wanted: Mapping[int, PaperKind]) -> None:
    reason = client.put_on_paper(place_of(poll), wanted)
    if reason == "voted":
        voted = [
            seat
            for seat, kind in wanted.items()
            if kind == PaperKind.PAPER and client.has_voted(place_of(poll), seat)
        ]
        raise NotAllowed(
            _("%(people)s: the ballot from the own device is in the urn already.")
            % {"people": _names(voted)},
            _("One person has one ballot: take back the paper that was handed out, and remove the tick."),
        )
    if reason:
        raise StaleState(_("Papers of these members came into the urn meanwhile."))


@service
def enter_batch(*, poll: Poll, kind: str, totals: Totals, actor: User) -> PaperBatch:
    """A batch of papers of one kind waits for a second person; its totals wait in the urn's memory.

    Raises NotAllowed for who does not count, InvalidRequest for no paper or more than members are left of that kind,
    PollAlreadyClosed, UrnAway and UrnLost.
    """
    meeting = lock_meeting(poll.agenda_item.meeting)
    check_can_enter_batch(actor, meeting)
    locked = lock_poll(poll.pk)
    if not locked.is_open:
        raise PollAlreadyClosed
    kind = PaperKind(kind)
    _check_number(locked, kind, totals.papers)
    batch = PaperBatch.objects.create(
        poll=locked,
        kind=kind,
        key=secrets.token_hex(16),
        papers_count=totals.papers,
        entered_by=_seat(meeting, actor),
        entered_at=clock.now(),
    )
    if client.hold_batch(place_of(locked), batch.key, kind, totals.counts) != BatchAnswer.WAITING:
        raise StaleState(_("Papers of this kind came into the urn meanwhile."))
    audit.record(
        Event.BATCH_ENTERED,
        actor=actor,
        subject=locked,
        batch=batch.pk,
        kind=str(kind),
        papers=batch.papers_count,
    )
    return batch


def _check_number(poll: Poll, kind: PaperKind, papers: int) -> None:
    if papers < 1:
        raise InvalidRequest(
            _("There is no paper in this batch: all four totals are 0."), _("Type what the papers say.")
        )
    seats, entered = poll.participations.filter(on_paper=kind).count(), _entered(poll, kind)
    if papers > seats - entered:
        words = ngettext(
            "You typed %(papers)s paper, and of the kind “%(kind)s” %(left)s can still come: %(seats)s members vote so, and "
            "%(entered)s papers are entered.",
            "You typed %(papers)s papers, and of the kind “%(kind)s” %(left)s can still come: %(seats)s members vote so, "
            "and %(entered)s papers are entered.",
            papers,
        )
        raise InvalidRequest(
            words
            % {
                "papers": papers,
                "kind": kind.label,
                "left": seats - entered,
                "seats": seats,
                "entered": entered,
            },
            _(
                "Count again. When a member is missing from the list, the secretary records it under “Who votes on paper”."
            ),
        )


def _entered(poll: Poll, kind: PaperKind) -> int:
    """How many papers of a kind wait or are in the urn."""
    rows = poll.batches.filter(kind=kind, status__in=ENTERED)
    return int(rows.aggregate(papers=Sum("papers_count"))["papers"] or 0)


@service
def confirm_batch(*, batch: PaperBatch, totals: Totals, actor: User) -> PaperBatch:
    """The batch is in the urn when the second person typed the same totals; after three other ones it is rejected.

    Raises NotAllowed for who entered it or holds no office, InvalidRequest while the totals differ, StaleState when it
    does not wait any more, PollAlreadyClosed, UrnAway and UrnLost.
    """
    locked, meeting = _locked(batch)
    check_can_confirm_batch(actor, meeting, locked)
    _check_waits(locked)
    if totals.papers != locked.papers_count:
        raise InvalidRequest(
            _("The batch has %(papers)s papers, and what you typed makes %(typed)s.")
            % {"papers": locked.papers_count, "typed": totals.papers},
            _("Count the papers again. If their number is wrong, reject the batch."),
        )
    answer = client.confirm_batch(place_of(locked.poll), locked.key, totals.counts)
    if answer == BatchAnswer.DIFFERS:
        raise InvalidRequest(
            _("These are not the totals that were entered, so nothing is in the urn."),
            _(
                "Count again and type what you count, or reject the batch. After three times that differ it is rejected."
            ),
        )
    if answer == BatchAnswer.TOO_MANY:
        raise StaleState(_("Papers of this kind came into the urn meanwhile."))
    if answer == BatchAnswer.GONE:
        reason = _("The second person's totals differed three times.")
        return _settle(locked, meeting, BatchStatus.REJECTED, actor, reason)
    return _settle(locked, meeting, BatchStatus.CONFIRMED, actor)


@service
def reject_batch(*, batch: PaperBatch, reason: str, actor: User) -> PaperBatch:
    """The second person says why the batch is not confirmed; its totals are forgotten, and it can be entered anew."""
    locked, meeting = _locked(batch)
    check_can_confirm_batch(actor, meeting, locked)
    _check_waits(locked)
    if not reason.strip():
        raise InvalidRequest(_("The reason is empty."), _("Say what is wrong with the batch."))
    _forget(locked)
    return _settle(locked, meeting, BatchStatus.REJECTED, actor, nfc(reason).strip())


@service
def withdraw_batch(*, batch: PaperBatch, actor: User) -> PaperBatch:
    """Whoever enters batches takes one back that waits; its totals are forgotten, and it can be entered anew."""
    locked, meeting = _locked(batch)
    check_can_enter_batch(actor, meeting)
    _check_waits(locked)
    _forget(locked)
    return _settle(locked, meeting, BatchStatus.WITHDRAWN, actor)


def _locked(batch: PaperBatch) -> tuple[PaperBatch, Meeting]:
    """The batch and its meeting as they are now; whatever becomes of a batch waits for its poll's turn."""
    meeting = lock_meeting(batch.poll.agenda_item.meeting)
    poll = lock_poll(batch.poll_id)
    found = PaperBatch.objects.select_related("entered_by").get(pk=batch.pk)
    found.poll = poll
    return found, meeting


def _check_waits(batch: PaperBatch) -> None:
    if not batch.poll.is_open:
        raise PollAlreadyClosed
    if not batch.is_waiting:
        raise StaleState(
            _("This batch does not wait any more: %(status)s.")
            % {"status": batch.get_status_display().lower()},
            _("Open the page of the batches again."),
        )


def _forget(batch: PaperBatch) -> None:
    if client.drop_batch(place_of(batch.poll), batch.key) == BatchAnswer.TAKEN:
        # The urn took it and the row was not written: what is in the urn stays there.
        raise StaleState(
            _("The papers of this batch are in the urn already."),
            _("Confirm the batch once more; its papers count once."),
        )


def _settle(
    batch: PaperBatch, meeting: Meeting, status: BatchStatus, actor: User, reason: str = ""
) -> PaperBatch:
    batch.status, batch.settled_at, batch.reason = status, clock.now(), reason
    batch.settled_by = _seat(meeting, actor)
    batch.save(update_fields=["status", "settled_by", "settled_at", "reason"])
    facts = {"batch": batch.pk, "kind": batch.kind, "papers": batch.papers_count, "reason": reason}
    if status == BatchStatus.CONFIRMED:
        audit.record(Event.BATCH_CONFIRMED, actor=actor, subject=batch.poll, **facts)
    elif status == BatchStatus.REJECTED:
        audit.record(Event.BATCH_REJECTED, actor=actor, subject=batch.poll, **facts)
    else:
        audit.record(Event.BATCH_WITHDRAWN, actor=actor, subject=batch.poll, **facts)
    return batch


def _seat(meeting: Meeting, actor: User) -> CouncilMember:
    return next(officer.member for officer in officers_of(meeting) if officer.member.user_id == actor.pk)
