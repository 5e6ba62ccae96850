"""Every migration can be taken back and made again, and leads to the same tables."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from core.audit import triggers
from tests.integration.suite.migration_walk import differences, schema

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def empty_database(tmp_path: Path, db: None) -> Iterator[str]:
    """The address of a database of its own, beside the one of the suite."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'walk.sqlite3'}"
        return
    told = connection.settings_dict
    name = f"{told['NAME']}_walk"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        yield f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{name}"
        cursor.execute(f'DROP DATABASE "{name}"')


@pytest.mark.walk  # Two minutes on PostgreSQL, where every run makes the tables once anyhow.
@pytest.mark.slow  # A process of its own makes every table twice.
def test_forward_back_and_forward_again_leads_to_the_same_tables(empty_database: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.suite.migration_walk"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": empty_database, "DATA_DIR": str(tmp_path), "APP_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE core_user ADD COLUMN invented integer",
        "CREATE INDEX invented ON core_user (position)",
        "CREATE TABLE invented (id integer)",
        None,
    ],
)
def test_a_schema_that_differs_is_told(change: str | None) -> None:
    fresh = schema(connection)

    if change is None:
        triggers.remove(connection)
    else:
        with connection.cursor() as cursor:
            cursor.execute(change)

    assert differences(fresh, fresh) == []
    assert "invented" in str(differences(fresh, schema(connection))) or change is None
    assert differences(fresh, schema(connection)) != []
