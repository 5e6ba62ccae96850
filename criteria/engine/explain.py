"""The sentence of a finding, from the plan's templates and the finding's own figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plan import Criterion, Plan
from .statuses import Status

if TYPE_CHECKING:
    from .findings import Finding


def explain(plan: Plan, criterion: Criterion, finding: Finding, lang: str) -> str:
    """What the check found, then what was recorded on it, then notes on where figures come from.

    Sentences without figures are kept with the plan: most findings of most dossiers say the same.
    """
    fixed = plan.cache.setdefault("sentences", {})
    key = (criterion.id, finding.reason, finding.status, lang) if not finding.notes else None
    if key is not None and key in fixed:
        text: str = fixed[key]
        return text
    sentence = criterion.sentences.get(finding.reason) or plan.common[finding.reason]
    text = sentence.render(finding.figures, lang)
    if finding.status is Status.WAIVED and criterion.waiver is not None:
        authority = {"authority": criterion.waiver.label(lang)}
        text = f"{text} {plan.common['waived'].render(authority, lang)}"
    for note in finding.notes:
        text = f"{text} {plan.common[f'note.{note}'].render(finding.figures, lang)}"
    if key is not None and sentence.is_fixed:
        fixed[key] = text
    return text
