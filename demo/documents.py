"""Official documents of the story: the minutes and the count of a meeting; letters go with their proposals."""

from datetime import date
from functools import partial

from demo.council_days import CHAIR, SECRETARY
from demo.stage import Stage
from reports.selectors import content_hash, find_subject
from reports.signing import sign_off


def plan_documents(stage: Stage) -> None:
    """The signed records of the council's first session of 2025."""
    for kind in ("minutes", "counting"):
        for signer in (SECRETARY, CHAIR):
            stage.diary.on(date(2025, 12, 11), partial(_sign, stage, kind, signer))


def _sign(stage: Stage, kind: str, signer: str) -> None:
    subject = find_subject(kind, str(stage.meetings["m-25a"].pk))
    sign_off(subject=subject, actor=stage.people[signer], read=content_hash(subject))
