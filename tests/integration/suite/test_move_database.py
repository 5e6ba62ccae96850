"""From SQLite to PostgreSQL, by the command itself, between two databases that are made for it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).parents[3]
TARGET = "khen_thuong_moved"

pytestmark = [
    pytest.mark.early,
    pytest.mark.slow,  # It migrates two databases and starts the command several times.
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        reason="there is no PostgreSQL to move to",
    ),
]

BEGIN = """
import django
django.setup()
from core.files import PDF, store_bytes
from core.models import User
from core.services import open_account
from councils.enums import Choice
from councils.models import Poll
from councils.services import agree_to_close, close_poll
from tests.integration.councils.building import build_house, cast_all, meeting_in_session, poll_in
"""
CAST = """
house = build_house()
cast_all(house, poll_in(house, meeting_in_session(house, logs=True)), [Choice.AGREE] * 7)
"""
CLOSE = """
chair = User.objects.get(username="thanhvien0")
agree_to_close(poll=Poll.objects.get(), actor=User.objects.get(username="thanhvien1"))
close_poll(poll=Poll.objects.get(), actor=chair, without_the_rest=True)
store_bytes(content=b"%PDF-1.7", name="a.pdf", content_type=PDF, actor=chair)
"""
NOBODY = "assert not User.objects.exists()"
ANOTHER = 'open_account(username="moi", full_name="Moi", password=None, actor=None)'


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A migrated SQLite and a new PostgreSQL beside the one of the tests."""
    server = urlsplit(os.environ["DATABASE_URL"])
    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {TARGET}")
    yield f"sqlite:///{tmp_path / 'app.sqlite3'}", server._replace(path=f"/{TARGET}").geturl()
    with connections["default"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE {TARGET} WITH (FORCE)")


def run(folder: Path, source: str, *words: str, target: str = "") -> tuple[int, str]:
    """Status and words of a Python program under that database."""
    environment = {
        **os.environ,
        "APP_ENV": "test",
        "DATA_DIR": str(folder),
        "DATABASE_URL": source,
        "TARGET_DATABASE_URL": target,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FIXED_TODAY": "2025-12-15",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def manage(folder: Path, source: str, *words: str, target: str = "") -> tuple[int, str]:
    return run(folder, source, "manage.py", *words, target=target)


def play(folder: Path, source: str, story: str) -> tuple[int, str]:
    return run(folder, source, "-c", BEGIN + story)


def refused(answer: tuple[int, str]) -> bool:
    """Whether the command ended with a sentence."""
    status, words = answer
    return status == 1 and words.startswith("CommandError: ")


def test_everything_moves_once_no_poll_is_open(tmp_path: Path, addresses: tuple[str, str]) -> None:
    source, target = addresses
    assert manage(tmp_path, source, "migrate")[0] == 0
    assert play(tmp_path, source, CAST) == (0, "")
    of_another_version = manage(tmp_path, source, "move_database", target=target)
    assert manage(tmp_path, target, "migrate")[0] == 0

    while_open = manage(tmp_path, source, "move_database", target=target)
    assert play(tmp_path, target, NOBODY) == (0, "")
    assert play(tmp_path, source, CLOSE) == (0, "")
    before = manage(tmp_path, source, "verify_audit")
    status, words = manage(tmp_path, source, "move_database", target=target)

    assert refused(of_another_version)
    assert refused(while_open)
    assert status == 0, words
    assert before[0] == 0
    # The same entries up to the same head, held against the same tallies and files.
    assert manage(tmp_path, target, "verify_audit") == before
    # New rows get numbers of their own, and nothing is moved over records.
    assert play(tmp_path, target, ANOTHER) == (0, "")
    assert refused(manage(tmp_path, source, "move_database", target=target))
