"""Code says one word for a thing: the glossary's column "not" is held against every name that Python code defines.

A name is judged where it is defined: what Django and other libraries call their own is theirs.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.unit.gates.code_names import ROOT

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NEVER = frozenset({"utils", "helpers"})


@dataclass(frozen=True)
class Allowed:
    """Names in which a banned word means something else, as patterns, and what it means there."""

    word: str
    names: tuple[str, ...]
    reason: str


ALLOWED = (
    Allowed(
        "application", ("*SGI_APPLICATION", "application"), "the name that WSGI and ASGI servers look for"
    ),
    Allowed(
        "citation",
        ("award_citation", "CITATION_LENGTH"),
        "the words printed on the award; bare, it is banned",
    ),
    Allowed("condition", ("condition", "_conditions"), "what a query filters by, as Django calls it"),
    Allowed("department", ("DEPARTMENT",), "one form of an agency among others: the Sở"),
    Allowed("family", ("_*FAMILY*", "_is_family_name"), "family name, the first part of a Vietnamese name"),
    Allowed(
        "level", ("level", "Level"), "how grave a note or a log line is, and through which offices a set goes"
    ),
    Allowed(
        "level",
        ("FilingLevel", "has_district_level", "levels", "_level", "_LEVELS"),
        "province, district, commune, village: the State's own levels",
    ),
    Allowed("level", ("top_level", "is_top_level"), "a criterion that is no part of another"),
    Allowed(
        "rule",
        ("Rule", "RuleSet", "rule", "rules", "rules_for", "compile_rules"),
        "a criterion made ready to run; what it rests on in law is its provision",
    ),
    Allowed(
        "rule",
        (
            "VotingRule*",
            "VOTING_RULE_SET",
            "*voting_rule*",
            "can_set_rule",
            "BaseRule*",
            "BASE_RULE_SET",
            "*base_rule*",
        ),
        "by which share and quorum a council decides (quy chế)",
    ),
    Allowed("session", ("SESSION_*",), "Django's settings of a browser's session, and ours beside them"),
    Allowed(
        "session",
        ("sessions", "SessionStore", "BrowserSession", "SessionLimitsMiddleware", "get_session_store_class"),
        "a browser's session, from sign-in to sign-out, as Django calls it",
    ),
    Allowed("setting", ("settings",), "of the installation, not of the law"),
    Allowed("setting", ("Setting", "setting", "setting_of"), "in which sheet and year a heading stands"),
    Allowed(
        "title",
        (
            "title",
            "titles",
            "titles_of",
            "ListTitle",
            "_TITLE_YEAR",
            "*_of_titles",
            "*_title",
        ),
        "the heading of a page, a sheet, a document, a row",
    ),
    Allowed(
        "title",
        (
            "TITLE*",
            "_TITLE",
            "*_TITLES",
            "TITLES_*",
            "*_of_title",
            "*_without_titles",
            "title_field",
            "_TITLE_OF_TYPE",
        ),
        "what stands before a name: Ông, Bà, xã, thôn",
    ),
    Allowed(
        "title", ("*name_without_title", "_is_title_only", "_in_title_case", "_title"), "likewise, in names"
    ),
    Allowed("title", ("VERB_TITLES",), "what a verb's button says"),
)


@dataclass(frozen=True)
class Named:
    """A name, where it is defined, and a banned word in it."""

    word: str
    name: str
    where: str

    @property
    def is_allowed(self) -> bool:
        return any(
            self.word == one.word and any(fnmatchcase(self.name, form) for form in one.names)
            for one in ALLOWED
        )


def banned_words(glossary: str) -> frozenset[str]:
    """The words of the column "not"."""
    found: set[str] = set()
    has_column = False
    for line in glossary.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            has_column = False
        elif cells[-1] == "not":
            has_column = True
        elif has_column and not cells[-1].startswith("-"):
            found.update(word for word in cells[-1].split(", ") if word)
    return frozenset(found)


def banned_names(source: str, where: str, words: frozenset[str]) -> Iterator[Named]:
    """The names that a module defines, its own included, with a banned word in them, one or many of it."""
    for name in {Path(where).stem, *_defined(ast.parse(source))}:
        for part in _WORD.findall(name):
            word = part.lower() if part.lower() in words else part.lower().removesuffix("s")
            if word in words:
                yield Named(word, name, where)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.alias(asname=str(name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


@pytest.fixture(scope="module")
def words() -> frozenset[str]:
    return banned_words((ROOT / "docs" / "glossary.md").read_text("utf-8")) | _NEVER


@pytest.fixture(scope="module")
def found(words: frozenset[str]) -> list[Named]:
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    modules = (
        path for package in packages for path in package.rglob("*.py") if path.parent.name != "migrations"
    )
    return [
        named
        for path in modules
        for named in banned_names(path.read_text("utf-8"), str(path.relative_to(ROOT)), words)
    ]


def test_glossary_bans_words(words: frozenset[str]) -> None:
    assert {"candidate", "application", "citation", "vote", "voter", "constant", "setting"} <= words


def test_no_name_says_a_banned_word(found: list[Named]) -> None:
    assert [named for named in found if not named.is_allowed] == []


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda one: f"{one.word}: {one.reason}")
def test_every_exception_is_still_used(found: list[Named], allowed: Allowed) -> None:
    names = {named.name for named in found if named.word == allowed.word}

    unused = [form for form in allowed.names if not any(fnmatchcase(name, form) for name in names)]

    assert unused == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("class CandidateRow: ...", "CandidateRow"),
        ("def count_votes(): ...", "count_votes"),
        ("def nominate(*, candidate): ...", "candidate"),
        ("VOTERS = 3", "VOTERS"),
        ("self.citation = text", "citation"),
        ("for application in sent: ...", "application"),
        ("class award_title: ...", "award_title"),
    ],
)
def test_banned_word_is_found_wherever_a_name_is_defined(source: str, name: str) -> None:
    words = frozenset({"candidate", "vote", "voter", "citation", "application", "title"})

    assert [named.name for named in banned_names(source, "core/views.py", words)] == [name]


def test_banned_name_of_a_module_is_found() -> None:
    assert [named.name for named in banned_names("", "core/utils.py", _NEVER)] == ["utils"]


def test_words_of_others_are_theirs() -> None:
    source = "request.session.get(settings.SECRET)\nQ(condition=1)\ndef devoted(): ..."

    assert (
        list(banned_names(source, "core/views.py", frozenset({"session", "setting", "condition", "vote"})))
        == []
    )


def test_exception_holds_for_its_word_and_name_only() -> None:
    assert Named("title", "page_title", "x").is_allowed
    assert not Named("title", "AwardTitle", "x").is_allowed
    assert not Named("vote", "title", "x").is_allowed
