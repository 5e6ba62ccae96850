"""A streaming replica beside the primary, two web machines in front: late, held back, killed and started again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from core.models import User
from core.replicas import ASKED_OF_PRIMARY, ASKED_OF_REPLICA
from nominations.models import Proposal
from registry.models import Household
from tests.factories import Cast, HouseholdFactory, PovertyReviewFactory
from tests.integration.suite.test_every_address import ALL, READS_MAY_LAG
from tests.machines.conftest import Replica, let_sign_in
from tests.machines.web import MAX_LAG_S, Browser, WebMachine, eventually
from tests.processes import database_url

pytestmark = pytest.mark.slow  # servers are held back and killed, and waited for

HOUSEHOLDS = "/danh-ba/ho-gia-dinh/"
NEW = "Mang Thị Mới"
Machines = tuple[WebMachine, WebMachine]
BrowserOf = Callable[[User], Browser]


def make_household(browser: Browser, machine: WebMachine, cast: Cast, name: str = NEW) -> None:
    """As an officer of the commune does, by the form."""
    browser.get(machine, f"{HOUSEHOLDS}them/")
    answer = browser.post(
        machine, f"{HOUSEHOLDS}them/", {"name": name, "unit": str(cast.commune.pk), "address": "Tổ 4"}
    )
    assert answer.status_code == 200, answer.text[-2000:]
    assert name in answer.text


def lists(browser: Browser, machine: WebMachine, name: str = NEW) -> bool:
    """Whether the household stands in the list that somebody sees."""
    answer = browser.get(machine, HOUSEHOLDS)
    assert answer.status_code == 200, machine.log()
    return name in answer.text


def test_lists_come_from_the_replica_and_what_one_wrote_from_the_primary(
    machines: Machines, replica: Replica, cast: Cast, browser_of: BrowserOf
) -> None:
    one, two = machines
    maker, reader = browser_of(cast["commune"]), browser_of(cast["district"])
    replica.wait()
    assert not lists(reader, one)
    from_replica, kept_back = one.answered_by("replica"), two.answered_by("own_write")

    replica.pause()
    make_household(maker, one, cast)

    # Whoever wrote sees it at once, on whichever machine.
    assert lists(maker, one)
    assert lists(maker, two)
    assert two.answered_by("own_write") == kept_back + 1
    # The control: the list of everybody else really comes from the replica, which does not know it yet.
    assert not lists(reader, one)
    assert one.answered_by("replica") == from_replica + 1
    # A page that is not marked comes from the primary for everybody.
    household = Household.objects.get(name=NEW)
    assert NEW in reader.get(one, f"{HOUSEHOLDS}{household.pk}/").text

    replica.resume()
    replica.wait()
    from_replica = one.answered_by("replica")
    assert lists(reader, one)
    assert lists(maker, one), "and whoever wrote is back at the replica"
    assert one.answered_by("replica") == from_replica + 2


def test_exports_come_from_the_replica_too(
    machines: Machines, replica: Replica, cast: Cast, browser_of: BrowserOf
) -> None:
    one, _two = machines
    for number in range(400):
        HouseholdFactory(unit=cast.commune, name=f"Hộ Số {number:03}")
    reader = browser_of(cast["district"])
    replica.wait()
    replica.pause()
    HouseholdFactory(unit=cast.commune, name=NEW)

    files = {kind: reader.get(one, f"{HOUSEHOLDS}?xuat={kind}") for kind in ("csv", "xlsx")}

    assert [answer.status_code for answer in files.values()] == [200, 200]
    text = files["csv"].content.decode("utf-8-sig")
    assert (text.count("Hộ Số "), text.count(NEW)) == (400, 0)
    # Taking personal data out was written down: from then on this person is at the primary, and sees the newest.
    assert reader.get(one, f"{HOUSEHOLDS}?xuat=csv").content.decode("utf-8-sig").count(NEW) == 1


def test_a_replica_that_is_late_is_not_asked(
    machines: Machines, replica: Replica, cast: Cast, browser_of: BrowserOf
) -> None:
    one, _two = machines
    reader = browser_of(cast["district"])
    replica.wait()
    replica.pause()
    HouseholdFactory(unit=cast.commune, name=NEW)
    assert not lists(reader, one), "the control: within the limit it is asked"

    eventually(lambda: lists(reader, one), within=2 * MAX_LAG_S)

    assert one.answered_by("late") > 0
    assert one.figures()["khen_thuong_replica_lag_seconds"] > MAX_LAG_S
    shown = one.ready()
    assert (shown["code"], shown["status"]) == (200, "degraded")
    assert not shown["checks"]["replica"]["ok"]
    assert shown["checks"]["replica"]["figure"] > MAX_LAG_S
    replica.resume()
    replica.wait()
    assert one.ready()["checks"]["replica"] == {"ok": True, "figure": 0}
    from_replica = one.answered_by("replica")
    assert lists(reader, one)
    assert one.answered_by("replica") == from_replica + 1


def test_a_replica_that_dies_shows_nobody_an_error(
    machines: Machines, replica: Replica, cast: Cast, browser_of: BrowserOf
) -> None:
    HouseholdFactory(unit=cast.commune, name=NEW)
    browsers = [browser_of(cast["district"]), browser_of(cast["commune"])]
    replica.wait()
    from_replica = [machine.answered_by("replica") for machine in machines]
    answers: list[tuple[int, bool, float]] = []
    is_over = threading.Event()

    def look(browser: Browser, machine: WebMachine) -> None:
        while not is_over.is_set():
            began = time.monotonic()
            answer = browser.get(machine, HOUSEHOLDS)
            answers.append((answer.status_code, NEW in answer.text, time.monotonic() - began))

    hands = [threading.Thread(target=look, args=pair) for pair in zip(browsers, machines, strict=True)]
    for hand in hands:
        hand.start()
    time.sleep(3)
    replica.server.stop()
    before = len(answers)
    time.sleep(6)
    is_over.set()
    for hand in hands:
        hand.join()

    assert before > 2
    assert len(answers) > before + 2
    assert {(status, is_right) for status, is_right, _took in answers} == {(200, True)}
    assert max(took for *_answer, took in answers) < 15
    for machine, count in zip(machines, from_replica, strict=True):
        assert machine.answered_by("replica") > count, "the control: it was read from before"
        assert machine.figures()["khen_thuong_replica_up"] == 0
    shown = machines[0].ready()
    assert (shown["code"], shown["checks"]["replica"]) == (200, {"ok": False, "figure": None})

    replica.server.launch()
    count = machines[0].answered_by("replica")
    eventually(lambda: lists(browsers[0], machines[0]) and machines[0].answered_by("replica") > count)


def test_every_marked_page_is_answered_by_the_replica(
    machines: Machines, replica: Replica, proposal: Proposal, people: dict[str, User], browser_of: BrowserOf
) -> None:
    one, _two = machines
    let_sign_in(people["reviewer"])
    commune = proposal.items.first().dossier.nominating_unit
    for number in range(3):
        HouseholdFactory(unit=commune, name=f"Hộ Số {number}")
        PovertyReviewFactory(unit=commune, year=2023 + number, households=1800, poor=210, near_poor=190)
    browser = browser_of(people["reviewer"])
    replica.wait()
    special = {
        "nominations:finder_export": "/ho-so/tim/tep/csv/",
        "registry:review_export": "/danh-ba/ra-soat/xuat/?year=2025",
    }

    faults = {}
    for name, address in ALL:
        if name not in READS_MAY_LAG:
            continue
        before, failed = one.answered_by("replica"), one.answered_by("failed")
        answer = browser.get(one, special.get(name, address))
        told = (answer.status_code, one.answered_by("replica") - before, one.answered_by("failed") - failed)
        if told != (200, 1, 0):
            faults[name] = told

    assert faults == {}, one.log()


@pytest.fixture
def plain_role() -> Iterator[str]:
    """A role as an office gives the application: it may sign in and owns nothing of the server."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE khach LOGIN PASSWORD 'khach'")
    yield "khach"
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE khach")


def test_a_plain_role_may_ask_how_the_replica_stands(replica: Replica, plain_role: str) -> None:
    replica.wait()

    def ask(address: str, question: str) -> tuple:
        parts = urlsplit(address)
        place = parts._replace(netloc=f"{plain_role}:{plain_role}@{parts.hostname}:{parts.port}").geturl()
        with closing(psycopg2.connect(place)) as own, own.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()

    _reached, _now, ours = ask(database_url(), ASKED_OF_PRIMARY)
    recovers, _replayed, _last_commit, theirs = ask(replica.url, ASKED_OF_REPLICA)

    assert (recovers, theirs) == (True, ours)


def test_nothing_can_be_written_to_the_replica(replica: Replica) -> None:
    with (
        closing(psycopg2.connect(replica.url)) as own,
        own.cursor() as cursor,
        pytest.raises(psycopg2.errors.ReadOnlySqlTransaction),
    ):
        cursor.execute("DELETE FROM registry_household")
