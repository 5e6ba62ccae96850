"""Every write stands in a service, and every service is audited: read from the source itself."""

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db.models import TextChoices

from core.navigation import event_label
from tests.unit.gates.product import packages

ROOT = Path(__file__).resolve().parents[3]
# What stands above the product calls its services; benchmarks fill databases of their own.
APPS = sorted(packages() - {"demo", "benchmarks"})
# The demonstration records too, wherever it stands.
RECORDERS = (*APPS, "demo")
WRITES = {
    "save",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "delete",
    "update",
}
BULK_WRITES = {"insert_rows", "update_rows"}
# Objects whose methods share a name with the ORM's and write nothing: dicts, hashes, storages.
NOT_QUERYSETS = {"context", "default_storage", "digest", "hashlib", "headers", "counts"}


def modules(*, services: bool) -> list[Path]:
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            # Writers of imports stand beside their readers; one service, `confirm_file`, calls them.
            inside = parts[1].removesuffix(".py") == "services" or path.name.endswith("_writing.py")
            if inside == services and "migrations" not in parts:
                found.append(path)
    return found


def orm_writes(tree: ast.AST) -> list[int]:
    """Lines that call a queryset's writing method, `….objects….update(…)` and the like, or write rows in bulk."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BULK_WRITES:
            lines.append(node.lineno)
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        ):
            continue
        if any(
            isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(node.func.value)
        ):
            lines.append(node.lineno)
    return lines


# Steps of a service that stand by themselves so that tests can reach or replace them.
STEPS = {
    "councils/services/locks.py:show_dossier_anew": "a move calls it once committed; a screen's mark is no fact to record",
    "councils/services/locks.py:note_open_urns": "opening and ending a poll call it and record the poll",
    "councils/services/standing.py:put_before": "set_agenda calls it and records the agenda",
    "councils/services/standing.py:evaluate_anew": "open_meeting calls it; each evaluation is recorded as it is frozen",
    "councils/services/counting.py:write_count": "close_poll calls it and records the closing with its counts",
    "registry/imports/households_writing.py:write_households": "confirm_file calls it and records the file",
}

# The foundations that services themselves stand on.
FOUNDATIONS = {
    "core/audit/writing.py",
    "core/files.py",
    "core/jobs.py",
    # Who looked at whose data is kept apart from the log, by a middleware that no page waits for.
    "core/looks.py",
    "core/outbox.py",
    "registry/models/units.py",
}


@pytest.mark.parametrize("path", modules(services=False), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_outside_services_writes(path: Path) -> None:
    if str(path.relative_to(ROOT)) in FOUNDATIONS:
        return

    assert orm_writes(ast.parse(path.read_text())) == []


@pytest.mark.parametrize("path", modules(services=True), ids=lambda path: str(path.relative_to(ROOT)))
def test_public_functions_that_write_are_services(path: Path) -> None:
    undeclared = []
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        decorators = {ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list}
        records = any(
            isinstance(part, ast.Attribute)
            and part.attr == "record"
            and getattr(part.value, "id", "") == "audit"
            for part in ast.walk(node)
        )
        if orm_writes(node) and not decorators & {"service"} and not records:
            undeclared.append(f"{path.relative_to(ROOT)}:{node.name}")

    assert [name for name in undeclared if name not in STEPS] == []


# Events that nothing records any more, and that logs of before still hold with their words.
PAST = {
    "registry.reviews_imported": "reviews are files like every other since 0.3",
    "registry.number_recorded": "a number is changed with the record that bears it",
    "registry.number_removed": "a number is changed with the record that bears it",
}


def recorded_events() -> set[str]:
    """Events that the source hands to `audit.record`, whether as members or as their words."""
    found: set[str] = set()
    for path in [path for app in RECORDERS for path in (ROOT / app).rglob("*.py")]:
        tree = ast.parse(path.read_text())
        events = _event_class(tree)
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                found |= {_word(part, events) for part in _recorded_in(function)}
    return found


def _event_class(tree: ast.Module) -> Any:
    """The `Event` that a module imports."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == "Event" for alias in node.names):
            return import_module(str(node.module)).Event
    return None


def _recorded_in(function: ast.FunctionDef) -> Iterator[ast.Attribute | ast.Constant]:
    """What `audit.record` gets first in a function, through a name that was assigned there too."""
    assigned = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
            first = node.args[0]
            given = assigned.get(first.id, first) if isinstance(first, ast.Name) else first
            branches = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
            for branch in branches:
                assert isinstance(branch, ast.Attribute | ast.Constant), (
                    f"{function.name} records {ast.unparse(branch)}, which no reader of the source can name"
                )
                yield branch


def _word(given: ast.Attribute | ast.Constant, events: Any) -> str:
    return str(given.value) if isinstance(given, ast.Constant) else str(events[given.attr])


def declared_events() -> list[TextChoices]:
    return [event for app in APPS for event in _declared_by(app)]


def _declared_by(app: str) -> Iterable[TextChoices]:
    return import_module(f"{app}.events").Event if (ROOT / app / "events.py").exists() else ()


def test_every_event_is_declared_once_with_words_for_people_and_recorded_somewhere() -> None:
    declared = declared_events()

    assert len(declared) > 60
    assert recorded_events() == {str(event) for event in declared} - PAST.keys()
    assert PAST.keys() <= {str(event) for event in declared}
    assert len({str(event) for event in declared}) == len(declared)
    assert all(event.label and event_label(event) == event.label != event.value for event in declared)


def test_the_reader_of_events_sees_members_words_and_branches() -> None:
    source = """
def first():
    event = Event.ADDED if new else Event.CHANGED
    audit.record(event, actor=None)
    audit.record("thing.removed", actor=None)
"""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)

    assert [ast.unparse(part) for part in _recorded_in(function)] == [
        "Event.ADDED",
        "Event.CHANGED",
        "'thing.removed'",
    ]
