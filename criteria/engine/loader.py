"""Plan files into plans: every mistake is refused with file, key and what is expected there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from .criteria_reader import read_common, read_criteria, read_scopes
from .facts import CONFIRMATIONS, HOUSEHOLD_STATUSES, LOANS, ROLES, ZONES
from .parameter_reader import read_parameters
from .plan import (
    AREA,
    WOMEN,
    Authority,
    Award,
    FilingPath,
    Instrument,
    PaperKind,
    Parameter,
    Plan,
    PlanError,
    PrizeTable,
    Provision,
    Quota,
    QuotaLimit,
    Reading,
    Standard,
    Statement,
    Subject,
    Ties,
    Voting,
)
from .plan_reading import AWARD_KEY, SUBJECT_KEY, Draft, by_id, parameter_of, provisions_of, text_of
from .reading import Faults, Lost, Node, ShapeError, parse_yaml
from .rules import compile_rules
from .statuses import Outcome, Status
from .way import PLAIN_WAY, read_way
from .wording import Text

_KEYS = (
    "id", "title", "movement", "invented", "default", "period", "round_years", "standard", "instruments",
    "provisions", "terms", "parameters", "authorities", "awards", "subjects", "round_kinds", "sentences",
    "criteria", "quotas", "voting", "ties", "prizes", "papers", "readings", "statements", "filing_path",
)  # fmt: skip
TERMS: dict[str, tuple[str, ...]] = {
    "word": ("or", "and"),
    "zone": ZONES,
    "household_status": HOUSEHOLD_STATUSES,
    "role": ROLES,
    "confirmation": CONFIRMATIONS,
    "policy_loan": LOANS,
    "status": tuple(status.value for status in Status),
    "outcome": tuple(outcome.value for outcome in Outcome),
}
"""Words that every plan must give in both languages: a reader never meets a raw code."""
TIE_STEPS = (WOMEN, AREA)
PERCENTAGE_BASES = ("all_members",)
ATTACHED_BY = ("nominee", "filing_body", "commune", "reviewer")


def load_plan(path: str | Path) -> Plan:
    """The plan of one YAML file; raises ``PlanError``."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(str(path), "", f"expected a readable UTF-8 file: {error}") from error
    try:
        data = parse_yaml(text)
    except ShapeError as error:
        raise PlanError(str(path), error.key, error.expected) from error
    plan = plan_from_data(data, str(path))
    if path.stem != plan.id:
        raise PlanError(str(path), "id", f"expected the file's own name, {path.stem!r}; found {plan.id!r}")
    return plan


def load_plans(folder: str | Path) -> dict[str, Plan]:
    """All plans of a folder by id; raises ``PlanError`` for the first malformed one."""
    folder = Path(folder)
    if not folder.is_dir():
        raise PlanError(str(folder), "", "expected a folder with plan files (*.yaml)")
    plans: dict[str, Plan] = {}
    for path in sorted(folder.glob("*.yaml")):
        plan = load_plan(path)
        if plan.is_default and any(other.is_default for other in plans.values()):
            raise PlanError(str(path), "default", "expected one default plan, and another file already is it")
        plans[plan.id] = plan
    return plans


def plan_from_json(content: str) -> Plan:
    """The plan back from its stored canonical content."""
    return plan_from_data(json.loads(content), "stored plan")


def plan_from_data(data: Any, file: str) -> Plan:
    """A plan from loaded values; ``file`` names them in errors."""
    try:
        plan = _read_plan(Node(data), canonical(data))
        for error in _scope_faults(plan):
            raise error
    except ShapeError as error:
        raise PlanError(file, error.key, error.expected) from error
    return plan


def plan_or_faults(data: Any) -> tuple[Plan | None, tuple[ShapeError, ...]]:
    """The plan of loaded values, or every mistake in them; what needs an item that cannot be read is not judged."""
    faults = Faults()
    try:
        plan = _read_plan(Node(data, faults=faults), canonical(data))
    except ShapeError as error:
        if not faults.found:
            faults.add(error)
    if faults.found:
        return None, tuple(faults.found)
    told = {(error.key, error.template): error for error in _scope_faults(plan)}
    return (None, tuple(told.values())) if told else (plan, ())


def canonical(data: Any) -> str:
    """The same text for the same content, whatever the order of keys, comments or layout."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise ShapeError(
        "", "expected texts, whole numbers, dates, lists and mappings; found {found}", found=repr(value)
    )


def _read_plan(root: Node, content: str) -> Plan:
    root.only(*_KEYS)
    period = root.need("period").only("from", "to")
    root.guarded(lambda: _in_period(period))
    years = root.need("round_years").only("first", "midterm", "final")
    root.guarded(lambda: _in_order(years))
    midterm, default, invented = years.get("midterm"), root.get("default"), root.get("invented")
    draft = Draft(terms=_read_terms(root.need("terms")))
    draft.instruments = by_id(root.need("instruments"), _read_instrument)
    draft.provisions = by_id(root.need("provisions"), lambda node: _read_provision(node, draft))
    draft.parameters = read_parameters(root.need("parameters"), draft)
    draft.authorities = by_id(root.need("authorities"), _read_authority)
    draft.round_kinds = {key: text_of(node) for key, node in root.need("round_kinds").entries()}
    draft.awards = by_id(root.need("awards"), lambda node: _read_award(node, draft))
    draft.subjects = by_id(root.need("subjects"), _read_subject)
    draft.terms = {
        **draft.terms,
        "award": {award.id: award.short for award in draft.awards.values()},
        "subject": {subject.id: subject.short for subject in draft.subjects.values()},
        "round": draft.round_kinds,
    }
    sentences = root.need("sentences").only("common", "checks")
    common = read_common(sentences.need("common"), draft)
    is_invented = invented.boolean() if invented else False
    is_default = default.boolean() if default else False
    starts_on, ends_on = period.need("from").day(), period.need("to").day()
    first_year, final_year = years.need("first").year(), years.need("final").year()
    midterm_year = midterm.year() if midterm else None
    standard = _read_standard(root.need("standard"))
    criteria = read_criteria(root.need("criteria"), sentences.need("checks"), draft)
    quotas = _read_quotas(root.need("quotas"), draft)
    papers = by_id(root.need("papers"), lambda node: _read_paper(node, draft))
    readings = by_id(root.need("readings"), _read_reading)
    statements = by_id(root.need("statements"), lambda node: _read_statement(node, draft))
    name, title, movement = (
        root.need("id").text(),
        text_of(root.need("title")),
        text_of(root.need("movement")),
    )
    voting = root.guarded(lambda: _read_voting(root.need("voting"), draft))
    tie_section = root.get("ties")
    ties = root.guarded(lambda: _read_ties(tie_section, draft)) if tie_section else Ties()
    prizes = root.guarded(lambda: _read_prizes(root.need("prizes"), draft))
    filing_path = root.guarded(lambda: _read_filing_path(root.need("filing_path"), draft))
    if voting is None or ties is None or prizes is None or filing_path is None:
        raise Lost("", "expected what could be read")
    return Plan(
        id=name,
        title=title,
        movement=movement,
        invented=is_invented,
        is_default=is_default,
        starts_on=starts_on,
        ends_on=ends_on,
        first_round_year=first_year,
        final_year=final_year,
        midterm_year=midterm_year,
        standard=standard,
        instruments=draft.instruments,
        provisions=draft.provisions,
        parameters=draft.parameters,
        terms=draft.terms,
        authorities=draft.authorities,
        awards=draft.awards,
        subjects=draft.subjects,
        round_kinds=draft.round_kinds,
        criteria=criteria,
        quotas=quotas,
        voting=voting,
        ties=ties,
        prizes=prizes,
        papers=papers,
        readings=tuple(readings.values()),
        statements=tuple(statements.values()),
        filing_path=filing_path,
        common=common,
        content=content,
        content_hash=hashlib.sha256(content.encode("utf-8")).hexdigest(),
    )


def _in_period(period: Node) -> None:
    """Refuse a last day before the first."""
    if period.need("from").day() > period.need("to").day():
        raise period.need("to").fail("expected a day not before the period's first day")


def _in_order(years: Node) -> None:
    """Refuse a final year before the first one, or a midterm outside them."""
    midterm = years.get("midterm")
    first, final = years.need("first").year(), years.need("final").year()
    if final < first:
        raise years.need("final").fail("expected a year not before the first one, {first}", first=first)
    if midterm is not None and not first <= midterm.year() <= final:
        raise midterm.fail("expected a year from {first} to {last}", first=first, last=final)


def _scope_faults(plan: Plan) -> Iterator[ShapeError]:
    """Where a composite has no part though it applies; compiling also proves that every rule can run."""
    offered = [award.id for award in plan.awards.values() if award.is_offered]
    for award, subject, round_kind in product(offered, plan.subjects, plan.round_kinds):
        where = f"{award}, {subject}, {round_kind}"
        lacking = [
            f"criteria.{criterion.id}.parameters.{name}"
            for criterion in plan.criteria_for(award, subject, round_kind)
            for name, by_award in criterion.parameters.items()
            if award not in by_award and "" not in by_award
        ]
        for key in lacking:
            yield ShapeError(key, "expected a parameter for {where}", where=where)
        for rule in [] if lacking else compile_rules(plan, award, subject, round_kind).by_id.values():
            if rule.criterion.is_composite and not rule.parts:
                key = f"criteria.{rule.criterion.id}.parts"
                yield ShapeError(key, "expected a part for {where}", where=where)


def _read_terms(node: Node) -> dict[str, Mapping[str, Text]]:
    terms: dict[str, Mapping[str, Text]] = {
        group: {key: text_of(entry) for key, entry in entries.entries()} for group, entries in node.entries()
    }
    for group, words in TERMS.items():
        for word in words:
            if word not in terms.get(group, {}):
                error = ShapeError(f"{node.path}.{group}.{word}", "expected its word in both languages")
                node.tell(error, None)
    return terms


def _read_standard(node: Node) -> Standard:
    node.only("id", "label", "spellings")
    name = node.need("id").loose_text()
    spellings = node.need("spellings").texts()
    return Standard(name, text_of(node.need("label")), frozenset((name, *spellings)))


def _read_instrument(node: Node) -> Instrument:
    node.only("id", "title", "short", "number", "issued_on", "note")
    number, issued_on, note = node.get("number"), node.get("issued_on"), node.get("note")
    return Instrument(
        id=node.need("id").text(),
        title=text_of(node.need("title")),
        short=text_of(node.need("short")),
        number=number.text() if number else None,
        issued_on=issued_on.day() if issued_on else None,
        note=text_of(note) if note else None,
    )


def _read_provision(node: Node, draft: Draft) -> Provision:
    node.only("id", "instrument", "locator", "cite", "text")
    instrument = draft.instruments[node.need("instrument").choice(draft.instruments)]
    locator = node.need("locator").text()
    cite = node.get("cite")
    return Provision(
        id=node.need("id").text(),
        instrument=instrument,
        locator=locator,
        cite=text_of(cite)
        if cite
        else Text(vi=f"{instrument.short.vi}, {locator}", en=f"{instrument.short.en}, {locator}"),
        text=text_of(node.need("text")),
    )


def _read_authority(node: Node) -> Authority:
    node.only("id", "label", "paper", "recorded_by")
    return Authority(
        id=node.need("id").text(),
        label=text_of(node.need("label")),
        paper=text_of(node.need("paper")),
        recorded_by=node.need("recorded_by").text(),
    )


def _read_award(node: Node, draft: Draft) -> Award:
    node.only("id", "label", "short", "issuer", "rounds", "decided_by_issuer", "way", "offered")
    ends, way, offered = node.get("decided_by_issuer"), node.get("way"), node.get("offered")
    ends_there = ends.boolean() if ends else False
    if ends_there and way is not None:
        raise way.fail("expected no way, because the award is decided by its issuer")
    return Award(
        id=node.need("id").text(),
        label=text_of(node.need("label")),
        short=text_of(node.need("short")),
        issuer=text_of(node.need("issuer")),
        rounds=tuple(item.choice(draft.round_kinds) for item in node.need("rounds").items()),
        decided_by_issuer=ends_there,
        way=read_way(way, draft) if way else () if ends_there else PLAIN_WAY,
        is_offered=offered.boolean() if offered else True,
    )


def _read_subject(node: Node) -> Subject:
    node.only("id", "label", "short", "collective", "forms")
    forms = node.get("forms")
    return Subject(
        id=node.need("id").text(),
        label=text_of(node.need("label")),
        short=text_of(node.need("short")),
        collective=node.need("collective").boolean(),
        forms={key: text_of(entry) for key, entry in forms.entries()} if forms else {},
    )


def _read_quotas(node: Node, draft: Draft) -> tuple[Quota, ...]:
    return tuple(by_id(node, lambda item: _read_quota(item, draft)).values())


def _read_quota(node: Node, draft: Draft) -> Quota:
    node.only("id", "award", "subjects", "label", "provisions", "verified_on", "limits")
    limits = [_read_limit(item, draft) for item in node.need("limits").items()]
    return Quota(
        id=node.need("id").text(),
        award=node.need("award").choice(draft.awards),
        subjects=tuple(item.choice(draft.subjects) for item in node.need("subjects").items()),
        label=text_of(node.need("label")),
        provisions=provisions_of(node.need("provisions"), draft),
        limits=tuple(sorted(limits, key=lambda limit: limit.start)),
        verified_on=node.need("verified_on").day(),
    )


def _read_limit(node: Node, draft: Draft) -> QuotaLimit:
    node.only("from", "round", "max", "min")
    least = node.get("min")
    most = node.need("max").integer(minimum=0)
    limit = QuotaLimit(
        start=node.need("from").day(),
        round_kind=node.need("round").choice(draft.round_kinds),
        most=most,
        least=least.integer(minimum=0) if least else None,
    )
    if limit.least is not None and limit.least > most:
        raise node.fail(
            "expected a minimum of at most the maximum {most}, found {found}", most=most, found=limit.least
        )
    return limit


def _read_voting(node: Node, draft: Draft) -> Voting:
    node.only("quorum", "thresholds", "base", "secret", "provisions", "text")
    thresholds: dict[str, Parameter] = {}
    for award, entry in node.need("thresholds").entries_among(draft.awards, AWARD_KEY):
        thresholds[award] = parameter_of(entry, draft, "decimal")
        if not all(0 < Decimal(str(dated.value)) <= 100 for dated in thresholds[award].values):
            raise entry.fail("expected a parameter whose values are over 0 and at most 100 percent")
    _complete(node.need("thresholds"), _offered(draft), thresholds, "award")
    return Voting(
        quorum=parameter_of(node.need("quorum"), draft, "ratio"),
        thresholds=thresholds,
        base=node.need("base").choice(PERCENTAGE_BASES),
        secret=node.need("secret").boolean(),
        provisions=provisions_of(node.need("provisions"), draft),
        text=text_of(node.need("text")),
    )


def _read_ties(node: Node, draft: Draft) -> Ties:
    node.only("order", "women_share", "provisions", "text")
    order = tuple(item.choice(TIE_STEPS) for item in node.need("order").items())
    if len(set(order)) != len(order):
        raise node.need("order").fail("expected each step once")
    share = node.get("women_share")
    if (share is not None) != (WOMEN in order):
        raise node.fail("expected women_share when, and only when, women is one of the steps")
    parameter = parameter_of(share, draft, "integer") if share is not None else None
    if parameter is not None and not all(0 < int(str(dated.value)) <= 100 for dated in parameter.values):
        raise node.fail("expected a parameter whose values are over 0 and at most 100 percent")
    return Ties(
        order=order,
        women_share=parameter,
        provisions=provisions_of(node.need("provisions"), draft),
        text=text_of(node.need("text")),
    )


def _offered(draft: Draft) -> list[str]:
    return [award.id for award in draft.awards.values() if award.is_offered]


def _complete(node: Node, wanted: Iterable[str], given: Collection[str], what: str) -> None:
    """Refuse a table that leaves out an award or a subject of the plan."""
    absent = [name for name in wanted if name not in given]
    if absent:
        raise node.fail(
            "expected every {what} of this plan; {names} is not there", what=what, names=", ".join(absent)
        )


def _read_prizes(node: Node, draft: Draft) -> PrizeTable:
    node.only("base", "rounding", "coefficients", "factors", "provisions", "text")
    coefficients: dict[str, dict[str, Parameter]] = {}
    for award, entry in node.need("coefficients").entries_among(draft.awards, AWARD_KEY):
        entry.need("default")
        coefficients[award] = {
            issuer: parameter_of(item, draft, "decimal") for issuer, item in entry.entries()
        }
    _complete(node.need("coefficients"), _offered(draft), coefficients, "award")
    factors: dict[str, Parameter] = {}
    for subject, entry in node.need("factors").entries_among(draft.subjects, SUBJECT_KEY):
        factors[subject] = parameter_of(entry, draft, "decimal")
    _complete(node.need("factors"), draft.subjects, factors, "subject")
    rounding = parameter_of(node.need("rounding"), draft, "integer")
    if not all(Decimal(str(dated.value)) > 0 for dated in rounding.values):
        raise node.need("rounding").fail("expected a parameter whose values are over 0")
    return PrizeTable(
        base=parameter_of(node.need("base"), draft, "integer"),
        rounding=rounding,
        coefficients=coefficients,
        factors=factors,
        provisions=provisions_of(node.need("provisions"), draft),
        text=text_of(node.need("text")),
    )


def _read_paper(node: Node, draft: Draft) -> PaperKind:
    node.only("id", "label", "attached_by", "fact", "applies", "compulsory", "note")
    fact, compulsory, note = node.get("fact"), node.get("compulsory"), node.get("note")
    return PaperKind(
        id=node.need("id").text(),
        label=text_of(node.need("label")),
        attached_by=node.need("attached_by").choice(ATTACHED_BY),
        fact=fact.text() if fact else None,
        compulsory=read_scopes(compulsory, draft) if compulsory else (),
        scopes=read_scopes(node.need("applies"), draft),
        note=text_of(note) if note else None,
    )


def _read_reading(node: Node) -> Reading:
    node.only("id", "question", "reading", "reason")
    return Reading(
        id=node.need("id").text(),
        question=text_of(node.need("question")),
        reading=text_of(node.need("reading")),
        reason=text_of(node.need("reason")),
    )


def _read_statement(node: Node, draft: Draft) -> Statement:
    node.only("id", "title", "text", "provisions", "parameters")
    parameters = node.get("parameters")
    return Statement(
        id=node.need("id").text(),
        title=text_of(node.need("title")),
        text=text_of(node.need("text")),
        provisions=provisions_of(node.need("provisions"), draft),
        parameters=tuple(parameter_of(item, draft) for item in parameters.items()) if parameters else (),
    )


def _read_filing_path(node: Node, draft: Draft) -> FilingPath:
    node.only("levels", "receiving_body", "deadline", "steps")
    steps: dict[str, Text] = {}
    for subject, entry in node.need("steps").entries_among(draft.subjects, SUBJECT_KEY):
        steps[subject] = text_of(entry)
    return FilingPath(
        levels=tuple(
            item.choice(("commune", "district", "province")) for item in node.need("levels").items()
        ),
        receiving_body=text_of(node.need("receiving_body")),
        deadline=text_of(node.need("deadline")),
        steps=steps,
    )
