"""Every write stands in a service, and every service is audited: read from the source itself."""

import ast
from pathlib import Path

import pytest

from core.navigation import event_label

ROOT = Path(__file__).resolve().parents[3]
APPS = ("core", "registry", "criteria", "nominations", "councils", "reports", "demo")
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
    "councils/services/urn.py:empty_and_refill": "close_poll calls it and records the closing with its counts",
    "registry/imports/households_writing.py:write_households": "confirm_file calls it and records the file",
    "councils/services/casting.py:mark_voted": "cast_ballot calls it; casting leaves no entry on purpose",
}

# The foundations that services themselves stand on.
FOUNDATIONS = {
    "core/audit/writing.py",
    "core/files.py",
    "core/jobs.py",
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


def recorded_events() -> set[str]:
    """Words that services hand to `audit.record`, read from the source; enums count by their values."""
    found = set()
    for path in modules(services=True) + modules(services=False):
        for node in ast.walk(ast.parse(path.read_text())):
            is_record = isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
            if is_record and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
            if isinstance(node, ast.ClassDef) and node.name == "Event":
                found |= {line.value.value for line in node.body if isinstance(line, ast.Assign)}
    return found


def test_every_event_has_words_for_people() -> None:
    assert {event for event in recorded_events() if event_label(event) == event} == set()
    assert len(recorded_events()) > 30
