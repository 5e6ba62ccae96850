"""Opening secret polls: who votes, over which base, by which threshold, is frozen at this moment."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import (
    HERE,
    MOST_ON_A_PAPER,
    PaperKind,
    PollStatus,
)
from councils.events import Event
from councils.interests import Interests, base_rule_on, interests_of
from councils.models import AgendaItem, Attendance, Meeting, Participation, Poll, own_sheet
from councils.permissions import check_is_chair, check_is_open
from councils.selectors.meetings import open_polls_of
from councils.selectors.voting import Quorum, quorum_of, voting_basis
from councils.services.locks import lock_meeting, note_open_urns
from councils.services.standing import hold_again, ready_for_poll
from councils.ties import are_the_equals
from councils.urn import client
from nominations.models import Dossier


def open_poll(*, item: AgendaItem, actor: User) -> Poll:
    """The poll on an item that stands alone on its paper, as `open_polls` opens it."""
    (poll,) = open_polls(items=[item], actor=actor)
    return poll


@service
def open_polls(
    *,
    items: Sequence[AgendaItem],
    actor: User,
    minutes: int | None = None,
    again_because: str = "",
    breaks_tie: bool = False,
) -> list[Poll]:
    """Open polls on these items, which stand on one paper, with a ballot for each member present who has no interest.

    Absent members whose written opinion came take part too; whoever is present votes in person, whatever was sent.

    Members, presence, recusals, the fewest papers of a valid vote, the base and the threshold with its legal basis are
    frozen here, and each urn is empty. `minutes` announces when the chair means to close. With a reason, the items were
    voted on in this meeting and another round is held on them. Where it `breaks_tie`, they are the equals on the last
    place of a quota, all of them: they stay recommended whatever the round gives, which orders them.

    Raises NotAllowed without a quorum, while somebody present has not declared or an interest is not settled, while
    another paper is out, and for an item that is no longer on the agenda; UrnAway.
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
    if breaks_tie:
        _put_equals_forward(items, again_because)
    else:
        for item in items:
            _put_forward(item, meeting, again_because, actor)
    quorum = quorum_of(meeting)
    _check_quorum(quorum)
    roll = list(meeting.attendances.sitting(meeting).with_state())
    hall = _Hall(meeting, quorum, roll, interests_of(meeting, *(item.pk for item in items)))
    closes_by = clock.now() + timedelta(minutes=minutes) if minutes else None
    paper = _Paper(own_sheet(), again_because, closes_by, breaks_tie)
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
    breaks_tie: bool


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
    counted = Poll.objects.filter(agenda_item=item, status=PollStatus.CLOSED).count()
    # Equals may have been voted on first in another meeting.
    turn = max(1, counted) + 1 if paper.breaks_tie else counted + 1
    poll = Poll.objects.create(
        agenda_item=item,
        sheet=paper.sheet,
        turn=turn,
        turn_reason=_why_again(item, turn, paper),
        breaks_tie=paper.breaks_tie,
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
        base=poll.base_basis,
        papers_required=poll.papers_required,
    )
    return poll


def _why_again(item: AgendaItem, turn: int, paper: _Paper) -> str:
    """The reason of a further round; held again because it was void, it is the void one's."""
    if turn == 1 or paper.again_because:
        return paper.again_because
    return Poll.objects.filter(agenda_item=item, turn=turn).values_list("turn_reason", flat=True)[0]


def _put_forward(item: AgendaItem, meeting: Meeting, again_because: str, actor: User) -> None:
    """The item waits for a vote; with a reason, one that was voted on is put to the vote again."""
    _check_none_taken_off([item])
    dossier = ready_for_poll(item, meeting.council)
    was_voted_on = Poll.objects.filter(agenda_item=item, status=PollStatus.CLOSED).exists()
    if again_because and was_voted_on and not item.waits(dossier.status):
        note = _("Another round at the meeting “%(meeting)s”: %(reason)s") % {
            "meeting": meeting,
            "reason": again_because,
        }
        _check_can_hold_again(item, dossier)
        hold_again(item=item, dossier=dossier, actor=actor, note=note)
        # A written opinion was for the round before; another round needs another envelope.
        item.paper_seats.filter(kind=PaperKind.WRITTEN).delete()
    elif again_because and not was_voted_on:
        raise NotAllowed(
            _("Item %(position)s has not been voted on in this meeting, so there is no other round on it.")
            % {"position": item.position},
            _("Open its first poll, or choose other items."),
        )
    elif was_voted_on and item.was_concluded(dossier.status):
        raise StaleState(
            _("Item %(position)s has been voted on.") % {"position": item.position},
            _("For another round on it, say why under “Another round”."),
        )
    if not item.waits(dossier.status):
        raise _gone(dossier)


def _check_can_hold_again(item: AgendaItem, dossier: Dossier) -> None:
    """The table of steps holds the movement's dossiers; what a unit has filed, or the province's list lost, is no longer
    before the council.
    """
    if item.standing and not item.was_concluded(dossier.status):
        raise _gone(dossier)


def _gone(dossier: Dossier) -> NotAllowed:
    return NotAllowed(
        _("Dossier %(code)s is “%(status)s” and no longer on the agenda.")
        % {"code": dossier.code, "status": dossier.standing.label}
    )


def _put_equals_forward(items: Sequence[AgendaItem], again_because: str) -> None:
    """The items are the equals on the last place of a quota; nothing about their dossiers changes."""
    if not again_because:
        raise InvalidRequest(
            _("The reason is empty."), _("Say why the council votes once more; it stands in the minutes.")
        )
    _check_none_taken_off(items)
    held = Dossier.objects.for_list().select_for_update(of=("self",))
    dossiers = list(held.filter(pk__in=[item.dossier_id for item in items]).order_by("pk"))
    if any(item.standing for item in items) or not are_the_equals(dossiers):
        raise InvalidRequest(
            _("The chosen items are not the dossiers that are equal on the last place of a quota."),
            _("Choose all that the selection names as equal, and no others; the order settles the rest."),
        )
    for item in items:
        # A written opinion was for the round before; another round needs another envelope.
        if Poll.objects.filter(agenda_item=item, status=PollStatus.CLOSED).exists():
            item.paper_seats.filter(kind=PaperKind.WRITTEN).delete()


def _check_none_taken_off(items: Sequence[AgendaItem]) -> None:
    if AgendaItem.objects.filter(pk__in=[item.pk for item in items]).exclude(taken_off_at=None).exists():
        raise NotAllowed(_("This item has been taken off the agenda."))


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
