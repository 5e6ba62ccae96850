"""Who gets which answer at which address: every entry of the resolver, asked by everybody on the demonstration's data.

`ask_everybody` gives the table; `make reach` keeps it in `reach.csv` beside this module and in `docs/reach.md`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.template.backends.django import Template as BackendTemplate
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.models import User

TABLE = Path(__file__).with_name("reach.csv")
PAGE = Path(__file__).parents[3] / "docs" / "reach.md"
VERBS = ("get", "post")
# Who asks: the column's heading, and the account of the demonstration; none for a stranger.
PEOPLE: dict[str, str] = {
    "stranger": "",
    "no role": "khong.vaitro",
    "commune": "xa.phandien",
    "other commune": "xa.langau",
    "district": "huyen.bacbinh",
    "other district": "huyen.tanhlinh",
    "agency": "nganhang.csxh",
    "reviewer": "so.chuyenvien",
    "lead": "so.lanhdao",
    "standing body": "noivu.thuongtruc",
    "overseer": "mttq.giamsat",
    "auditor": "thanhtra",
    "administrator": "quantri",
    "chair": "hd.chutich",
    "secretary": "hd.thuky",
    "member": "hd.tv03",
    "commune elsewhere": "mau.xa",
    "reviewer elsewhere": "mau.chuyenvien",
    "lead elsewhere": "mau.lanhdao",
}


@dataclass(frozen=True)
class Entry:
    """One address of the resolver: its name, its pattern, and what its parts are called."""

    name: str
    route: str
    parts: tuple[str, ...]


def entries() -> list[Entry]:
    """Every address, in the order of names."""
    return sorted(_entries(get_resolver()), key=lambda entry: entry.name)


def _entries(resolver: URLResolver, prefix: str = "/", space: str = "") -> Iterator[Entry]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _entries(one, route, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            # What the pattern sets itself, such as the kind of person, is no part to fill in.
            parts = tuple(name for name in one.pattern.converters if name not in one.default_args)
            yield Entry(f"{space}{one.name}", route, parts)


def filled(route: str, samples: Mapping[str, str]) -> str:
    """An address of the pattern whose parts are samples of their kinds; it need not lead to a thing."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: samples[found.group(1) or "str"], route)


Row = dict[str, str]


def ask_everybody(samples: Mapping[str, Callable[[], Mapping[str, Any]]]) -> list[Row]:
    """A row for each address and verb with everybody's answer; nothing that is done stays done."""
    with _pages_undrawn():
        return list(_answers(samples))


def _answers(samples: Mapping[str, Callable[[], Mapping[str, Any]]]) -> Iterator[Row]:
    people = {who: Person(account) for who, account in PEOPLE.items()}
    for entry in entries():
        values = samples[entry.name]() if entry.parts else {}
        address = reverse(entry.name, kwargs=dict(values))
        for verb in VERBS:
            answers = {who: person.answer(verb, address) for who, person in people.items()}
            yield {"address": entry.name, "route": entry.route, "verb": verb.upper(), **answers}


@contextmanager
def _pages_undrawn() -> Iterator[None]:
    """What is asked here is settled before a page is drawn, and drawing thousands of them takes most of the time."""
    with patch.object(BackendTemplate, "render", lambda self, context=None, request=None: ""):
        yield


class Person:
    """Somebody at a browser that keeps nothing from one page to the next but who they are."""

    def __init__(self, account: str) -> None:
        self._client = Client(raise_request_exception=False)
        if account:
            # They have just proven who they are.
            self._client.force_login(User.objects.get(username=account))
        self._cookies = self._client.cookies.output(header="")

    def answer(self, verb: str, address: str) -> str:
        """What is answered: its status, or ``in`` where one is led to the sign-in. The database forgets it."""
        cache.clear()
        self._client.cookies.clear()
        self._client.cookies.load(self._cookies)
        with transaction.atomic():
            response: HttpResponseBase = getattr(self._client, verb)(address)
            if response.streaming:
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
        if response.status_code == 302 and str(response.headers["Location"]).startswith("/dang-nhap/?next="):
            return "in"
        return str(response.status_code)


def as_csv(rows: list[Row]) -> str:
    """The table as it is kept."""
    target = io.StringIO()
    writer = csv.DictWriter(target, ["address", "verb", *PEOPLE], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def kept() -> dict[tuple[str, str], Row]:
    """The table that was reviewed, by address and verb."""
    with TABLE.open(encoding="utf-8") as source:
        return {(row["address"], row["verb"]): row for row in csv.DictReader(source)}


_OPENS = {"200", "302", "422", "409", "413", "204"}


def as_page(rows: list[Row]) -> str:
    """The table for readers: at each address, who opens it (○) and who may send to it (●)."""
    by_address: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_address.setdefault(row["address"], {})[row["verb"]] = row
    lines = [
        "# Who reaches what",
        "",
        "Each address of the application, and who reaches it on the demonstration's data: `○` opens the page, `●` is",
        "heard when they send something, `·` is turned away. The objects asked for belong to the commune of Phan Điền",
        "in the district of Bắc Bình. `make reach` writes this page from the answers themselves; a test fails when an",
        "address answers anybody differently. The exact answers are in `tests/integration/suite/reach.csv`.",
        "",
        "| address | " + " | ".join(PEOPLE) + " |",
        "|---|" + ":-:|" * len(PEOPLE),
    ]
    for name, verbs in by_address.items():
        cells = ["".join(_mark(verbs, who)) or "·" for who in PEOPLE]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _mark(verbs: dict[str, Row], who: str) -> Iterator[str]:
    if verbs["GET"][who] in {"200", "302"}:
        yield "○"
    if verbs["POST"][who] in _OPENS:
        yield "●"
