"""Jobs for the tests of the queue."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def fail() -> None:
    raise RuntimeError("on purpose")


@task()
def note(path: str) -> None:
    """Add a line to a file, so that each run can be counted."""
    with Path(path).open("a") as lines:
        lines.write(f"{os.getpid()}\n")


@task()
def note_and_hang(path: str) -> None:
    """The first run never ends; later ones do."""
    is_first = not Path(path).exists()
    with Path(path).open("a") as lines:
        lines.write(f"{os.getpid()}\n")
    if is_first:
        time.sleep(600)
