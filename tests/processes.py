"""Processes of the application beside a test, on the test's own database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the database that the running test uses."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


def start(*arguments: str, code: str = "", **environment: str) -> subprocess.Popen[str]:
    """A management command, or Python after Django was set up, in a process of its own."""
    setup = f"import django; django.setup()\n{code}"
    command = ["-c", setup] if code else ["manage.py", *arguments]
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    """End a process as a power cut would: nothing in it gets a last word."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


HANGS = """
import time
def and_hang(act):
    def run(*args, **kwargs):
        act(*args, **kwargs)
        print("all is written", flush=True)
        time.sleep(60)
    return run
"""


def killed_in(code: str) -> None:
    """Run code in a process of its own until it says that all is written, and kill it before it goes on.

    The code wraps what it is to be killed after: `services.append = and_hang(services.append)`. The day is 2025-12-15.
    """
    process = start(code=HANGS + code, FIXED_TODAY="2025-12-15")
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == "all is written\n", said + process.stdout.read()
    kill(process)
