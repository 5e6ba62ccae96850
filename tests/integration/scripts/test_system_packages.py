"""What the package step says on a machine where it may not install."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PRETENDED = {
    "dpkg-query": "exit 1",  # Nothing is installed.
    "id": "echo 1000",
    "sudo": "exit 1",
    "apt-cache": "echo '  Candidate: 1:1.07.4-11'",  # As Debian 12 offers it.
}


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of an ordinary user on a machine where every package is missing."""
    for name, body in PRETENDED.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}


def test_user_without_rights_gets_the_exact_command(machine: dict[str, str]) -> None:
    done = subprocess.run(
        ["scripts/system_packages.sh", "run"],
        cwd=ROOT,
        env=machine,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "needs an administrator" in done.stderr
    command = done.stderr.splitlines()[-1].strip()
    assert command.startswith("sudo apt-get update && sudo apt-get install --yes --no-install-recommends ")
    assert "libpango-1.0-0" in command
    assert command.endswith("fonts-liberation2")


def test_old_liberation_fonts_do_not_count(machine: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "dpkg-query").write_text(
        "#!/bin/sh\nfor last; do :; done\n[ $last != fonts-liberation2 ] || exit 1\n"
        "case $2 in *Status*) printf 'ii ' ;; *) echo 1:1.07.4-11 ;; esac\n"
    )

    done = subprocess.run(
        ["scripts/system_packages.sh", "run"],
        cwd=ROOT,
        env=machine,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("--no-install-recommends fonts-liberation2")


def test_newer_release_gets_the_fonts_under_their_new_name(machine: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "apt-cache").write_text("#!/bin/sh\necho '  Candidate: 1:2.1.5-3'\n")

    done = subprocess.run(
        ["scripts/system_packages.sh", "run"],
        cwd=ROOT,
        env=machine,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr.rstrip().endswith(" fonts-liberation")
