"""How the application asks the urn. Each function is one question; an urn that does not answer is a refusal (503)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings

from councils.enums import CASTABLE, Choice, PaperKind
from councils.exceptions import BallotOnPaper, BeingCounted, UrnAway, UrnLost
from councils.urn import wire

TIMEOUT_S = 3.0

_elsewhere: list[wire.Address] = []


@dataclass(frozen=True)
class Place:
    """One poll in one life of the urn's process: both are random and name nobody."""

    key: str
    epoch: str


@dataclass(frozen=True)
class Papers:
    """What is known of a frozen poll before it is counted."""

    papers: int
    voted: list[int]
    """Seats whose paper came with its token."""
    batched: dict[PaperKind, int] = field(default_factory=dict)
    """How many came in batches, of each kind."""


@dataclass(frozen=True)
class Count:
    """A poll that was opened for counting."""

    counts: dict[Choice, int]
    voted: list[int]


class CastAnswer(StrEnum):
    """What became of a paper that was handed in; no answer depends on a choice."""

    IN_THE_URN = "in_the_urn"
    ALREADY_IN_THE_URN = "already_in_the_urn"
    COUNTING = "counting"
    UNKNOWN = "unknown"


class BatchAnswer(StrEnum):
    """What became of totals that were typed for a batch, or of taking it back."""

    WAITING = "waiting"
    TAKEN = "taken"
    """Its papers are in the urn, now or already."""
    DIFFERS = "differs"
    """These are not the totals that wait; they can be typed again."""
    GONE = "gone"
    """They differed too often, or the urn knows no such batch: it is entered anew."""
    TOO_MANY = "too_many"
    """More papers than seats on paper of that kind."""
    DROPPED = "dropped"


@lru_cache(maxsize=8)
def _read(text: str, ca: str, certificate: str, key: str) -> wire.Address:
    return wire.read_address(text, ca=ca, certificate=certificate, key=key)


def address() -> wire.Address:
    """Where the urn listens. Raises ValueError when the settings do not say it."""
    if _elsewhere:
        return _elsewhere[-1]
    return _read(settings.URN_ADDRESS, settings.URN_TLS_CA, settings.URN_TLS_CERT, settings.URN_TLS_KEY)


@contextmanager
def asking_at(place: wire.Address) -> Iterator[None]:
    """Ask another urn than the settings name, in this process: for what plays polls of its own."""
    _elsewhere.append(place)
    try:
        yield
    finally:
        _elsewhere.remove(place)


def _ask(do: str, **fields: Any) -> dict[str, Any]:
    """The urn's answer. Raises UrnAway; raises UrnLost and BeingCounted where it says so."""
    try:
        with wire.connect(address(), TIMEOUT_S) as connection, connection.makefile("rb") as answers:
            connection.sendall(wire.as_line({"do": do, **fields}))
            answer = wire.from_line(answers.readline(wire.LONGEST_LINE))
    except (OSError, ValueError) as error:
        raise UrnAway from error
    if answer.get("no") == "lost":
        raise UrnLost
    if answer.get("no") == "counting":
        raise BeingCounted
    return answer


def _done(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer of a question that the urn may not turn down. Raises UrnAway."""
    if "no" in answer:
        raise UrnAway
    return answer


def open_urn(
    key: str, seats: Iterable[int], least: int, on_paper: Mapping[int, PaperKind | str] | None = None
) -> Place:
    """An empty urn for these seats, which are there, and for those that vote on paper, there or not.

    With fewer papers of those who are there than `least` it will never be opened.
    """
    answer = _done(
        _ask(
            "open",
            key=key,
            seats=list(seats),
            choices=list(CASTABLE),
            only_on_paper=[choice for choice in Choice if choice not in CASTABLE],
            on_paper=list((on_paper or {}).items()),
            least=least,
        )
    )
    return Place(key, answer["epoch"])


def put_on_paper(place: Place, on_paper: Mapping[int, PaperKind | str]) -> str:
    """Have exactly these seats vote on paper, all or nothing; empty when it is done.

    Else why it is not: "voted" when one of them has, "in_the_urn" when a seat would leave of whose kind papers came. Raises BeingCounted.
    """
    answer = _ask("on_paper", key=place.key, epoch=place.epoch, on_paper=list(on_paper.items()))
    if answer.get("no") in ("voted", "in_the_urn"):
        return str(answer["no"])
    _done(answer)
    return ""


def hold_batch(place: Place, batch: str, kind: PaperKind | str, counts: Mapping[Choice, int]) -> BatchAnswer:
    """Have the totals of a batch wait in the urn's memory. Raises BeingCounted."""
    return _batch(_ask("hold", key=place.key, epoch=place.epoch, batch=batch, kind=kind, counts=dict(counts)))


def confirm_batch(place: Place, batch: str, counts: Mapping[Choice, int]) -> BatchAnswer:
    """Put a batch in, when these totals are those that wait. Raises BeingCounted."""
    return _batch(_ask("confirm", key=place.key, epoch=place.epoch, batch=batch, counts=dict(counts)))


def drop_batch(place: Place, batch: str) -> BatchAnswer:
    """Have the totals of a batch forgotten, unless its papers are in."""
    return _batch(_ask("drop", key=place.key, epoch=place.epoch, batch=batch))


def _batch(answer: dict[str, Any]) -> BatchAnswer:
    if answer.get("no") == "in_the_urn":
        return BatchAnswer.TAKEN
    if answer.get("no") in (BatchAnswer.GONE, BatchAnswer.TOO_MANY):
        return BatchAnswer(answer["no"])
    known = _done(answer)
    return BatchAnswer.GONE if known.get("tries") == 0 else BatchAnswer(known["batch"])


def papers_in(place: Place) -> int:
    """How many papers are in."""
    return int(_done(_ask("state", key=place.key, epoch=place.epoch))["papers"])


def papers_in_each(places: Iterable[Place]) -> tuple[int | None, ...]:
    """How many papers each of several polls holds, in one question; None for one whose urn is lost."""
    answer = _done(_ask("papers", keys=[[place.key, place.epoch] for place in places]))
    return tuple(answer["papers"])


def has_voted(place: Place, seat: int) -> bool:
    """Whether the seat's paper came with its token; of those on paper the urn knows numbers alone."""
    return bool(_done(_ask("state", key=place.key, epoch=place.epoch, seat=seat))["voted"])


def token_for(place: Place, seat: int) -> str:
    """The seat's blind token, the same one until it is used; empty when the paper is in.

    Raises BeingCounted, and BallotOnPaper for a seat that has none.
    """
    answer = _ask("token", key=place.key, epoch=place.epoch, seat=seat)
    if answer.get("no") == "on_paper":
        raise BallotOnPaper
    return "" if answer.get("no") == "voted" else str(_done(answer)["token"])


def deposit(token: str, choice: Choice) -> CastAnswer:
    """Put a paper in. The first of a token counts, whatever comes later."""
    try:
        answer = _ask("deposit", token=token, choice=choice)
    except BeingCounted:
        return CastAnswer.COUNTING
    if answer.get("no") == "unknown":
        return CastAnswer.UNKNOWN
    return CastAnswer.IN_THE_URN if _done(answer)["paper"] == "taken" else CastAnswer.ALREADY_IN_THE_URN


def freeze(place: Place) -> Papers:
    """Have no paper taken any more, and learn who voted; `thaw` takes it back until the papers are counted."""
    answer = _done(_ask("freeze", key=place.key, epoch=place.epoch))
    batched = {PaperKind(kind): number for kind, number in answer["batched"].items()}
    return Papers(answer["papers"], answer["voted"], batched)


def thaw(place: Place) -> None:
    """Have papers taken again."""
    _done(_ask("thaw", key=place.key, epoch=place.epoch))


def count(place: Place) -> Count:
    """How many papers say what, and who voted. From here on the urn takes none, and tells the same until it is forgotten."""
    answer = _done(_ask("count", key=place.key, epoch=place.epoch))
    return Count({Choice(choice): number for choice, number in answer["counts"].items()}, answer["voted"])


def forget(place: Place) -> None:
    """The poll is closed and its papers are the database's: the urn keeps nothing of it."""
    _ask("forget", key=place.key, epoch=place.epoch)


def destroy(place: Place) -> None:
    """The poll is void: its papers are gone, unopened."""
    _ask("void", key=place.key, epoch=place.epoch)
