"""The units of systemd: what they start exists, and systemd itself finds nothing wrong."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

UNITS = sorted((Path(__file__).parents[3] / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_a_unit_starts_exists(unit: Path) -> None:
    commands = re.findall(r"^ExecStart=.* manage\.py (\w+)", unit.read_text(), re.MULTILINE)

    assert set(commands) <= get_commands().keys()
    assert commands or "gunicorn" in unit.read_text()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_runs_as_nobody_who_may_do_much(unit: Path) -> None:
    lines = unit.read_text().splitlines()

    assert {"User=khen-thuong", "ProtectSystem=strict", "ProtectHome=true", "NoNewPrivileges=true"} <= set(
        lines
    )


def test_each_timer_has_its_service() -> None:
    timers = {unit.stem for unit in UNITS if unit.suffix == ".timer"}

    assert timers == {f"khen-thuong-{name}" for name in ("backup", "audit-head", "sweep", "sessions")}
    assert timers <= {unit.stem for unit in SERVICES}


def verified(folder: Path) -> str:
    """What systemd says of the units in a folder, their programs replaced by one that exists everywhere."""
    for unit in folder.iterdir():
        unit.write_text(re.sub(r"/srv/khen-thuong/.venv/bin/\w+", "/bin/true", unit.read_text()))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, folder.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.returncode} {done.stdout}{done.stderr}"


@pytest.mark.slow  # It starts systemd's own program.
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in UNITS:
        shutil.copy(unit, tmp_path)
    assert verified(tmp_path).strip() == "0"

    # The control: a misspelt line is found.
    broken = tmp_path / "khen-thuong-backup.timer"
    broken.write_text(broken.read_text().replace("OnCalendar=*-*-* 01:30:00", "OnCalendar=at night"))
    assert "at night" in verified(tmp_path)
