#!/usr/bin/env python3
"""Stands in for `systemctl` in a bare root, where systemd cannot run: starts by hand what the units say.

Made for scripts/bare_install.sh, and run by the bare root's own Python. It reads user, folders, environment and command
from the units, with what all of them have in common, and starts those; it bounds nothing and restarts nothing. Verbs that
only make sense with systemd do nothing.
"""

import contextlib
import fnmatch
import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

UNITS = Path("/etc/systemd/system")
STATE = Path("/run/bare-systemctl")
PROGRAMS = {"nginx": (["nginx"], ["nginx", "-s", "reload"])}
READY_S, STOP_S = 60, 40
IsReady = Callable[[subprocess.Popen[bytes]], bool]


def lines_of(unit: str) -> dict[str, list[str]]:
    """The assignments of a unit and of the drop-ins that hold for it, by name."""
    files = [*sorted((UNITS / "khen-thuong-.service.d").glob("*.conf")), UNITS / unit]
    found: dict[str, list[str]] = {}
    for file in files:
        for line in file.read_text().splitlines():
            name, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                found.setdefault(name, []).append(value)
    return found


def environment_of(path: str) -> dict[str, str]:
    """As systemd reads a file of settings: nothing is expanded."""
    pairs = (line.partition("=") for line in Path(path).read_text().splitlines() if not line.startswith("#"))
    return {name: value.strip().strip("\"'") for name, equals, value in pairs if equals}


def pid_of(unit: str) -> int | None:
    """The process that was started for the unit, when it still lives."""
    file = STATE / unit
    if not file.exists():
        return None
    pid = int(file.read_text())
    with contextlib.suppress(FileNotFoundError):
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            return pid
    return None


def start(unit: str) -> int:
    if unit.endswith(".timer"):
        (STATE / unit).touch()
        return 0
    if pid_of(unit):
        return 0
    said = lines_of(unit)
    if any(
        Path(path.removeprefix("!")).exists() == path.startswith("!")
        for path in said.get("ConditionPathExists", [])
    ):
        return 0
    user = pwd.getpwnam(said["User"][-1])
    for name, root in (("StateDirectory", "/var/lib"), ("RuntimeDirectory", "/run")):
        for folder in " ".join(said.get(name, [])).split():
            Path(root, folder).mkdir(exist_ok=True)
            os.chown(Path(root, folder), user.pw_uid, user.pw_gid)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": user.pw_dir}
    for path in said.get("EnvironmentFile", []):
        environment |= environment_of(path)
    kind = said.get("Type", ["simple"])[-1]
    with listening(environment, kind) as ready, Path(f"/var/log/{unit}.log").open("ab") as log:
        process = subprocess.Popen(
            shlex.split(said["ExecStart"][-1]),
            cwd=said["WorkingDirectory"][-1],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            umask=int(said["UMask"][-1], 8),
        )
        if kind == "oneshot":
            return process.wait()
        (STATE / unit).write_text(str(process.pid))
        if not ready(process):
            return 1
    return max(
        (start(wanted) for wanted in " ".join(said.get("Wants", [])).split() if (UNITS / wanted).exists()),
        default=0,
    )


@contextlib.contextmanager
def listening(environment: dict[str, str], kind: str) -> Iterator[IsReady]:
    """A function that says whether the process has reported itself ready; one that reports nothing is so at once."""
    if kind != "notify":
        yield lambda _process: True
        return
    path = str(STATE / f"notify-{os.getpid()}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waiting:
        waiting.bind(path)
        os.chmod(path, 0o777)  # noqa: PTH101, S103 -- the service's user writes to it
        waiting.settimeout(1)
        environment["NOTIFY_SOCKET"] = path

        def is_ready(process: subprocess.Popen[bytes]) -> bool:
            ends = time.monotonic() + READY_S
            while time.monotonic() < ends and process.poll() is None:
                with contextlib.suppress(TimeoutError):
                    if b"READY=1" in waiting.recv(4096):
                        return True
            return False

        yield is_ready
    Path(path).unlink()


def stop(unit: str) -> int:
    if unit.endswith(".timer"):
        (STATE / unit).unlink(missing_ok=True)
        return 0
    pid = pid_of(unit)
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        ends = time.monotonic() + STOP_S
        while pid_of(unit) and time.monotonic() < ends:
            time.sleep(0.1)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    (STATE / unit).unlink(missing_ok=True)
    for folder in " ".join(lines_of(unit).get("RuntimeDirectory", [])).split():
        shutil.rmtree(Path("/run", folder), ignore_errors=True)
    for other in UNITS.glob("khen-thuong-*.service"):
        if (
            other.name != unit
            and unit in " ".join(lines_of(other.name).get("BindsTo", [])).split()
            and pid_of(other.name)
        ):
            stop(other.name)
    return 0


def others(verb: str, name: str) -> int:
    """What the distribution brings: its programs are started as its own units do."""
    if name.startswith("postgresql"):
        rows = subprocess.run(
            ["pg_lsclusters", "--no-header"], capture_output=True, text=True, check=True
        ).stdout
        for row in rows.splitlines():
            version, cluster, _port, status, *_rest = row.split()
            if verb == "start" and not status.startswith("online"):
                subprocess.run(
                    ["pg_ctlcluster", "--skip-systemctl-redirect", version, cluster, "start"], check=True
                )
        return 0
    if name in PROGRAMS:
        begin, reload = PROGRAMS[name]
        lives = Path(f"/run/{name}.pid").exists() and Path(f"/run/{name}.pid").read_text().strip()
        return subprocess.run(reload if lives else begin, check=False).returncode
    return 0


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if not words:
        return 0
    verb, *patterns = words
    STATE.mkdir(exist_ok=True)
    ours = sorted(path.name for path in UNITS.glob("khen-thuong-*.*") if path.is_file())
    names = [
        name
        for pattern in patterns
        for name in (fnmatch.filter(ours, pattern) if "*" in pattern else [pattern])
    ]
    status = 0
    for name in names:
        unit = name if name.endswith((".service", ".timer")) else f"{name}.service"
        if not (UNITS / unit).is_file():
            status = max(status, others(verb, unit.removesuffix(".service")) if "start" in verb else 0)
        elif verb == "is-active":
            alive = (STATE / unit).exists() if unit.endswith(".timer") else pid_of(unit)
            status = max(status, 0 if alive else 3)
        else:
            if "stop" in verb or verb == "restart" or (verb == "disable" and "--now" in sys.argv):
                status = max(status, stop(unit))
            if verb in {"start", "restart"}:
                status = max(status, start(unit))
    return status


if __name__ == "__main__":
    sys.exit(main())
