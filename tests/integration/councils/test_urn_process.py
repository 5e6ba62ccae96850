"""The urn as the process that a site runs: what it says, what keeps its memory, and what its death means."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from councils.enums import VoidCause
from councils.services import close_poll
from tests import processes
from tests.integration.councils.building import build_house, cast_all, counts, meeting_in_session, poll_in

pytestmark = [
    pytest.mark.slow,  # It starts processes and kills them.
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def start_urn(tmp_path: Path, settings: LazySettings) -> Callable[[], subprocess.Popen[str]]:
    """Starts `manage.py hold_urns` at an address of this test's own and waits for its word."""
    settings.URN_ADDRESS = str(tmp_path / "run" / "urn.sock")

    def start() -> subprocess.Popen[str]:
        process = processes.start("hold_urns", URN_ADDRESS=settings.URN_ADDRESS)
        assert process.stdout is not None
        said = ""
        while " started at " not in said:
            said = process.stdout.readline()
            assert said, "the urn ended at once"
        return process

    return start


def test_a_killed_urn_makes_its_polls_void_and_the_next_one_holds_them_anew(
    start_urn: Callable[[], subprocess.Popen[str]],
) -> None:
    house = build_house()
    meeting = meeting_in_session(house)
    urn = start_urn()
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 9)
    assert counts(poll) == (9, 9)

    processes.kill(urn)
    urn = start_urn()
    browser = Client()
    browser.force_login(house.member)
    browser.get(reverse("councils:meeting_detail", args=[meeting.pk]))

    poll.refresh_from_db()
    assert poll.void_cause == VoidCause.URN_LOST
    assert not poll.ballots.exists()
    again = poll_in(house, meeting)
    cast_all(house, again, ["agree"] * 9)
    tally = close_poll(poll=again, actor=house.chair)
    assert tally is not None
    assert tally.agree == 9
    urn.terminate()
    said, _nothing = urn.communicate(timeout=20)
    # Start, opening and closing stand there, and nothing between them.
    assert [line.split()[-1] for line in said.splitlines()] == ["open", "closed"]
    assert urn.returncode == 0


def test_the_memory_of_the_urn_is_its_own(start_urn: Callable[[], subprocess.Popen[str]]) -> None:
    urn = start_urn()
    try:
        limits = Path(f"/proc/{urn.pid}/limits").read_text().splitlines()
        core = next(line for line in limits if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]
    finally:
        urn.kill()
        urn.communicate()


def test_nobody_else_of_the_same_user_can_attach_to_it() -> None:
    """What the kernel says of a process before, which is the control, and after it keeps its memory to itself."""
    asking = processes.start(
        code="""
import ctypes
from councils.urn.memory import keep_to_itself
dumpable = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
before = dumpable()
keep_to_itself()
print(before, dumpable())
"""
    )
    assert asking.communicate(timeout=60)[0].splitlines()[-1] == "1 0"


def test_a_second_urn_ends_with_a_sentence(
    start_urn: Callable[[], subprocess.Popen[str]], settings: LazySettings
) -> None:
    urn = start_urn()
    try:
        second = processes.start("hold_urns", URN_ADDRESS=settings.URN_ADDRESS)
        said, _nothing = second.communicate(timeout=30)
        assert second.returncode == 1
        assert "Another urn answers" in said
    finally:
        urn.kill()
        urn.communicate()
