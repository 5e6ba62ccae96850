"""The supervisor of `make run`: it restarts what dies and gives up on what cannot live."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import serve

FOREVER = [sys.executable, "-c", "import time; time.sleep(60)"]


class WatchedChild(serve.Child):
    """Ends the supervisor's loop once it was started a second time."""

    def start(self) -> None:
        is_restart = self.process is not None
        super().start()
        if is_restart:
            raise serve.Stopped


def test_dead_child_is_started_again() -> None:
    child = WatchedChild("worker", FOREVER)
    child.start()
    assert child.process is not None
    first = child.process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    with pytest.raises(serve.Stopped):
        serve._keep_alive([child])

    assert child.process is not first
    assert child.died() is None
    child.stop()
    assert child.died() == -signal.SIGTERM


@pytest.mark.slow  # It starts processes and waits for them.
def test_child_that_cannot_live_ends_the_run_with_a_sentence() -> None:
    child = serve.Child("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    child.start()

    with pytest.raises(SystemExit, match="The worker ended 5 times at once"):
        serve._keep_alive([child])


def test_port_in_use_is_refused_with_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as holder:
        holder.bind((serve.HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(SystemExit, match=f"make run PORT={port + 1}"):
            serve._port()


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1"])
def test_port_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)

    with pytest.raises(SystemExit, match="is not a port number"):
        serve._port()


@pytest.mark.slow  # It starts processes and waits for them.
def test_stop_ends_a_child_that_ignores_the_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(serve, "STOP_LIMIT_S", 0.2)
    ready = tmp_path / "ready"
    code = f"import pathlib, signal, time; signal.signal(15, signal.SIG_IGN); pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    child = serve.Child("worker", [sys.executable, "-c", code])
    child.start()
    deadline = time.monotonic() + 10
    while not ready.exists() and time.monotonic() < deadline:
        threading.Event().wait(0.02)

    child.stop()

    assert child.died() == -signal.SIGKILL


@pytest.mark.parametrize(
    ("app_env", "steps"), [("demo", ["prepare"]), ("production", ["migrate", "load_register"])]
)
def test_production_is_prepared_without_the_demonstration(
    monkeypatch: pytest.MonkeyPatch, app_env: str, steps: list[str]
) -> None:
    run: list[str] = []

    def watched(command: list[str], **_options: object) -> subprocess.CompletedProcess[bytes]:
        run.append(command[-1])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setenv("APP_ENV", app_env)
    monkeypatch.setattr(serve.subprocess, "run", watched)

    serve._prepare()

    assert run[:-1] == steps
    assert run[-1].endswith("collect_static.py")


def test_the_urn_starts_first_and_stops_last() -> None:
    """What is being cast while everything stops still finds it."""
    names = [child.name for child in serve._children(8000)]

    assert names[0] == "urn of open polls"
    assert serve._children(8000)[0].command[-1] == "hold_urns"
