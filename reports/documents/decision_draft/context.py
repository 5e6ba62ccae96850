"""What the draft decision says: who is honoured, with which prize money, on whose request."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.yaml_files import read_yaml
from nominations.models import Proposal
from nominations.selectors.proposals import items_of
from nominations.services.decisions import prize_on
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import (
    IssuingBody,
    grounds_on,
    lines_on,
    peoples_committee_of,
    standing_office_of,
)
from reports.documents.letters import letter_on, office_behind
from reports.documents.lists import round_in_words
from reports.documents.submissions import counts_of, groups_of

CENTRE_STEP = "province_letter"
"""The step of the way that awards of the centre have, and those of the province have not."""


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Recipients and phrases of the decision."""
    content: dict[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    return content


def issuer_of(proposal: Proposal, day: date) -> IssuingBody:
    """The People's Committee in whose register its chair's decisions are numbered."""
    return peoples_committee_of(proposal.award_round.movement, day)


def context_of(proposal: Proposal, imprint: Imprint) -> dict[str, Any]:
    """Everything that the decision and its list print."""
    items = items_of(proposal)
    award_round = proposal.award_round
    plan = award_round.plan
    award = plan.awards.get(proposal.award)
    office = issuer_of(proposal, imprint.day)
    groups = groups_of(proposal, items, {})
    subjects = {item.dossier.code: item.dossier.subject for item in items}
    for row in (row for group in groups for row in group["rows"]):
        prize = prize_on(plan, proposal.award, subjects[row["code"]], imprint.day)
        row["prize"] = prize.rounded if prize else None
    letter = letter_on(proposal)
    prizes = [row["prize"] for group in groups for row in group["rows"]]
    return {
        "title": f"Dự thảo Quyết định, {proposal.code}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(proposal.award_round),
        "award": award.label.vi if award else proposal.award,
        "recipients": lines_on(words()["recipients"], imprint.day, province=office.province),
        "grounds": grounds_on(imprint.day, award_round.movement.plan_id),
        "requested_by": office_behind(proposal, imprint.day),
        "standing_office": standing_office_of(award_round.movement, imprint.day).issuer,
        "letter": letter and {"number": str(letter), "day": letter.issued_on},
        "counts": counts_of(items),
        "groups": groups,
        "total": None if None in prizes else sum(prizes),
    }
