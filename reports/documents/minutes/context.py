"""What the minutes of a council's meeting (biên bản họp) say, from the meeting's records."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from councils.enums import MeetingOffice, Office, PassingStatus, PollResult
from councils.interests import recusals_of, with_recusals
from councils.models import AgendaItem, CouncilMember, Meeting, Passing, Poll
from councils.offices import Officer, officers_of
from councils.roll import RollLine, first_roll, least_present, roll_of
from councils.selectors import quorum_of
from criteria.engine import Plan
from reports.documents.imprint import Imprint
from reports.documents.minutes.words import absence, movement, passing_on, void_poll
from reports.documents.nominees import nominee_row, share_of, tally_row
from reports.documents.office import office_of

TITLE, SYMBOL = "Biên bản", "BB"
# Chair and secretary head the roll; members follow in the order of their names.
OFFICES = (Office.CHAIR, Office.DEPUTY, Office.SECRETARY, Office.MEMBER)


def symbol_of(meeting: Meeting, _day: date) -> str:
    """The symbol of the council's own series of minutes, such as BB-HĐXKT."""
    return f"{SYMBOL}-{office_of(meeting.council.unit).council_abbreviation}"


def context_of(meeting: Meeting, imprint: Imprint) -> dict[str, Any]:
    """Everything that the minutes print."""
    plan = meeting.council.movement.plan
    rows = list(_items(meeting))
    items = [_row(item, plan) for item in rows]
    lines = sorted(roll_of(meeting), key=lambda line: OFFICES.index(line.member.office))
    attended = [line for line in lines if line.came]
    quorum = quorum_of(meeting)
    return {
        "title": f"{TITLE} {meeting.title if imprint.is_preview else imprint}",
        "imprint": imprint,
        "office": {"superior": meeting.council.unit.name, "issuer": meeting.council.name},
        "movement": plan.movement.vi,
        "meeting": _particulars(meeting),
        "quorum": {
            "members": quorum.members,
            "present": len(attended),
            "share": share_of(len(attended), quorum.members),
            "required": quorum.present_required,
            "least": least_present(meeting),
        },
        "present": [_member(line.member) for line in attended],
        "absent": [absence(line) for line in lines if not line.came],
        "movements": _movements(attended, meeting),
        "passings": [passing_on(passing) for passing in _passings(meeting)],
        "tellers": [_member(officer.member) for officer in _tellers(meeting)],
        "rules": _rules(rows, plan),
        "items": items,
        "has_recusals": any(item["recusals"] for item in items),
        "recommended": [
            item["name"]
            for item in items
            if item["tally"] and item["tally"]["result"] == PollResult.RECOMMENDED
        ],
    }


def _items(meeting: Meeting) -> QuerySet[AgendaItem]:
    items = meeting.items.select_related(
        "dossier__nominee_unit__parent",
        "dossier__nominee_household__unit__parent",
        "dossier__nominee_individual__unit__parent",
        "evaluation",
    ).defer("evaluation__facts", "evaluation__result")
    polls = Prefetch("polls", Poll.objects.select_related("tally"))
    return with_recusals(items.prefetch_related(polls))


def _award_name(plan: Plan, award: str) -> str:
    known = plan.awards.get(award)
    return known.label.vi if known else award


def _row(item: AgendaItem, plan: Plan) -> dict[str, Any]:
    return {
        **nominee_row(item.dossier, item.evaluation),
        "award": _award_name(plan, item.dossier.award),
        "taken_off_reason": item.taken_off_reason,
        "tally": tally_row(item.live_poll),
        "voids": [void_poll(poll) for poll in item.polls.all() if poll.is_void],
        "base_basis": poll.base_basis if (poll := item.live_poll) else "",
        "recusals": [
            {**_member(recusal.member), "reason": recusal.reason.rstrip(".")} for recusal in recusals_of(item)
        ],
    }


def _rules(items: list[AgendaItem], plan: Plan) -> list[dict[str, Any]]:
    """The thresholds by which the polls of this meeting were decided, each once, as the polls keep them."""
    polls = [(item.dossier.award, poll) for item in items if (poll := item.live_poll)]
    used = {(award, poll.threshold, poll.threshold_basis) for award, poll in polls}
    return [
        {"award": _award_name(plan, award), "threshold": threshold, "basis": basis}
        for award, threshold, basis in sorted(used)
    ]


def _member(member: CouncilMember) -> dict[str, str]:
    return {
        "name": member.user.full_name,
        "position": member.position or member.user.position,
        "office": member.office,
    }


def _movements(lines: list[RollLine], meeting: Meeting) -> list[str]:
    """Who came after the first roll was taken, who left, who came back, in order of time."""
    beginning = first_roll(meeting)
    moved = [
        (event.at, event.pk, movement(line, event)) for line in lines for event in line.later_than(beginning)
    ]
    return [words for _at, _pk, words in sorted(moved)]


def _passings(meeting: Meeting) -> QuerySet[Passing]:
    done = meeting.passings.filter(status=PassingStatus.DONE)
    return done.select_related("from_member__user", "to_member__user", "next_secretary__user", "settled_by")


def _tellers(meeting: Meeting) -> list[Officer]:
    return [officer for officer in officers_of(meeting) if officer.office == MeetingOffice.TELLER]


def _particulars(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": meeting.title,
        "council": meeting.council.name,
        "decision": meeting.council.decision,
        "day": meeting.held_on,
        "starts": meeting.starts_at,
        "place": meeting.place,
        "chair": _member(meeting.chair),
        "secretary": _member(meeting.secretary),
        "conclusion": [line for line in meeting.conclusion.splitlines() if line.strip()],
        "ended": meeting.closed_at,
    }
