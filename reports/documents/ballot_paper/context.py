"""What a ballot paper says: the cases that are voted on, with the choices that the screen offers too, and nobody's name."""

from typing import Any

from django.db.models import Prefetch
from django.utils import translation

from councils.enums import CASTABLE, MOST_ON_A_PAPER, PollStatus
from councils.interests import recusals_of, with_recusals
from councils.models import AgendaItem, Meeting, Poll
from criteria.engine import Plan
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import body_of_council
from reports.documents.meeting_records import award_name
from reports.documents.nominees import nominee_identity

TITLE = "Phiếu biểu quyết"


def has_anything_to_print(meeting: Meeting) -> bool:
    """Whether `items_to_print` finds anything; for pages, in one query mostly."""
    items = meeting.items.filter(taken_off_at=None)
    return (
        any(item.waits(item.dossier.status) for item in items.select_related("dossier"))
        or Poll.objects.filter(agenda_item__in=items, status=PollStatus.OPEN).exists()
    )


def items_to_print(meeting: Meeting) -> list[AgendaItem]:
    """What is being voted on, in the agenda's order; while no poll is open, all that waits for one."""
    items = meeting.items.filter(taken_off_at=None).select_related(
        "dossier__nominee_unit__parent",
        "dossier__nominee_household__unit__parent",
        "dossier__nominee_individual__unit__parent",
    )
    listed = list(with_recusals(items.prefetch_related(Prefetch("polls", Poll.objects.all()))))
    listed.sort(key=lambda item: (item.position, item.pk))
    held = [item for item in listed if _is_open(item)]
    return held or [item for item in listed if item.waits(item.dossier.status)]


def context_of(meeting: Meeting, imprint: Imprint) -> dict[str, Any]:
    """Everything that the papers print."""
    plan = meeting.council.movement.plan
    sheets = _sheets(items_to_print(meeting))
    with translation.override("vi"):
        choices = [str(choice.label) for choice in CASTABLE]
    return {
        "title": f"{TITLE} {meeting.title}",
        "imprint": imprint,
        "office": body_of_council(meeting.council, meeting.sits_on),
        "movement": plan.movement.vi,
        "meeting": {"title": meeting.title, "day": meeting.next_day},
        "choices": choices,
        "sheets": [
            {"number": number, "turn": _turn(sheet), "awards": _by_award(sheet, plan)}
            for number, sheet in enumerate(sheets, start=1)
        ],
    }


def _is_open(item: AgendaItem) -> bool:
    return item.live_poll is not None and item.live_poll.is_open


def _turn(sheet: list[AgendaItem]) -> dict[str, Any] | None:
    """Which further round it is, and why it is held; None for the first."""
    poll = sheet[0].live_poll
    return {"number": poll.turn, "reason": poll.turn_reason} if poll and poll.turn > 1 else None


def _sheets(items: list[AgendaItem]) -> list[list[AgendaItem]]:
    """Papers of as many cases as one poll takes.

    A case in which a member takes no part stands on a paper of its own, which that member is not given: a case left empty
    or struck out on a paper with others would tell whose paper it is.
    """
    shared = [item for item in items if not recusals_of(item)]
    alone = [[item] for item in items if recusals_of(item)]
    together = [shared[start : start + MOST_ON_A_PAPER] for start in range(0, len(shared), MOST_ON_A_PAPER)]
    return together + alone


def _by_award(sheet: list[AgendaItem], plan: Plan) -> list[dict[str, Any]]:
    """The cases under their award, numbered as on the agenda."""
    awards: dict[str, list[dict[str, Any]]] = {}
    for item in sheet:
        row = {"number": item.position, **nominee_identity(item.dossier)}
        awards.setdefault(award_name(plan, item.dossier.award), []).append(row)
    return [{"award": award, "rows": rows} for award, rows in awards.items()]
