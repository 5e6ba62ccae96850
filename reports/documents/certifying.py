"""What stands on a certificate: who honours whom for what, by which decision. Text alone, never a seal or a signature."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from criteria.engine import Award
from nominations.models import PriorAward
from reports.documents.issuing_bodies import head_posts
from reports.documents.lists import round_in_words
from reports.documents.nominees import nominee_identity, without_gaps

CENTRE_STEP = "province_letter"
"""The step of the way that awards of the centre have, and those of the province have not."""
NATIONAL_COMMITTEE = ("UBND", "Ủy ban nhân dân")
"""How a people's committee is written short, and how it stands on a certificate."""

MOST_IN_LARGE_LETTERS = 300
"""Characters of name, address and citation with which a certificate stays one page; more are set in smaller letters."""


def check_is_made_here(award: Award | None) -> None:
    """Raises NotAllowed for an award whose certificate is made by the centre."""
    if award is None or award.step(CENTRE_STEP) is not None:
        raise NotAllowed(_("The certificate of this award is made by the centre."))


def refuse_to_issue() -> None:
    """Nobody issues a certificate here: it holds by the signature and the seal of who gives it."""
    raise NotAllowed(
        _("A certificate is signed and sealed by who gives it, and bears the number of the decision."),
        _("Print the text from the preview."),
    )


def certificates_of(awards: Iterable[PriorAward], place: str) -> list[dict[str, Any]]:
    """One row a certificate, in the order given; the awards have their dossiers with nominee and round loaded."""
    return [_certificate(award, place) for award in awards]


def _certificate(award: PriorAward, place: str) -> dict[str, Any]:
    dossier = award.dossier
    if dossier is None:
        raise ValueError(f"{award} was given on no dossier of this house")
    plan = dossier.plan
    known = plan.awards.get(award.award)
    identity, award_citation = nominee_identity(dossier), without_gaps(dossier.award_citation)
    return {
        **identity,
        "is_long": len(identity["name"] + identity["address"] + award_citation) > MOST_IN_LARGE_LETTERS,
        "giver": award.issuer.replace(*NATIONAL_COMMITTEE),
        "post": _post_of(award.issuer),
        "paper": known.label.vi.split(" của ")[0] if known else award.award,
        "citation": award_citation,
        "movement": plan.movement.vi,
        "round": round_in_words(dossier.award_round),
        "place": place,
        "decision": _decision(award.decision_number, award.decided_on),
    }


def _decision(number: str, day: date) -> dict[str, Any]:
    return {"number": number, "day": day}


def _post_of(issuer: str) -> str:
    """The post under which the giver signs, where it is one that is known here; else room for it."""
    return next((post for post in head_posts() if issuer.casefold().startswith(post.casefold())), "")
