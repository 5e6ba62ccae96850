"""An SQLite database as the migrations leave it, kept beside the sources: making every table anew takes ten seconds.

It is known by what makes it, and a clean machine has none. What migrations import of the product counts one step deep.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_FOLDER = _ROOT / "build" / "tests" / "databases"
_KEPT = 3


def begin_from_kept(database: Path) -> bool:
    """Put the kept database where a test run expects its own; False where none is kept."""
    kept = _place()
    if not kept.exists():
        return False
    shutil.copyfile(kept, database)
    os.utime(kept)
    return True


def keep(database: Path) -> None:
    """Keep a database that was just made, and a few of those made before."""
    kept = _place()
    if kept.exists():
        return
    _FOLDER.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(f".{os.getpid()}")
    with sqlite3.connect(database) as source, sqlite3.connect(half) as target:
        source.backup(target)
    source.close()
    target.close()
    half.replace(kept)
    for old in sorted(_FOLDER.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)


def _place() -> Path:
    known = hashlib.sha256()
    for path in _makers():
        known.update(f"{path.relative_to(_ROOT)}\0".encode() + path.read_bytes())
    return _FOLDER / f"{known.hexdigest()[:16]}.sqlite3"


def _makers() -> list[Path]:
    """The migrations, the modules of the product that they import, and the versions of all libraries."""
    migrations = sorted(_ROOT.glob("*/migrations/*.py"))
    modules = {name for path in migrations for name in _imported(path)}
    places = (_ROOT / name.replace(".", "/") for name in sorted(modules))
    imported = [path for place in places for path in (place.with_suffix(".py"), place / "__init__.py")]
    return [*migrations, *(path for path in imported if path.exists()), _ROOT / "uv.lock"]


def _imported(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return found
