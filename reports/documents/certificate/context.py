"""What the text of one certificate says."""

from datetime import date
from typing import Any

from nominations.models import Dossier
from reports.documents.certifying import certificates_of
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, body_of, peoples_committee_of


def issuer_of(dossier: Dossier, day: date) -> IssuingBody:
    """The People's Committee of the province; of a commendation, the body that put the nominee forward and gave it."""
    award = dossier.plan.awards.get(dossier.award)
    if award is not None and award.decided_by_issuer:
        return body_of(dossier.nominating_unit)
    return peoples_committee_of(dossier.award_round.movement, day)


def context_of(dossier: Dossier, imprint: Imprint) -> dict[str, Any]:
    """Everything that the certificate prints."""
    given = dossier.prior_award
    office = issuer_of(dossier, given.decided_on)
    return {
        "title": f"Nội dung in theo Quyết định số {given.decision_number}",
        "imprint": imprint,
        "office": office,
        "certificates": certificates_of([given], office.place),
    }
