"""What is known about a nominee on the filing day: frozen, complete, and storable as JSON.

An evaluation keeps its facts, so that a judgement recorded months later re-runs exactly what was
decided on. The shape of ``to_dict`` is the shape of a case file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from .reading import Node, ShapeError

FactsError = ShapeError

KINDS = ("agency", "district", "commune", "village", "household", "individual", "enterprise")
ZONES = ("I", "II", "III", "none")
HOUSEHOLD_STATUSES = ("poor", "near_poor", "newly_escaped", "not_poor", "average", "well_off")
LOANS = ("none", "good", "bad")
ROLES = ("cadre", "civil_servant", "public_employee", "anti_poverty_worker", "other")
REPORTS = ("confirmed", "unconfirmed", "absent")
CONFIRMATIONS = ("tax", "social_insurance", "environment", "labour_safety", "food_safety", "well_off")
NEVER: Literal["never"] = "never"

_UNIT_KEYS = ("exists_until",)
_REVIEW_KEYS = ("reviews", "predecessors")
_KEYS_OF_KIND: dict[str, tuple[str, ...]] = {
    "agency": ("form", *_UNIT_KEYS),
    "district": (*_REVIEW_KEYS, *_UNIT_KEYS),
    "commune": ("zone", *_REVIEW_KEYS, *_UNIT_KEYS),
    "village": (*_REVIEW_KEYS, *_UNIT_KEYS),
    "household": ("statuses", "registered_on", "policy_loan"),
    "individual": ("role",),
    "enterprise": ("form", *_UNIT_KEYS),
}


def _empty_map() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Review:
    """A unit's poverty review at the end of one year; ``standard`` None means the plan's own."""

    households: int
    poor: int
    near_poor: int
    standard: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """A unit's own reviews by year, and the units it was made from with theirs."""

    reviews: Mapping[int, Review] = field(default_factory=_empty_map)
    predecessors: tuple[Lineage, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Nominee:
    """Facts about who is put forward; what does not concern the kind stays at its default."""

    kind: str
    form: str | None = None
    zone: str | None = None
    exists_until: date | None = None
    lineage: Lineage = field(default_factory=Lineage)
    statuses: Mapping[int, str] = field(default_factory=_empty_map)
    registered_on: date | Literal["never"] | None = None
    policy_loan: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """Which parts of the dossier are there."""

    submission_letter: bool = False
    council_minutes: bool = False
    achievement_report: str = "absent"
    originals: int = 0
    confirmations: tuple[str, ...] = ()
    not_required: Mapping[str, str] = field(default_factory=_empty_map)
    """Confirmations that somebody recorded as not required, each with the reason."""


NO_PAPERS = Papers()
"""What there is before anything is handed in; one object, so that many facts can share it."""


@dataclass(frozen=True, slots=True)
class PriorAward:
    """An honour decided earlier, as the award history has it."""

    award: str
    movement: str
    round_year: int
    decided_on: date
    decision: str
    issuer: str | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A period in which a proceeding with signs of violation bars any award; open while ``until`` is None."""

    start: date
    until: date | None = None
    source: str | None = None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.until is None or self.until >= day)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the engine may look at for one dossier."""

    award: str
    round_kind: str
    round_year: int
    submitted_on: date
    nominee: Nominee
    papers: Papers = field(default_factory=Papers)
    prior_awards: tuple[PriorAward, ...] = ()
    holds: tuple[Hold, ...] = ()
    as_of: date | None = None
    extended_to: date | None = None
    """The last day for filing where a decision moved it, and that decision as it is written."""
    extended_by: str | None = None

    @property
    def evaluated_on(self) -> date:
        """The evaluation day: the stated one, else the filing day."""
        return self.as_of or self.submitted_on

    @classmethod
    def from_dict(cls, value: Any) -> Facts:
        """Facts from their JSON or YAML form; raises ``FactsError`` that names the key."""
        return read_facts(Node(value))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; ``from_dict`` gives equal facts back."""
        return {
            "award": self.award,
            "round": {
                "kind": self.round_kind,
                "year": self.round_year,
                "extended_to": _iso(self.extended_to),
                "extended_by": self.extended_by,
            },
            "submitted_on": self.submitted_on.isoformat(),
            "as_of": _iso(self.as_of),
            "nominee": _nominee_dict(self.nominee),
            "dossier": {
                "submission_letter": self.papers.submission_letter,
                "council_minutes": self.papers.council_minutes,
                "achievement_report": self.papers.achievement_report,
                "originals": self.papers.originals,
                "confirmations": list(self.papers.confirmations),
                "not_required": dict(self.papers.not_required),
            },
            "prior_awards": [
                {
                    "award": prior.award,
                    "movement": prior.movement,
                    "round_year": prior.round_year,
                    "decided_on": prior.decided_on.isoformat(),
                    "decision": prior.decision,
                    "issuer": prior.issuer,
                    "revoked": prior.revoked,
                }
                for prior in self.prior_awards
            ],
            "holds": [
                {"from": hold.start.isoformat(), "until": _iso(hold.until), "source": hold.source}
                for hold in self.holds
            ],
        }


FACT_KEYS = ("award", "round", "submitted_on", "as_of", "nominee", "dossier", "prior_awards", "holds")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _lineage_dict(lineage: Lineage) -> dict[str, Any]:
    return {
        "reviews": {
            str(year): {
                "households": review.households,
                "poor": review.poor,
                "near_poor": review.near_poor,
                "standard": review.standard,
                "source": review.source,
            }
            for year, review in lineage.reviews.items()
        },
        "predecessors": [
            {**_lineage_dict(predecessor), "name": predecessor.name} for predecessor in lineage.predecessors
        ],
    }


def _nominee_dict(nominee: Nominee) -> dict[str, Any]:
    registered = nominee.registered_on
    full: dict[str, Any] = {
        "form": nominee.form,
        "zone": nominee.zone,
        "exists_until": _iso(nominee.exists_until),
        "statuses": {str(year): status for year, status in nominee.statuses.items()},
        "registered_on": registered.isoformat() if isinstance(registered, date) else registered,
        "policy_loan": nominee.policy_loan,
        "role": nominee.role,
        **_lineage_dict(nominee.lineage),
    }
    return {"kind": nominee.kind, **{key: full[key] for key in _KEYS_OF_KIND[nominee.kind]}}


def read_facts(node: Node) -> Facts:
    """Facts out of a strict node; raises ``FactsError``."""
    node.only(*FACT_KEYS)
    round_node = node.need("round").only("kind", "year", "extended_to", "extended_by")
    extended_to, extended_by = round_node.get("extended_to"), round_node.get("extended_by")
    as_of = node.get("as_of")
    papers = node.get("dossier")
    prior_awards = node.get("prior_awards")
    holds = node.get("holds")
    return Facts(
        award=node.need("award").text(),
        round_kind=round_node.need("kind").text(),
        round_year=round_node.need("year").year(),
        submitted_on=node.need("submitted_on").day(),
        nominee=_read_nominee(node.need("nominee")),
        papers=_read_papers(papers) if papers else Papers(),
        prior_awards=tuple(_read_prior(item) for item in prior_awards.items()) if prior_awards else (),
        holds=tuple(_read_hold(item) for item in holds.items()) if holds else (),
        as_of=as_of.day() if as_of else None,
        extended_to=extended_to.day() if extended_to else None,
        extended_by=extended_by.text() if extended_by else None,
    )


def _read_nominee(node: Node) -> Nominee:
    kind = node.need("kind").choice(KINDS)
    node.only("kind", *_KEYS_OF_KIND[kind])
    form, zone, until = node.get("form"), node.get("zone"), node.get("exists_until")
    statuses, registered = node.get("statuses"), node.get("registered_on")
    loan, role = node.get("policy_loan"), node.get("role")
    registered_on: date | Literal["never"] | None = None
    if registered is not None:
        registered_on = NEVER if registered.value == NEVER else registered.day()
    return Nominee(
        kind=kind,
        form=form.text() if form else None,
        zone=zone.choice(ZONES) if zone else None,
        exists_until=until.day() if until else None,
        lineage=_read_lineage(node),
        statuses={year: item.choice(HOUSEHOLD_STATUSES) for year, item in statuses.by_year()}
        if statuses
        else {},
        registered_on=registered_on,
        policy_loan=loan.choice(LOANS) if loan else None,
        role=role.choice(ROLES) if role else None,
    )


def _read_lineage(node: Node) -> Lineage:
    reviews, predecessors, name = node.get("reviews"), node.get("predecessors"), node.get("name")
    return Lineage(
        reviews={year: _read_review(item) for year, item in reviews.by_year()} if reviews else {},
        predecessors=tuple(
            _read_lineage(item.only("name", "reviews", "predecessors")) for item in predecessors.items()
        )
        if predecessors
        else (),
        name=name.text() if name else None,
    )


def _read_review(node: Node) -> Review:
    node.only("households", "poor", "near_poor", "standard", "source")
    standard, source = node.get("standard"), node.get("source")
    return Review(
        households=node.need("households").integer(minimum=0),
        poor=node.need("poor").integer(minimum=0),
        near_poor=node.need("near_poor").integer(minimum=0),
        standard=standard.loose_text() if standard else None,
        source=source.text() if source else None,
    )


def _read_papers(node: Node) -> Papers:
    node.only(
        "submission_letter",
        "council_minutes",
        "achievement_report",
        "originals",
        "confirmations",
        "not_required",
    )
    letter, minutes = node.get("submission_letter"), node.get("council_minutes")
    report, originals = node.get("achievement_report"), node.get("originals")
    confirmations, not_required = node.get("confirmations"), node.get("not_required")
    return Papers(
        submission_letter=letter.boolean() if letter else False,
        council_minutes=minutes.boolean() if minutes else False,
        achievement_report=report.choice(REPORTS) if report else "absent",
        originals=originals.integer(minimum=0) if originals else 0,
        confirmations=tuple(item.choice(CONFIRMATIONS) for item in confirmations.items())
        if confirmations
        else (),
        not_required={key: item.text() for key, item in not_required.only(*CONFIRMATIONS).entries()}
        if not_required
        else {},
    )


def _read_prior(node: Node) -> PriorAward:
    node.only("award", "movement", "round_year", "decided_on", "decision", "issuer", "revoked")
    issuer, revoked = node.get("issuer"), node.get("revoked")
    return PriorAward(
        award=node.need("award").text(),
        movement=node.need("movement").text(),
        round_year=node.need("round_year").year(),
        decided_on=node.need("decided_on").day(),
        decision=node.need("decision").loose_text(),
        issuer=issuer.text() if issuer else None,
        revoked=revoked.boolean() if revoked else False,
    )


def _read_hold(node: Node) -> Hold:
    node.only("from", "until", "source")
    until, source = node.get("until"), node.get("source")
    return Hold(
        start=node.need("from").day(),
        until=until.day() if until else None,
        source=source.text() if source else None,
    )
