"""Official documents of the story: the minutes of a meeting and the letter of a proposal."""

from datetime import date

from demo.council_days import SECRETARY
from demo.stage import Stage
from reports.selectors import find_subject
from reports.services import issue_document


def plan_documents(stage: Stage) -> None:
    """The minutes of the council's first session of 2025, and the letter of the approved proposal."""
    stage.diary.on(
        date(2025, 12, 11),
        lambda: issue_document(
            subject=find_subject("minutes", str(stage.meetings["m-25a"].pk)),
            actor=stage.people[SECRETARY],
        ),
    )
    stage.diary.on(
        date(2025, 12, 12),
        lambda: issue_document(
            subject=find_subject("proposal", stage.proposals["tt-25a"].code),
            actor=stage.people["so.chuyenvien"],
        ),
    )
