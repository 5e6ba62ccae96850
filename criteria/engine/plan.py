"""The loaded plan: law as data, every figure with its start date and its reference."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .wording import Sentence, Terms, Text

Value = int | Decimal | str | tuple[str, ...] | Mapping[str, int]


class PlanError(ValueError):
    """A plan file is malformed; names the file, the key and what is expected there."""

    def __init__(self, file: str, key: str, expected: str) -> None:
        self.file = file
        self.key = key
        self.expected = expected
        super().__init__(f"{file}: {key or 'the whole file'}: {expected}")


class NoValue(LookupError):
    """A parameter has no value yet on the day asked for."""

    def __init__(self, parameter: Parameter, on: date) -> None:
        self.parameter = parameter
        self.on = on
        self.template = "The plan gives no value of {parameter} on {day}; the first one starts on {first}."
        first = parameter.values[0].start.isoformat()
        self.found: dict[str, object] = {"parameter": parameter.id, "day": on.isoformat(), "first": first}
        super().__init__(self.template.format(**self.found))


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal text: the plan itself, a law, a decree."""

    id: str
    title: Text
    short: Text
    number: str | None
    issued_on: date | None
    note: Text | None


@dataclass(frozen=True, slots=True)
class Provision:
    """One place in an instrument, in our own words."""

    id: str
    instrument: Instrument
    locator: str
    cite: Text
    text: Text


@dataclass(frozen=True, slots=True)
class UsedParameter:
    """A dated value as a finding cites it; everything in it is JSON-able."""

    id: str
    value: Any
    unit: str
    start: str
    reference: Text

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "value": self.value,
            "unit": self.unit,
            "start": self.start,
            "reference": self.reference.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of a parameter from its start date until the next one starts."""

    start: date
    value: Value
    provisions: tuple[Provision, ...]
    reference: Text
    verified_on: date
    assumption: Text | None
    used: UsedParameter

    @property
    def shown(self) -> Any:
        """The value as plain text, numbers, lists and mappings."""
        return self.used.value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the law over time."""

    id: str
    label: Text
    unit: str
    values: tuple[DatedValue, ...]
    starts: tuple[date, ...]

    def on(self, day: date) -> DatedValue:
        """The value in force on a day; raises ``NoValue`` before the first."""
        index = bisect_right(self.starts, day)
        if index == 0:
            raise NoValue(self, day)
        return self.values[index - 1]


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may accept a failed criterion, and on what paper."""

    id: str
    label: Text
    paper: Text
    recorded_by: str


@dataclass(frozen=True, slots=True)
class SendingWay:
    """How a file can be handed to the centre, and whether a receipt is kept with it."""

    id: str
    label: Text
    needs_receipt: bool


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step between an approved proposal and the decision, with the provisions that ask for it."""

    id: str
    provisions: tuple[Provision, ...] = ()
    sent_by: tuple[SendingWay, ...] = ()


@dataclass(frozen=True, slots=True)
class Award:
    """A form of honour that the plan knows."""

    id: str
    label: Text
    short: Text
    issuer: Text
    rounds: tuple[str, ...]
    decided_by_issuer: bool
    """The way ends at the issuer: no provincial council, no quota of the plan."""
    way: tuple[WayStep, ...] = ()
    """From the approved proposal to the decision; empty where the way ends at the issuer."""
    is_offered: bool = True
    """Whether dossiers can be started for it. A plan may know an award that it does not offer, with its way alone: no
    threshold, no prize, no criteria. Another version of the plan offers it, and gives them.
    """

    def step(self, name: str) -> WayStep | None:
        """The step of this name, or None where the award's way does without it."""
        return next((step for step in self.way if step.id == name), None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of nominee that the plan admits."""

    id: str
    label: Text
    short: Text
    collective: bool
    forms: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a criterion applies; empty tuples mean "all"."""

    awards: tuple[str, ...]
    subjects: tuple[str, ...]
    rounds: tuple[str, ...]

    def covers(self, award: str, subject: str, round_kind: str) -> bool:
        return (
            (not self.awards or award in self.awards)
            and (not self.subjects or subject in self.subjects)
            and (not self.rounds or round_kind in self.rounds)
        )


@dataclass(frozen=True, slots=True)
class Criterion:
    """One requirement: where it applies, how it is checked, how it explains itself."""

    id: str
    kind: str
    provisions: tuple[Provision, ...]
    label: Text
    note: Text | None
    scopes: tuple[Scope, ...]
    check: str | None
    options: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, Parameter]]
    """By the check's name for it, then by award; the empty award serves every one without an own entry."""
    forms: Mapping[str, tuple[str, ...]]
    except_forms: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...]
    waiver: Authority | None
    sentences: Mapping[str, Sentence]

    @property
    def is_composite(self) -> bool:
        return bool(self.parts)

    @property
    def clause(self) -> str:
        """Locators of its provisions, as the plan numbers them."""
        return ", ".join(provision.locator for provision in self.provisions)

    def applies(self, award: str, subject: str, round_kind: str) -> bool:
        return any(scope.covers(award, subject, round_kind) for scope in self.scopes)

    def parameter(self, name: str, award: str) -> Parameter:
        """The parameter that the check calls so, for an award."""
        by_award = self.parameters[name]
        return by_award.get(award) or by_award[""]

    def all_parameters(self) -> tuple[Parameter, ...]:
        """Every parameter that it may use, each once."""
        found = {
            parameter.id: parameter
            for by_award in self.parameters.values()
            for parameter in by_award.values()
        }
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class QuotaLimit:
    """Most and least of a quota in one kind of round, from a start date."""

    start: date
    round_kind: str
    most: int
    least: int | None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of certain subjects may be proposed for an award."""

    id: str
    award: str
    subjects: tuple[str, ...]
    label: Text
    provisions: tuple[Provision, ...]
    limits: tuple[QuotaLimit, ...]
    verified_on: date

    def limit_on(self, round_kind: str, day: date) -> QuotaLimit | None:
        """The limit in force for a kind of round, or None where the quota does not speak."""
        found = None
        for limit in self.limits:
            if limit.round_kind == round_kind and limit.start <= day:
                found = limit
        return found


@dataclass(frozen=True, slots=True)
class Voting:
    """How a council decides: dated quorum, threshold per award, and the base of the percentage."""

    quorum: Parameter
    thresholds: Mapping[str, Parameter]
    base: str
    secret: bool
    provisions: tuple[Provision, ...]
    text: Text


WOMEN, AREA = "women", "area"


@dataclass(frozen=True, slots=True)
class Ties:
    """What parts nominees with equal votes, in this order, before the council votes once more.

    Without a tie section a plan parts them by nothing.
    """

    order: tuple[str, ...] = ()
    women_share: Parameter | None = None
    """From how many percent of women a collective is preferred; before its first value nobody is preferred as a woman."""
    provisions: tuple[Provision, ...] = ()
    text: Text | None = None

    def steps_on(self, day: date) -> tuple[str, ...]:
        """The steps that hold on a day."""
        is_in_force = self.women_share is not None and self.women_share.values[0].start <= day
        return tuple(step for step in self.order if step != WOMEN or is_in_force)


@dataclass(frozen=True, slots=True)
class PrizeTable:
    """Which parameters make up an amount of prize money."""

    base: Parameter
    rounding: Parameter
    coefficients: Mapping[str, Mapping[str, Parameter]]
    """By award, then by issuer; the key ``default`` serves every issuer that has no own entry."""
    factors: Mapping[str, Parameter]
    provisions: tuple[Provision, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of document in the dossier and the fact that it proves."""

    id: str
    label: Text
    attached_by: str
    fact: str | None
    compulsory: tuple[Scope, ...]
    scopes: tuple[Scope, ...]
    note: Text | None

    @property
    def proves(self) -> str:
        """The fact by its own name; a plan may write it with its group, `confirmations.tax`."""
        return self.fact.split(".")[-1] if self.fact else ""

    @property
    def is_achievement_report(self) -> bool:
        return self.proves == "achievement_report"

    def applies(self, award: str, subject: str, round_kind: str) -> bool:
        return any(scope.covers(award, subject, round_kind) for scope in self.scopes)

    def is_compulsory(self, award: str, subject: str, round_kind: str) -> bool:
        return any(scope.covers(award, subject, round_kind) for scope in self.compulsory)


@dataclass(frozen=True, slots=True)
class Reading:
    """How an unclear clause is read, and why."""

    id: str
    question: Text
    reading: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class Statement:
    """A rule for people rather than for the engine: a process step, a report, a target."""

    id: str
    title: Text
    text: Text
    provisions: tuple[Provision, ...]
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class FilingPath:
    """Through which levels a set travels; which of them a unit has follows the register of the day."""

    levels: tuple[str, ...]
    receiving_body: Text
    deadline: Text
    steps: Mapping[str, Text]

    @property
    def has_district_level(self) -> bool:
        return "district" in self.levels


@dataclass(frozen=True, slots=True)
class Standard:
    """The poverty standard of the plan and the spellings under which reviews carry it."""

    id: str
    label: Text
    spellings: frozenset[str]

    def covers(self, standard: str | None) -> bool:
        return standard is None or standard in self.spellings


@dataclass(frozen=True)
class Plan:
    """A movement's rulebook, validated and compiled. Immutable; the hash names its content."""

    id: str
    title: Text
    movement: Text
    invented: bool
    is_default: bool
    starts_on: date
    ends_on: date
    first_round_year: int
    final_year: int
    midterm_year: int | None
    standard: Standard
    instruments: Mapping[str, Instrument]
    provisions: Mapping[str, Provision]
    parameters: Mapping[str, Parameter]
    terms: Terms
    authorities: Mapping[str, Authority]
    awards: Mapping[str, Award]
    subjects: Mapping[str, Subject]
    round_kinds: Mapping[str, Text]
    criteria: Mapping[str, Criterion]
    quotas: tuple[Quota, ...]
    voting: Voting
    ties: Ties
    prizes: PrizeTable
    papers: Mapping[str, PaperKind]
    readings: tuple[Reading, ...]
    statements: tuple[Statement, ...]
    filing_path: FilingPath
    common: Mapping[str, Sentence]
    content: str = field(repr=False)
    """Canonical JSON of the file; ``plan_from_json`` gives this plan back."""
    content_hash: str = ""
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def __hash__(self) -> int:
        return hash((self.id, self.content_hash))

    def criteria_for(self, award: str, subject: str, round_kind: str) -> tuple[Criterion, ...]:
        """The criteria evaluated for such a dossier, in the plan's order, composites and parts included."""
        return tuple(
            criterion for criterion in self.criteria.values() if criterion.applies(award, subject, round_kind)
        )

    def papers_for(self, award: str, subject: str, round_kind: str) -> tuple[PaperKind, ...]:
        """The kinds of paper that such a dossier may hold, in the plan's order."""
        return tuple(paper for paper in self.papers.values() if paper.applies(award, subject, round_kind))

    def awards_in(self, round_kind: str) -> tuple[Award, ...]:
        """The awards for which dossiers can be started in a kind of round, in the plan's order."""
        return tuple(
            award for award in self.awards.values() if award.is_offered and round_kind in award.rounds
        )

    def quotas_for(self, award: str) -> tuple[Quota, ...]:
        return tuple(quota for quota in self.quotas if quota.award == award)

    def term(self, group: str, key: str, lang: str) -> str:
        """A word of the field in a language, such as a zone's or a status' name; the key where unknown."""
        text = self.terms.get(group, {}).get(key)
        return text(lang) if text else key
