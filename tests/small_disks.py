"""Disks with little room, for tests of what is said and kept when one is full."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk_at(place: Path, room: str) -> Iterator[Path]:
    """A disk of its own at a folder, with room for so much ("64k"); the test is skipped where none can be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system mounts no tmpfs")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
