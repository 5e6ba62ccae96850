"""Web machines on loopback, each with folders of its own, and browsers that go from one to another."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from tests.object_server import free_port

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "mot-chuoi-dai-khong-ai-doan-ra"
PASSWORD = "mưa thuận gió hòa"
STARTS_WITHIN_S = 120
MAX_LAG_S = 20


def eventually(holds: Callable[[], object], within: float = 60) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.3)


class WebMachine:
    """gunicorn as deploy/gunicorn.conf.py has it, in a working folder, a temporary folder and a DATA_DIR of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.data, temporary, self.work = (folder / name for name in ("data", "tmp", "work"))
        for place in (self.data / "static", temporary, self.work):
            place.mkdir(parents=True)
        self.url = f"http://127.0.0.1:{free_port()}"
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.conf.py")),
                *("--bind", self.url.removeprefix("http://"), "--workers", "1", "config.wsgi:application"),
            ],
            cwd=self.work,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "DATA_DIR": str(self.data),
                "TMPDIR": str(temporary),
                "FIXED_TODAY": "2025-12-15",
                "METRICS_TOKEN": TOKEN,
                **environment,
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> None:
        """Return when it answers."""

        def answers() -> bool:
            assert self.process.poll() is None, self.log()
            try:
                return requests.get(f"{self.url}/healthz", timeout=5).ok
            except requests.RequestException:
                return False

        eventually(answers, STARTS_WITHIN_S)

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self._log.close()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def figures(self) -> dict[str, float]:
        """What Prometheus would read."""
        shown = requests.get(f"{self.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
        assert shown.status_code == 200
        lines = (line.rpartition(" ") for line in shown.text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _space, value in lines}

    def answered_by(self, answer: str) -> float:
        """How many pages were answered by the replica, or by the primary for a reason."""
        return self.figures().get(f'khen_thuong_replica_reads_total{{answer="{answer}"}}', 0)

    def ready(self) -> dict[str, Any]:
        """What a balancer is told; looked at anew after the five seconds that an answer is kept."""
        time.sleep(5.2)
        shown = requests.get(f"{self.url}/readyz", timeout=60)
        return {"code": shown.status_code, **shown.json()}

    def left_behind(self) -> list[str]:
        """Every file below its folders, but for the counts of Prometheus."""
        places = (self.data, self.work, self.folder / "tmp")
        found = [path for place in places for path in place.rglob("*") if path.is_file()]
        return sorted(
            str(path.relative_to(self.folder)) for path in found if "khen-thuong-metrics-" not in str(path)
        )


class Browser:
    """One person's browser; a balancer may send each of its requests to another machine."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.cookies.set(settings.LANGUAGE_COOKIE_NAME, "en", domain="127.0.0.1")

    def get(self, machine: WebMachine, path: str) -> requests.Response:
        return self.session.get(f"{machine.url}{path}", timeout=60)

    def post(self, machine: WebMachine, path: str, data: Any = None, **more: Any) -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", default="")}
        return self.session.post(
            f"{machine.url}{path}", data=data or {}, headers=headers, timeout=120, **more
        )

    def sign_in(self, user: Any, machine: WebMachine, other: WebMachine | None = None) -> requests.Response:
        """Open the page on one machine and send it to another."""
        self.get(machine, "/dang-nhap/")
        return self.post(other or machine, "/dang-nhap/", {"username": user.username, "password": PASSWORD})


def number_in(pattern: str, text: str) -> int:
    """The number that an address in a page holds."""
    found = re.search(pattern, text)
    assert found, text[-3000:]
    return int(found[1])
