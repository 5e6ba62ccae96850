"""Throw-away databases: migrated, apart from everything else, and gone afterwards."""

import os
from pathlib import Path

import pytest

from benchmarks.database import MeasurementFailed, temporary_database

pytestmark = pytest.mark.slow  # migrates a database of its own


def test_a_function_runs_beside_a_migrated_database_that_goes_away() -> None:
    with temporary_database("sqlite") as database:
        folder = database.folder
        measured = database.run("benchmarks.database:tables")
        assert "core_user" in measured.value
        assert measured.peak_mb > 10
        with pytest.raises(MeasurementFailed, match="no_such_function"):
            database.run("os:no_such_function")
        assert database.environment["DATABASE_URL"] != os.environ.get("DATABASE_URL")

    assert not Path(folder).exists()
