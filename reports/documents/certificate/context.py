"""What the text of one certificate says."""

from datetime import date
from typing import Any

from nominations.models import Dossier
from registry.models import Unit
from reports.documents.certifying import certificates_of
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, body_of, peoples_committee_of


def issuer_of(dossier: Dossier, day: date) -> IssuingBody:
    """The People's Committee of the province; of a commendation the body that gave it."""
    if _ends_at_its_issuer(dossier):
        return body_of(_giver_of(dossier) or dossier.nominating_unit)
    return peoples_committee_of(dossier.award_round.movement, day)


def context_of(dossier: Dossier, imprint: Imprint) -> dict[str, Any]:
    """Everything that the certificate prints; of a giver that the register does not know, the place is left open."""
    given = dossier.prior_award
    office = issuer_of(dossier, given.decided_on)
    is_known = not _ends_at_its_issuer(dossier) or _giver_of(dossier) is not None
    return {
        "title": f"Nội dung in theo Quyết định số {given.decision_number}",
        "imprint": imprint,
        "office": office,
        "certificates": certificates_of([given], office.place if is_known else ""),
    }


def _ends_at_its_issuer(dossier: Dossier) -> bool:
    award = dossier.plan.awards.get(dossier.award)
    return award is not None and award.decided_by_issuer


def _giver_of(dossier: Dossier) -> Unit | None:
    """The nominating unit or the one above it, whichever the decision names: "Chủ tịch UBND huyện Bắc Bình"."""
    issuer, near = dossier.prior_award.issuer.casefold(), dossier.nominating_unit
    return next((unit for unit in (near, near.parent) if unit and unit.name.casefold() in issuer), None)
