"""The PostgreSQL that the suite starts for itself."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import os, sys, psycopg2
connection = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = connection.cursor()
cursor.execute("SHOW data_directory")
print(cursor.fetchone()[0])
sys.exit(7)
"""


@pytest.mark.slow  # It makes and starts a database server.
def test_command_gets_a_database_that_is_gone_afterwards() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/with_postgres.py", sys.executable, "-c", CHILD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 7, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(tempfile.gettempdir())
    assert not folder.exists()
