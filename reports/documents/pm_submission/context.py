"""What the province's letter to the Prime Minister says: the list, both councils' votes, figures and summaries."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.yaml_files import read_yaml
from nominations.models import Proposal
from nominations.selectors.proposals import items_of
from nominations.selectors.way import Way, way_of
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import (
    IssuingBody,
    grounds_on,
    lines_on,
    peoples_committee_of,
)
from reports.documents.letters import office_behind
from reports.documents.lists import round_in_words
from reports.documents.nominees import latest_items, share_of
from reports.documents.submissions import annexes_of

TITLE = "Tờ trình"
STEP = "province_letter"
"""The step of the way by which an award goes to the centre."""
COUNCIL_STEP = "provincial_council"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Addressees and phrases of the letter."""
    content: dict[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    return content


def issuer_of(proposal: Proposal, day: date) -> IssuingBody:
    """The People's Committee of the province, as the province is called on the day."""
    return peoples_committee_of(proposal.award_round.movement, day)


def context_of(proposal: Proposal, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter and its annexes print: only nominees to whom the provincial council agreed."""
    way = way_of(proposal)
    listed = items_of(proposal)
    items = [item for item in listed if item.dossier_id not in way.not_agreed]
    agenda_items = latest_items(item.dossier for item in items)
    office = issuer_of(proposal, imprint.day)
    award_round = proposal.award_round
    plan = award_round.plan
    award = plan.awards.get(proposal.award)
    own_words = words()
    left_out = [item.dossier.subject for item in listed if item not in items]
    annexes = annexes_of(proposal, items, agenda_items, imprint.day, left_out)
    counts = {
        item.dossier.code: _count(way, item.dossier_id) for item in items if item.dossier_id in way.counts
    }
    for row in [*annexes["summaries"], *(row for group in annexes["groups"] for row in group["rows"])]:
        row["province_vote"] = counts.get(row["code"])
    return {
        "title": f"{TITLE} {imprint if not imprint.is_preview else proposal.code}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(proposal.award_round),
        "award": award.label.vi if award else proposal.award,
        "addressees": lines_on(own_words["addressees"], imprint.day, province=office.province),
        "recipients": lines_on(own_words["recipients"], imprint.day, province=office.province),
        "grounds": grounds_on(imprint.day, award_round.movement.plan_id),
        "standing_office": office_behind(proposal, imprint.day),
        "letter_of_office": _papers(way, "department_letter"),
        "council_minutes": _papers(way, COUNCIL_STEP),
        **annexes,
    }


def _count(way: Way, dossier: int) -> dict[str, Any]:
    agree, members, required = way.counts[dossier]
    return {"agree": agree, "members": members, "required": required, "share": share_of(agree, members)}


def _papers(way: Way, step: str) -> dict[str, Any] | None:
    """The numbers and the day of a step's papers; None while it lacks them."""
    if way.award is None or way.award.step(step) is None:
        return None
    standing = way.standing(step)
    if not standing.is_done:
        return None
    return {"numbers": [paper.label for paper in standing.papers], "day": standing.day}
