"""What a proposal letter (tờ trình) and its list of nominees say, from the proposal's records."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.yaml_files import read_yaml
from councils.models import AgendaItem
from nominations.models import Proposal, ProposalItem
from nominations.selectors.proposals import items_of
from registry.enums import Role
from registry.models import Unit, UnitRole
from reports.documents.imprint import Imprint
from reports.documents.nominees import (
    COLLECTIVE,
    HOUSEHOLD,
    INDIVIDUAL,
    kind_of,
    latest_items,
    nominee_row,
    tally_row,
)
from reports.documents.office import grounds_on, office_of, signer_of
from reports.models import IssuedDocument

TITLE, SYMBOL = "Tờ trình", "TTr"
NUMERALS = ("I", "II", "III")
# The kind of document that tells of a meeting, by the name of its folder.
MINUTES = "minutes"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Addressees and phrases of the letter."""
    content: dict[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    return content


def issuing_unit(proposal: Proposal, day: date) -> Unit:
    """The standing office that proposes: where its maker holds the role on the day, else the council's own.

    Raises InvalidRequest when neither is recorded.
    """
    role = (
        UnitRole.objects.filter(user=proposal.created_by_id, role__in=(Role.REVIEWER, Role.LEAD))
        .on(day)
        .select_related("unit__parent__parent")
        .first()
    )
    if role is not None:
        return role.unit
    items = latest_items(item.dossier_id for item in proposal.items.all())
    for item in items.values():
        return item.meeting.council.unit
    raise InvalidRequest(
        _("Which office issues this letter is not recorded."),
        _("Ask the administrator to enter the role of the person who prepared the proposal."),
    )


def symbol_of(proposal: Proposal, day: date) -> str:
    """The symbol of the office's series of proposal letters, such as TTr-SLĐTBXH."""
    return f"{SYMBOL}-{office_of(issuing_unit(proposal, day)).abbreviation}"


def context_of(proposal: Proposal, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter and its annex print."""
    items = items_of(proposal)
    agenda_items = latest_items(item.dossier for item in items)
    office = office_of(issuing_unit(proposal, imprint.day))
    movement = proposal.award_round.movement
    plan = proposal.award_round.plan
    award = plan.awards.get(proposal.award)
    own_words = words()
    return {
        "title": f"{TITLE} {imprint if not imprint.is_preview else proposal.code}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": own_words["rounds"][proposal.award_round.kind].format(year=proposal.award_round.year),
        "award": award.label.vi if award else proposal.award,
        "request": own_words["requests"].get(proposal.award, own_words["requests"]["default"]),
        "council": _council_name(agenda_items),
        "addressees": [line.format(province=office.province) for line in own_words["addressees"]],
        "recipients": [line.format(province=office.province) for line in own_words["recipients"]],
        "grounds": grounds_on(imprint.day, movement.plan_id),
        "meetings": _meetings(agenda_items),
        "counts": {
            kind: sum(kind_of(item.dossier) == kind for item in items)
            for kind in (COLLECTIVE, HOUSEHOLD, INDIVIDUAL)
        },
        "shortfall_note": proposal.shortfall_note,
        "signer": signer_of(office, proposal.approved_by),
        "groups": _groups(items, agenda_items),
    }


def _council_name(agenda_items: Mapping[int, AgendaItem]) -> str:
    names = {item.meeting.council.name for item in agenda_items.values()}
    return "; ".join(sorted(names)) or words()["council"]


def _meetings(agenda_items: Mapping[int, AgendaItem]) -> list[dict[str, Any]]:
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


def _groups(items: list[ProposalItem], agenda_items: Mapping[int, AgendaItem]) -> list[dict[str, Any]]:
    """Collectives, households and individuals in this order, empty ones left out."""
    kinds = [
        kind
        for kind in (COLLECTIVE, HOUSEHOLD, INDIVIDUAL)
        if any(kind_of(item.dossier) == kind for item in items)
    ]
    return [
        {
            "numeral": numeral,
            "kind": kind,
            "rows": [_row(item, agenda_items) for item in items if kind_of(item.dossier) == kind],
        }
        for numeral, kind in zip(NUMERALS, kinds, strict=False)
    ]


def _row(item: ProposalItem, agenda_items: Mapping[int, AgendaItem]) -> dict[str, Any]:
    counted = agenda_items.get(item.dossier_id)
    return {
        **nominee_row(item.dossier, item.evaluation),
        "summary": item.dossier.award_citation or item.dossier.achievement,
        "tally": tally_row(counted.live_poll) if counted else None,
    }
