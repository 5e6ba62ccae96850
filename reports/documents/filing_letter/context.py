"""What a body's letter says: whom it puts forward for which awards, in a list by kind."""

from datetime import date
from typing import Any

from nominations.models import Dossier, FilingSet
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, body_of, grounds_on, standing_office_of
from reports.documents.lists import dossiers, round_in_words
from reports.documents.nominees import kind_of, nominee_identity, without_gaps
from reports.documents.submissions import LABELS, groups_by_kind


def issuer_of(filing_set: FilingSet, _day: date) -> IssuingBody:
    """The body that files; a place files by its people's committee."""
    return body_of(filing_set.unit)


def context_of(filing_set: FilingSet, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter and its list print."""
    award_round = filing_set.award_round
    plan = award_round.plan
    listed = list(dossiers().filter(filing_set=filing_set).order_by("nominee_sort", "pk"))
    office = issuer_of(filing_set, imprint.day)
    return {
        "title": f"Tờ trình của {office.issuer}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(award_round),
        "addressees": [standing_office_of(award_round.movement, imprint.day).issuer],
        "recipients": [],
        "grounds": grounds_on(imprint.day, award_round.movement.plan_id),
        "counts": {kind: sum(kind_of(one) == kind for one in listed) for kind in LABELS},
        "groups": groups_by_kind([_row(one) for one in listed]),
    }


def _row(dossier: Dossier) -> dict[str, Any]:
    award = dossier.plan.awards.get(dossier.award)
    return {
        **nominee_identity(dossier),
        "code": dossier.code,
        "award": award.label.vi if award else dossier.award,
        "summary": without_gaps(dossier.award_citation or dossier.achievement)[:600],
    }
