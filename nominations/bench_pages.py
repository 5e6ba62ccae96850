"""Opens the finder's pages in the process beside the database, and tells what they cost."""

import time
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import User
from nominations.bench_register import READER

DAY = date(2025, 12, 15)
SUBJECTS = ("district", "commune", "village", "household")
ROUNDS = 5


def open_finder() -> dict[str, Any]:
    """Open the finder's page for each level and for all households, as a reviewer of the province does.

    The seconds are those of the four pages together, from request to answer, the best of a few rounds since other
    work on the machine only adds; the queries are those of the page that needs most.
    """
    client = Client()
    client.force_login(User.objects.get(username=READER))
    pages = [f"{reverse('nominations:finder')}?award=province_certificate&subject={one}" for one in SUBJECTS]
    with clock.playing(DAY):
        queries = max(_queries(client, page) for page in pages)
        seconds = min(_seconds(client, pages) for _ in range(ROUNDS))
    return {"queries": queries, "seconds": seconds}


def _queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        _get(client, page)
    return len(caught)


def _seconds(client: Client, pages: list[str]) -> float:
    started = time.perf_counter()
    for page in pages:
        _get(client, page)
    return time.perf_counter() - started


def _get(client: Client, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200 or b"table-cards" not in answer.content:
        raise RuntimeError(f"{page} answered {answer.status_code} without a list.")
