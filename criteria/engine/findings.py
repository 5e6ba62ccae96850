"""What an evaluation says: one finding per criterion, each able to explain itself in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .checks.registry import Source
from .plan import UsedParameter
from .statuses import Outcome, Status
from .wording import Text, language

Explain = Callable[["Finding", str], str]


@dataclass(frozen=True, slots=True)
class About:
    """What never changes about a criterion within one kind of dossier."""

    criterion: str
    kind: str
    clause: str
    cite: Text
    provisions: tuple[str, ...]
    label: Text
    waivable: bool
    waiver_authority: str | None
    parent: str | None
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion's status with the figures, sources and dated values behind it."""

    about: About
    status: Status
    reason: str
    explain: Explain = field(compare=False, repr=False)
    figures: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    parameters: tuple[UsedParameter, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def criterion(self) -> str:
        return self.about.criterion

    @property
    def clause(self) -> str:
        """Locator in the plan or law, such as ``III.1.c``."""
        return self.about.clause

    def label(self, lang: str) -> str:
        return self.about.label(lang)

    def cite(self, lang: str) -> str:
        """The clause with its instrument, as a reader looks it up."""
        return self.about.cite(lang)

    @property
    def kind(self) -> str:
        return self.about.kind

    @property
    def is_composite(self) -> bool:
        return bool(self.about.children)

    @property
    def is_top_level(self) -> bool:
        return self.about.parent is None

    @property
    def parent(self) -> str | None:
        return self.about.parent

    @property
    def children(self) -> tuple[str, ...]:
        return self.about.children

    @property
    def waivable(self) -> bool:
        """Whether the criterion may be waived at all; ``can_be_waived`` says whether it may be now."""
        return self.about.waivable

    @property
    def can_be_waived(self) -> bool:
        return self.about.waivable and self.status is Status.NOT_MET

    @property
    def can_be_judged(self) -> bool:
        return self.status is Status.JUDGEMENT and not self.is_composite

    @property
    def waiver_authority(self) -> str | None:
        return self.about.waiver_authority

    @property
    def parameter(self) -> UsedParameter | None:
        """The first dated value used: the one that the check compares with."""
        return self.parameters[0] if self.parameters else None

    def sentence(self, lang: str) -> str:
        """What was found and what is still needed, as an official would write it."""
        return self.explain(self, "en" if language(lang) == "en" else "vi")

    def to_dict(self) -> dict[str, Any]:
        about = self.about
        return {
            "criterion": about.criterion,
            "kind": about.kind,
            "clause": about.clause,
            "cite": about.cite.to_dict(),
            "provisions": list(about.provisions),
            "label": about.label.to_dict(),
            "status": self.status.value,
            "reason": self.reason,
            "waivable": about.waivable,
            "waiver_authority": about.waiver_authority,
            "parent": about.parent,
            "children": list(about.children),
            "figures": dict(self.figures),
            "sources": [source.to_dict() for source in self.sources],
            "parameters": [parameter.to_dict() for parameter in self.parameters],
            "notes": list(self.notes),
            "sentence": {"vi": self.sentence("vi"), "en": self.sentence("en")},
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Finding:
        """A stored finding; its sentences are those that were stored, whatever the plan says today."""
        sentences = value["sentence"]
        about = About(
            criterion=value["criterion"],
            kind=value["kind"],
            clause=value["clause"],
            cite=Text(**value["cite"]),
            provisions=tuple(value["provisions"]),
            label=Text(**value["label"]),
            waivable=value["waivable"],
            waiver_authority=value["waiver_authority"],
            parent=value["parent"],
            children=tuple(value["children"]),
        )
        return cls(
            about=about,
            status=Status(value["status"]),
            reason=value["reason"],
            explain=lambda _finding, lang: str(sentences[lang]),
            figures=dict(value["figures"]),
            sources=tuple(Source(**source) for source in value["sources"]),
            parameters=tuple(
                UsedParameter(**{**used, "reference": Text(**used["reference"])})
                for used in value["parameters"]
            ),
            notes=tuple(value["notes"]),
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A judgement or waiver that the engine did not act on, with the reason."""

    act: str
    criterion: str
    reason: str
    text: Text

    def sentence(self, lang: str) -> str:
        return self.text(lang)

    def to_dict(self) -> dict[str, Any]:
        return {
            "act": self.act,
            "criterion": self.criterion,
            "reason": self.reason,
            "sentence": self.text.to_dict(),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Refused:
        return cls(value["act"], value["criterion"], value["reason"], Text(**value["sentence"]))


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one dossier with all findings, in the plan's order, parts after their composite."""

    plan_id: str
    plan_hash: str
    engine_version: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    refused: tuple[Refused, ...] = ()

    def finding(self, criterion: str) -> Finding | None:
        """The finding of a criterion, or None where it is not evaluated for this dossier."""
        return next((finding for finding in self.findings if finding.criterion == criterion), None)

    @property
    def top_level(self) -> tuple[Finding, ...]:
        """The findings that decide the outcome."""
        return tuple(finding for finding in self.findings if finding.is_top_level)

    def parts_of(self, finding: Finding) -> tuple[Finding, ...]:
        return tuple(part for part in self.findings if part.parent == finding.criterion)

    def to_dict(self) -> dict[str, Any]:
        return {
            "plan_id": self.plan_id,
            "plan_hash": self.plan_hash,
            "engine_version": self.engine_version,
            "outcome": self.outcome.value,
            "findings": [finding.to_dict() for finding in self.findings],
            "refused": [refused.to_dict() for refused in self.refused],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Result:
        return cls(
            plan_id=value["plan_id"],
            plan_hash=value["plan_hash"],
            engine_version=value["engine_version"],
            outcome=Outcome(value["outcome"]),
            findings=tuple(Finding.from_dict(item) for item in value["findings"]),
            refused=tuple(Refused.from_dict(item) for item in value["refused"]),
        )
