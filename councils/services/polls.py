"""Ending secret polls: closing and counting them, annulling them, and what becomes of a round that was void."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import (
    BatchStatus,
    Choice,
    PaperKind,
    PollResult,
    PollStatus,
    VoidCause,
)
from councils.events import Event
from councils.exceptions import PollAlreadyClosed, UrnAway, UrnLost, UrnMismatch
from councils.models import AgendaItem, Meeting, Poll, Tally
from councils.offices import officers_of
from councils.permissions import check_can_agree_to_close, check_can_end, check_is_chair, check_is_open
from councils.selectors.papers import place_of
from councils.selectors.voting import quorum_of
from councils.services.counting import forget_after_commit, write_count
from councils.services.locks import lock_meeting, lock_poll, note_open_urns
from councils.services.standing import locked_dossier, record_result
from councils.urn import client
from criteria.engine import BallotResult, decide_ballot


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
    dossier = locked_dossier(item)
    if poll is None or tally is None or not item.waits(dossier.status):
        raise NotAllowed(
            _("No earlier result of item %(position)s can stand.") % {"position": item.position},
            _("Vote on it, or take it off the agenda."),
        )
    _tell_dossier(poll, tally, actor)
    audit.record(Event.RESULT_STANDS, actor=actor, subject=poll, dossier=dossier.code, turn=poll.turn)
    return tally


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
    if not poll.breaks_tie:
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
        result=_result_of(poll, result),
    )


def _result_of(poll: Poll, result: BallotResult) -> PollResult:
    """A round among equals orders them, and recommends or refuses nobody."""
    counted = PollResult(result.result)
    return PollResult.RANKED if poll.breaks_tie and counted != PollResult.NO_QUORUM else counted


def _tell_dossier(poll: Poll, tally: Tally, actor: User) -> None:
    """Hand the result down; a dossier withdrawn in the meantime stays withdrawn."""
    item = poll.agenda_item
    dossier = locked_dossier(item)
    record_result(item=item, dossier=dossier, result=tally.result, actor=actor, note=_note(poll, tally))


def _note(poll: Poll, tally: Tally) -> str:
    counts = {"agree": tally.agree, "members": poll.members_count, "required": tally.required}
    if not poll.recused_count:
        return _("%(agree)s of %(members)s members agreed; %(required)s were needed.") % counts
    return _(
        "%(agree)s of %(members)s members agreed, %(recused)s took no part; %(required)s were needed."
    ) % {**counts, "recused": poll.recused_count}
