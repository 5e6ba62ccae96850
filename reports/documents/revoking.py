"""Taking an award back: what the draft decision and the letter to the centre say of it alike."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from criteria.engine import Award
from nominations.models import Dossier, Movement, PriorAward
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import (
    IssuingBody,
    grounds_on,
    peoples_committee_of,
    standing_office_of,
)
from reports.documents.nominees import nominee_identity, without_gaps
from reports.documents.readers import AwardsAtTheProvince

CENTRE_STEP = "province_letter"
"""The step of the way that awards of the centre have, and those of the province have not."""


def awards() -> QuerySet[PriorAward]:
    """Awards that were given, with whom they honour and in which movement."""
    return AwardsAtTheProvince(PriorAward).select_related(
        "movement__unit", "unit__parent", "household__unit__parent", "individual__unit__parent", "dossier"
    )


def issuer_of(award: PriorAward, day: date) -> IssuingBody:
    """The People's Committee in whose register its chair's decisions and its own letters are numbered."""
    return peoples_committee_of(_movement_of(award), day)


def check_is_given_by(award: PriorAward, *, centre: bool) -> None:
    """Raises NotAllowed unless the chair of the province gave the award, or for `centre` somebody above did."""
    movement, known = award.movement, _award_of(award)
    if movement is None or known is None:
        raise NotAllowed(
            _("No plan of this house knows the award, so nothing is drafted here."),
            _("Write the decision outside, and record it on this page."),
        )
    if known.decided_by_issuer:
        raise NotAllowed(
            _("%(award)s is taken back by who gave it: %(issuer)s.")
            % {"award": known.label.vi, "issuer": award.issuer}
        )
    if (known.step(CENTRE_STEP) is not None) != centre:
        raise NotAllowed(
            _("This award is taken back by the province's chair, and needs no letter to the centre.")
            if centre
            else _("This award is taken back by the centre, on a letter of the province.")
        )


def revocation_of(award: PriorAward, imprint: Imprint) -> dict[str, Any]:
    """Which award of whom is taken back and why; the reason is empty while the revocation is not recorded."""
    movement, known = _movement_of(award), _award_of(award)
    plan = movement.plan
    office = issuer_of(award, imprint.day)
    return {
        "imprint": imprint,
        "office": office,
        "movement": plan.movement.vi,
        "award": known.label.vi if known else award.award,
        "giver": known.issuer.vi if known else award.issuer,
        "grounds": grounds_on(imprint.day, movement.plan_id),
        "standing_office": standing_office_of(movement, imprint.day).issuer,
        "nominee": nominee_identity(_as_nominee(award)),
        "decision": {"number": award.decision_number, "day": award.decided_on, "issuer": award.issuer},
        "prize": award.prize_amount,
        "reason": without_gaps(award.revoked_because).rstrip("."),
    }


def _as_nominee(award: PriorAward) -> Dossier:
    """The honoured as a dossier names them; awards of earlier years have no dossier of their own."""
    return Dossier(
        nominee_unit=award.unit, nominee_household=award.household, nominee_individual=award.individual
    )


def _movement_of(award: PriorAward) -> Movement:
    if award.movement is None:
        raise ValueError(f"{award} belongs to no movement")
    return award.movement


def _award_of(award: PriorAward) -> Award | None:
    return award.movement.plan.awards.get(award.award) if award.movement else None
