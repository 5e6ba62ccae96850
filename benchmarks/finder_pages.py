"""Opens the finder's pages in the process beside the database, and tells what they cost."""

import os
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.finder_register import READER
from core import clock
from core.models import Look, User

DAY = date(2025, 12, 15)
SUBJECTS = ("district", "commune", "village", "household")
ROUNDS = 5


def open_finder() -> dict[str, Any]:
    """Open the finder's page for each level and for all households, as a reviewer of the province does.

    `seconds` are those of processor time for the four pages together, the database server's included, so that other
    work on the machine does not count; `elapsed` is what the clock on the wall says. Both are the best of a few
    rounds. `queries` are those of the page that needs most.
    """
    client = Client()
    client.force_login(User.objects.get(username=READER))
    pages = [f"{reverse('nominations:finder')}?award=province_certificate&subject={one}" for one in SUBJECTS]
    with clock.playing(DAY):
        queries = max(_queries(client, page) for page in pages)
        rounds = [_seconds(client, pages) for _ in range(ROUNDS)]
    seconds, elapsed = (min(column) for column in zip(*rounds, strict=True))
    return {"queries": queries, "seconds": seconds, "elapsed": elapsed}


def _queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        _get(client, page)
    # Who looked is noted when the page has left: nobody waits for it.
    return sum(f'INTO "{Look._meta.db_table}"' not in query["sql"] for query in caught)


def _seconds(client: Client, pages: list[str]) -> tuple[float, float]:
    started, spent = time.perf_counter(), _processor_time()
    for page in pages:
        _get(client, page)
    return _processor_time() - spent, time.perf_counter() - started


def _processor_time() -> float:
    """Processor seconds of this process and, where there is one, of the server's process that works for it."""
    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    # User and system time are the 14th and 15th field; the name before them may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _get(client: Client, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200 or b"table-cards" not in answer.content:
        raise RuntimeError(f"{page} answered {answer.status_code} without a list.")
