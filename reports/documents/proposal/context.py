"""What a proposal letter (tờ trình) and its list of nominees say, from the proposal's records."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.yaml_files import read_yaml
from councils.models import AgendaItem
from nominations.models import Proposal
from nominations.selectors.proposals import items_of
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, grounds_on, lines_on, signer_of, standing_office_of
from reports.documents.lists import round_in_words
from reports.documents.nominees import latest_items
from reports.documents.submissions import annexes_of
from reports.models import IssuedDocument

TITLE = "Tờ trình"
# The kind of document that tells of a meeting, by the name of its folder.
MINUTES = "minutes"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Addressees and phrases of the letter."""
    content: dict[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    return content


def issuer_of(proposal: Proposal, day: date) -> IssuingBody:
    """The standing office of the day on which the letter leaves, whoever prepared the proposal."""
    return standing_office_of(proposal.award_round.movement, day)


def context_of(proposal: Proposal, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter and its annex print."""
    items = items_of(proposal)
    agenda_items = latest_items(item.dossier for item in items)
    office = issuer_of(proposal, imprint.day)
    movement = proposal.award_round.movement
    plan = proposal.award_round.plan
    award = plan.awards.get(proposal.award)
    own_words = words()
    return {
        "title": f"{TITLE} {imprint if not imprint.is_preview else proposal.code}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(proposal.award_round),
        "award": award.label.vi if award else proposal.award,
        "request": own_words["requests"].get(proposal.award, own_words["requests"]["default"]),
        "council": council_name(agenda_items),
        "addressees": lines_on(own_words["addressees"], imprint.day, province=office.province),
        "recipients": lines_on(own_words["recipients"], imprint.day, province=office.province),
        "grounds": grounds_on(imprint.day, movement.plan_id),
        "meetings": meetings_of(agenda_items),
        "shortfall_note": proposal.shortfall_note,
        "signer": signer_of(office, proposal.approved_by),
        **annexes_of(proposal, items, agenda_items, imprint.day),
    }


def council_name(agenda_items: Mapping[int, AgendaItem]) -> str:
    names = {item.meeting.council.name for item in agenda_items.values()}
    return "; ".join(sorted(names)) or words()["council"]


def meetings_of(agenda_items: Mapping[int, AgendaItem]) -> list[dict[str, Any]]:
    """The meetings on whose votes the list rests, with the number of their minutes where issued."""
    meetings = {item.meeting_id: item.meeting for item in agenda_items.values()}
    issued = {
        document.object_id: str(document)
        for document in IssuedDocument.objects.filter(kind=MINUTES, object_id__in=meetings).order_by(
            "version"
        )
    }
    return [
        {"council": meeting.council.name, "day": meeting.held_on, "number": issued.get(meeting.pk, "")}
        for meeting in sorted(meetings.values(), key=lambda meeting: (meeting.held_on, meeting.pk))
    ]
