"""What the list for the ceremony says: the highest award first, and in each collectives, households and individuals apart."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from criteria.engine import Plan
from nominations.models import AwardRound, PriorAward
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, signer_of, standing_office_of
from reports.documents.lists import dossiers, round_in_words
from reports.documents.nominees import nominee_identity
from reports.documents.submissions import LABELS, groups_by_kind


def issuer_of(award_round: AwardRound, day: date) -> IssuingBody:
    """The standing office of the day."""
    return standing_office_of(award_round.movement, day)


def honours_of(award_round: AwardRound) -> QuerySet[PriorAward]:
    """Awards of a round's decisions that stand; commendations are handed over by who gives them."""
    elsewhere = [award.id for award in award_round.plan.awards.values() if award.decided_by_issuer]
    return PriorAward.objects.filter(
        decision__award_round=award_round, revoked_on=None, dossier__isnull=False
    ).exclude(award__in=elsewhere)


def context_of(award_round: AwardRound, imprint: Imprint) -> dict[str, Any]:
    """Everything that the list prints."""
    plan = award_round.plan
    office = issuer_of(award_round, imprint.day)
    given = list(honours_of(award_round))
    rows = _rows(given)
    return {
        "title": f"Danh sách trao tặng khen thưởng {round_in_words(award_round)}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(award_round),
        "parts": [_part(letter, name, rows[award]) for letter, name, award in _in_order(plan, rows)],
        "counts": {
            kind: sum(row["kind"] == kind for part in rows.values() for row in part) for kind in LABELS
        },
        "recipients": [],
        "signer": signer_of(office, None),
    }


def _rows(given: list[PriorAward]) -> dict[str, list[dict[str, Any]]]:
    """The honoured of each award by name, in one query for all."""
    known = dossiers().in_bulk([award.dossier_id for award in given])
    given.sort(key=lambda award: (known[award.dossier_id].nominee_sort, award.pk))
    found: dict[str, list[dict[str, Any]]] = {}
    for award in given:
        decision = {"number": award.decision_number, "day": award.decided_on}
        row = {**nominee_identity(known[award.dossier_id]), "decision": decision}
        found.setdefault(award.award, []).append(row)
    return found


def _in_order(plan: Plan, rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, str]]:
    """Awards that were given, as a letter, a name and the plan's word: the plan names the highest last."""
    highest_first = [award for award in reversed(list(plan.awards.values())) if award.id in rows]
    return [(chr(ord("A") + place), award.label.vi, award.id) for place, award in enumerate(highest_first)]


def _part(letter: str, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"letter": letter, "award": name, "count": len(rows), "groups": groups_by_kind(rows)}
