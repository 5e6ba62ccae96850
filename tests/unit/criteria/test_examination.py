"""A plan that was handed in is read safely, held against its cases, and told what is wrong with it, whole."""

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from criteria import plan_words
from criteria.comparison import changes_between
from criteria.engine import PlanError, plan_from_data, plan_or_faults
from criteria.engine.bounds import MOST_BYTES, MOST_VALUES, Lines, bounded_text
from criteria.engine.loader import _KEYS
from criteria.engine.plan_reading import AWARD_KEY, SUBJECT_KEY
from criteria.engine.reading import ShapeError, parse_yaml
from criteria.examination import CASE, FAILED, FILE, LACKING, HandedFile, examine
from criteria.plan_words import MESSAGES, SECTIONS, fault_rows, in_words

pytestmark = pytest.mark.slow  # Each reads a plan and most run its cases.


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


ROOT = Path(__file__).parents[3]
PLANS = {"binh-thuan-2021-2025": "binh-thuan", "mau-khong-cap-huyen": "mau-khong-cap-huyen"}
SAMPLE = "mau-khong-cap-huyen"


def plan_file(plan_id: str = SAMPLE, **changes: str) -> HandedFile:
    text = (ROOT / "criteria/plans" / f"{plan_id}.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return HandedFile(f"{plan_id}.yaml", text.encode())


def changed(old: str, new: str, plan_id: str = SAMPLE) -> HandedFile:
    return plan_file(plan_id, **{old: new})


def case_files(plan_id: str = SAMPLE) -> list[HandedFile]:
    folder = ROOT / "tests/cases" / PLANS[plan_id]
    return [HandedFile(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml"))]


@pytest.mark.parametrize("plan_id", PLANS)
def test_the_plans_of_the_house_pass_with_their_own_cases(plan_id: str) -> None:
    found = examine(plan_file(plan_id), case_files(plan_id))

    assert found.faults == ()
    assert found.passes
    assert found.passed_count == found.case_count > 50


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a: \xff", "expected a text in UTF-8; byte 4 is not"),
        (b"x" * (MOST_BYTES + 1), "expected a file of at most 2048 KB"),
        (b"[" * 100_000, "expected at most 20 levels; line 1 goes deeper"),
        (b"{a: " * 100_000, "expected at most 20 levels"),
        (b"a: 1\n---\nb: 2", "expected one document; another begins at line 2"),
        (b"a: &x [1, *x]", "expected no value that holds itself; line 1 has one"),
        (b"a: [1\nb: 2", "expected a YAML document near line 2"),
        (b"\n".join([b"- x"] * (MOST_VALUES + 1)), "values with aliases written out"),
    ],
)
def test_what_is_too_large_too_deep_or_broken_is_refused_before_it_is_loaded(
    content: bytes, says: str
) -> None:
    with pytest.raises(ShapeError) as refused:
        bounded_text(content)

    assert says in refused.value.expected


def test_aliases_count_as_what_they_unfold_to() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    deep = ["b0: &b0 [x]"] + [f"b{n}: &b{n} [*b{n - 1}]" for n in range(1, 30)]

    for bomb, says in ((lines, "aliases written out"), (deep, "levels")):
        with pytest.raises(ShapeError) as refused:
            bounded_text("\n".join(bomb).encode())
        assert says in refused.value.expected
    # The control: a few aliases, as the plans of the house have them, go through.
    assert bounded_text("\n".join(lines[:3]).encode()).startswith("a0")


@pytest.mark.parametrize(
    "content", [b"!!python/object/apply:os.system ['true']", b"a: !!python/name:os.system x"]
)
def test_a_file_makes_no_objects(content: bytes) -> None:
    found = examine(HandedFile("evil.yaml", content), case_files())

    [fault] = found.faults
    assert "could not determine a constructor" in fault.found["problem"]


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        (
            "base: all_members",
            "base: those_present",
            "voting.base",
            "expected one of: all_members; found 'those_present'",
        ),
        (
            "value: 3, provisions: [s-5], verified_on",
            "value: 3, provisions: [], verified_on",
            "parameters[",
            "expected at least one provision",
        ),
        (
            "value: 3, provisions: [s-5], verified_on: 2026-11-23",
            "value: 3, provisions: [s-5]",
            "verified_on",
            "the key is absent or empty",
        ),
        (
            "id: mau-khong-cap-huyen",
            "id: Mẫu Kế hoạch",
            "id",
            "expected small letters, digits and single hyphens",
        ),
        ("id: mau-khong-cap-huyen", "id: mau\nnew_key: 1", "new_key", "unknown key"),
        ("id: figure-years-back", "id: renamed", "parameters", "expected the id of a parameter"),
    ],
)
def test_a_mistake_in_the_plan_is_told_with_its_place_and_line(
    old: str, new: str, where: str, says: str
) -> None:
    file = changed(old, new)

    faults = examine(file, case_files()).faults

    # A name that is gone is missed in each place that uses it.
    assert faults
    for fault in faults:
        assert (fault.kind, fault.file) == (FILE, file.name)
        assert where in fault.where
        with translation.override("en"):
            assert says in in_words(fault.template, fault.found)
        assert fault.line is not None
        assert fault.line >= 1


MISTAKES = {
    "base: all_members": ("base: those_present", "voting.base"),
    "value: 3, provisions: [s-5], verified_on": ("value: 3, provisions: [], verified_on", "parameters["),
    "invented: true": ("invented: perhaps", "invented"),
    "secret: true": ("secret: 1", "voting.secret"),
    "filing_path:": ("wrong_key: 1\nfiling_path:", "wrong_key"),
}


def test_every_mistake_of_a_plan_is_told_at_once_each_with_its_line() -> None:
    file = plan_file(**{old: new for old, (new, _where) in MISTAKES.items()})

    faults = examine(file, case_files()).faults

    text = file.content.decode().splitlines()
    for new, where in MISTAKES.values():
        [fault] = [one for one in faults if one.where.startswith(where)]
        assert fault.line is not None
        first_word = new.splitlines()[0].partition(":")[0]
        assert any(first_word in line for line in text[fault.line - 2 : fault.line])
    assert len(faults) == len(MISTAKES)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a loaded file."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))


def _first_mistake(data: Any) -> str | None:
    try:
        plan_from_data(data, "x")
    except PlanError as error:
        return error.key
    return None


@pytest.mark.walk
def test_gathering_mistakes_finds_some_where_reading_fails_and_none_where_it_does_not() -> None:
    whole = parse_yaml(plan_file().content.decode())
    places = list(_places(whole))
    refused = 0
    for number, place in enumerate(places[::17]):
        data = copy.deepcopy(whole)
        holder = data
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = (None, 12345, "Xx", [], {"zz": 1}, [["q"]])[number % 6]
        plan, faults = plan_or_faults(data)
        first = _first_mistake(data)
        refused += first is not None
        assert (plan is None) == (first is not None), place
        assert first in {one.key for one in faults} | {None}, place
        assert bool(faults) == (first is not None), place
    assert refused > 40


def test_a_part_that_needs_what_could_not_be_read_is_no_mistake_besides() -> None:
    data = parse_yaml(plan_file().content.decode())
    data["parameters"][0]["values"][0]["from"] = "soon"
    data["instruments"][0]["title"] = "in one language"
    data["awards"][0]["rounds"] = ["no-such-round"]

    _plan, faults = plan_or_faults(data)

    assert [one.key for one in faults] == [
        "instruments[0].title",
        "parameters[0].values[0].from",
        "awards[0].rounds[0]",
    ]


def test_the_line_is_that_of_the_value() -> None:
    text = "a:\n  - id: one\n    b: {c: 1}\n  - id: two\n    b:\n      c: 2\nd.e: 3\n"
    lines = Lines(text)

    assert [lines.of(path) for path in ("a[0].b.c", "a[1].b.c", "a.two.b", "d.e", "a[1].nothing", "z")] == [
        *(3, 6, 6, 7, 4, 1)
    ]
    assert Lines("a: [1").of("a") is None


def test_figures_that_count_years_are_bounded() -> None:
    text = plan_file().content.decode()
    place = text.index("id: figure-years-back")
    bad = text[:place] + text[place:].replace("value: 0,", "value: 1000000,", 1)

    [fault] = examine(HandedFile("a.yaml", bad.encode()), case_files()).faults

    assert "expected figure-years-back to hold numbers from 0 to 100" in in_words(fault.template, fault.found)


def test_a_case_that_fails_is_told_with_what_it_expects_and_what_came() -> None:
    cases = [
        HandedFile(
            "ballots.yaml",
            b"- {name: Five of eight, ballot: {award: provincial_flag, members: 8, present: 6, agree: 5,\n"
            b"   disagree: 3, day: 2026-11-20}, expect: {result: recommended}}\n",
        )
    ]

    failed = [fault for fault in examine(plan_file(), cases).faults if fault.kind == FAILED]

    [fault] = failed
    assert (fault.file, fault.line, fault.case) == ("ballots.yaml", 1, "Five of eight")
    assert (fault.what, fault.expected, fault.got) == ("result", "recommended", "not_recommended")


def test_one_case_that_cannot_be_read_hides_no_other() -> None:
    good = case_files()
    bad = HandedFile(
        "bad.yaml",
        b"- {name: A, ballot: {award: none, members: 8, present: 6, agree: 5, disagree: 3}, expect: {}}\n"
        b"- {name: B, prize: {award: praise_letter, nominee: moon, decided_on: 2025-05-01}, expect: {}}\n"
        b"- {name: C, nominee: {kind: moon}, expect: {}}\n"
        b"- {name: D, plan: binh-thuan-2021-2025, prize: {}, expect: {}}\n"
        b"- {name: E, ballot: {award: praise_letter, members: 2, present: 3, agree: 0, disagree: 0}, expect: {}}\n"
        b"- {name: F, prize: {award: praise_letter, nominee: individual, decided_on: 1990-05-01}, expect: {}}\n"
        b"- 7\n",
    )

    found = examine(plan_file(), [*good, bad])

    assert [(fault.kind, fault.case) for fault in found.faults] == [
        *[(CASE, name) for name in "ABCDEF"],
        (CASE, ""),
    ]
    assert [fault.line for fault in found.faults] == [1, 2, 3, 4, 5, 6, 7]
    assert found.passed_count == found.case_count - 7
    with translation.override("en"):
        rows = fault_rows(found.to_dict()["faults"])
    assert len(rows) == 7
    assert "gives no voting threshold for the award 'none'" in rows[0].sentence
    assert "3 members are present and the council has 2" in rows[4].sentence


def test_a_case_that_breaks_the_engine_is_told_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("criteria.cases.prize_amount", broken)
    cases = [
        HandedFile(
            "p.yaml",
            b"- {name: P, prize: {award: praise_letter, nominee: individual, decided_on: 2025-05-01}, expect: {}}",
        )
    ]

    fault = next(one for one in examine(plan_file(), cases).faults if one.kind == CASE)

    assert fault.found == {"problem": "ZeroDivisionError: division by zero"}


def test_cases_hold_a_plan_from_both_sides() -> None:
    whole = case_files()
    without = [file for file in whole if file.name != "both-sides.yaml"]

    lacking = [
        in_words(fault.template, fault.found)
        for fault in examine(plan_file(), without).faults
        if fault.kind == LACKING
    ]
    nothing = {fault.template for fault in examine(plan_file(), []).faults}

    assert "no case expects the criterion commune-zone to be met" in lacking
    assert "no case expects the criterion clean not to be met" in lacking
    assert "no case names the criterion household-help" in lacking
    assert nothing == {message for message in MESSAGES if message.startswith("no case ")}


def test_more_cases_than_anybody_reads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("criteria.examination.MOST_CASES", 10)

    faults = examine(plan_file(), case_files()).faults

    assert faults[0].template == "expected at most {most} cases in all"


def _templates() -> Iterator[tuple[str, ast.expr]]:
    """What the engine, its cases and the examination say of mistakes: every sentence handed to an error or a fault."""
    files = [
        *sorted((ROOT / "criteria/engine").rglob("*.py")),
        ROOT / "criteria/cases.py",
        ROOT / "criteria/examination.py",
    ]
    named = {"fail": 0, "ShapeError": 1, "UnknownScope": 0, "BallotError": 0, "WordedError": 0, "_lacking": 0}
    named["_tell_part"] = 1
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if name in named:
                yield f"{path.name}:{node.lineno}", node.args[named[name]]
            if name == "Fault":
                yield from (
                    (f"{path.name}:{node.lineno}", word.value)
                    for word in node.keywords
                    if word.arg == "template"
                )


@pytest.mark.walk
def test_every_message_of_the_engine_can_be_said_in_the_readers_language() -> None:
    passed_on = {"error.template", "template"}
    said = set()
    for place, argument in _templates():
        if isinstance(argument, ast.Constant):
            said.add(argument.value)
        else:
            assert ast.unparse(argument) in passed_on, f"{place} builds its sentence before it is translated"

    from_elsewhere = {
        "the case cannot be run: {problem}",
        "The plan gives no value of {parameter} on {day}; the first one starts on {first}.",
        AWARD_KEY,
        SUBJECT_KEY,
    }
    assert said | from_elsewhere == set(MESSAGES)
    assert len(said) > 60


def test_messages_are_translated_and_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        plan_words, "gettext", {"expected at least {x}": "cần ít nhất {x}", "nothing": "không"}.get
    )

    assert in_words("expected at least {x}", {"x": "2"}) == "cần ít nhất 2"
    assert in_words("expected at least {x}", {"x": "nothing"}) == "cần ít nhất không"


def test_every_part_of_a_plan_file_has_a_name() -> None:
    assert set(SECTIONS) == set(_KEYS)


def _plan(file: HandedFile):
    return plan_from_data(parse_yaml(file.content.decode()), file.name)


def test_a_version_is_compared_clause_by_clause() -> None:
    before = _plan(plan_file())
    after = _plan(
        changed(
            "- {from: 2025-01-01, value: 3, provisions: [s-5], verified_on: 2026-11-23}",
            "- {from: 2025-01-01, value: 4, provisions: [s-5], verified_on: 2026-11-23}\n"
            "      - {from: 2027-01-01, value: 5, provisions: [s-4], verified_on: 2026-11-23}",
        )
    )

    [section] = changes_between(before, after, "vi")
    [item] = section.items

    assert (str(section.label), item.kind, item.key) == (
        str(SECTIONS["parameters"]),
        "changed",
        "originals-count",
    )
    assert item.name
    assert "; " in item.clause
    values = {value.path: (value.before, value.after) for value in item.values}
    assert values["values[2025-01-01].value"] == ("3", "4")
    assert values["values[2027-01-01].value"] == ("", "5")
    assert values["values[2027-01-01].provisions"] == ("", "s-4")
    assert changes_between(before, before, "vi") == []


def test_what_is_new_and_what_is_gone_is_told_whole() -> None:
    before = _plan(plan_file())
    data = parse_yaml(plan_file().content.decode())
    gone = data["readings"].pop(0)
    data["statements"].append({**data["statements"][0], "id": "further"})
    data["invented"] = False

    sections = changes_between(before, plan_from_data(data, "x.yaml"), "en")

    found = {(str(section.label), item.kind, item.key) for section in sections for item in section.items}
    assert (str(SECTIONS["readings"]), "removed", gone["id"]) in found
    assert (str(SECTIONS["statements"]), "added", "further") in found
    assert (str(SECTIONS["invented"]), "changed", "") in found
    assert len(found) == 3
