"""A plan that somebody handed in, with its cases: read safely, and held against every case.

What is wrong is told whole: each place in a file with its line, each case with what it expects and what came. A plan
passes when it can be read, every case of its files passes, and the cases hold it from both sides (`lacking_cases`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from criteria.cases import Case, Expectation, items_of, read_case
from criteria.engine import ENGINE_VERSION, Plan, plan_or_faults
from criteria.engine.bounds import Lines, bounded_text
from criteria.engine.plan import Criterion, NoValue
from criteria.engine.reading import Node, ShapeError, WordedError, parse_yaml

logger = logging.getLogger(__name__)

MOST_CASES = 3000
MOST_ID, MOST_NAME = 80, 200
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_READ_FAULTS = (WordedError, NoValue)
FILE, CASE, FAILED, LACKING = "file", "case", "failed", "lacking"


@dataclass(frozen=True)
class HandedFile:
    """A file as it was handed in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Fault:
    """One thing that keeps a plan from passing; texts stay templates, so that each reader gets their language.

    `kind`: a `file` or a `case` cannot be read, a case `failed`, or a case is `lacking`.
    """

    kind: str
    file: str = ""
    where: str = ""
    line: int | None = None
    case: str = ""
    template: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    what: str = ""
    expected: str = ""
    got: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Examination:
    """What came of examining a plan."""

    plan: Plan | None
    case_count: int
    passed_count: int
    faults: tuple[Fault, ...]

    @property
    def passes(self) -> bool:
        return self.plan is not None and not self.faults

    def to_dict(self) -> dict[str, Any]:
        """As it is kept with the file, with nothing left out."""
        return {
            "engine": ENGINE_VERSION,
            "case_count": self.case_count,
            "passed_count": self.passed_count,
            "faults": [asdict(fault) for fault in self.faults],
        }


def examine(
    plan_file: HandedFile, case_files: Sequence[HandedFile], longest: Mapping[str, int] | None = None
) -> Examination:
    """Read a plan and run its cases; never raises for what a file holds.

    `longest` says how long ids may be, by the part of the plan whose they are, where somebody has to keep them.
    """
    plan, errors = read_plan(plan_file, longest or {})
    if plan is None:
        return Examination(None, 0, 0, tuple(_file_fault(plan_file, error) for error in errors))
    faults: list[Fault] = []
    cases: list[tuple[HandedFile, Case, str]] = []
    count = 0
    for file in case_files:
        try:
            items = items_of(parse_yaml(bounded_text(file.content)))
        except ShapeError as error:
            faults.append(_file_fault(file, error))
            continue
        count += len(items)
        if count > MOST_CASES:
            faults.append(
                Fault(
                    FILE,
                    file.name,
                    template="expected at most {most} cases in all",
                    found={"most": str(MOST_CASES)},
                )
            )
            break
        cases += _read_all(file, items, plan, faults)
    lines = {file.name: Lines(file.content.decode("utf-8-sig", "replace")) for file in case_files}
    passed = 0
    for file, case, path in cases:
        failures = list(_run(file, case, lines[file.name].of(path)))
        faults += failures
        passed += not failures
    faults += lacking_cases(plan, frozenset(one for _file, case, _path in cases for one in case.holds))
    return Examination(plan, count, passed, tuple(faults))


def read_plan(file: HandedFile, longest: Mapping[str, int]) -> tuple[Plan | None, Sequence[ShapeError]]:
    """The plan of a file that was handed in, or every mistake in it."""
    try:
        data = parse_yaml(bounded_text(file.content))
    except ShapeError as error:
        return None, (error,)
    plan, errors = plan_or_faults(data)
    if plan is not None:
        errors = tuple(_unfit(plan, longest))
    return (None, errors) if errors else (plan, ())


def _unfit(plan: Plan, longest: Mapping[str, int]) -> Iterator[ShapeError]:
    """Ids and names that the product's tables could not keep."""
    if len(plan.id) > MOST_ID or not _ID.fullmatch(plan.id):
        yield ShapeError(
            "id", "expected small letters, digits and single hyphens, at most {most} in all", most=MOST_ID
        )
    if len(plan.movement.vi) > MOST_NAME:
        yield ShapeError("movement.vi", "expected a name of at most {most} letters", most=MOST_NAME)
    for part, most in longest.items():
        for name in getattr(plan, part):
            if len(name) > most:
                yield ShapeError(f"{part}.{name}", "expected an id of at most {most} letters", most=most)


def _file_fault(file: HandedFile, error: ShapeError) -> Fault:
    line = Lines(file.content.decode("utf-8-sig", "replace")).of(error.key) if error.key else None
    return Fault(FILE, file.name, error.key, line, template=error.template, found=_texts(error.found))


def _texts(found: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in found.items()}


def _read_all(
    file: HandedFile, items: list[Node], plan: Plan, faults: list[Fault]
) -> Iterator[tuple[HandedFile, Case, str]]:
    """Every case that can be read, with its path; one that cannot joins the faults and hides no other."""
    lines = Lines(file.content.decode("utf-8-sig", "replace"))
    for item in items:
        name = str(item.value.get("name", "")) if isinstance(item.value, dict) else ""
        try:
            named = item.get("plan")
            if named is not None:
                named.choice((plan.id,))
            yield file, read_case(item, Path(file.name), plan), item.path
        except _READ_FAULTS as error:
            where = error.key if isinstance(error, ShapeError) else item.path
            faults.append(
                Fault(
                    CASE,
                    file.name,
                    where,
                    lines.of(where),
                    name,
                    error.template,
                    _texts(error.found),
                )
            )
        except Exception as error:
            logger.warning("A case of an uploaded plan could not be read", exc_info=True)
            faults.append(_broken(file, item.path, lines.of(item.path), name, error))


def _run(file: HandedFile, case: Case, line: int | None) -> Iterator[Fault]:
    try:
        mismatches = case.run()
    except Exception as error:
        logger.warning("A case of an uploaded plan could not be run", exc_info=True)
        yield _broken(file, "", line, case.name, error)
        return
    for one in mismatches:
        yield Fault(
            FAILED,
            file.name,
            line=line,
            case=case.name,
            what=one.what,
            expected=one.shown_expected,
            got=one.shown_got,
            sentence=one.sentence,
        )


def _broken(file: HandedFile, where: str, line: int | None, case: str, error: Exception) -> Fault:
    problem = f"{type(error).__name__}: {error}"[:300]
    return Fault(
        CASE, file.name, where, line, case, "the case cannot be run: {problem}", {"problem": problem}
    )


def lacking_cases(plan: Plan, held: frozenset[Expectation]) -> Iterator[Fault]:
    """What the cases leave untried: a figure that no case reaches from both sides can be mistyped unseen.

    The least is: every criterion that is computed or put together once met and once not; every judgement named once;
    every award that is offered once eligible and once not, recommended by a ballot and not, with its prize; every quota kept and broken.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for kind, name, result in held:
        found.setdefault((kind, name), set()).add(result)
    for criterion in plan.criteria.values():
        yield from _lacking_of(criterion, found.get(("finding", criterion.id), set()))
    for award in plan.awards.values():
        if not award.is_offered:
            continue
        outcomes = found.get(("outcome", award.id), set())
        if "eligible" not in outcomes:
            yield _lacking("no case expects a dossier for {name} to be eligible", award.id)
        if not outcomes - {"eligible"}:
            yield _lacking("no case expects a dossier for {name} not to be eligible", award.id)
        if ("prize", award.id) not in found:
            yield _lacking("no case tells the prize of {name}", award.id)
        results = found.get(("ballot", award.id), set())
        if award.decided_by_issuer:
            continue
        if "recommended" not in results:
            yield _lacking("no case expects a ballot to recommend {name}", award.id)
        if not results - {"recommended"}:
            yield _lacking("no case expects a ballot not to recommend {name}", award.id)
    for quota in plan.quotas:
        tried = found.get(("quota", quota.id), set())
        if "within" not in tried:
            yield _lacking("no case keeps within the quota {name}", quota.id)
        if "over" not in tried:
            yield _lacking("no case goes over the quota {name}", quota.id)


def _lacking_of(criterion: Criterion, statuses: set[str]) -> Iterator[Fault]:
    if criterion.kind == "judgement":
        if not statuses:
            yield _lacking("no case names the criterion {name}", criterion.id)
        return
    if "met" not in statuses:
        yield _lacking("no case expects the criterion {name} to be met", criterion.id)
    if not statuses & {"not_met", "missing"}:
        yield _lacking("no case expects the criterion {name} not to be met", criterion.id)


def _lacking(template: str, name: str) -> Fault:
    return Fault(LACKING, template=template, found={"name": name})
