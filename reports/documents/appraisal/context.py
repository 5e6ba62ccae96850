"""What the appraisal report says: the nominee, each finding with its figures and sources, and the conclusion."""

from datetime import date
from typing import Any

from nominations.models import Dossier, ProposalItem
from nominations.selectors.checks import deciding_evaluation
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, grounds_on, signer_of, standing_office_of
from reports.documents.lists import round_in_words
from reports.documents.summaries import summaries_of


def issuer_of(dossier: Dossier, day: date) -> IssuingBody:
    """The standing office of the day."""
    return standing_office_of(dossier.award_round.movement, day)


def context_of(dossier: Dossier, imprint: Imprint) -> dict[str, Any]:
    """Everything that the report prints; never a personal number."""
    evaluation = deciding_evaluation(dossier)
    if evaluation is None:
        raise ValueError(f"{dossier} has no concluded appraisal")
    plan = dossier.plan
    award = plan.awards.get(dossier.award)
    office = issuer_of(dossier, imprint.day)
    (row,) = summaries_of([ProposalItem(dossier=dossier, evaluation=evaluation)], {})
    return {
        "title": f"Báo cáo kết quả thẩm định hồ sơ {dossier.code}",
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "round": round_in_words(dossier.award_round),
        "award": award.label.vi if award else dossier.award,
        "grounds": grounds_on(imprint.day, dossier.award_round.movement.plan_id),
        "row": row,
        "outcome": evaluation.outcome,
        "recipients": ["Hội đồng xét khen thưởng"],
        "signer": signer_of(office, None),
    }
