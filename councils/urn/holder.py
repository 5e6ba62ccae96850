"""What the urn's process does: it holds open polls in memory, hands out tokens, takes papers, and counts.

Of a paper nothing is kept but one more in the counter of its choice. A token is known as used or not, never beside a
choice. No operation tells a count before the poll is opened for counting, and from then on it takes no paper: looking
twice would show what came in between.

Papers that are typed in come as a batch: its totals wait here until a second person has typed the same, are added to the
counters, and are forgotten. Of what was typed no operation tells anything but whether it was the same.
"""

import os
import secrets
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from councils.urn.wire import LONGEST_LINE, Address, as_line, connect, from_line, tls_context

TIMEOUT_S = 5.0

OPEN, FROZEN, COUNTED = "open", "frozen", "counted"

PAPER, WRITTEN = "paper", "written"
"""Papers of members who are there, and written opinions of those who are not."""

TRIES = 3
"""So often totals may be typed that are not those of a batch; then it is gone, and is entered anew: guessing finds nothing."""


class Refused(Exception):
    """The urn does not do this; its one word is the answer."""


@dataclass
class Waiting:
    """A batch that was typed once."""

    kind: str
    counts: dict[str, int]
    tries: int = TRIES


@dataclass
class Urn:
    """One poll: who may vote and how, the tokens, and how many papers say what."""

    least: int
    """With fewer papers of members who are there the poll is not valid, and nothing opens it."""
    counts: dict[str, int]
    castable: frozenset[str]
    """What a paper with a token may say; a batch may say more."""
    present: frozenset[int]
    tokens: dict[int, str]
    """Of seats that are there and not on paper."""
    on_paper: dict[int, str] = field(default_factory=dict)
    """Seats that vote by a paper of this kind: the batches of a kind hold no more papers than it has seats."""
    waiting: dict[str, Waiting] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Batches that are in."""
    batched: dict[str, int] = field(default_factory=lambda: {PAPER: 0, WRITTEN: 0})
    """How many papers of a kind came in batches."""
    used: set[str] = field(default_factory=set)
    state: str = OPEN

    @property
    def papers(self) -> int:
        """How many papers are in."""
        return len(self.used) + sum(self.batched.values())

    def seats_on(self, kind: str) -> int:
        return sum(known == kind for known in self.on_paper.values())

    @property
    def voted(self) -> list[int]:
        """Seats whose token is used, in the order of their numbers."""
        return sorted(seat for seat, token in self.tokens.items() if token in self.used)


class Holder:
    """All open polls of this process; every method of a question holds the one lock."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.epoch = secrets.token_hex(16)
        self._say = say
        self._lock = threading.Lock()
        self._urns: dict[str, Urn] = {}
        self._by_token: dict[str, Urn] = {}
        self._acts: dict[str, Callable[..., dict[str, Any]]] = {
            "open": self._open,
            "state": self._state,
            "papers": self._papers,
            "token": self._token,
            "deposit": self._deposit,
            "on_paper": self._on_paper,
            "hold": self._hold,
            "confirm": self._confirm,
            "drop": self._drop_batch,
            "freeze": self._freeze,
            "thaw": self._thaw,
            "count": self._count,
            "forget": self._forget,
            "void": self._void,
        }

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """What the urn says to a question; `no` names why it does not do it."""
        try:
            act = self._acts[question.pop("do")]
            with self._lock:
                return act(**question)
        except Refused as refused:
            return {"no": str(refused)}
        except (KeyError, TypeError, ValueError):
            return {"no": "malformed"}

    def _urn(self, key: str, epoch: str) -> Urn:
        if epoch != self.epoch or key not in self._urns:
            raise Refused("lost")
        return self._urns[key]

    def _open(
        self,
        key: str,
        seats: list[int],
        choices: list[str],
        least: int,
        only_on_paper: list[str] | tuple[()] = (),
        on_paper: list[list[Any]] | tuple[()] = (),
    ) -> dict[str, Any]:
        """A new poll of seats that are there; each that is not on paper gets a token, handed out when it asks."""
        if key in self._urns:
            raise Refused("known")
        urn = Urn(
            least=int(least),
            counts=dict.fromkeys([*choices, *only_on_paper], 0),
            castable=frozenset(choices),
            present=frozenset(int(seat) for seat in seats),
            tokens={},
        )
        self._put_on_paper(urn, {int(seat): str(kind) for seat, kind in on_paper})
        self._urns[key] = urn
        self._say(f"poll {key[:8]} open")
        return {"epoch": self.epoch}

    def _state(self, key: str, epoch: str, seat: int | None = None) -> dict[str, Any]:
        """How many papers are in, and whether one seat has voted: nothing else can be learnt while it is open."""
        urn = self._urn(key, epoch)
        return {"papers": urn.papers, "voted": seat is not None and urn.tokens.get(seat) in urn.used}

    def _on_paper(self, key: str, epoch: str, on_paper: list[list[Any]]) -> dict[str, Any]:
        """Exactly these seats vote on paper from here on: all of the change is done, or nothing of it.

        A token that is used keeps its seat off paper, and one that is not is good no more.
        """
        urn = self._urn(key, epoch)
        if urn.state != OPEN:
            raise Refused("counting")
        self._put_on_paper(urn, {int(seat): str(kind) for seat, kind in on_paper})
        return {"done": "on_paper"}

    def _put_on_paper(self, urn: Urn, on_paper: dict[int, str]) -> None:
        for seat, kind in on_paper.items():
            if kind not in urn.batched or (kind == PAPER) != (seat in urn.present):
                raise Refused("malformed")
            if urn.tokens.get(seat) in urn.used:
                raise Refused("voted")
        for seat, kind in urn.on_paper.items():
            # Whose papers of a kind came is not known, so it may be this seat's.
            if urn.batched[kind] and seat not in on_paper:
                raise Refused("in_the_urn")
        urn.on_paper = on_paper
        for seat in urn.present:
            if seat in on_paper:
                self._by_token.pop(urn.tokens.pop(seat, ""), None)
            elif seat not in urn.tokens:
                urn.tokens[seat] = secrets.token_urlsafe(32)  # 256 random bits
                self._by_token[urn.tokens[seat]] = urn

    def _hold(self, key: str, epoch: str, batch: str, kind: str, counts: dict[str, int]) -> dict[str, Any]:
        """Totals of a batch, typed once, wait for a second person."""
        urn = self._urn(key, epoch)
        if urn.state != OPEN:
            raise Refused("counting")
        counts = _checked(urn, counts)
        if batch in urn.waiting or batch in urn.taken:
            raise Refused("known")
        if urn.batched[kind] + sum(counts.values()) > urn.seats_on(kind):
            raise Refused("too_many")
        urn.waiting[batch] = Waiting(kind, counts)
        return {"batch": "waiting"}

    def _confirm(self, key: str, epoch: str, batch: str, counts: dict[str, int]) -> dict[str, Any]:
        """A second person's totals: where they are the same, the papers are in, and what was typed is forgotten.

        A batch that is in stays so, whatever is typed.
        """
        urn = self._urn(key, epoch)
        if batch in urn.taken:
            return {"batch": "taken"}
        if urn.state != OPEN:
            raise Refused("counting")
        counts = _checked(urn, counts)
        held = urn.waiting.get(batch)
        if held is None:
            raise Refused("gone")
        if counts != held.counts:
            held.tries -= 1
            if held.tries == 0:
                del urn.waiting[batch]
            return {"batch": "differs", "tries": held.tries}
        papers = sum(counts.values())
        if urn.batched[held.kind] + papers > urn.seats_on(held.kind):
            raise Refused("too_many")
        for choice, number in counts.items():
            urn.counts[choice] += number
        urn.batched[held.kind] += papers
        urn.taken.add(batch)
        del urn.waiting[batch]
        return {"batch": "taken"}

    def _drop_batch(self, key: str, epoch: str, batch: str) -> dict[str, Any]:
        """A batch that waits is forgotten; one that is in cannot be taken out."""
        urn = self._urn(key, epoch)
        if batch in urn.taken:
            raise Refused("in_the_urn")
        urn.waiting.pop(batch, None)
        return {"batch": "dropped"}

    def _papers(self, keys: list[list[str]]) -> dict[str, Any]:
        """How many papers each of several polls holds, null for one whose urn is not here: for screens of all people."""
        urns = [self._urns.get(key) if epoch == self.epoch else None for key, epoch in keys]
        return {"papers": [urn.papers if urn else None for urn in urns]}

    def _token(self, key: str, epoch: str, seat: int) -> dict[str, Any]:
        """The seat's token, the same one until it is used."""
        urn = self._urn(key, epoch)
        if seat in urn.on_paper:
            raise Refused("on_paper")
        if seat not in urn.tokens:
            raise Refused("no_ballot")
        if urn.tokens[seat] in urn.used:
            raise Refused("voted")
        if urn.state != OPEN:
            raise Refused("counting")
        return {"token": urn.tokens[seat]}

    def _deposit(self, token: str, choice: str) -> dict[str, Any]:
        """The first paper of a token counts; the answer is the same for every choice."""
        urn = self._by_token.get(token)
        if urn is None:
            raise Refused("unknown")
        if choice not in urn.castable:
            raise Refused("malformed")
        if token in urn.used:
            return {"paper": "known"}
        if urn.state != OPEN:
            raise Refused("counting")
        urn.counts[choice] += 1
        urn.used.add(token)
        return {"paper": "taken"}

    def _freeze(self, key: str, epoch: str) -> dict[str, Any]:
        """No paper is taken from here on; tells how many there are, which seats voted, and how many came in batches."""
        urn = self._urn(key, epoch)
        if urn.state == OPEN:
            urn.state = FROZEN
        return {"papers": sum(urn.counts.values()), "voted": urn.voted, "batched": dict(urn.batched)}

    def _thaw(self, key: str, epoch: str) -> dict[str, Any]:
        """Papers are taken again, unless the poll has been counted: who saw a count takes nothing more."""
        urn = self._urn(key, epoch)
        if urn.state == FROZEN:
            urn.state = OPEN
        return {"state": urn.state}

    def _count(self, key: str, epoch: str) -> dict[str, Any]:
        """The totals of a frozen poll, the same ones until it is forgotten."""
        urn = self._urn(key, epoch)
        if urn.state == OPEN:
            raise Refused("not_frozen")
        if urn.papers - urn.batched[WRITTEN] < urn.least:
            raise Refused("too_few")
        urn.state = COUNTED
        return {"counts": dict(urn.counts), "voted": urn.voted}

    def _forget(self, key: str, epoch: str) -> dict[str, Any]:
        return self._drop(key, epoch, "closed")

    def _void(self, key: str, epoch: str) -> dict[str, Any]:
        """The papers are gone, unopened."""
        return self._drop(key, epoch, "void")

    def _drop(self, key: str, epoch: str, word: str) -> dict[str, Any]:
        urn = self._urn(key, epoch)
        for token in urn.tokens.values():
            del self._by_token[token]
        del self._urns[key]
        self._say(f"poll {key[:8]} {word}")
        return {"done": word}


def _checked(urn: Urn, counts: dict[str, int]) -> dict[str, int]:
    """Totals of a batch, one for each choice. Raises ValueError."""
    if counts.keys() != urn.counts.keys() or any(number < 0 for number in counts.values()):
        raise ValueError
    return {choice: int(number) for choice, number in counts.items()}


class _Handler(socketserver.StreamRequestHandler):
    """One question on a connection."""

    timeout = TIMEOUT_S
    server: "Server"

    def handle(self) -> None:
        try:
            question = from_line(self.rfile.readline(LONGEST_LINE))
        except ValueError:
            return
        self.wfile.write(as_line(self.server.holder.answer(question)))


class Server(socketserver.ThreadingMixIn, socketserver.BaseServer):
    """The urn at its address."""

    daemon_threads = True
    holder: Holder

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller went away, and what it asked stands in no log."""


class _Local(Server, socketserver.UnixStreamServer):
    request_queue_size = 256

    def __init__(self, address: Address) -> None:
        path = Path(address.path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            if _answers(address):
                raise AnotherUrn(address)
            path.unlink()
        # The socket is born closed to others, not closed afterwards.
        before = os.umask(0o177)
        try:
            super().__init__(address.path, _Handler)
        finally:
            os.umask(before)


class _Remote(Server, socketserver.TCPServer):
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: Address) -> None:
        self._tls = tls_context(address, serves=True)
        super().__init__((address.host, address.port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the thread of the request: whoever is slow or a stranger holds up nobody."""
        request.settimeout(TIMEOUT_S)
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)


class AnotherUrn(Exception):
    """Something answers at the address already."""

    def __init__(self, address: Address) -> None:
        super().__init__(
            f"Another urn answers at {address}, and its open polls would be void. Stop it first, or set another URN_ADDRESS."
        )


def _answers(address: Address) -> bool:
    try:
        connect(address, TIMEOUT_S).close()
    except OSError:
        return False
    return True


def server_at(address: Address, say: Callable[[str], None]) -> Server:
    """A new, empty urn that listens. Raises AnotherUrn and OSError."""
    server: Server = _Local(address) if address.is_local else _Remote(address)
    server.holder = Holder(say)
    return server


@contextmanager
def serving(address: Address, say: Callable[[str], None] = lambda words: None) -> Iterator[Holder]:
    """An urn in a thread of this process, for as long as the block lasts."""
    server = server_at(address, say)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.holder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        if address.is_local:
            Path(address.path).unlink(missing_ok=True)
