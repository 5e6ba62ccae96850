"""An insider with everything tries to join voters and papers after a poll was closed.

They have all tables, given-up rows, the write-ahead log, copies of the files before and after each vote, the server's log
with every statement, and every key of the environment. Of papers kept in the urn they learn nothing; the controls, which
keep them as this product once did, give every voter away to the same attack.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from councils.enums import Choice
from councils.models import Ballot, Poll
from councils.services import close_poll, name_paper_seats
from scripts.with_postgres import _binaries
from tests.integration.councils import insider
from tests.integration.councils.building import House, build_house, meeting_in_session, poll_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # Real commits and real files.

IS_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
on_postgresql = pytest.mark.skipif(IS_SQLITE, reason="this is about PostgreSQL's files")
on_sqlite = pytest.mark.skipif(not IS_SQLITE, reason="this is about SQLite's files")

CHOICES = [Choice.AGREE] * 4 + [Choice.DISAGREE] * 3 + [Choice.BLANK] * 2


class Browsers:
    """The members' browsers: each asks for its page, then sends the paper, as a phone does."""

    def __init__(self, house: House) -> None:
        self.clients = []
        for member in house.members:
            client = Client()
            client.force_login(member.user)
            self.clients.append(client)
        self.tokens: list[str] = []

    def cast(self, seat: int, poll: Poll, choice: Choice) -> None:
        client = self.clients[seat]
        page = client.get(reverse("councils:ballot", args=[poll.pk]))
        self.tokens.append(page.context["form"].initial["token"])
        paper = {"token": self.tokens[-1], "choice": choice[0]}
        assert client.post(reverse("councils:paper", args=[poll.pk]), paper).status_code == 302


def _asked(query: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchone()[0]


@pytest.fixture
def old_way() -> Iterator[Any]:
    """Makes the negative controls, and takes their tables away."""
    made: list[insider.SealedInTheDatabase] = []

    def make(*, sealed: bool) -> insider.SealedInTheDatabase:
        made.append(insider.SealedInTheDatabase(range(1, 10), sealed=sealed))
        return made[-1]

    yield make
    for one in made:
        one.drop()


# --- PostgreSQL ---


def _folder() -> Path:
    return Path(_asked("SHOW data_directory"))


def _logged(since: int) -> str:
    """What the server wrote into its log after so many bytes."""
    return (_folder().parent / "server.log").read_bytes()[since:].decode(errors="replace")


def _place() -> str:
    """Where the write-ahead log ends, when all of it stands in its files: the server of tests writes it lazily."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'place', '')")
        cursor.execute("RESET synchronous_commit")
    return str(_asked("SELECT pg_current_wal_flush_lsn()"))


def _written(since: str, until: str) -> list[str]:
    """What the write-ahead log holds between two places: each change of a row in a table of this database.

    The server is shared by the test processes, whose databases write into the same log.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('rel %s/%s/%s ', CASE reltablespace WHEN 0 THEN dattablespace ELSE reltablespace END,"
            " pg_database.oid, pg_relation_filenode(pg_class.oid)) FROM pg_class, pg_database"
            " WHERE datname = current_database() AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = tuple(row[0] for row in cursor.fetchall())
    done = subprocess.run(
        [
            str(_binaries() / "pg_waldump"),
            f"--path={_folder() / 'pg_wal'}",
            f"--start={since}",
            f"--end={until}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # Up to the end asked for; that nothing stands behind it yet is no fault.
    return [
        line
        for line in done.stdout.splitlines()
        if line.startswith("rmgr: Heap ") and any(table in line for table in tables)
    ]


@on_postgresql
def test_postgresql_gives_no_voter_away() -> None:
    with connection.cursor() as cursor:
        # Rows of tests before this one, which were rolled back, stand dead in the same tables.
        cursor.execute("VACUUM FULL councils_ballot")
        cursor.execute("VACUUM FULL councils_participation")
    house = build_house()
    meeting, browsers = meeting_in_session(house, items=3), Browsers(house)
    in_order = 0
    for position in (1, 2, 3):
        poll = poll_in(house, meeting, position)
        with connection.cursor() as cursor:
            cursor.execute("SET log_statement = 'all'")
        log_before = (_folder().parent / "server.log").stat().st_size
        place = _place()

        for seat, choice in enumerate(CHOICES):
            browsers.cast(seat, poll, choice)

        # Nothing wrote while they voted: no row of any table is in the write-ahead log.
        assert _written(place, _place()) == []
        while_open = _logged(log_before)
        assert "councils_poll" in while_open, "the log tells every statement"
        assert not [word for word in (*Choice, *browsers.tokens) if f"'{word}'" in while_open]

        tally = close_poll(poll=poll, actor=house.chair)

        assert tally is not None
        assert (tally.agree, tally.disagree, tally.blank) == (4, 3, 2)
        # The control: the closing is in the write-ahead log.
        assert _written(place, _place())
        stored = [str(row) for row in _physical("ctid", poll)]
        in_order += stored == [str(choice) for choice in CHOICES]

    papers = [
        (row.written_by, insider.text_of(row.values["choice"])) for row in insider.versions("councils_ballot")
    ]
    marks = [
        (row.written_by, insider.number_of(row.values["member_id"]))
        for row in insider.versions("councils_participation")
    ]
    assert len(papers) == 27, "the insider sees every paper"
    assert {voter for _by, voter in marks} == {member.pk for member in house.members}
    assert insider.linked_by_transaction(papers, marks, insider.read_plain) == {}
    assert in_order < 3, "by chance once in two thousand million times"
    everything = b"".join(path.read_bytes() for path in (_folder() / "pg_wal").iterdir() if path.is_file())
    everything += (_folder().parent / "server.log").read_bytes()
    assert not [token for token in browsers.tokens if token.encode() in everything]
    assert b"disagree" in everything, "the control: what is there is found"


def _physical(place: str, poll: Poll) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT choice FROM councils_ballot WHERE poll_id = %s ORDER BY {place}", [poll.pk])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


@on_postgresql
@pytest.mark.parametrize("sealed", [True, False], ids=["key in the database", "one transaction"])
def test_control_postgresql_gives_every_voter_away_the_old_way(old_way: Any, sealed: bool) -> None:
    control = old_way(sealed=sealed)
    for voter, choice in enumerate(CHOICES, start=1):
        control.cast(voter, choice, voter)

    control.close(CHOICES)

    wrapped = [insider.text_of(row.values["wrapped"]) for row in insider.versions("control_poll")]
    papers = [
        (row.written_by, insider.text_of(row.values["paper"])) for row in insider.versions("control_paper")
    ]
    marks = [
        (row.written_by, insider.number_of(row.values["voter"])) for row in insider.versions("control_mark")
    ]
    read = insider.reader_with(control.unwrapped(wrapped))
    assert insider.linked_by_transaction(papers, marks, read) == dict(enumerate(CHOICES, start=1))


# --- SQLite ---


def _digest(copy: Path) -> str:
    found = hashlib.sha256()
    for ending in ("", "-wal"):
        path = Path(f"{copy}{ending}")
        found.update(path.read_bytes() if path.exists() else b"")
    return found.hexdigest()


PAPERS, MARKS = (
    "SELECT id, choice FROM councils_ballot",
    "SELECT member_id, has_voted FROM councils_participation",
)


@on_sqlite
def test_sqlite_gives_no_voter_away(tmp_path: Path) -> None:
    house = build_house()
    meeting, browsers = meeting_in_session(house, items=3), Browsers(house)
    in_order = 0
    for position in (1, 2, 3):
        poll = poll_in(house, meeting, position)
        copies = [insider.copy_sqlite(tmp_path, f"{position}-opened")]
        for seat, choice in enumerate(CHOICES):
            browsers.cast(seat, poll, choice)
            copies.append(insider.copy_sqlite(tmp_path, f"{position}-{seat}"))

        # Not one byte of the file or of its log changed while they voted.
        assert len({_digest(copy) for copy in copies}) == 1
        close_poll(poll=poll, actor=house.chair)
        copies.append(insider.copy_sqlite(tmp_path, f"{position}-closed"))
        assert len({_digest(copy) for copy in copies}) == 2, "the control: the closing is seen"

        assert insider.linked_by_copies(copies, PAPERS, MARKS, insider.read_plain) == {}
        in_order += _physical("rowid", poll) == [str(choice) for choice in CHOICES]
        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert not [token for token in browsers.tokens if token.encode() in everything]

    assert Ballot.objects.count() == 27
    assert in_order < 3, "by chance once in two thousand million times"


@on_sqlite
@pytest.mark.parametrize("sealed", [True, False], ids=["key in the database", "one transaction"])
def test_control_sqlite_gives_every_voter_away_the_old_way(
    old_way: Any, sealed: bool, tmp_path: Path
) -> None:
    control = old_way(sealed=sealed)
    wrapped = [_asked("SELECT wrapped FROM control_poll")]
    copies = [insider.copy_sqlite(tmp_path, "opened")]
    for voter, choice in enumerate(CHOICES, start=1):
        control.cast(voter, choice, voter)
        copies.append(insider.copy_sqlite(tmp_path, str(voter)))

    control.close(CHOICES)
    copies.append(insider.copy_sqlite(tmp_path, "closed"))

    read = insider.reader_with(control.unwrapped(wrapped))
    papers, marks = "SELECT id, paper FROM control_paper", "SELECT voter, voted FROM control_mark"
    assert insider.linked_by_copies(copies, papers, marks, read) == dict(enumerate(CHOICES, start=1))


# --- What a batch of papers says ---

# Each test has totals of its own: all processes of a run share one server and its logs.
SPLIT, CONTROL_SPLIT = (17, 13, 11, 10), (19, 16, 14, 12)


class Batches:
    """A poll of a large council in which most vote on paper, entered by pages as the counting team does."""

    def __init__(self, look: Callable[[str], None]) -> None:
        self.house, self._look = build_house(sum(SPLIT) + 4), look
        meeting = meeting_in_session(self.house)
        item = meeting.items.select_related("meeting").get()
        name_paper_seats(item=item, paper=self.house.members[4:], written=[], actor=self.house.secretary)
        self.poll = poll_in(self.house, meeting)

    def _as(self, seat: int) -> Client:
        client = Client()
        client.force_login(self.house.members[seat].user)
        return client

    def play(self) -> None:
        """The devices vote, the secretary enters, the chair mistypes and confirms, and the poll closes."""
        typed = dict(zip(Choice.values, map(str, SPLIT), strict=True))
        mistyped = typed | {"agree": str(SPLIT[0] - 1), "disagree": str(SPLIT[1] + 1)}
        browsers = Browsers(self.house)
        for seat, choice in enumerate((Choice.AGREE, Choice.AGREE, Choice.DISAGREE, Choice.BLANK)):
            browsers.cast(seat, self.poll, choice)
        listed = reverse("councils:batches", args=[self.poll.pk])
        refused = self._as(1).post(listed, typed | {"kind": "written"})
        assert refused.status_code in (400, 422), "no member sent an opinion"
        assert self._as(1).post(listed, typed | {"kind": "paper"}).status_code == 302
        self._look("entered")
        confirm = reverse("councils:batch_confirm", args=[self.poll.batches.get().pk])
        assert self._as(0).post(confirm, mistyped).status_code in (400, 422)
        assert self._as(0).post(confirm, typed).status_code == 302
        self._look("confirmed")
        tally = close_poll(poll=self.poll, actor=self.house.chair)
        self._look("closed")
        assert tally is not None
        counted = (tally.agree, tally.disagree, tally.blank, tally.invalid)
        assert counted == tuple(map(sum, zip(SPLIT, (2, 1, 1, 0), strict=True)))
        assert self.poll.batches.get().papers_count == sum(SPLIT)


@on_postgresql
def test_postgresql_keeps_no_split_of_a_batch() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET log_statement = 'all'")
    log_before = (_folder().parent / "server.log").stat().st_size

    Batches(lambda moment: None).play()

    _place()
    evidence = insider.postgresql_evidence(log_before)
    assert b"councils_paperbatch" in evidence, "the log tells every statement"
    assert not insider.holds_split(evidence, SPLIT)


@on_sqlite
def test_sqlite_keeps_no_split_of_a_batch(tmp_path: Path) -> None:
    copies: list[Path] = []

    Batches(lambda moment: copies.append(insider.copy_sqlite(tmp_path, moment))).play()

    assert len(copies) == 3
    assert not insider.holds_split(insider.sqlite_evidence(copies), SPLIT)


def test_control_a_split_that_waits_in_a_row_is_found(tmp_path: Path) -> None:
    log_before = 0 if IS_SQLITE else (_folder().parent / "server.log").stat().st_size
    control, copies = insider.SplitInARow(), []
    try:
        control.enter(CONTROL_SPLIT)
        if IS_SQLITE:
            copies.append(insider.copy_sqlite(tmp_path, "entered"))
        control.confirm()
        if IS_SQLITE:
            copies.append(insider.copy_sqlite(tmp_path, "confirmed"))
            evidence = insider.sqlite_evidence(copies)
        else:
            _place()
            evidence = insider.postgresql_evidence(log_before)
    finally:
        control.drop()

    assert insider.holds_split(evidence, CONTROL_SPLIT)


@pytest.mark.parametrize(
    "text",
    [
        b'{"agree": 19, "disagree": 16, "blank": 14, "invalid": 12}',
        b"agree=19&disagree=16&blank=14&invalid=12",
        b"(19, 16, 14, 12)",
        b"\x06\x00\x01\x01\x01\x01\x01\x13\x10\x0e\x0c",
    ],
)
def test_control_a_split_that_is_written_down_is_found(text: bytes) -> None:
    assert insider.holds_split(b"\0" + text + b"\0", CONTROL_SPLIT)
    assert not insider.holds_split(text, SPLIT)


def test_no_key_of_the_environment_opens_a_paper() -> None:
    """The urn's secrets are random and its own: what the environment holds is where it listens."""
    assert not [name for name in os.environ if "BALLOT" in name]
    assert not hasattr(settings, "BALLOT_KEY")
    assert {name for name in dir(settings) if name.startswith("URN_")} == {
        *("URN_ADDRESS", "URN_TLS_CA", "URN_TLS_CERT", "URN_TLS_KEY"),
    }
