"""What the two records of a meeting, minutes and count, have in common: who issues and reads them, what they replace."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from councils.enums import MeetingOffice, MeetingStatus, Office, PassingStatus, RecordKind
from councils.models import AgendaItem, CouncilMember, Meeting, Passing
from councils.querysets import has_seat, own_units
from councils.records import RecordState, record_state, signers_in_words
from criteria.engine import Plan
from reports.documents.issuing_bodies import IssuingBody, body_of_council
from reports.documents.readers import reads_for_the_province
from reports.models import IssuedDocument

SYMBOL = "BB"
# Chair and secretary head the roll; members follow in the order of their names.
OFFICES = (Office.CHAIR, Office.DEPUTY, Office.SECRETARY, Office.MEMBER)


def records() -> QuerySet[Meeting]:
    """Meetings with their council and officers."""
    return Meeting.objects.select_related(
        "council__movement", "council__unit__parent__parent", "chair__user", "secretary__user"
    )


def issuer_of(meeting: Meeting, _day: Any) -> IssuingBody:
    """The council itself: both records are biên bản, in the one series of its own, such as BB-HĐXKT."""
    return body_of_council(meeting.council, meeting.sits_on)


def check_is_signed(actor: Any, meeting: Meeting, record: RecordKind) -> None:
    """A record is issued by the signature of the last of those who sign it."""
    check_can_preview(meeting)
    state = record_state(meeting, record)
    if state.place_of(actor) is None:
        raise NotAllowed(
            _("“%(record)s” is signed by: %(people)s.")
            % {"record": record.label, "people": signers_in_words(state)},
            _("Ask one of them."),
        )
    if not state.is_frozen:
        raise NotAllowed(_("Not everybody who signs this record has signed it."))


def check_can_preview(meeting: Meeting) -> None:
    """Records exist once the meeting is closed: nothing of a running vote may be printed."""
    if meeting.status != MeetingStatus.CLOSED:
        raise NotAllowed(
            _("The meeting is not closed, so there are no minutes yet."),
            _("The chair closes the meeting when all votes are counted."),
        )


def has_reader(user: Any) -> bool:
    """Whoever reads for the province, whoever sits on a council, and officers of units that may have one."""
    return reads_for_the_province(user) or has_seat(user) or bool(own_units(user))


def replaced(state: RecordState) -> dict[str, Any] | None:
    """The version that the next one replaces, with its number, day and the reason; None for the first version."""
    if state.reopened is None:
        return None
    # Rendered before the signature that freezes it: what it replaces is then the newest of all.
    before = IssuedDocument.objects.of(state.record.value, state.meeting.pk).first()
    if before is None:
        return None
    return {"number": str(before), "day": before.issued_on, "reason": state.reopened.reason.rstrip(".")}


def award_name(plan: Plan, award: str) -> str:
    """An award's name in Vietnamese, the language of records; its key when the plan does not know it."""
    known = plan.awards.get(award)
    return known.label.vi if known else award


def member_row(member: CouncilMember) -> dict[str, str]:
    """A member as records name them."""
    return {
        "name": member.user.full_name,
        "position": member.position or member.user.position,
        "office": member.office,
    }


def used_thresholds(items: list[AgendaItem], plan: Plan) -> list[dict[str, Any]]:
    """The thresholds by which the polls of a meeting were decided, each once, as the polls keep them."""
    used = {
        (item.dossier.award, poll.threshold, poll.threshold_basis)
        for item in items
        for poll in item.polls.all()
        if not poll.is_void
    }
    return [
        {"award": award_name(plan, award), "threshold": threshold, "basis": basis}
        for award, threshold, basis in sorted(used)
    ]


def passings_of(meeting: Meeting, *offices: MeetingOffice) -> QuerySet[Passing]:
    """Offices that passed during the meeting, in order of time; all of them, or these alone."""
    done = meeting.passings.filter(status=PassingStatus.DONE)
    if offices:
        done = done.filter(office__in=offices)
    return done.select_related("from_member__user", "to_member__user", "next_secretary__user", "settled_by")


def stood_in(state: RecordState) -> dict[str, dict[str, str]]:
    """Who signs in the place of another, by place: the name under it, and the words beside the office."""
    return {
        place.office: {
            "name": place.told.member.user.full_name,
            "words": f"ký thay {place.told.absent.user.full_name}, lý do: {place.told.reason.rstrip('.')}",
        }
        for place in state.places
        if place.told
    }
