"""The renderer of this process: started when the first document is asked for, kept warm, and gone when we are.

No more than two documents are made at once on a machine; whoever comes third waits for a place.
"""

import atexit
import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from reports.render_server import LENGTH_BYTES

AT_ONCE = 2
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Ended:
    """How the process of a document ended: its exit status, below zero the signal, and what it said of faults."""

    status: int
    report: str = ""


class Renderer:
    """One server process, and the socket over which it gets jobs."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.owner = os.getpid()
        self._control, theirs = socket.socketpair()
        self._process = subprocess.Popen(  # noqa: S603 -- our own module, no shell
            [sys.executable, "-m", "reports.render_server", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=dict(environment),
            cwd=settings.BASE_DIR,
        )
        theirs.close()

    @property
    def process_id(self) -> int:
        """The server's process."""
        return self._process.pid

    def run(self, job: dict[str, Any], seconds: float) -> int:
        """The exit status of a job. Raises TimeoutError after so many seconds, OSError when the server is gone."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            ours.settimeout(seconds)
            content = json.dumps(job).encode()
            ours.sendall(len(content).to_bytes(LENGTH_BYTES) + content)
            said = b"".join(iter(lambda: ours.recv(1024), b""))
        if not said:
            raise ConnectionResetError("the renderer ended without a word")
        return int(json.loads(said)["status"])

    def stop(self) -> None:
        """End the server with whatever it is doing."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def leave(self) -> None:
        """Forget a server of the process that forked us: it goes on there, and is not ours to wait for."""
        self._control.close()
        self._process.returncode = 0


_lock = threading.Lock()
_current: Renderer | None = None


def run_job(job: dict[str, Any], environment: Mapping[str, str], seconds: float) -> Ended:
    """Have a document made; waits for a place first.

    Raises TimeoutError when it takes longer than so many seconds, or no place was free for as long.
    """
    report = Path(job["report"])
    with _place(seconds):
        for is_last in (False, True):
            renderer = _warm(environment)
            try:
                status = renderer.run(job, seconds)
            except TimeoutError:
                raise
            except OSError:
                # It was idle and ended, or it was killed: a new one takes the job, once.
                _drop(renderer)
                if is_last:
                    raise
                continue
            said = report.read_text(encoding="utf-8", errors="replace") if report.exists() else ""
            return Ended(status, said)
    raise AssertionError("unreachable")


def stop() -> None:
    """End this process's renderer, where one runs; the next document starts another."""
    if _current is not None and _current.owner == os.getpid():
        _drop(_current)


atexit.register(stop)


def _warm(environment: Mapping[str, str]) -> Renderer:
    """The running server; another one after a fork, since two processes would mix up its answers."""
    global _current
    with _lock:
        if _current is not None and _current.owner != os.getpid():
            _current.leave()
            _current = None
        if _current is None:
            _current = Renderer(environment)
        return _current


def _drop(renderer: Renderer) -> None:
    global _current
    with _lock:
        if _current is renderer:
            _current = None
            renderer.stop()


@contextlib.contextmanager
def _place(seconds: float) -> Iterator[None]:
    """One of the machine's places for rendering, held as long as the block runs; a killed process gives its place back."""
    until = time.monotonic() + seconds
    while (held := _free_place()) is None:
        if time.monotonic() > until:
            raise TimeoutError("no place to render")
        time.sleep(_LOOK_AGAIN_SECONDS)
    with held:
        yield


def _free_place() -> contextlib.AbstractContextManager[Any] | None:
    """A place, None while all are taken; on a disk that takes no files nobody is counted."""
    folder = Path(settings.DATA_DIR) / "run"
    for number in range(AT_ONCE):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = (folder / f"rendering-{number}.lock").open("a")
        except OSError:
            return contextlib.nullcontext()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        return file
    return None
