"""What the letter says: of which dossier what is missing, and until when the answer is asked for."""

from datetime import date
from typing import Any

from nominations.models import SupplementRequest
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, signer_of, standing_office_of
from reports.documents.nominees import in_a_sentence, nominee_identity, without_gaps


def issuer_of(request: SupplementRequest, day: date) -> IssuingBody:
    """The standing office of the day."""
    return standing_office_of(request.dossier.award_round.movement, day)


def context_of(request: SupplementRequest, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter prints; never a personal number."""
    dossier = request.dossier
    plan = dossier.plan
    award = plan.awards.get(dossier.award)
    office = issuer_of(request, imprint.day)
    filed_by = dossier.filing_set.unit if dossier.filing_set else dossier.nominating_unit
    sender = in_a_sentence(filed_by, filed_by.name)
    return {
        "title": f"Công văn đề nghị bổ sung hồ sơ {dossier.code}",
        "imprint": imprint,
        "office": office,
        "about": f"đề nghị bổ sung hồ sơ khen thưởng {dossier.code}",
        "addressees": [f"Ủy ban nhân dân {sender}" if filed_by.admin_type else filed_by.name],
        "movement": plan.movement.vi,
        "code": dossier.code,
        "nominee": nominee_identity(dossier),
        "award": award.label.vi if award else dossier.award,
        "filed_on": dossier.filed_on,
        "missing": without_gaps(request.reason).split("\n"),
        "due_on": request.due_on,
        "recipients": [],
        "signer": signer_of(office, None),
    }
