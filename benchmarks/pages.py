"""Figures of pages: the most queries that any list costs, for whoever may open it, on the demonstration."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from benchmarks.database import temporary_database

GOAL = 12
PLAYED_DAY = date(2025, 12, 15)
LISTS = (
    *(
        "nominations:list",
        "nominations:sets",
        "nominations:desk",
        "nominations:history",
        "nominations:proposals",
    ),
    *(
        "nominations:rounds",
        "registry:units",
        "registry:households",
        "registry:individuals",
        "registry:reviews",
    ),
    *(
        "registry:imports",
        "registry:reorganisations",
        "registry:review_roll_up",
        "councils:list",
        "reports:documents",
        "core:audit",
    ),
)
READERS = (
    *("xa.phandien", "huyen.bacbinh", "hoi.nongdan", "so.chuyenvien", "so.lanhdao", "mttq.giamsat"),
    *("hd.thuky", "noivu.thuongtruc", "thanhtra", "quantri"),
)


def measure_lists() -> dict[str, Any]:
    """The largest number of queries of a list's page, warm, over all lists and all roles."""
    with temporary_database("sqlite") as database:
        worst = database.run("benchmarks.pages:count_queries").value
    return {
        "name": "lists.queries_max",
        "value": worst["queries"],
        "unit": f"queries ({worst['name']} as {worst['reader']}; {worst['pages']} pages)",
        "goal": GOAL,
        "better": "lower",
    }


def count_queries() -> dict[str, Any]:
    """Load the demonstration and open every list as every role; the costliest page."""
    from django.conf import settings  # noqa: PLC0415 -- only the child process has settings
    from django.core.management import call_command  # noqa: PLC0415

    settings.APP_ENV = "demo"
    settings.DEMO_PASSWORD = "only-for-this-measurement"  # noqa: S105 -- an account of a throw-away database
    settings.FIXED_TODAY = PLAYED_DAY
    with open(os.devnull, "w") as silence:  # noqa: PTH123 -- the demonstration tells what it loaded
        call_command("load_register", stdout=silence)
        call_command("load_demo", stdout=silence)
    costs = [cost for reader in READERS for cost in _costs_of(reader)]
    queries, name, reader = max(costs)
    return {"queries": queries, "name": name, "reader": reader, "pages": len(costs)}


def _costs_of(reader: str) -> list[tuple[int, str, str]]:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from core.models import User  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=reader))
    costs = []
    for name in LISTS:
        address = reverse(name)
        if client.get(address).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        costs.append((len(captured), name, reader))
    return costs
