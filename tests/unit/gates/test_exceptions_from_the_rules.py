"""Where a rule is waived, the reason stands beside it. The linter and the type checker ask for codes themselves."""

import re
import tokenize
from collections.abc import Iterator
from io import BytesIO

import pytest

from tests.unit.gates.product import ROOT, modules, packages, settings_of

PRAGMA = re.compile(r"#\s*pragma:\s*no\s")
REASON = re.compile(r"#\s*pragma:\s*no\s+(cover|branch)\s+-- \S")
SLOW = re.compile(r"mark\.slow\b")
SKIP = re.compile(r"mark\.(skip|xfail)\b(?!if)")


def faults(source: str) -> list[str]:
    """Exceptions without a reason, each with its line."""
    comments = dict(comments_of(source))
    found = [
        f"{line}: uncovered without a reason: # pragma: no cover -- why"
        for line, text in comments.items()
        if PRAGMA.search(text) and not REASON.search(text)
    ]
    for number, line in enumerate(source.splitlines(), 1):
        code = line.removesuffix(comments.get(number, "")).strip()
        if not code.startswith(("@pytest", "pytestmark")):
            continue
        if SLOW.search(code) and number not in comments:
            found.append(f"{number}: slow without a reason: @pytest.mark.slow  # why")
        if SKIP.search(code) and "reason=" not in code:
            found.append(f"{number}: left out without a reason: reason=…")
    return found


def comments_of(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.tokenize(BytesIO(source.encode()).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_every_exception_in_code_has_its_reason() -> None:
    files = [*modules(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]
    found = {path: faults(path.read_text(encoding="utf-8")) for path in files}

    assert {str(path.relative_to(ROOT)): said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("x = 1  # pragma: no cover\n", 1),
        ("x = 1  # pragma: no cover -- \n", 1),
        ("x = 1  # pragma: no branch because\n", 1),
        ("x = 1  # pragma: no cover -- only Windows\n", 0),
        ('x = "# pragma: no cover"\n', 0),
        ("@pytest.mark.slow\ndef test(): ...\n", 1),
        ("@pytest.mark.slow  # It starts a server.\ndef test(): ...\n", 0),
        ("pytestmark = pytest.mark.slow\n", 1),
        ("@pytest.mark.skip\ndef test(): ...\n", 1),
        ('@pytest.mark.skip(reason="no printer here")\ndef test(): ...\n', 0),
    ],
)
def test_an_exception_without_a_reason_is_found(source: str, count: int) -> None:
    assert len(faults(source)) == count


def test_what_coverage_leaves_out_says_why() -> None:
    assert silent_exclusions((ROOT / "pyproject.toml").read_text(encoding="utf-8")) == []


def test_an_exclusion_in_silence_is_found() -> None:
    written = (
        '[tool.coverage.run]\nomit = [\n    "a/*", # why\n    "b/*",\n]\nexclude_also = ["c"]\n[tool.mypy]\n'
    )

    assert silent_exclusions(written) == ['"b/*",', 'exclude_also = ["c"]']


def silent_exclusions(text: str) -> list[str]:
    """Lines of coverage's settings that leave something out and do not say why."""
    found, inside, section = [], False, ""
    for line in map(str.strip, text.splitlines()):
        section = line if line.startswith("[tool.") else section
        if not section.startswith("[tool.coverage"):
            continue
        opens = re.match(r"(omit|exclude_lines|exclude_also|partial_branches|partial_also)\s*=\s*\[", line)
        if (inside and line != "]" and " # " not in line) or (opens and line.endswith("]")):
            found.append(line)
        inside = (inside or bool(opens)) and not line.startswith("]") and not line.endswith("]")
    return found


def test_coverage_looks_at_every_package_but_the_benchmarks() -> None:
    # What `make bench` measures runs in processes of its own and is no part of the suite.
    assert set(settings_of("coverage")["run"]["source"]) == packages() - {"benchmarks"}
    assert settings_of("coverage")["run"]["branch"] is True
    assert settings_of("coverage")["report"]["fail_under"] >= 95
