"""The six statuses of a finding, the four outcomes of a dossier, and how they combine."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """What one check says. "No evidence" is ``MISSING`` and never "fails"."""

    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"
    JUDGEMENT = "judgement"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"


class Outcome(StrEnum):
    """What all top-level findings say together; ``ELIGIBLE`` means "may go to the council"."""

    ELIGIBLE = "eligible"
    NEEDS_JUDGEMENT = "needs_judgement"
    INCOMPLETE = "incomplete"
    NOT_ELIGIBLE = "not_eligible"


def all_of(statuses: Iterable[Status]) -> Status:
    """Status of requirements that cumulate; one certain failure decides, whatever else is unknown."""
    present = set(statuses)
    if Status.NOT_MET in present:
        return Status.NOT_MET
    if Status.MISSING in present:
        return Status.MISSING
    if Status.JUDGEMENT in present:
        return Status.JUDGEMENT
    if present & {Status.MET, Status.WAIVED}:
        return Status.MET
    return Status.NOT_APPLICABLE


def any_of(statuses: Iterable[Status]) -> Status:
    """Status of alternatives; one success decides, and a person's judgement is asked before papers are."""
    present = set(statuses)
    if present & {Status.MET, Status.WAIVED}:
        return Status.MET
    if Status.JUDGEMENT in present:
        return Status.JUDGEMENT
    if Status.MISSING in present:
        return Status.MISSING
    if Status.NOT_MET in present:
        return Status.NOT_MET
    return Status.NOT_APPLICABLE


def outcome_of(statuses: Iterable[Status]) -> Outcome:
    """Outcome of a dossier over its top-level findings."""
    combined = all_of(statuses)
    if combined is Status.NOT_MET:
        return Outcome.NOT_ELIGIBLE
    if combined is Status.MISSING:
        return Outcome.INCOMPLETE
    if combined is Status.JUDGEMENT:
        return Outcome.NEEDS_JUDGEMENT
    return Outcome.ELIGIBLE
