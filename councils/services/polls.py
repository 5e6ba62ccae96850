"""Opening and closing the secret poll on an item."""

from collections import Counter

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from councils.enums import Choice, PollResult, PollStatus
from councils.events import Event
from councils.exceptions import PollAlreadyClosed
from councils.models import AgendaItem, Meeting, Participation, Poll, Tally
from councils.permissions import check_is_chair, check_is_open
from councils.sealing import new_keys
from councils.selectors import Quorum, open_poll_of, quorum_of, voting_basis
from councils.services.meetings import lock_meeting
from councils.services.urn import empty_and_refill, forget_old_pages_after_commit, lock_poll
from criteria.engine import decide_ballot
from nominations.enums import Status
from nominations.models import Dossier
from nominations.services.council_steps import record_recommendation, take_off_agenda


@service
def open_poll(*, item: AgendaItem, actor: User) -> Poll:
    """An open poll with a ballot for each member present.

    Members, presence and the threshold with its legal basis are frozen here. Raises NotAllowed
    without a quorum, while another poll is open, and for an item that is no longer on the agenda.
    """
    check_is_chair(actor, item.meeting)
    meeting = lock_meeting(item.meeting)
    check_is_open(meeting)
    _check_item_waits(item)
    if open_poll_of(meeting) is not None:
        raise NotAllowed(_("Another poll of this meeting is open."), _("Close it before opening the next."))
    quorum = quorum_of(meeting)
    _check_quorum(quorum)
    basis = voting_basis(meeting.council, item.dossier.plan, item.dossier.award, meeting.held_on)
    public_key, wrapped = new_keys()
    poll = Poll.objects.create(
        agenda_item=item,
        status=PollStatus.OPEN,
        members_count=quorum.members,
        present_count=quorum.present,
        threshold=basis.threshold,
        threshold_basis=basis.legal_basis,
        public_key=public_key,
        wrapped_private_key=wrapped,
        opened_at=clock.now(),
    )
    _entitle(poll, meeting)
    audit.record(
        Event.POLL_OPENED,
        actor=actor,
        subject=poll,
        dossier=item.dossier.code,
        members=poll.members_count,
        present=poll.present_count,
        threshold=poll.threshold,
        basis=poll.threshold_basis,
    )
    return poll


def _check_item_waits(item: AgendaItem) -> None:
    if Poll.objects.filter(agenda_item=item).exists():
        raise StaleState(
            _("A poll on this item has already been opened."), _("Open the meeting again to see it.")
        )
    if AgendaItem.objects.filter(pk=item.pk).exclude(taken_off_at=None).exists():
        raise NotAllowed(_("This item has been taken off the agenda."))
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=item.dossier_id)
    if dossier.status != Status.ON_AGENDA:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s” and no longer on the agenda.")
            % {"code": dossier.code, "status": dossier.standing.label}
        )


def _check_quorum(quorum: Quorum) -> None:
    if not quorum.is_met:
        raise NotAllowed(
            _("%(present)s of %(members)s members are present and the quorum is %(required)s.")
            % {"present": quorum.present, "members": quorum.members, "required": quorum.present_required},
            _(
                "Take the roll when more members have come, or take the items off the agenda for another meeting."
            ),
        )


def _entitle(poll: Poll, meeting: Meeting) -> None:
    """One row for each member, made together, so that their order says nothing about the vote."""
    Participation.objects.bulk_create(
        Participation(poll=poll, member_id=row.member_id, is_present=row.is_present)
        for row in meeting.attendances.all()
    )


@service
def close_poll(*, poll: Poll, actor: User, still_present: int | None = None) -> Tally:
    """The count; the dossier is recommended or not, and nothing leads from a paper to a member any more.

    `still_present` is the chair's count when members have left since the roll; below the quorum
    the poll has no result and the dossier is eligible again for another meeting. The papers
    already cast are opened all the same, so that the urn is never kept.
    Raises PollAlreadyClosed, UrnMismatch and BallotKeyMismatch; then the poll is as it was.
    """
    meeting = poll.agenda_item.meeting
    check_is_chair(actor, meeting)
    locked = lock_poll(poll.pk)
    if not locked.is_open:
        raise PollAlreadyClosed
    _recount_present(locked, still_present)
    choices = Counter(empty_and_refill(locked))
    tally = _count(locked, meeting, choices)
    locked.status, locked.closed_at, locked.wrapped_private_key = PollStatus.CLOSED, clock.now(), ""
    locked.save(update_fields=["status", "closed_at", "wrapped_private_key", "present_count"])
    forget_old_pages_after_commit()
    audit.record(
        Event.POLL_CLOSED,
        actor=actor,
        subject=locked,
        present=locked.present_count,
        agree=tally.agree,
        disagree=tally.disagree,
        blank=tally.blank,
        unreturned=tally.unreturned,
        required=tally.required,
        result=str(tally.result),
    )
    _tell_dossier(locked, tally, actor)
    return tally


def _recount_present(poll: Poll, still_present: int | None) -> None:
    if still_present is None:
        return
    if not 0 <= still_present <= poll.present_count:
        raise InvalidRequest(
            _("%(present)s members were present when the poll opened, so %(count)s cannot be left.")
            % {"present": poll.present_count, "count": still_present},
            _("Enter a number from 0 to %(present)s, or leave the field empty.")
            % {"present": poll.present_count},
        )
    poll.present_count = still_present


def _count(poll: Poll, meeting: Meeting, choices: Counter[Choice]) -> Tally:
    agree, disagree, blank = (choices[choice] for choice in (Choice.AGREE, Choice.DISAGREE, Choice.BLANK))
    result = decide_ballot(
        meeting.council.movement.plan_on(meeting.held_on),
        poll.agenda_item.dossier.award,
        meeting.held_on,
        poll.members_count,
        poll.present_count,
        agree,
        disagree,
        blank,
        threshold=poll.threshold,
    )
    return Tally.objects.create(
        poll=poll,
        agree=agree,
        disagree=disagree,
        blank=blank,
        unreturned=poll.members_count - agree - disagree - blank,
        required=result.required,
        has_quorum=result.quorum == "met",
        result=PollResult(result.result),
    )


def _tell_dossier(poll: Poll, tally: Tally, actor: User) -> None:
    """Hand the result down; a dossier withdrawn in the meantime stays withdrawn."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=poll.agenda_item.dossier_id)
    if dossier.status != Status.ON_AGENDA:
        return
    if tally.result == PollResult.NO_QUORUM:
        take_off_agenda(
            dossier=dossier,
            actor=actor,
            note=_("The poll had no quorum; the dossier can come before another meeting."),
        )
        return
    record_recommendation(
        dossier=dossier,
        result=tally.result,
        actor=actor,
        note=_("%(agree)s of %(members)s members agreed; %(required)s were needed.")
        % {"agree": tally.agree, "members": poll.members_count, "required": tally.required},
    )
