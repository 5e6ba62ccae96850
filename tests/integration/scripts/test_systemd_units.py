"""The units of systemd: what they start exists, systemd itself finds nothing wrong, and none may do much."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

FOLDER = Path(__file__).parents[3] / "deploy" / "systemd"
COMMON = FOLDER / "khen-thuong-.service.d" / "common.conf"
UNITS = sorted(path for path in FOLDER.iterdir() if path.is_file())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
LONG_LIVED = {"khen-thuong-urn", "khen-thuong-web", "khen-thuong-worker", "khen-thuong-heartbeat"}
# Of 10.0 (anything) to 0.0 (nothing), in tenths. What is left: it reaches the network, and its own user is no dynamic one.
MOST_EXPOSED = 13

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_a_unit_starts_exists(unit: Path) -> None:
    commands = re.findall(r"^ExecStart=.* manage\.py (\S+)", unit.read_text(), re.MULTILINE)

    assert set(commands) <= get_commands().keys()
    assert commands or "gunicorn" in unit.read_text()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_unit_takes_back_what_all_have_in_common(unit: Path) -> None:
    def names(path: Path) -> set[str]:
        lines = (line for line in path.read_text().splitlines() if not line.startswith("#"))
        return {line.partition("=")[0] for line in lines if "=" in line}

    assert names(unit) & names(COMMON) <= {"Wants", "After"}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_only_the_pages_start_in_the_middle_of_an_update(unit: Path) -> None:
    """The installer asks them whether the new release serves; nothing works on the database beside that."""
    waits = "ConditionPathExists=!/srv/khen-thuong/updating-from" in unit.read_text().splitlines()

    assert waits == (unit.stem != "khen-thuong-web")


def test_each_timer_has_its_service_and_each_service_is_started_by_something() -> None:
    timers = {unit.stem for unit in UNITS if unit.suffix == ".timer"}

    assert timers | LONG_LIVED == {unit.stem for unit in SERVICES}
    assert timers.isdisjoint(LONG_LIVED)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder as systemd sees a machine, with the units and a program in the place of each of theirs."""
    shutil.copytree(FOLDER, tmp_path / "etc/systemd/system")
    for unit in (tmp_path / "etc/systemd/system").glob("*.service"):
        unit.write_text(re.sub(r"/srv/khen-thuong/current/.venv/bin/\w+", "/bin/true", unit.read_text()))
    (tmp_path / "bin").mkdir()
    for program in ("true", "kill"):
        (tmp_path / "bin" / program).touch(0o755)
    return tmp_path


def analyzed(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    names = [unit.name for unit in UNITS]
    return subprocess.run(
        ["systemd-analyze", f"--root={root}", *words, *names], capture_output=True, text=True, check=False
    )


@needs_systemd
@pytest.mark.slow  # It starts systemd's own program.
def test_systemd_finds_nothing_wrong(root: Path) -> None:
    folder = root / "etc/systemd/system"

    def said() -> str:
        done = analyzed(root, "verify", "--man=no", "--recursive-errors=no")
        # Of units that come with systemd itself nothing is in the folder.
        return "\n".join(line for line in done.stderr.splitlines() if "khen-thuong" in line)

    assert said() == ""

    # The controls: a misspelt line of a unit is found, and one of what they have in common.
    timer = folder / "khen-thuong-backup.timer"
    timer.write_text(
        timer.read_text().replace("OnCalendar=*-*-* 01:30:00 Asia/Ho_Chi_Minh", "OnCalendar=at night")
    )
    common = folder / "khen-thuong-.service.d/common.conf"
    common.write_text(common.read_text().replace("ProtectClock=true", "ProtectClocks=true"))
    assert "at night" in said()
    assert "ProtectClocks" in said()


@needs_systemd
@pytest.mark.slow  # It starts systemd's own program.
def test_no_service_is_exposed(root: Path) -> None:
    services = [unit.name for unit in SERVICES]

    def exposed(most: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                "systemd-analyze",
                f"--root={root}",
                "security",
                "--offline=true",
                f"--threshold={most}",
                *services,
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    found = exposed(MOST_EXPOSED)
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr

    # The control: without what they have in common they are.
    (root / "etc/systemd/system/khen-thuong-.service.d/common.conf").unlink()
    assert exposed(MOST_EXPOSED).returncode != 0
