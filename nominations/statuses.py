"""What each status of a dossier means: one row a status, from which pages, filters, exports and queries read.

The stored values and their labels are `enums.Status`; which verb leads from one to another is `transitions`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from nominations.enums import Status


class Step(models.TextChoices):
    """A station of the line that a dossier's page draws."""

    DRAFT = "draft", _("Draft")
    DISTRICT = "district", _("To the district")
    PROVINCE = "province", _("To the province")
    APPRAISAL = "appraisal", _("Appraisal")
    COUNCIL = "council", _("Council")
    PROPOSAL = "proposal", _("Proposal")
    DECISION = "decision", _("Decision")


class Turn(models.TextChoices):
    """Who has the dossier before them and moves it on."""

    NOMINATOR = "nominator", _("the unit that nominates")
    DISTRICT = "district", _("the district")
    REVIEWER = "reviewer", _("the reviewer")
    COUNCIL = "council", _("the council")
    PROPOSER = "proposer", _("the standing office")
    DECIDER = "decider", _("the deciding authority")


@dataclass(frozen=True)
class StatusRow:
    """All that a status says; what follows from a column is a property, so that nothing is said twice."""

    status: Status
    tone: str
    """Of the chip, as the design system names tones."""
    step: Step | None
    """Where the line stands; None off the line, wherever the dossier was taken back from."""
    turn: Turn | None
    """None where the way has come to an end, good or bad."""
    is_ended: bool = False
    """No longer in the way of another dossier for the same nominee, award and round."""

    @property
    def label(self) -> str:
        """The status in the reader's language."""
        return str(self.status.label)

    @property
    def is_live(self) -> bool:
        """Still on its way, or honoured."""
        return not self.is_ended

    @property
    def is_honoured(self) -> bool:
        """The way ended well."""
        return self.turn is None and self.is_live

    @property
    def is_decided(self) -> bool:
        """Somebody judged it on its facts: appraised, voted on, proposed, or honoured; refused on the way as well."""
        return self.turn in {Turn.COUNCIL, Turn.PROPOSER, Turn.DECIDER} or (
            self.turn is None and self.step is not None
        )

    @property
    def is_editable(self) -> bool:
        """Its maker may change what was typed and attached."""
        return self.turn is Turn.NOMINATOR

    @property
    def is_with_filing_side(self) -> bool:
        """Not handed in for good: it counts what the figures say today, not what was frozen."""
        return self.turn in {Turn.NOMINATOR, Turn.DISTRICT}

    @property
    def is_before_province(self) -> bool:
        """It has not come to the province and is the business of its makers."""
        return self.step in {Step.DRAFT, Step.DISTRICT}

    @property
    def is_waiting(self) -> bool:
        """The reviewer has to act."""
        return self.turn is Turn.REVIEWER

    @property
    def is_on_desk(self) -> bool:
        """The appraisal desk lists it; the rest of the way is read on the list of all dossiers."""
        return self.step in {Step.PROVINCE, Step.APPRAISAL}


# In the order of the way, which is the order of the enum.
ROWS: tuple[StatusRow, ...] = (
    StatusRow(Status.DRAFT, "neutral", Step.DRAFT, Turn.NOMINATOR),
    StatusRow(Status.FILED_TO_DISTRICT, "info", Step.DISTRICT, Turn.DISTRICT),
    StatusRow(Status.RETURNED, "warn", Step.DRAFT, Turn.NOMINATOR),
    StatusRow(Status.NOT_SELECTED, "bad", Step.DISTRICT, None, is_ended=True),
    StatusRow(Status.FILED, "info", Step.PROVINCE, Turn.REVIEWER),
    StatusRow(Status.RECEIVED, "now", Step.APPRAISAL, Turn.REVIEWER),
    StatusRow(Status.SUPPLEMENT, "warn", Step.APPRAISAL, Turn.NOMINATOR),
    StatusRow(Status.ELIGIBLE, "good", Step.APPRAISAL, Turn.COUNCIL),
    StatusRow(Status.NOT_ELIGIBLE, "bad", Step.APPRAISAL, None, is_ended=True),
    StatusRow(Status.DUPLICATE, "neutral", Step.APPRAISAL, None, is_ended=True),
    StatusRow(Status.ON_AGENDA, "now", Step.COUNCIL, Turn.COUNCIL),
    StatusRow(Status.RECOMMENDED, "good", Step.COUNCIL, Turn.PROPOSER),
    StatusRow(Status.NOT_RECOMMENDED, "bad", Step.COUNCIL, None, is_ended=True),
    StatusRow(Status.PROPOSED, "now", Step.PROPOSAL, Turn.DECIDER),
    StatusRow(Status.AWARDED, "good", Step.DECISION, None),
    StatusRow(Status.DECLINED, "bad", Step.DECISION, None, is_ended=True),
    StatusRow(Status.REVOKED, "bad", Step.DECISION, None, is_ended=True),
    StatusRow(Status.DECIDED_BY_ISSUER, "good", Step.DECISION, None),
    StatusRow(Status.WITHDRAWN, "neutral", None, None, is_ended=True),
)
_ROW_OF = {row.status: row for row in ROWS}


def row_of(status: str) -> StatusRow:
    """The row of a stored value."""
    return _ROW_OF[Status(status)]


def statuses_that(says: Callable[[StatusRow], bool]) -> tuple[Status, ...]:
    """The statuses of whose row something is true, in the order of the way."""
    return tuple(row.status for row in ROWS if says(row))


def lying_at(step: str) -> tuple[Status, ...]:
    """The statuses of a station from which the way goes on: whoever has the turn there still has the dossier."""
    return statuses_that(lambda row: row.step == step and row.turn is not None)


DECIDED = statuses_that(lambda row: row.is_decided)
ENDED = statuses_that(lambda row: row.is_ended)
WITH_FILING_SIDE = statuses_that(lambda row: row.is_with_filing_side)
BEFORE_PROVINCE = statuses_that(lambda row: row.is_before_province)
WAITING = statuses_that(lambda row: row.is_waiting)
ON_DESK = statuses_that(lambda row: row.is_on_desk)
