"""The department's letter on a list, for documents that rest on it."""

from datetime import date

from nominations.models import Proposal
from reports.documents.issuing_bodies import standing_office_of
from reports.models import IssuedDocument

LETTER = "proposal"
"""The kind of document on whose request others are made, by the name of its folder."""


def letter_on(proposal: Proposal) -> IssuedDocument | None:
    """The newest letter on a list; None before it was issued."""
    return IssuedDocument.objects.of(LETTER, proposal.pk).first()


def office_behind(proposal: Proposal, day: date) -> str:
    """On whose request it goes up: the body that issued the letter, whoever has the task since; without one, of the day."""
    letter = letter_on(proposal)
    if letter is not None and letter.issuer:
        return letter.issuer
    return standing_office_of(proposal.award_round.movement, letter.issued_on if letter else day).issuer
