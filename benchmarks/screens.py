"""Figures of meetings: ballots cast at once, and screens that ask whether something is new, against two workers.

The baseline of a screen's question is a bare view behind the same sign-in on the same server (`benchmarks.wsgi`).
"""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.database import KINDS, BenchDatabase, Kind, temporary_database

MEMBERS, STARTED_WITHIN_S, WORKERS = 200, 2.0, 2
SCREENS, EVERY_S, WATCHED_S = 500, 2.0, 16.0
AT_ONCE, ROUND_S, ROUNDS = 8, 2.0, 5
ANSWERED_GOAL, RATIO_GOAL, P95_GOAL, QUERIES_GOAL = 10, 0.5, 500, 2
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What a server said, how long it took, and the cookies' line that it was asked with."""

    status: int
    body: str
    seconds: float


@dataclass(frozen=True)
class Browsers:
    """People who are signed in at a server; each asks on a connection of its own, as a phone on a weak line does."""

    port: int
    cookies: list[str]

    async def ask(self, who: int, path: str, form: str = "", live: bool = False) -> Answer:
        """One request of a person; a form makes it a POST. Status 0 when the connection broke."""
        started = time.perf_counter()
        head = [
            f"{'POST' if form else 'GET'} {path} HTTP/1.1",
            f"Host: {_HOST}",
            "Connection: close",
            f"Cookie: {self.cookies[who]}",
            f"Content-Length: {len(form)}",
            "Content-Type: application/x-www-form-urlencoded",
            *(["HX-Request: true"] if live else []),
        ]
        try:
            reader, writer = await asyncio.open_connection(_HOST, self.port)
            writer.write(("\r\n".join(head) + "\r\n\r\n" + form).encode())
            said = (await reader.read(-1)).decode()
            writer.close()
            status = int(said.split(" ", 2)[1])
        except (OSError, IndexError, ValueError):
            return Answer(0, "", time.perf_counter() - started)
        return Answer(status, said, time.perf_counter() - started)


def measure_meetings() -> list[dict[str, Any]]:
    """Ballots, screens and their questions, on both databases."""
    return [figure for kind in KINDS for figure in _of_database(kind)]


def _of_database(kind: Kind) -> list[dict[str, Any]]:
    with temporary_database(kind) as database, _urn(database):
        house = database.run("benchmarks.meeting_house:prepare", members=MEMBERS).value
        with _server(database) as port:
            browsers = Browsers(port, house["cookies"])
            meeting = f"/hoi-dong/phien-hop/{house['meeting']}/"
            answered = asyncio.run(_cast_all(browsers, meeting, house["poll"]))
            state = f"{meeting}man-hinh/"
            unchanged, bare = asyncio.run(_rates(browsers, state))
            watched = asyncio.run(_watch(browsers, state))
        told = database.run("benchmarks.meeting_house:close", poll=house["poll"]).value
    errors = sum(answer.status != 204 for answer in watched)
    ninety_fifth = statistics.quantiles([answer.seconds for answer in watched], n=20)[-1]
    return [
        _figure(kind, "ballots.lost", max(0, MEMBERS - told["cast"]), f"of {MEMBERS} ballots", 0),
        _figure(kind, "ballots.doubled", max(0, told["cast"] - MEMBERS), f"of {MEMBERS} ballots", 0),
        _figure(
            kind,
            "ballots.answered_s",
            round(answered, 2),
            f"s until {MEMBERS} casts were answered that began within {STARTED_WITHIN_S:g} s",
            ANSWERED_GOAL,
        ),
        {
            "name": f"state.{kind}.unchanged_rps_ratio",
            "value": round(unchanged / bare, 2),
            "unit": f"of a bare signed-in view ({unchanged:,.0f} answers/s against {bare:,.0f})",
            "goal": RATIO_GOAL,
        },
        _figure(kind, "state.errors", errors, f"of {len(watched):,} questions of {SCREENS} screens", 0),
        _figure(
            kind,
            "state.p95_ms",
            round(ninety_fifth * 1000),
            f"ms, {SCREENS} screens each {EVERY_S:g} s",
            P95_GOAL,
        ),
        _figure(
            kind,
            "state.queries",
            told["queries"],
            f"queries of an unchanged answer, beside the {told['sign_in']} of the sign-in",
            QUERIES_GOAL,
        ),
    ]


def _figure(kind: Kind, name: str, value: float, unit: str, goal: float) -> dict[str, Any]:
    """A figure that is better when it is lower."""
    group, _dot, what = name.partition(".")
    return {"name": f"{group}.{kind}.{what}", "value": value, "unit": unit, "goal": goal, "better": "lower"}


async def _cast_all(browsers: Browsers, meeting: str, poll: int) -> float:
    """Every member opens the ballot and sends a paper, all beginning within two seconds; seconds until the last answer."""
    # The meeting's page is open on their phones before the poll is.
    for who in range(MEMBERS):
        await browsers.ask(who, meeting)
    started = time.perf_counter()

    async def cast(who: int) -> None:
        await asyncio.sleep(who * STARTED_WITHIN_S / MEMBERS)
        page = await browsers.ask(who, f"/hoi-dong/bo-phieu/{poll}/")
        token = re.search(r'name="token" value="([^"]+)"', page.body)
        if token is None:
            raise RuntimeError(f"The ballot of member {who} answered {page.status} without a token.")
        choice = "a" if who % 5 else "d"
        sent = await browsers.ask(
            who, f"/hoi-dong/bo-phieu/{poll}/phieu/", form=f"token={token[1]}&choice={choice}"
        )
        if sent.status != 302:
            raise RuntimeError(f"The paper of member {who} was answered with {sent.status}.")

    await asyncio.gather(*(cast(who) for who in range(MEMBERS)))
    return time.perf_counter() - started


async def _marks(browsers: Browsers, state: str) -> list[str]:
    """The mark that each person's screen carries."""
    # Each process holds for half a second what the urn said: the last casts are told by then.
    await asyncio.sleep(1)
    pages = [await browsers.ask(who, state) for who in range(len(browsers.cookies))]
    return [page.body.split("?v=")[1].split('"')[0] for page in pages]


async def _rates(browsers: Browsers, state: str) -> tuple[float, float]:
    """Unchanged answers a second, and answers of a bare view: the median of rounds that take turns."""
    marks = await _marks(browsers, state)

    async def unchanged(who: int) -> int:
        return (await browsers.ask(who, f"{state}?v={marks[who]}", live=True)).status

    async def bare(who: int) -> int:
        return (await browsers.ask(who, "/bare/", live=True)).status

    rounds = [(await _rate(unchanged), await _rate(bare)) for _round in range(ROUNDS)]
    ours, theirs = zip(*rounds, strict=True)
    return statistics.median(ours), statistics.median(theirs)


async def _rate(ask: Callable[[int], Awaitable[int]]) -> float:
    """Answers a second when so many people ask one question after another."""
    ends, answers = time.perf_counter() + ROUND_S, 0

    async def ask_on(who: int) -> None:
        nonlocal answers
        while time.perf_counter() < ends:
            if await ask(who) != 204:
                raise RuntimeError("A question in a round was not answered with 204.")
            answers += 1

    started = time.perf_counter()
    await asyncio.gather(*(ask_on(who) for who in range(AT_ONCE)))
    return answers / (time.perf_counter() - started)


async def _watch(browsers: Browsers, state: str) -> list[Answer]:
    """What so many screens are answered that ask every two seconds, whether the answer before has come or not."""
    marks = await _marks(browsers, state)
    answers: list[Answer] = []

    async def screen(number: int) -> None:
        who = number % len(marks)
        await asyncio.sleep(number * EVERY_S / SCREENS)
        for _time in range(int(WATCHED_S / EVERY_S)):
            asked = time.perf_counter()
            answers.append(await browsers.ask(who, f"{state}?v={marks[who]}", live=True))
            await asyncio.sleep(max(0, asked + EVERY_S - time.perf_counter()))

    await asyncio.gather(*(screen(number) for number in range(SCREENS)))
    return answers


@contextmanager
def _urn(database: BenchDatabase) -> Iterator[None]:
    with _process(database, "manage.py", "hold_urns"):
        _until(lambda: (database.folder / "run" / "urn.sock").exists())
        yield


@contextmanager
def _server(database: BenchDatabase) -> Iterator[int]:
    """The web server with two workers as a province has it, without a proxy before it."""
    import socket  # noqa: PLC0415

    with socket.socket() as free:
        free.bind((_HOST, 0))
        port = free.getsockname()[1]
    words = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", f"{_HOST}:{port}")
    with _process(database, *words, "--workers", str(WORKERS), "benchmarks.wsgi:application"):
        ready = Browsers(port, [""])
        _until(lambda: asyncio.run(ready.ask(0, "/healthz")).status == 200)
        yield port


@contextmanager
def _process(database: BenchDatabase, *words: str) -> Iterator[None]:
    running = subprocess.Popen(  # noqa: S603 -- our own code, in the interpreter that runs this
        [sys.executable, *words],
        env={**database.environment, "FIXED_TODAY": "2025-12-15"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(timeout=30)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("A process of the measurement did not start within a minute.")
        time.sleep(0.1)
