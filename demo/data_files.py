"""The story's data files, read strictly: an unknown key is an error that names it."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from core import yaml_files

DATA = Path(__file__).parent / "data"


def read_yaml(name: str) -> Any:
    """One of the story's data files."""
    return yaml_files.read_yaml(DATA / name)


@dataclass(frozen=True)
class SetLine:
    """What a body files at one time; without `filed_on` it is still in preparation."""

    unit: str
    by: str
    letter: str
    filed_on: date | None = None
    prepared_on: date | None = None
    minutes: str = ""
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class DossierLine:
    """One dossier and the way it went; the names of the fields are the verbs of the way."""

    id: str
    award: str
    subject: str
    nominee: str
    by: str
    text: list[str]
    set: str = ""
    award_citation: str = ""
    confirmed_by: str = ""
    no_report: bool = False
    commune_papers: bool = False
    papers: tuple[str, ...] = ()
    originals: int = 1
    started: date | None = None
    to_district: date | None = None
    received: date | None = None
    eligible: date | None = None
    judged: dict[str, list[str]] = field(default_factory=dict)
    not_eligible: dict[str, Any] | None = None
    duplicate: dict[str, Any] | None = None
    supplement: dict[str, Any] | None = None
    waiver: dict[str, Any] | None = None
    returned: dict[str, Any] | None = None
    not_selected: dict[str, Any] | None = None
    withdrawn: dict[str, Any] | None = None
    issued: dict[str, Any] | None = None
    revoked: dict[str, Any] | None = None

    @property
    def concluded(self) -> date | None:
        """The day on which the appraisal ended, or went as far as it did."""
        turned_down = self.not_eligible or self.duplicate
        if turned_down is None and self.eligible:
            return self.eligible
        day: date | None = (turned_down or self.supplement or {}).get("day")
        return day


@dataclass(frozen=True)
class MeetingLine:
    """A meeting with its items: agreeing, disagreeing and blank ballots, or none for an item without a poll."""

    title: str
    prepared_on: date
    held_on: date
    items: dict[str, list[int] | None]
    absent: tuple[str, ...] = ()
    conclusion: str = ""
    taken_off: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProposalLine:
    """A proposal, approved and decided as far as the days are given."""

    award: str
    started_on: date
    items: list[str]
    approved_on: date | None = None
    decision: dict[str, Any] | None = None


@dataclass(frozen=True)
class RoundFile:
    """One round of the story."""

    round: dict[str, Any]
    sets: dict[str, SetLine]
    dossiers: list[DossierLine]
    meetings: dict[str, MeetingLine]
    proposals: dict[str, ProposalLine]


def read_round(name: str) -> RoundFile:
    """A file of `rounds/`."""
    raw = read_yaml(f"rounds/{name}.yaml")
    return RoundFile(
        round=raw["round"],
        sets={key: SetLine(**row) for key, row in raw["sets"].items()},
        dossiers=[DossierLine(**row) for row in raw["dossiers"]],
        meetings={key: MeetingLine(**row) for key, row in raw.get("meetings", {}).items()},
        proposals={key: ProposalLine(**row) for key, row in raw.get("proposals", {}).items()},
    )
