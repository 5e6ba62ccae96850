"""What a register takes of PostgreSQL, and what a list takes of a web machine: figures for docs/scale.md."""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.database import temporary_database

DAY = date(2025, 12, 15)
PAGES = ("registry:households", "nominations:finder", "registry:units")
ROUNDS = 25


def measure_scale() -> list[dict[str, Any]]:
    """Bytes of a household with its five years, and what three lists take of a web machine's processor.

    Each list is opened in turn from the primary and from the replica. Processor time of the web process alone: the
    servers of the database are other machines, and other work here does not count.
    """
    with temporary_database("postgresql") as database:
        database.run("benchmarks.finder_register:build", scale=1)
        sizes = database.run("benchmarks.scale:sizes").value
        with _replica(database.url) as address:
            os.environ["REPLICA_DATABASE_URL"] = address
            try:
                lists = database.run("benchmarks.scale:open_lists")
            finally:
                del os.environ["REPLICA_DATABASE_URL"]
    return [
        {
            "name": "scale.household.bytes",
            "value": sizes["household"],
            "unit": "bytes with indexes and five years",
        },
        {"name": "scale.unit.bytes", "value": sizes["unit"], "unit": "bytes with indexes and five reviews"},
        {"name": "scale.process.mb", "value": lists.peak_mb, "unit": "MB of a process that opened the lists"},
        *(
            {
                "name": f"scale.{page.partition(':')[2]}.replica",
                "value": told["replica"],
                "baseline": told["primary"],
                "unit": "ms of processor time from the replica (baseline: from the primary)",
            }
            for page, told in lists.value.items()
        ),
    ]


@contextmanager
def _replica(primary: str) -> Iterator[str]:
    from scripts.with_postgres import Server  # noqa: PLC0415 -- only a checkout has the scripts

    folder = Path(tempfile.mkdtemp(prefix="khen-thuong-replica-"))
    server = Server(folder)
    try:
        server.follow(primary)
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def sizes() -> dict[str, int]:
    """Bytes of the tables of people and of units, by person and by unit."""
    from django.db import connection  # noqa: PLC0415 -- only the child process has settings

    from registry.models import Household, HouseholdStatus, PovertyReview, Unit  # noqa: PLC0415 -- the same

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

        def taken(*models: Any) -> int:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name",
                [[model._meta.db_table for model in models]],
            )
            return int(cursor.fetchone()[0])

        return {
            "household": taken(Household, HouseholdStatus) // Household.objects.count(),
            "unit": taken(Unit, PovertyReview) // Unit.objects.count(),
        }


def open_lists() -> dict[str, dict[str, float]]:
    """Median milliseconds of processor time of each list, read from the primary and from the replica."""
    from django.conf import settings  # noqa: PLC0415 -- only the child process has settings
    from django.test import Client  # noqa: PLC0415 -- the same
    from django.urls import reverse  # noqa: PLC0415 -- the same

    from benchmarks.finder_register import READER  # noqa: PLC0415 -- the same
    from core import replicas  # noqa: PLC0415 -- the same
    from core.models import User  # noqa: PLC0415 -- the same

    settings.FIXED_TODAY = DAY
    client = Client()
    client.force_login(User.objects.get(username=READER))
    deadline = time.monotonic() + 60
    while not (found := replicas.standing(anew=True)).is_usable or found.late_s != 0:
        if time.monotonic() > deadline:
            raise RuntimeError("The replica did not get in step.")
        time.sleep(0.2)

    told: dict[str, dict[str, float]] = {}
    for page in PAGES:
        times: dict[str, list[float]] = {"primary": [], "replica": []}
        for number in range(ROUNDS):
            # Which goes first changes, and what the collector of memory owes is paid before: neither gets it all.
            for server in sorted(times, reverse=bool(number % 2)):
                gc.collect()
                # So late a replica is never: with a limit below nothing each page goes to the primary.
                settings.REPLICA_MAX_LAG_S = 1000 if server == "replica" else -1
                began = time.process_time()
                status = client.get(reverse(page)).status_code
                times[server].append((time.process_time() - began) * 1000)
                if status != 200:
                    raise RuntimeError(f"{page} answered {status}.")
        told[page] = {server: round(statistics.median(held), 1) for server, held in times.items()}
    return told
