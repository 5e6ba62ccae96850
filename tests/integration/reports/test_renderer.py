"""The renderer stays warm between documents, comes back when it is killed, and never makes more than two at once."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from reports import renderer, rendering
from reports.documents.samples import sample
from reports.exceptions import RenderingFailed
from reports.rendering import Limits, render_pdf

pytestmark = pytest.mark.slow  # starts the renderer

Process = Callable[[], int]


def lives(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def children_of(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_documents_are_made_by_one_renderer_each_in_a_process_that_ends(cold_renderer: Process) -> None:
    first = render_pdf("receipt", *sample("receipt"))
    process = cold_renderer()
    again = render_pdf("receipt", *sample("receipt"))

    assert again == first
    assert cold_renderer() == process
    assert children_of(process) == []


@pytest.mark.parametrize("other", ["ended while nobody asked", "of the process that forked us"])
def test_another_renderer_takes_over(
    cold_renderer: Process, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = render_pdf("receipt", *sample("receipt"))
    process = cold_renderer()
    if other.startswith("ended"):
        os.kill(process, signal.SIGKILL)
    else:
        monkeypatch.setattr(renderer._current, "owner", os.getppid())

    assert render_pdf("receipt", *sample("receipt")) == first
    assert cold_renderer() != process


def test_a_renderer_killed_over_a_document_costs_no_document(cold_renderer: Process) -> None:
    short, imprint = sample("proposal")
    expected = render_pdf("proposal", short, imprint)
    process = cold_renderer()
    made: list[bytes] = []
    at_work = threading.Thread(target=lambda: made.append(render_pdf("proposal", short, imprint)))

    at_work.start()
    assert wait_until(lambda: bool(children_of(process)))
    os.kill(process, signal.SIGKILL)
    at_work.join(30)

    assert made == [expected]


def test_a_document_nobody_waits_for_is_given_up(cold_renderer: Process) -> None:
    long, imprint = sample("proposal")
    long["groups"][0]["rows"] *= 400
    render_pdf("receipt", *sample("receipt"))
    process = cold_renderer()

    with pytest.raises(RenderingFailed):
        render_pdf("proposal", long, imprint, Limits(seconds=1))

    assert wait_until(lambda: children_of(process) == [])
    assert render_pdf("receipt", *sample("receipt"))
    assert cold_renderer() == process


def test_a_third_document_waits_for_a_place(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "run").mkdir()
    places = [(tmp_path / "run" / f"rendering-{number}.lock").open("a") for number in range(renderer.AT_ONCE)]
    for one in places:
        fcntl.flock(one, fcntl.LOCK_EX)

    with translation.override("en"), pytest.raises(RenderingFailed, match="after 1 second"):
        render_pdf("receipt", *sample("receipt"), Limits(seconds=1))
    places[1].close()

    assert render_pdf("receipt", *sample("receipt"))
    places[0].close()


def test_a_disk_that_takes_no_files_keeps_no_document_back(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "a file").touch()
    settings.DATA_DIR = tmp_path / "a file"

    assert render_pdf("receipt", *sample("receipt"))


def server_of(idle_seconds: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A server of its own, that waits so long for a job."""
    ours, theirs = socket.socketpair()
    code = (
        "import socket\nfrom reports import render_server as one\n"
        f"one.IDLE_SECONDS = {idle_seconds}\none.Server(socket.socket(fileno={theirs.fileno()})).serve()"
    )
    environment = rendering.renderer_environment()
    started = subprocess.Popen(
        [sys.executable, "-c", code],
        pass_fds=[theirs.fileno()],
        env=environment,
        cwd=django_settings.BASE_DIR,
    )
    theirs.close()
    return started, ours


def test_a_renderer_ends_when_nobody_asks_any_more() -> None:
    server, ours = server_of(0.1)

    assert server.wait(20) == 0
    ours.close()


def test_a_renderer_ends_with_the_process_that_asks() -> None:
    server, ours = server_of(60)
    assert lives(server.pid)

    ours.close()

    assert server.wait(20) == 0
