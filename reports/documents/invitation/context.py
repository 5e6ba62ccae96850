"""What an invitation says: who is invited, when and where, and how many cases of which awards are decided on."""

from dataclasses import replace
from typing import Any

from councils.enums import Office
from councils.models import CouncilMember, Meeting
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import Signer, body_of, body_of_council
from reports.documents.meeting_records import OFFICES, award_name, member_row


def context_of(meeting: Meeting, imprint: Imprint) -> dict[str, Any]:
    """Everything that the invitation prints."""
    plan = meeting.council.movement.plan
    seats = CouncilMember.objects.on(meeting.sits_on).filter(council=meeting.council).select_related("user")
    members = sorted(seats, key=lambda seat: (OFFICES.index(seat.office), seat.name_sort, seat.pk))
    awards: dict[str, int] = {}
    for item in meeting.items.select_related("dossier").order_by("position"):
        name = award_name(plan, item.dossier.award)
        awards[name] = awards.get(name, 0) + 1
    return {
        "title": f"Giấy mời {meeting.title}",
        "imprint": imprint,
        "office": replace(
            body_of_council(meeting.council, meeting.sits_on), place=body_of(meeting.council.unit).place
        ),
        "meeting": {
            "title": meeting.title,
            "council": meeting.council.name,
            "day": meeting.held_on,
            "starts": meeting.starts_at,
            "place": meeting.place,
            "chair": member_row(meeting.chair),
        },
        "movement": plan.movement.vi,
        "members": [member_row(member) for member in members],
        "awards": [{"award": name, "count": count} for name, count in awards.items()],
        "recipients": [],
        "signer": Signer("", *_signer(members)),
    }


def _signer(members: list[CouncilMember]) -> tuple[str, str]:
    """The chair of the council, with the name where the seat is filled."""
    chair = next((member for member in members if member.office == Office.CHAIR), None)
    return "Chủ tịch Hội đồng", chair.user.full_name if chair else ""
