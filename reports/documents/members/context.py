"""What the list of members says: who sits on the council on the day of the decision, in which office, since when."""

from datetime import date
from typing import Any

from django.utils import translation

from councils.enums import Office, Serves
from councils.models import Council, CouncilMember
from councils.selectors.seats import seated_on
from registry.selectors.ancestry import as_of
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import (
    IssuingBody,
    body_of,
    has_own_head,
    peoples_committee_of,
    standing_office_of,
)
from reports.documents.meeting_records import OFFICES, member_row


def issuer_of(council: Council, day: date) -> IssuingBody:
    """The body whose decision sets the council up; of the movement's council the standing office of the day."""
    if council.serves == Serves.SELECTION:
        return standing_office_of(council.movement, day)
    if council.serves == Serves.PROVINCE:
        return peoples_committee_of(council.movement, day)
    return body_of(as_of(council.unit, day))


def context_of(council: Council, imprint: Imprint) -> dict[str, Any]:
    """Everything that the list prints."""
    office = issuer_of(council, imprint.day)
    seats = sorted(seated_on(council, imprint.day), key=lambda seat: OFFICES.index(Office(seat.office)))
    return {
        "title": f"Danh sách thành viên {council.name}",
        "imprint": imprint,
        "office": office,
        "head": f"{office.head_post} " if has_own_head(office) else "",
        "council": council.name,
        "movement": council.movement.plan.movement.vi,
        "members": [_row(seat, council) for seat in seats],
    }


def _row(seat: CouncilMember, council: Council) -> dict[str, Any]:
    """A member with the decision that named this one alone, where there is one."""
    with translation.override("vi"):
        office = str(seat.get_office_display())
    own = seat.decision if seat.decision != council.decision else ""
    return {**member_row(seat), "office": office, "since": seat.starts_on, "decision": own}
