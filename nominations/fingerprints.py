"""Short digests of what is decided and judged: the log names them, so that a row that was forged later is told.

The log itself is no second register, so it holds no reasons and no names of people; a digest of them is enough to show
that they still read as they did.
"""

import hashlib
import json
from typing import Any

from nominations.models import Evaluation, Judgement, Paper, PriorAward, SupplementRequest, Waiver

_LENGTH = 16
_WITH_RAW = "2:"
"""How digests of awards begin that hold the prize before rounding too; entries of earlier versions have others."""
_AWARD = (
    *("award", "movement_id", "round_year", "decided_on", "decision_number", "issuer"),
    *("unit_id", "household_id", "individual_id", "dossier_id", "decision_id", "prize_amount"),
)


def of_text(achievement: str, award_citation: str) -> str:
    """A dossier's text as it stands; by it a form says what it saw."""
    return hashlib.sha256(f"{achievement}\0{award_citation}".encode()).hexdigest()[:_LENGTH]


def of_award(award: PriorAward) -> str:
    """Who was honoured with what, by which decision, with how much prize money, rounded and before."""
    said = {name: getattr(award, name) for name in _AWARD}
    # The database gives two decimals back whatever was handed in.
    raw = None if award.prize_raw is None else f"{award.prize_raw:.2f}"
    return _WITH_RAW + _digest(said | {"prize_raw": raw})


def is_of_award(digest: str, award: PriorAward) -> bool:
    """Whether a digest that an entry names is this award's; earlier versions left the prize before rounding out."""
    if digest.startswith(_WITH_RAW):
        return digest == of_award(award)
    return digest == _digest({name: getattr(award, name) for name in _AWARD})


def of_revocation(award: PriorAward) -> str:
    """By which decision, from when and why an award was taken back."""
    return _digest([award.revoked_on, award.revoked_by_decision, award.revoked_because])


def of_waiver(waiver: Waiver) -> str:
    """What was waived, by whose word, on which paper and why."""
    names = ("dossier_id", "criterion", "authority", "reason", "paper_id", "document_number", "dated_on")
    return _digest({name: getattr(waiver, name) for name in names})


def of_judgement(judgement: Judgement) -> str:
    """What was judged and on what it rests."""
    names = ("dossier_id", "criterion", "verdict", "note")
    return _digest({name: getattr(judgement, name) for name in names})


def of_paper(paper: Paper) -> str:
    """What a paper is marked with: number and day, why it is not required, from which meeting, instead of what."""
    names = ("number", "dated_on", "not_required_reason", "from_meeting", "replaced_because")
    return _digest({name: getattr(paper, name) for name in names})


def of_request(request: SupplementRequest) -> str:
    """What was asked for, and until when."""
    return _digest({name: getattr(request, name) for name in ("dossier_id", "reason", "due_on")})


def of_answer(answer: str) -> str:
    """What was answered to a request."""
    return _digest(answer)


def of_evaluation(evaluation: Evaluation) -> str:
    """The facts that were checked, and everything that the check found."""
    names = ("dossier_id", "purpose", "plan_version_id", "as_of", "facts", "result", "outcome")
    return _digest({name: getattr(evaluation, name) for name in names})


def _digest(said: Any) -> str:
    """Values as JSON keeps them: both databases give back the same."""
    kept = json.dumps(said, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(kept.encode()).hexdigest()[:_LENGTH]
