"""What the minutes of a council's meeting (biên bản họp) say, from the meeting's records."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from councils.enums import MeetingOffice, PollResult, RecordKind
from councils.interests import recusals_of, with_recusals
from councils.models import AgendaItem, Meeting, Poll
from councils.offices import Officer, officers_of
from councils.records import record_state
from councils.roll import RollLine, first_roll, least_present, roll_of
from councils.selectors.voting import quorum_of
from criteria.engine import Plan
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import body_of_council
from reports.documents.meeting_records import (
    OFFICES,
    award_name,
    member_row,
    passings_of,
    replaced,
    stood_in,
    used_thresholds,
)
from reports.documents.minutes.words import (
    absence,
    another_round,
    earlier_round,
    movement,
    passing_on,
    round_among_equals,
    sitting,
    void_poll,
)
from reports.documents.nominees import nominee_row, share_of, tally_row
from reports.documents.official import local

TITLE = "Biên bản"


def context_of(meeting: Meeting, imprint: Imprint) -> dict[str, Any]:
    """Everything that the minutes print."""
    plan = meeting.council.movement.plan
    rows = list(_items(meeting))
    notes = {note.item_id or note.award: _lines(note.text) for note in meeting.notes.all()}
    items = [
        {**_row(item, plan), "number": number, "discussion": notes.get(item.pk, [])}
        for number, item in enumerate(rows, start=1)
    ]
    lines = sorted(roll_of(meeting), key=lambda line: OFFICES.index(line.member.office))
    attended = [line for line in lines if line.came]
    quorum = quorum_of(meeting)
    signing = record_state(meeting, RecordKind.MINUTES)
    return {
        "title": f"{TITLE} {meeting.title if imprint.is_preview else imprint}",
        "imprint": imprint,
        "office": body_of_council(meeting.council, meeting.sits_on),
        "movement": plan.movement.vi,
        "is_of_unit": meeting.council.is_of_unit,
        "meeting": _particulars(meeting),
        "quorum": {
            "members": quorum.members,
            "present": len(attended),
            "share": share_of(len(attended), quorum.members),
            "required": quorum.present_required,
            "least": least_present(meeting),
        },
        "present": [member_row(line.member) for line in attended],
        "absent": [absence(line) for line in lines if not line.came],
        "movements": _movements(attended, meeting),
        "sittings": _sittings(lines, meeting),
        "passings": [passing_on(passing) for passing in passings_of(meeting)],
        "tellers": [member_row(officer.member) for officer in _tellers(meeting)],
        "rules": used_thresholds(rows, plan),
        "items": items,
        "groups": _groups(rows, items, plan, notes),
        "has_recusals": any(item["recusals"] for item in items),
        "stood_in": stood_in(signing),
        "replaced": replaced(signing),
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


def _groups(
    rows: list[AgendaItem], items: list[dict[str, Any]], plan: Plan, notes: dict[Any, list[str]]
) -> list[dict[str, Any]]:
    """The items of each award, awards in the order in which the agenda came to them, with what was concluded of them."""
    by_award: dict[str, list[dict[str, Any]]] = {}
    for row, item in zip(rows, items, strict=True):
        by_award.setdefault(row.dossier.award, []).append(item)
    return [
        {
            "award": award_name(plan, award),
            "items": of_award,
            "recommended": [item["name"] for item in of_award if _is_recommended(item)],
            "conclusion": notes.get(award, []),
        }
        for award, of_award in by_award.items()
    ]


def _is_recommended(item: dict[str, Any]) -> bool:
    return bool(item["tally"]) and item["tally"]["result"] == PollResult.RECOMMENDED


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _row(item: AgendaItem, plan: Plan) -> dict[str, Any]:
    return {
        **nominee_row(item.dossier, item.evaluation),
        "award": award_name(plan, item.dossier.award),
        "taken_off_reason": item.taken_off_reason,
        "tally": tally_row(item.live_poll),
        "voids": [void_poll(poll) for poll in item.polls.all() if poll.is_void],
        "rounds": _rounds(item),
        "base_basis": poll.base_basis if (poll := item.live_poll) else "",
        "recusals": [
            {**member_row(recusal.member), "reason": recusal.reason.rstrip(".")}
            for recusal in recusals_of(item)
        ],
    }


def _rounds(item: AgendaItem) -> str:
    """Of an item that was voted on in several rounds: what the earlier ones gave, and why the last one was held; then
    what those gave that ordered equals.
    """
    rounds = sorted((poll for poll in item.polls.all() if hasattr(poll, "tally")), key=lambda poll: poll.turn)
    counted = [poll for poll in rounds if not poll.breaks_tie]
    words = [round_among_equals(poll, poll.tally) for poll in rounds if poll.breaks_tie]
    sentences = [f"{'; '.join(words)}."] if words else []
    if len(counted) > 1:
        words = [earlier_round(poll, poll.tally) for poll in counted[:-1]]
        sentences.insert(
            0,
            f"{'; '.join([*words, another_round(counted[-1])])}. Kết quả trong bảng là của vòng {counted[-1].turn}.",
        )
    return " ".join(sentences)


def _movements(lines: list[RollLine], meeting: Meeting) -> list[str]:
    """Who came after the first roll was taken, who left, who came back, in order of time."""
    beginning = first_roll(meeting)
    # With an adjournment everybody leaves, and the roll is taken anew: the line about that day says so.
    of_all = {one.adjourned_at for one in meeting.adjournments.all()} | _first_rolls(lines, meeting)
    moved = [
        (event.at, event.pk, movement(line, event, meeting.held_on))
        for line in lines
        for event in line.later_than(beginning)
        if event.at not in of_all
    ]
    return [words for _at, _pk, words in sorted(moved)]


def _first_rolls(lines: list[RollLine], meeting: Meeting) -> set[datetime]:
    """When the roll was first taken after each adjournment."""
    events = [event for line in lines for event in line.events]
    resumed = [one.resumed_at for one in meeting.adjournments.all() if one.resumed_at]
    later = [[event.at for event in events if event.recorded_at >= start] for start in resumed]
    return {min(moments) for moments in later if moments}


def _sittings(lines: list[RollLine], meeting: Meeting) -> list[str]:
    """Each adjournment with the day on which the meeting went on, and who of that day's members was there."""
    adjournments = list(meeting.adjournments.all())
    found = []
    for number, adjournment in enumerate(adjournments):
        start = adjournment.resumed_at
        if start is None:
            found.append(sitting(adjournment, 0, []))
            continue
        until = adjournments[number + 1].adjourned_at if number + 1 < len(adjournments) else None
        day = local(start).date()
        seated = [line for line in lines if line.member.ends_on is None or line.member.ends_on >= day]
        of_day = [line.between(start, until) for line in seated]
        away = [absence(line) for line in of_day if not line.came]
        found.append(sitting(adjournment, len(of_day) - len(away), away))
    return found


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
        "chair": member_row(meeting.chair),
        "secretary": member_row(meeting.secretary),
        "conclusion": _lines(meeting.conclusion),
        "ended": meeting.closed_at,
    }
