"""Serves the application on this machine: a web server, the urn of open polls, a worker for background jobs and its heartbeat.

Made for `make run`. A production site uses the service units in deploy/ instead.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
HOST = "127.0.0.1"
START_LIMIT_S = 60
STOP_LIMIT_S = 10
# A process that dies this often, each time within this many seconds of its start, will not live.
QUICK_DEATHS, QUICK_S = 5, 10


@dataclass
class Child:
    """One supervised process."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        self.started = time.monotonic()
        # A session of its own: Ctrl-C reaches this supervisor only, which then stops the children in order.
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True)

    def died(self) -> int | None:
        """The exit status when the process has ended, else None."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """Ask the process to end, and end it when it does not within the limit."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stopped(Exception):
    """The person or the system asked us to end."""


def _ask_to_stop(_signal: int, _frame: object) -> None:
    raise Stopped


def _say(text: str) -> None:
    print(text, flush=True)


def _port() -> int:
    """The port to serve on, from PORT; ends with a sentence when it cannot be had."""
    text = os.environ.get("PORT", "") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(
            f"PORT={text!r} is not a port number. Use a number from 1024 to 65535, for example PORT=8001."
        )
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as reason:
            sys.exit(
                f"Port {port} on {HOST} cannot be used ({reason.strerror}). Stop the program that holds it, "
                f"or choose another port: make run PORT={port + 1}"
            )
    return port


def _prepare() -> None:
    """Bring database and static files up to date; ends when a step fails, which has then said why."""
    collect_static = [sys.executable, str(ROOT / "scripts" / "collect_static.py")]
    in_production = os.environ["APP_ENV"] == "production"
    database = [[*MANAGE, "migrate"], [*MANAGE, "load_register"]] if in_production else [[*MANAGE, "prepare"]]
    for command in (*database, collect_static):
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        if status:
            sys.exit(status)


def _children(port: int) -> list[Child]:
    web = [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"{HOST}:{port}"),
        *("--workers", "2", "--timeout", "120", "--graceful-timeout", "5"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    worker = [*MANAGE, "db_worker"]
    heartbeat = [*MANAGE, "heartbeat"]
    # Stopped last, so that whatever is being cast meanwhile finds it.
    urn = Child("urn of open polls", [*MANAGE, "hold_urns"])
    return [
        urn,
        Child("web server", web),
        Child("worker", worker),
        Child("heartbeat of the worker", heartbeat),
    ]


def _wait_until_it_answers(address: str, server: Child) -> None:
    """Return when the address answers with anything but silence or a server error."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if (status := server.died()) is not None:
            sys.exit(f"The web server ended at its start with status {status}. Its message stands above.")
        try:
            with urllib.request.urlopen(address, timeout=20):  # noqa: S310 -- our own address
                return
        except urllib.error.HTTPError as answer:
            answer.close()
            if answer.code < 500:
                return
            sys.exit(f"The application answers {answer.code} at {address}. Its message stands above.")
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The web server did not answer within {START_LIMIT_S} seconds.")


def _keep_alive(children: list[Child]) -> None:
    """Restart what dies, until asked to stop or until one dies at once again and again."""
    while True:
        for child in children:
            status = child.died()
            if status is None:
                continue
            is_quick = time.monotonic() - child.started < QUICK_S
            child.quick_deaths = child.quick_deaths + 1 if is_quick else 0
            if child.quick_deaths >= QUICK_DEATHS:
                sys.exit(f"The {child.name} ended {QUICK_DEATHS} times at once. Its message stands above.")
            _say(f"The {child.name} ended with status {status}; starting it again.")
            child.start()
        time.sleep(0.5)


def main() -> None:
    os.environ.setdefault("APP_ENV", "demo")
    signal.signal(signal.SIGTERM, _ask_to_stop)
    signal.signal(signal.SIGINT, _ask_to_stop)
    children: list[Child] = []
    try:
        port = _port()
        _prepare()
        address = f"http://{HOST}:{port}/"
        children = _children(port)
        for child in children:
            child.start()
        _wait_until_it_answers(address, children[1])
        if os.environ["APP_ENV"] == "demo":
            subprocess.run([*MANAGE, "demo_accounts"], cwd=ROOT, check=False)
        _say(f"\nThe application is at {address.rstrip('/')} (stop it with Ctrl-C).")
        _keep_alive(children)
    except Stopped:
        _say("\nStopping.")
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()


if __name__ == "__main__":
    main()
