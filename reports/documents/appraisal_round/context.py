"""What the report on a round says: how many dossiers of which award and subject, what was found, and each with its finding."""

from datetime import date
from typing import Any

from councils.enums import Serves
from councils.models import Council
from nominations.enums import EvaluationPurpose
from nominations.models import AwardRound, Evaluation
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, grounds_on, signer_of, standing_office_of
from reports.documents.lists import round_in_words
from reports.documents.round_findings import CONCLUDED, Appraised, appraised_in
from reports.documents.submissions import LABELS, groups_by_kind

COUNCIL = "Hội đồng xét khen thưởng"
"""Who is reported to where the records name no council."""


def issuer_of(award_round: AwardRound, day: date) -> IssuingBody:
    """The standing office of the day."""
    return standing_office_of(award_round.movement, day)


def is_anything_concluded(award_round: AwardRound) -> bool:
    """Whether the report has anything to say."""
    return Evaluation.objects.filter(
        dossier__award_round=award_round, purpose=EvaluationPurpose.DECIDING
    ).exists()


def context_of(award_round: AwardRound, imprint: Imprint) -> dict[str, Any]:
    """Everything that the report prints; never a personal number."""
    plan = award_round.plan
    office = issuer_of(award_round, imprint.day)
    found = appraised_in(award_round)
    return {
        "title": f"Báo cáo kết quả thẩm định {round_in_words(award_round)}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(award_round),
        "addressees": [_council_of(award_round)],
        "recipients": [],
        "signer": signer_of(office, None),
        "grounds": grounds_on(imprint.day, award_round.movement.plan_id),
        "totals": _counts(found),
        "parts": _parts(award_round, found),
        "clauses": _clauses(found),
        "counts": {kind: sum(one.row["kind"] == kind for one in found) for kind in LABELS},
        "groups": groups_by_kind([one.row for one in found]),
    }


def _council_of(award_round: AwardRound) -> str:
    names = Council.objects.filter(movement=award_round.movement, serves=Serves.SELECTION)
    return names.order_by("pk").values_list("name", flat=True).first() or COUNCIL


def _counts(found: list[Appraised]) -> dict[str, int]:
    """Dossiers that came, by what was found, and how many of them were supplemented."""
    by_conclusion = {word: sum(one.conclusion == word for one in found) for word in CONCLUDED}
    return {
        **by_conclusion,
        "all": len(found),
        "pending": len(found) - sum(by_conclusion.values()),
        "supplemented": sum(one.was_supplemented for one in found),
    }


def _parts(award_round: AwardRound, found: list[Appraised]) -> list[dict[str, Any]]:
    """A line a subject under each award, in the plan's order, awards and subjects without a dossier left out."""
    plan = award_round.plan
    parts = []
    for award in plan.awards.values():
        own = [one for one in found if one.award == award.id]
        lines = [
            {"subject": subject.label.vi, **_counts([one for one in own if one.subject == subject.id])}
            for subject in plan.subjects.values()
            if any(one.subject == subject.id for one in own)
        ]
        if lines:
            parts.append({"award": award.label.vi, "lines": lines})
    return parts


def _clauses(found: list[Appraised]) -> list[dict[str, Any]]:
    """What dossiers that are not eligible fail, most frequent first, with the clause."""
    failed: dict[tuple[str, str], int] = {}
    for one in found:
        for miss in one.not_met:
            failed[miss.label, miss.clause] = failed.get((miss.label, miss.clause), 0) + 1
    in_order = sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"label": label, "clause": clause, "count": count} for (label, clause), count in in_order]
