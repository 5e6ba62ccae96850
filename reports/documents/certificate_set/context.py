"""What the texts of a list's certificates say, in the order of the list."""

from datetime import date
from typing import Any

from nominations.models import PriorAward, Proposal
from reports.documents.certifying import certificates_of
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, peoples_committee_of
from reports.documents.lists import dossiers


def issuer_of(proposal: Proposal, day: date) -> IssuingBody:
    """The People's Committee whose chair gives the awards."""
    return peoples_committee_of(proposal.award_round.movement, day)


def context_of(proposal: Proposal, imprint: Imprint) -> dict[str, Any]:
    """Everything that the certificates print; who was declined has none, nor whose award was taken back."""
    given = {
        award.dossier_id: award
        for award in PriorAward.objects.filter(decision__proposal=proposal, revoked_on=None)
    }
    order = proposal.items.order_by("position", "pk").values_list("dossier_id", flat=True)
    known = dossiers().in_bulk(given)
    for dossier_id, award in given.items():
        award.dossier = known[dossier_id]
    awards = [given[dossier_id] for dossier_id in order if dossier_id in given]
    office = issuer_of(proposal, awards[0].decided_on if awards else imprint.day)
    return {
        "title": f"Nội dung in trên Bằng khen theo {proposal.code}",
        "imprint": imprint,
        "office": office,
        "certificates": certificates_of(awards, office.place),
    }
