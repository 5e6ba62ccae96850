"""What the record of the count (biên bản kiểm phiếu) says: one record for a meeting, one row for each poll that was counted.

Valid is a paper that says agree or disagree. A blank paper chooses nothing, so it counts among the invalid ones and is
named beside them; neither leaves the total over which the agreeing share is taken. A ballot handed out that did not come
back is no paper at all: it is named as not returned.
"""

from typing import Any

from django.db.models import Prefetch

from councils.enums import BatchStatus, MeetingOffice, PaperKind, RecordKind
from councils.interests import recusals_of, with_recusals
from councils.models import AgendaItem, Meeting, PaperBatch, Poll, Tally, Teller
from councils.records import counting_team, head_of_tellers, record_state
from criteria.engine import Plan
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import body_of_council
from reports.documents.meeting_records import (
    award_name,
    member_row,
    passings_of,
    replaced,
    stood_in,
    used_thresholds,
)
from reports.documents.minutes.words import another_round, at_clock, passing_on, void_poll
from reports.documents.nominees import nominee_row, share_of

TITLE = "Biên bản kiểm phiếu"
_PAPERS = {PaperKind.PAPER: "phiếu giấy", PaperKind.WRITTEN: "ý kiến bằng văn bản"}


def context_of(meeting: Meeting, imprint: Imprint) -> dict[str, Any]:
    """Everything that the record of the count prints."""
    plan = meeting.council.movement.plan
    items = _items(meeting)
    polls = _polls(items, plan)
    counted = [row for row in polls if row["count"]]
    ended = [poll for item in items for poll in item.polls.all() if hasattr(poll, "tally")]
    signing = record_state(meeting, RecordKind.COUNTING)
    return {
        "title": f"{TITLE} {meeting.title if imprint.is_preview else imprint}",
        "imprint": imprint,
        "office": body_of_council(meeting.council, meeting.sits_on),
        "meeting": {
            "title": meeting.title,
            "day": meeting.held_on,
            "place": meeting.place,
            "chair": member_row(meeting.chair),
            "secretary": member_row(meeting.secretary),
            "starts": min((poll.opened_at for poll in ended), default=meeting.opened_at),
            "ended": max(filter(None, (poll.closed_at for poll in ended)), default=meeting.closed_at),
        },
        "team": _team(meeting),
        "passings": [passing_on(passing) for passing in passings_of(meeting, MeetingOffice.TELLER)],
        "rules": used_thresholds(items, plan),
        "groups": _groups(counted),
        "count": len(counted),
        "voids": [row for row in polls if row["void"]],
        "batches": [words for row in counted for words in row["batches"]],
        "recusals": [row for row in counted if row["recusals"]],
        "rounds": [row for row in counted if row["round"]],
        "papers": _papers(polls),
        "stood_in": stood_in(signing),
        "replaced": replaced(signing),
    }


def _items(meeting: Meeting) -> list[AgendaItem]:
    rows = meeting.items.select_related(
        "dossier__nominee_unit__parent",
        "dossier__nominee_household__unit__parent",
        "dossier__nominee_individual__unit__parent",
        "evaluation",
    ).defer("evaluation__facts", "evaluation__result")
    batches = PaperBatch.objects.filter(status=BatchStatus.CONFIRMED)
    confirmed = Prefetch(
        "batches", batches.select_related("entered_by__user", "settled_by__user"), to_attr="confirmed_batches"
    )
    polls = Poll.objects.select_related("tally").prefetch_related(confirmed).order_by("opened_at", "pk")
    return list(with_recusals(rows.prefetch_related(Prefetch("polls", polls))).order_by("position", "pk"))


def _polls(items: list[AgendaItem], plan: Plan) -> list[dict[str, Any]]:
    """A row for each poll of the meeting that has ended, items in agenda order and the polls of an item in that of time."""
    rows = []
    for number, item in enumerate(items, start=1):
        ended = [poll for poll in item.polls.all() if not poll.is_open]
        rows += [_poll(item, poll, number, turn, plan) for turn, poll in enumerate(ended, start=1)]
    return rows


def _poll(item: AgendaItem, poll: Poll, number: int, turn: int, plan: Plan) -> dict[str, Any]:
    nominee = nominee_row(item.dossier, item.evaluation)
    tally = getattr(poll, "tally", None)
    return {
        "number": number,
        "turn": turn,
        "name": nominee["name"],
        "kind": nominee["kind"],
        "award": award_name(plan, item.dossier.award),
        "count": _count(poll, tally) if tally else None,
        "void": void_poll(poll) if poll.is_void else "",
        "base_basis": poll.base_basis,
        "round": another_round(poll) if poll.turn > 1 else "",
        "sheet": poll.sheet,
        "batches": [_batch(number, batch) for batch in poll.confirmed_batches],  # type: ignore[attr-defined]
        "recusals": [
            {"name": one.member.user.full_name, "reason": one.reason.rstrip(".")} for one in recusals_of(item)
        ],
    }


def _count(poll: Poll, tally: Tally) -> dict[str, Any]:
    return {
        "members": poll.members_count,
        "present": poll.present_count,
        "handed_out": poll.ballots_count,
        "returned": tally.cast,
        "not_returned": max(0, poll.ballots_count - tally.cast),
        "opinions": poll.opinions_count,
        "valid": tally.agree + tally.disagree,
        "invalid": tally.blank + tally.invalid,
        "blank": tally.blank,
        "agree": tally.agree,
        "disagree": tally.disagree,
        "share": share_of(tally.agree, poll.members_count),
        "required": tally.required,
        "threshold": poll.threshold,
        "result": tally.result,
        "recused": poll.recused_count,
    }


def _batch(number: int, batch: PaperBatch) -> str:
    """How many papers two people typed in together; of a single one, that these two know what it says."""
    words = (
        f"Nội dung {number}: {batch.papers_count:02d} {_PAPERS[PaperKind(batch.kind)]} do "
        f"{batch.entered_by.user.full_name} nhập, {batch.settled_by.user.full_name} xác nhận lúc {at_clock(batch.settled_at)}"  # type: ignore[union-attr, arg-type]
    )
    return (
        f"{words}; chỉ có một phiếu nên hai người này biết lựa chọn trên phiếu" if batch.is_single else words
    )


def _papers(rows: list[dict[str, Any]]) -> list[str]:
    """Which items stood together on one paper."""
    sheets: dict[str, list[str]] = {}
    for row in rows:
        sheets.setdefault(row["sheet"], []).append(str(row["number"]))
    return [", ".join(numbers) for numbers in sheets.values() if len(numbers) > 1]


def _groups(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Counted polls under their award, awards in the order in which the agenda came to them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["award"], []).append(row)
    return [{"award": award, "polls": polls} for award, polls in groups.items()]


def _team(meeting: Meeting) -> dict[str, Any]:
    """The head and the members who counted; without a team, the secretary, and that it is so."""
    team = counting_team(meeting)
    head = head_of_tellers(meeting)
    now = [teller for teller in team if teller.released_at is None]
    return {
        "head": member_row(head) if head else None,
        "members": [member_row(teller.member) for teller in now if teller.member != head],
        "former": [_former(teller) for teller in team if teller.released_at is not None],
        "secretary_counts": not now,
    }


def _former(teller: Teller) -> str:
    return f"{teller.member.user.full_name} (đến {at_clock(teller.released_at)})"  # type: ignore[arg-type]
