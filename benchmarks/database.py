"""Throw-away databases for `make bench`: SQLite or PostgreSQL, migrated, with functions run in their own process.

A process of its own for each measurement keeps caches, connections and memory of one from another's figures,
and its peak memory is the measurement's.
"""

import importlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")

_ROOT = Path(__file__).resolve().parent.parent


class MeasurementFailed(RuntimeError):
    """A function run beside the database ended with an error; the message is what it wrote."""


@dataclass(frozen=True)
class Measured:
    """What a function returned, and the most memory that its process held."""

    value: Any
    peak_mb: float


@dataclass(frozen=True)
class BenchDatabase:
    """A migrated, empty database that lives as long as the `with` block."""

    kind: Kind
    url: str
    folder: Path
    """Where files for the measurement may be put; it goes with the database."""

    @property
    def environment(self) -> dict[str, str]:
        """The settings under which a process works with this database and with nothing else of the machine."""
        return {
            **os.environ,
            "APP_ENV": "test",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
        }

    def run(self, function: str, **arguments: Any) -> Measured:
        """Call `package.module:function` with JSON arguments in a process of its own; it returns JSON."""
        told = self.folder / "measured.json"
        told.unlink(missing_ok=True)
        self._python("-m", "benchmarks.database", function, json.dumps(arguments), str(told))
        return Measured(**json.loads(told.read_text(encoding="utf-8")))

    def migrate(self) -> None:
        """Bring the database to the models' present state."""
        self._python("manage.py", "migrate", "--verbosity=0")

    def _python(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 -- our own code, in the interpreter that runs this
            [sys.executable, *words],
            cwd=_ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MeasurementFailed(
                f"{' '.join(words[:3])} on {self.kind} failed:\n{done.stdout}{done.stderr}"
            )


@contextmanager
def temporary_database(kind: Kind) -> Iterator[BenchDatabase]:
    """A migrated database of the kind, removed with all its files at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"khen-thuong-bench-{kind}-"))
    try:
        with _server(kind, folder) as url:
            database = BenchDatabase(kind, url, folder)
            database.migrate()
            yield database
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(kind: Kind, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    from scripts.with_postgres import Server  # noqa: PLC0415 -- only a checkout has the scripts

    home = Path(tempfile.mkdtemp(prefix="khen-thuong-postgresql-"))
    server = Server(home)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def tables() -> list[str]:
    """Names of the database's tables, as the process beside it sees them."""
    from django.db import connection  # noqa: PLC0415 -- only the child process has settings

    return connection.introspection.table_names()


def _peak_mb() -> float:
    """The most memory that this process has held; Linux counts in kilobytes, macOS in bytes."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def main() -> None:
    """Run the function named on the command line and write what it returned."""
    import django  # noqa: PLC0415 -- only the child process needs it

    function, arguments, told = sys.argv[1:]
    django.setup()
    module, _, name = function.partition(":")
    value = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    answer = {"value": value, "peak_mb": _peak_mb()}
    Path(told).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
