"""Opening and closing the secret poll on an item."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import (
    HERE,
    MOST_ON_A_PAPER,
    BatchStatus,
    Choice,
    PaperKind,
    PollResult,
    PollStatus,
    VoidCause,
)
from councils.events import Event
from councils.exceptions import PollAlreadyClosed, UrnAway, UrnLost, UrnMismatch
from councils.interests import Interests, base_rule_on, interests_of
from councils.models import AgendaItem, Attendance, Meeting, Participation, Poll, Tally, own_sheet
from councils.offices import officers_of
from councils.permissions import check_can_agree_to_close, check_can_end, check_is_chair, check_is_open
from councils.selectors import Quorum, open_polls_of, place_of, quorum_of, voting_basis
from councils.services.counting import forget_after_commit, write_count
from councils.services.locks import lock_meeting, lock_poll, note_open_urns
from councils.urn import client
from criteria.engine import decide_ballot
from nominations.enums import Status
from nominations.models import Dossier
from nominations.services.council_steps import reconsider, record_recommendation
from nominations.transitions import sources_of


def open_poll(*, item: AgendaItem, actor: User) -> Poll:
    """The poll on an item that stands alone on its paper, as `open_polls` opens it."""
    (poll,) = open_polls(items=[item], actor=actor)
    return poll


@service
def open_polls(
    *, items: Sequence[AgendaItem], actor: User, minutes: int | None = None, again_because: str = ""
) -> list[Poll]:
    """Open polls on these items, which stand on one paper, with a ballot for each member present who has no interest.

    Absent members whose written opinion came take part too; whoever is present votes in person, whatever was sent.

    Members, presence, recusals, the fewest papers of a valid vote, the base and the threshold with its legal basis are
    frozen here, and each urn is empty. `minutes` announces when the chair means to close. With a reason, the items were
    voted on in this meeting and another round is held on them. Raises NotAllowed without a quorum, while somebody present
    has not declared or an interest is not settled, while another paper is out, and for an item that is no longer on the
    agenda; UrnAway.
    """
    meeting = lock_meeting(_meeting_of(items))
    check_is_chair(actor, meeting)
    check_is_open(meeting)
    again_because = nfc(again_because).strip()
    _check_paper(items)
    being_held = open_polls_of(meeting)
    if {poll.agenda_item_id for poll in being_held} & {item.pk for item in items}:
        raise StaleState(
            _("A poll on this item has already been opened."), _("Open the meeting again to see it.")
        )
    if being_held:
        raise NotAllowed(_("Another poll of this meeting is open."), _("Close it before opening the next."))
    for item in items:
        _put_forward(item, meeting, again_because, actor)
    quorum = quorum_of(meeting)
    _check_quorum(quorum)
    hall = _Hall(
        meeting, quorum, list(meeting.attendances.sitting(meeting).with_state()), interests_of(meeting)
    )
    paper = _Paper(own_sheet(), again_because, clock.now() + timedelta(minutes=minutes) if minutes else None)
    polls = [_open_one(item, hall, paper, actor) for item in items]
    note_open_urns(meeting.pk)
    return polls


@dataclass(frozen=True)
class _Hall:
    """Who is there when polls open, and what they have declared."""

    meeting: Meeting
    quorum: Quorum
    roll: list[Attendance]
    interests: Interests

    @property
    def present(self) -> set[int]:
        return {row.member_id for row in self.roll if row.state in HERE}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Paper:
    """What polls on one paper have in common."""

    sheet: str
    again_because: str
    closes_by: datetime | None


def _meeting_of(items: Sequence[AgendaItem]) -> Meeting:
    if not items:
        raise InvalidRequest(_("No item is chosen."), _("Choose at least one item, then open the poll."))
    return items[0].meeting


def _check_paper(items: Sequence[AgendaItem]) -> None:
    if len({item.meeting_id for item in items}) > 1:
        raise InvalidRequest(_("These items belong to several meetings."), _("Choose items of one meeting."))
    if len(items) > MOST_ON_A_PAPER:
        raise InvalidRequest(
            _("One paper holds %(most)s dossiers at the most, and %(count)s are chosen.")
            % {"most": MOST_ON_A_PAPER, "count": len(items)},
            _("Choose fewer, and open another poll for the rest."),
        )


def _open_one(item: AgendaItem, hall: _Hall, paper: _Paper, actor: User) -> Poll:
    meeting, quorum, present = hall.meeting, hall.quorum, hall.present
    on_paper = _on_paper(item, hall.roll, present)
    recused = _recused(item, hall, present | on_paper.keys())
    voting = present - recused
    on_paper = {seat: kind for seat, kind in on_paper.items() if seat not in recused}
    opinions = on_paper.keys() - present
    if not voting:
        raise NotAllowed(
            _("Everybody present has an interest in item %(position)s, so nobody can vote on it.")
            % {"position": item.position},
            _("Wait for other members, or take the item off the agenda."),
        )
    basis = voting_basis(meeting.council, item.dossier.plan, item.dossier.award, meeting.sits_on)
    base_rule = base_rule_on(meeting.council, meeting.sits_on)
    turn = 1 + Poll.objects.filter(agenda_item=item, status=PollStatus.CLOSED).count()
    poll = Poll.objects.create(
        agenda_item=item,
        sheet=paper.sheet,
        turn=turn,
        turn_reason=_why_again(item, turn, paper),
        closes_by=paper.closes_by,
        status=PollStatus.OPEN,
        members_count=quorum.members - (len(recused) if base_rule else 0),
        present_count=quorum.present,
        ballots_count=len(voting) + len(opinions),
        opinions_count=len(opinions),
        recused_count=len(recused),
        base_basis=base_rule.legal_basis if base_rule else "",
        # Who is recused and present counts for the quorum and has no paper.
        papers_required=max(1, quorum.present_required - len(present & recused)),
        threshold=basis.threshold,
        threshold_basis=basis.legal_basis,
        urn_key=secrets.token_hex(16),
        opened_at=clock.now(),
    )
    _entitle(poll, hall.roll, present, recused, on_paper)
    poll.urn_epoch = client.open_urn(
        poll.urn_key, sorted(voting), poll.papers_required, dict(sorted(on_paper.items()))
    ).epoch
    poll.save(update_fields=["urn_epoch"])
    audit.record(
        Event.POLL_OPENED,
        actor=actor,
        subject=poll,
        dossier=item.dossier.code,
        turn=turn,
        members=poll.members_count,
        present=poll.present_count,
        recused=sorted(recused),
        on_paper=sorted(on_paper.keys() - opinions),
        written=sorted(opinions),
        threshold=poll.threshold,
        basis=poll.threshold_basis,
    )
    return poll


def _why_again(item: AgendaItem, turn: int, paper: _Paper) -> str:
    """The reason of a further round; held again because it was void, it is the void one's."""
    if turn == 1 or paper.again_because:
        return paper.again_because
    return Poll.objects.filter(agenda_item=item, turn=turn).values_list("turn_reason", flat=True)[0]


def _put_forward(item: AgendaItem, meeting: Meeting, again_because: str, actor: User) -> None:
    """The item waits for a vote; with a reason, one that was voted on is put to the vote again."""
    if AgendaItem.objects.filter(pk=item.pk).exclude(taken_off_at=None).exists():
        raise NotAllowed(_("This item has been taken off the agenda."))
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=item.dossier_id)
    was_voted_on = Poll.objects.filter(agenda_item=item, status=PollStatus.CLOSED).exists()
    if again_because and was_voted_on and dossier.status != Status.ON_AGENDA:
        note = _("Another round at the meeting “%(meeting)s”: %(reason)s") % {
            "meeting": meeting,
            "reason": again_because,
        }
        reconsider(dossier=dossier, actor=actor, note=note)
        # A written opinion was for the round before; another round needs another envelope.
        item.paper_seats.filter(kind=PaperKind.WRITTEN).delete()
    elif again_because and not was_voted_on:
        raise NotAllowed(
            _("Item %(position)s has not been voted on in this meeting, so there is no other round on it.")
            % {"position": item.position},
            _("Open its first poll, or choose other items."),
        )
    elif was_voted_on and dossier.status in sources_of("reconsider"):
        raise StaleState(
            _("Item %(position)s has been voted on.") % {"position": item.position},
            _("For another round on it, say why under “Another round”."),
        )
    if dossier.status != Status.ON_AGENDA:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s” and no longer on the agenda.")
            % {"code": dossier.code, "status": dossier.standing.label}
        )


@service
def let_result_stand(*, item: AgendaItem, actor: User) -> Tally:
    """The result of the last round that was counted stands after all, where a further round was void.

    Raises NotAllowed while a poll is open, and where nothing was counted or no round is owed.
    """
    meeting = lock_meeting(item.meeting)
    check_is_chair(actor, meeting)
    check_is_open(meeting)
    poll = item.live_poll
    tally: Tally | None = getattr(poll, "tally", None)
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=item.dossier_id)
    if poll is None or tally is None or dossier.status != Status.ON_AGENDA:
        raise NotAllowed(
            _("No earlier result of item %(position)s can stand.") % {"position": item.position},
            _("Vote on it, or take it off the agenda."),
        )
    _tell_dossier(poll, tally, actor)
    audit.record(Event.RESULT_STANDS, actor=actor, subject=poll, dossier=dossier.code, turn=poll.turn)
    return tally


def _check_quorum(quorum: Quorum) -> None:
    if not quorum.is_met:
        raise NotAllowed(
            _("%(present)s of %(members)s members are present and the quorum is %(required)s.")
            % {"present": quorum.present, "members": quorum.members, "required": quorum.present_required},
            _(
                "Take the roll when more members have come, or take the items off the agenda for another meeting."
            ),
        )


def _on_paper(item: AgendaItem, roll: list[Attendance], present: set[int]) -> dict[int, str]:
    """How seats vote that do so on paper: those present who were named, and absent ones whose written opinion came."""
    kinds = {row.member_id: row.kind for row in item.paper_seats.all()}
    return {
        row.member_id: kinds[row.member_id]
        for row in roll
        if row.member_id in kinds and (kinds[row.member_id] == PaperKind.PAPER) == (row.member_id in present)
    }


def _recused(item: AgendaItem, hall: _Hall, voting: set[int]) -> set[int]:
    """Seats that take no part in the item; all who would vote, written opinions among them, have declared, and nothing
    that the records suggest of them is open.
    """
    interests, present = hall.interests, voting
    here = [seat for seat in interests.seats if seat.pk in present]
    undeclared = [seat for seat in here if interests.owes(item, seat)]
    if undeclared:
        raise NotAllowed(
            _("Not declared yet whether they have an interest in this item: %(people)s.")
            % {"people": ", ".join(str(seat) for seat in undeclared)},
            _(
                "Each declares on the page of the meeting, or says it aloud and the secretary records it on the page "
                "“Interests”."
            ),
        )
    open_ones = [one for one in interests.pending if one.item.pk == item.pk and one.member.pk in present]
    if open_ones:
        raise NotAllowed(
            _("Not settled yet whether they take part in this item: %(people)s.")
            % {"people": ", ".join(f"{one.member} ({one.words})" for one in open_ones)},
            _("The secretary settles it on the page “Interests”; for the secretary the chair does."),
        )
    # Of a meeting of several days: whose seat has ended is in no base, and is not taken out of it again.
    sitting = {row.member_id for row in hall.roll}
    return {seat.pk for seat in interests.recused(item)} & sitting


def _entitle(
    poll: Poll, roll: list[Attendance], present: set[int], recused: set[int], on_paper: Mapping[int, str]
) -> None:
    """One row for each member, made together, so that their order says nothing about the vote."""
    Participation.objects.bulk_create(
        Participation(
            poll=poll,
            member_id=row.member_id,
            is_present=row.member_id in present,
            is_recused=row.member_id in recused,
            on_paper=on_paper.get(row.member_id, ""),
        )
        for row in roll
    )


@service
def close_poll(*, poll: Poll, actor: User, without_the_rest: bool = False) -> Tally | None:
    """The count of a poll, with all polls on its paper; None when too few papers are in, and it is void unopened.

    Each dossier is recommended or not. Whoever holds an office of the meeting may close once each ballot that was handed
    out is in. Before that the chair alone may, saying that those left will not vote, when a second person has agreed
    (`agree_to_close`). The quorum is counted again from who is there. Raises NotAllowed, PollAlreadyClosed, UrnMismatch,
    UrnAway; then all polls are as they were. A poll whose urn was lost ends void here, too. When the commit fails after the
    papers were counted, the urn takes no more of them and tells the same count to the next closing.
    """
    meeting = lock_meeting(poll.agenda_item.meeting)
    check_can_end(actor, meeting)
    tallies: dict[int, Tally] = {}
    open_ones = _lock_paper(poll)
    for one, void_cause in _freeze(open_ones, meeting, actor, without_the_rest=without_the_rest).items():
        if void_cause:
            end_void(one, void_cause, actor=actor)
        else:
            tallies[one.pk] = _open_and_count(one, meeting, actor)
    return tallies.get(poll.pk)


def _lock_paper(poll: Poll) -> list[Poll]:
    """The open polls on a poll's paper, held until the transaction ends. Raises PollAlreadyClosed."""
    polls = [lock_poll(pk) for pk in _with_its_sheet(poll).order_by("pk").values_list("pk", flat=True)]
    if not any(one.pk == poll.pk and one.is_open for one in polls):
        raise PollAlreadyClosed
    return [one for one in polls if one.is_open]


def _with_its_sheet(poll: Poll) -> QuerySet[Poll]:
    return Poll.objects.filter(agenda_item__meeting=poll.agenda_item.meeting_id, sheet=poll.sheet)


def _freeze(
    polls: Sequence[Poll], meeting: Meeting, actor: User, *, without_the_rest: bool
) -> dict[Poll, VoidCause | None]:
    """Have the urns take no more papers; each poll with why it is void, or None where it can be counted.

    When anything refuses the closing, every urn takes papers again.
    """
    ends: dict[Poll, VoidCause | None] = {}
    with ExitStack() as thawed:
        for poll in polls:
            place = place_of(poll)
            try:
                frozen = client.freeze(place)
            except UrnLost:
                ends[poll] = VoidCause.URN_LOST
                continue
            thawed.callback(_thaw, place)
            _check_no_batch_waits(poll)
            _check_adds_up(poll, frozen)
            missing = poll.ballots_count - frozen.papers
            if missing > 0:
                _check_rest_agreed(poll, meeting, missing, is_said=without_the_rest, actor=actor)
            poll.present_at_close = _present_at_close(meeting)
            # Written opinions are votes and make no quorum.
            of_present = frozen.papers - frozen.batched.get(PaperKind.WRITTEN, 0)
            ends[poll] = None if of_present >= poll.papers_required else VoidCause.TOO_FEW
        thawed.pop_all()
    return ends


def _thaw(place: client.Place) -> None:
    with suppress(UrnAway, UrnLost):
        client.thaw(place)


def _check_no_batch_waits(poll: Poll) -> None:
    waiting = poll.batches.filter(status=BatchStatus.WAITING).count()
    if waiting:
        words = ngettext(
            "%(count)s batch of papers waits for a second person, so nothing was counted.",
            "%(count)s batches of papers wait for a second person, so nothing was counted.",
            waiting,
        )
        raise NotAllowed(
            words % {"count": waiting},
            _("Confirm it, reject it or withdraw it on the page “Paper ballots and written opinions”."),
        )


def _check_adds_up(poll: Poll, frozen: client.Papers) -> None:
    """Each paper came with a token of its own, or in a batch that two people entered."""
    rows = poll.batches.filter(status=BatchStatus.CONFIRMED).values_list("kind", "papers_count")
    batched: Counter[str] = Counter()
    for kind, papers in rows:
        batched[kind] += papers
    voted = len(frozen.voted) + sum(batched.values())
    if frozen.papers != voted or any(batched[kind] != number for kind, number in frozen.batched.items()):
        raise UrnMismatch(ballots=frozen.papers, voted=voted)


def _present_at_close(meeting: Meeting) -> int:
    quorum = quorum_of(meeting)
    if not quorum.is_met:
        raise NotAllowed(
            _(
                "%(present)s of %(members)s members are present now and the quorum is %(required)s, so nothing was counted."
            )
            % {"present": quorum.present, "members": quorum.members, "required": quorum.present_required},
            _("Wait until members are back and take the roll, or annul the poll and hold it again."),
        )
    return quorum.present


def _check_rest_agreed(poll: Poll, meeting: Meeting, missing: int, *, is_said: bool, actor: User) -> None:
    agreed_by = poll.rest_agreed_by
    is_chair = meeting.chair.user_id == actor.pk
    if is_said and is_chair and agreed_by is not None and agreed_by.user_id != actor.pk:
        return
    words = ngettext(
        "%(count)s ballot that was handed out is not in the urn yet, so nothing was counted.",
        "%(count)s ballots that were handed out are not in the urn yet, so nothing was counted.",
        missing,
    )
    raise NotAllowed(
        words % {"count": missing},
        _(
            "Wait for them. When those left will not vote, the chair says so here, and the secretary or the counting team "
            "agrees on their own page of the meeting."
        ),
    )


def _open_and_count(poll: Poll, meeting: Meeting, actor: User) -> Tally:
    counted = client.count(place_of(poll))
    write_count(poll, counted.counts, counted.voted)
    tally = _count(poll, meeting, counted.counts)
    poll.status, poll.closed_at = PollStatus.CLOSED, clock.now()
    poll.save(update_fields=["status", "closed_at", "present_at_close"])
    note_open_urns(meeting.pk)
    forget_after_commit(poll)
    audit.record(
        Event.POLL_CLOSED,
        actor=actor,
        subject=poll,
        present=poll.present_count,
        present_at_close=poll.present_at_close,
        ballots=poll.ballots_count,
        agree=tally.agree,
        disagree=tally.disagree,
        blank=tally.blank,
        invalid=tally.invalid,
        unreturned=tally.unreturned,
        required=tally.required,
        result=str(tally.result),
    )
    _tell_dossier(poll, tally, actor)
    return tally


@service
def agree_to_close(*, poll: Poll, actor: User) -> None:
    """A second person agrees that those who have not voted will not vote; the chair may then close the poll."""
    meeting = lock_meeting(poll.agenda_item.meeting)
    check_can_agree_to_close(actor, meeting)
    polls = _lock_paper(poll)
    audit.nothing_changed()
    agreed_by = next(officer.member for officer in officers_of(meeting) if officer.member.user_id == actor.pk)
    for one in polls:
        if one.rest_agreed_by_id is not None:
            continue
        one.rest_agreed_by = agreed_by
        one.save(update_fields=["rest_agreed_by"])
        papers = client.papers_in(place_of(one))
        audit.record(Event.POLL_REST_AGREED, actor=actor, subject=one, papers=papers)


@service
def annul_poll(*, poll: Poll, reason: str, actor: User) -> None:
    """Whoever holds an office of the meeting ends an open poll with a reason, and all others on its paper with it; its papers
    are destroyed unopened, and it can be held again.
    """
    check_can_end(actor, lock_meeting(poll.agenda_item.meeting))
    if not reason.strip():
        raise InvalidRequest(
            _("The reason is empty."), _("Say why the poll is annulled; it stands on the meeting's page.")
        )
    for one in _lock_paper(poll):
        end_void(one, VoidCause.ANNULLED, actor=actor, reason=nfc(reason).strip())


@service
def void_lost_poll(*, poll: Poll) -> bool:
    """Whether the poll is void, because its urn was lost: ends it then, whoever noticed. Raises UrnAway."""
    lock_meeting(poll.agenda_item.meeting)
    locked = lock_poll(poll.pk)
    audit.nothing_changed()
    if locked.is_open:
        try:
            client.papers_in(place_of(locked))
        except UrnLost:
            end_void(locked, VoidCause.URN_LOST, actor=None)
    return locked.is_void


def end_void(poll: Poll, cause: VoidCause, *, actor: User | None, reason: str = "") -> None:
    """The poll ends unopened. Nothing of its papers is known, here or later; the dossier stays on the agenda."""
    poll.status, poll.closed_at = PollStatus.VOID, clock.now()
    poll.void_cause, poll.void_reason = cause, reason
    poll.save(update_fields=["status", "closed_at", "void_cause", "void_reason"])
    note_open_urns(poll.agenda_item.meeting_id)
    poll.batches.filter(status=BatchStatus.WAITING).update(status=BatchStatus.VOID, settled_at=poll.closed_at)
    forget_after_commit(poll)
    audit.record(Event.POLL_VOID, actor=actor, subject=poll, cause=str(cause), reason=reason)


def _count(poll: Poll, meeting: Meeting, choices: Mapping[Choice, int]) -> Tally:
    agree, disagree, blank, invalid = (choices[choice] for choice in Choice)
    result = decide_ballot(
        meeting.council.movement.plan_on(meeting.sits_on),
        poll.agenda_item.dossier.award,
        meeting.sits_on,
        poll.all_members,
        poll.present_count,
        agree,
        disagree,
        blank,
        invalid,
        threshold=poll.threshold,
        recused=poll.recused_count,
        recused_leave_base=bool(poll.base_basis),
    )
    return Tally.objects.create(
        poll=poll,
        agree=agree,
        disagree=disagree,
        blank=blank,
        invalid=invalid,
        unreturned=poll.ballots_count - agree - disagree - blank - invalid,
        required=result.required,
        has_quorum=result.quorum == "met",
        result=PollResult(result.result),
    )


def _tell_dossier(poll: Poll, tally: Tally, actor: User) -> None:
    """Hand the result down; a dossier withdrawn in the meantime stays withdrawn."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=poll.agenda_item.dossier_id)
    if dossier.status != Status.ON_AGENDA:
        return
    record_recommendation(
        dossier=dossier,
        result=tally.result,
        actor=actor,
        note=_note(poll, tally),
    )


def _note(poll: Poll, tally: Tally) -> str:
    counts = {"agree": tally.agree, "members": poll.members_count, "required": tally.required}
    if not poll.recused_count:
        return _("%(agree)s of %(members)s members agreed; %(required)s were needed.") % counts
    return _(
        "%(agree)s of %(members)s members agreed, %(recused)s took no part; %(required)s were needed."
    ) % {**counts, "recused": poll.recused_count}
