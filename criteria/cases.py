"""Executable cases: facts and what the rulebook must say of them, compared finding by finding.

Four kinds, told apart by their key: a dossier (``nominee``), a ``ballot``, a ``selection``, a
``prize``. Keys are a closed list; a mistake names the key and the file.

A file is the list of its cases, or a mapping of ``given``, what all its cases share, and
``cases``, the list. A case is laid over what is given: mappings join, any other value of its own
wins, and an empty value takes a given one away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from criteria.engine import (
    BallotError,
    Facts,
    NoValue,
    Plan,
    Result,
    Status,
    UnknownScope,
    check_quotas,
    decide_ballot,
    evaluate,
    prize_amount,
)
from criteria.engine.facts import FACT_KEYS, read_facts
from criteria.engine.reading import Node, ShapeError, parse_yaml
from criteria.engine.statuses import Outcome

KINDS = ("nominee", "ballot", "selection", "prize")
DOSSIER_KEYS = ("plan", *FACT_KEYS, "judgements", "waivers")


class CaseFileError(ValueError):
    """A file of cases cannot be read; names file, key and what is expected there."""


@dataclass(frozen=True)
class Mismatch:
    """One expectation that was not met."""

    what: str
    expected: Any
    got: Any
    sentence: str = ""

    @property
    def shown_expected(self) -> str:
        """What was expected, as a report shows it."""
        return _shown(self.expected)

    @property
    def shown_got(self) -> str:
        """What came, as a report shows it."""
        return _shown(self.got)

    def __str__(self) -> str:
        text = f"{self.what}: expected {self.shown_expected}, got {self.shown_got}"
        return f"{text} - {self.sentence}" if self.sentence else text


Run = Callable[[], list[Mismatch]]
Expectation = tuple[str, str, str]
"""What a case holds a plan to: `finding`, `outcome`, `ballot`, `quota` or `prize`, of what, and which result."""


@dataclass(frozen=True)
class Case:
    """One case, read and ready to run."""

    name: str
    file: Path
    run: Run
    holds: frozenset[Expectation] = frozenset()


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(str(item) for item in value)}]"
    return str(value)


def case_files(paths: list[Path]) -> list[Path]:
    """The files named, and every YAML file below the folders named; raises ``CaseFileError``."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))
            if not found:
                raise CaseFileError(f"{path}: expected a folder with YAML files of cases, found none in it")
            files.extend(found)
        else:
            files.append(path)
    return files


def load_cases(path: Path, plans: Mapping[str, Plan]) -> list[Case]:
    """All cases of a file; raises ``CaseFileError``."""
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
        return [_read_case(item, path, plans) for item in _items(Node(data))]
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(f"{path}: the file cannot be read: {error}") from error
    except (ShapeError, UnknownScope, BallotError, NoValue) as error:
        raise CaseFileError(f"{path}: {error}") from error


def _items(root: Node) -> list[Node]:
    """The cases of a file, each laid over what the file gives for all."""
    if not isinstance(root.value, dict):
        return root.items()
    root.only("given", "cases")
    cases, given = root.need("cases").items(), root.get("given")
    if given is None:
        return cases
    given.only(*DOSSIER_KEYS, "ballot", "selection", "prize")
    return [case.over(given) for case in cases]


def _read_case(node: Node, path: Path, plans: Mapping[str, Plan]) -> Case:
    return read_case(node, path, _plan(node, plans))


def items_of(data: Any) -> list[Node]:
    """The cases of a file's values, each laid over what the file gives for all; raises ``ShapeError``."""
    return _items(Node(data))


def read_case(node: Node, path: Path, plan: Plan) -> Case:
    """One case, held against a plan; raises what a mistake in it raises."""
    kinds = [kind for kind in KINDS if kind in node.mapping()]
    if len(kinds) != 1:
        found = ", ".join(str(key) for key in node.mapping())
        raise node.fail(
            "expected exactly one of the keys {names}; found {found}", names=", ".join(KINDS), found=found
        )
    name = node.need("name").text()
    read = {
        "nominee": _read_dossier,
        "ballot": _read_ballot,
        "selection": _read_selection,
        "prize": _read_prize,
    }
    run, holds = read[kinds[0]](node, plan)
    return Case(name, path, run, frozenset(holds))


def _plan(node: Node, plans: Mapping[str, Plan]) -> Plan:
    named = node.get("plan")
    if named is not None:
        return plans[named.choice(plans)]
    default = next((plan for plan in plans.values() if plan.is_default), None)
    if default is None:
        raise node.fail("expected the key plan, because no plan is marked as the default one")
    return default


def _read_dossier(node: Node, plan: Plan) -> tuple[Run, list[Expectation]]:
    node.only("name", *DOSSIER_KEYS, "expect")
    facts = read_facts(node.part(FACT_KEYS))
    _check_forms(node, facts, plan)
    judgements, waivers = node.get("judgements"), node.get("waivers")
    judged = (
        {key: item.choice(("met", "not_met")) for key, item in judgements.entries()} if judgements else {}
    )
    waived = waivers.texts() if waivers else ()
    expect = node.need("expect").only("outcome", "findings", "figures")
    outcome, findings, figures = expect.get("outcome"), expect.get("findings"), expect.get("figures")
    expected_outcome = outcome.choice(list(Outcome)) if outcome else None
    expected = {key: item.choice(list(Status)) for key, item in findings.entries()} if findings else {}
    numbers = {key: item.mapping() for key, item in figures.entries()} if figures else {}
    evaluate(plan, facts)  # an award or subject that the plan does not know makes the file unreadable

    def run() -> list[Mismatch]:
        result = evaluate(plan, facts, judged, waived)
        return list(_compare(result, expected_outcome, expected, numbers))

    holds = [("finding", name, str(status)) for name, status in expected.items()]
    if expected_outcome is not None:
        holds.append(("outcome", facts.award, str(expected_outcome)))
    return run, holds


def _check_forms(node: Node, facts: Facts, plan: Plan) -> None:
    form = facts.nominee.form
    known = {name for subject in plan.subjects.values() for name in subject.forms}
    if form is not None and form not in known:
        raise (
            node.need("nominee")
            .need("form")
            .fail("expected one of: {names}; found {found}", names=", ".join(sorted(known)), found=repr(form))
        )


def _compare(
    result: Result, outcome: str | None, findings: Mapping[str, str], figures: Mapping[str, Mapping[Any, Any]]
) -> Iterator[Mismatch]:
    if outcome is not None and result.outcome != outcome:
        yield Mismatch("outcome", outcome, result.outcome)
    for name, status in findings.items():
        finding = result.finding(name)
        if finding is None:
            yield Mismatch(name, status, "not evaluated for this dossier")
        elif finding.status != status:
            yield Mismatch(name, status, finding.status, finding.sentence("vi"))
    for name, numbers in figures.items():
        finding = result.finding(name)
        if finding is None:
            yield Mismatch(name, dict(numbers), "not evaluated for this dossier")
            continue
        for figure, value in numbers.items():
            got = finding.figures.get(figure)
            if got != value or type(got) is not type(value):
                yield Mismatch(f"{name}, figure {figure}", value, got, finding.sentence("vi"))


def _read_ballot(node: Node, plan: Plan) -> tuple[Run, list[Expectation]]:
    node.only("name", "plan", "ballot", "expect")
    ballot = node.need("ballot").only(
        *("award", "day", "members", "present", "agree", "disagree", "blank", "invalid", "threshold"),
        *("recused", "recused_leave_base"),
    )
    day, invalid, threshold = ballot.get("day"), ballot.get("invalid"), ballot.get("threshold")
    blank, recused, leave = ballot.get("blank"), ballot.get("recused"), ballot.get("recused_leave_base")
    result = decide_ballot(
        plan,
        ballot.need("award").text(),
        day.day() if day else plan.ends_on,
        members=ballot.need("members").integer(),
        present=ballot.need("present").integer(),
        agree=ballot.need("agree").integer(),
        disagree=ballot.need("disagree").integer(),
        blank=blank.integer() if blank else 0,
        invalid=invalid.integer() if invalid else 0,
        threshold=threshold.decimal() if threshold else None,
        recused=recused.integer() if recused else 0,
        recused_leave_base=leave.boolean() if leave else False,
    )
    expect = node.need("expect").only("quorum", "required", "result")
    quorum, required, outcome = expect.get("quorum"), expect.get("required"), expect.get("result")
    expected: dict[str, Any] = {}
    if quorum:
        expected["quorum"] = quorum.choice(("met", "not_met"))
    if required:
        expected["required"] = required.integer()
    if outcome:
        expected["result"] = outcome.choice(("recommended", "not_recommended", "no_quorum"))
    award = ballot.need("award").text()
    holds = [("ballot", award, str(expected["result"]))] if outcome else []
    return lambda: _differences(expected, result.to_dict()), holds


def _read_selection(node: Node, plan: Plan) -> tuple[Run, list[Expectation]]:
    node.only("name", "plan", "selection", "expect")
    selection = node.need("selection").only("award", "round", "chosen", "day")
    round_node = selection.need("round").only("kind", "year")
    day, year = selection.get("day"), round_node.get("year")
    if year is not None:
        year.year()
    result = check_quotas(
        plan,
        selection.need("award").text(),
        round_node.need("kind").text(),
        {key: item.integer(minimum=0) for key, item in selection.need("chosen").entries()},
        day.day() if day else None,
    )
    expect = node.need("expect").only("violations", "shortfalls")
    expected = {key: list(item.texts()) for key, item in expect.entries()}
    got = {"violations": list(result.violations), "shortfalls": list(result.shortfalls)}
    over = expected.get("violations", [])
    holds = [
        ("quota", line.id, "over" if line.id in over else "within")
        for line in (result.lines if "violations" in expected else ())
    ]
    return lambda: _differences(expected, got), holds


def _read_prize(node: Node, plan: Plan) -> tuple[Run, list[Expectation]]:
    node.only("name", "plan", "prize", "expect")
    prize = node.need("prize").only("award", "nominee", "decided_on", "issuer")
    issuer = prize.get("issuer")
    result = prize_amount(
        plan,
        prize.need("award").text(),
        prize.need("nominee").text(),
        prize.need("decided_on").day(),
        issuer.text() if issuer else None,
    )
    expect = node.need("expect").only("raw", "rounded")
    expected = {key: item.integer() for key, item in expect.entries()}
    holds = [("prize", prize.need("award").text(), "amount")] if expected else []
    return lambda: _differences(expected, {"raw": result.raw, "rounded": result.rounded}), holds


def _differences(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[Mismatch]:
    return [Mismatch(key, value, got[key]) for key, value in expected.items() if got[key] != value]
