"""What an insider with everything can take, and how they try to join voters and papers with it.

Two databases, one question: which paper came with which voter? Evidence are rows of every version that the database's own
files still hold (PostgreSQL), or whole copies of its files before and after each vote (SQLite), and every key around.
"""

import base64
import re
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

WORDS = ("disagree", "agree", "blank")
Read = Callable[[str], str]
"""What a paper says to somebody who holds the keys; empty when it stays shut."""


def read_plain(paper: str) -> str:
    return paper if paper in WORDS else ""


def reader_with(keys: Iterable[str]) -> Read:
    """Reads plain papers, and sealed ones with any of these private keys (base64)."""
    boxes = [SealedBox(PrivateKey(base64.b64decode(key))) for key in keys]

    def read(paper: str) -> str:
        for box in boxes:
            try:
                return box.decrypt(base64.b64decode(paper)).decode()
            except (CryptoError, ValueError):
                continue
        return read_plain(paper)

    return read


@dataclass(frozen=True)
class Version:
    """A row as it once stood, with the transaction that wrote it."""

    written_by: int
    values: Mapping[str, bytes | None]


def versions(table: str) -> list[Version]:
    """Every version of every row that the table's pages still hold, given-up ones included (PostgreSQL)."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            [table],
        )
        names = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT pg_relation_size(%s::regclass) / 8192", [table])
        found = []
        for page in range(cursor.fetchone()[0]):
            cursor.execute(
                "SELECT t_xmin::text::bigint, t_attrs FROM heap_page_item_attrs(get_raw_page(%s, %s), %s::regclass) "
                "WHERE t_xmin IS NOT NULL",
                [table, page, table],
            )
            found += [
                Version(xmin, dict(zip(names, map(_bytes, parts), strict=False)))
                for xmin, parts in cursor.fetchall()
            ]
    return found


def _bytes(part: Any) -> bytes | None:
    return None if part is None else bytes(part)


def text_of(part: bytes | None) -> str:
    """A varchar as the page holds it: one byte of length, or four, before the text."""
    if not part:
        return ""
    return part[1 if part[0] & 1 else 4 :].decode(errors="replace")


def number_of(part: bytes | None) -> int:
    return int.from_bytes(part or b"", "little")


def linked_by_transaction(
    papers: Iterable[tuple[int, str]], marks: Iterable[tuple[int, int]], read: Read, near: int = 1
) -> dict[int, str]:
    """Voters with their choice, where a readable paper was written with, or right beside, the row of one voter alone."""
    marks, found = list(marks), {}
    for written_by, paper in papers:
        choice = read(paper)
        beside = {voter for by, voter in marks if abs(by - written_by) <= near}
        same = {voter for by, voter in marks if by == written_by}
        voters = same or beside
        if choice and len(voters) == 1:
            found[voters.pop()] = choice
    return found


def linked_by_copies(copies: Iterable[Path], papers: str, marks: str, read: Read) -> dict[int, str]:
    """Voters with their choice, where between two copies of an SQLite database one paper and one mark came in."""
    found: dict[int, str] = {}
    before: tuple[set[Any], set[Any]] | None = None
    for copy in copies:
        with sqlite3.connect(copy) as opened:
            now = set(opened.execute(papers).fetchall()), set(opened.execute(marks).fetchall())
        opened.close()
        if before is not None:
            new_papers, new_marks = now[0] - before[0], now[1] - before[1]
            if len(new_papers) == len(new_marks) == 1:
                choice = read(new_papers.pop()[-1])
                if choice:
                    found[new_marks.pop()[0]] = choice
        before = now
    return found


def copy_sqlite(folder: Path, name: str) -> Path:
    """The database's file with its write-ahead log, as a disk image would have them."""
    target = folder / f"{name}.sqlite3"
    for ending in ("", "-wal"):
        source = Path(f"{connection.settings_dict['NAME']}{ending}")
        if source.exists():
            shutil.copy(source, f"{target}{ending}")
    return target


# How far before its last column the header of a record of SQLite begins, at the most, in tables of ours.
HEADER_REACH = 200


def holds_split(evidence: bytes, split: Sequence[int]) -> bool:
    """Whether bytes of any file hold these totals beside each other: as columns of numbers, or written in a text.

    Every pattern is longer than chance puts together in some hundred megabytes: columns of PostgreSQL have two bytes or
    more, SQLite's single bytes follow a header that says so, and texts are printable between numbers of two digits.
    """
    columns = [struct.pack(f"<{len(split)}{size}", *split) for size in "hiq"]
    written = rb"(?<![0-9])" + rb"[ -/:-~]{1,40}".join(b"%d" % number for number in split) + rb"(?![0-9])"
    return (
        any(row in evidence for row in columns)
        or re.search(written, evidence) is not None
        or _holds_record(evidence, bytes(split))
    )


def _holds_record(evidence: bytes, row: bytes) -> bool:
    """Whether a record of SQLite, whose header calls that many columns single bytes, holds them."""
    header, place = b"\x01" * len(row), evidence.find(row)
    while place >= 0:
        if header in evidence[max(0, place - HEADER_REACH) : place]:
            return True
        place = evidence.find(row, place + 1)
    return False


def postgresql_evidence(log_since: int) -> bytes:
    """The write-ahead log, every file of this database, and the server's log after so many bytes."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        tables = folder / "base" / str(cursor.fetchone()[0])
    files = [path for place in (folder / "pg_wal", tables) for path in place.iterdir() if path.is_file()]
    return b"\0".join(
        [*(path.read_bytes() for path in files), (folder.parent / "server.log").read_bytes()[log_since:]]
    )


def sqlite_evidence(copies: Iterable[Path]) -> bytes:
    """Copies of the database's file with their write-ahead logs."""
    files = [Path(f"{copy}{ending}") for copy in copies for ending in ("", "-wal")]
    return b"\0".join(path.read_bytes() for path in files if path.exists())


class SplitInARow:
    """The negative control: what a batch says waits in a row, which is deleted when the second person has confirmed."""

    def __init__(self) -> None:
        columns = "agree smallint, disagree smallint, blank smallint, invalid smallint"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE control_batch (id integer, {columns})")

    def enter(self, split: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO control_batch VALUES (1, %s, %s, %s, %s)", list(split))

    def confirm(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM control_batch")

    def drop(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE control_batch")


class SealedInTheDatabase:
    """The negative control: papers sealed to a key that the database keeps wrapped, as this product once did it.

    Person and paper share a transaction; at the closing papers are opened, both tables written anew in random order, and
    the key is blanked. With the environment's key the insider still names whoever their evidence shows.
    """

    def __init__(self, voters: Iterable[int], *, sealed: bool) -> None:
        self.voters, self.is_sealed = list(voters), sealed
        self.environment_key = bytes(range(32))
        self._private = PrivateKey.generate()
        wrapped = base64.b64encode(SecretBox(self.environment_key).encrypt(bytes(self._private))).decode()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE control_poll (id integer, wrapped varchar(200))")
            cursor.execute("CREATE TABLE control_paper (id varchar(40), paper varchar(200))")
            cursor.execute("CREATE TABLE control_mark (voter integer, voted integer)")
            cursor.execute("INSERT INTO control_poll VALUES (1, %s)", [wrapped])
            for voter in self.voters:
                cursor.execute("INSERT INTO control_mark VALUES (%s, 0)", [voter])

    def cast(self, voter: int, choice: str, number: int) -> None:
        box = SealedBox(PublicKey(bytes(self._private.public_key)))
        paper = base64.b64encode(box.encrypt(choice.encode())).decode() if self.is_sealed else choice
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE control_mark SET voted = 1 WHERE voter = %s", [voter])
            cursor.execute("INSERT INTO control_paper VALUES (%s, %s)", [f"p{number}", paper])

    def close(self, choices: Iterable[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM control_paper")
            for number, choice in enumerate(sorted(choices)):
                cursor.execute("INSERT INTO control_paper VALUES (%s, %s)", [f"q{number}", choice])
            cursor.execute("DELETE FROM control_mark")
            for voter in sorted(self.voters):
                cursor.execute("INSERT INTO control_mark VALUES (%s, 1)", [voter])
            cursor.execute("UPDATE control_poll SET wrapped = ''")

    def unwrapped(self, wrapped: Iterable[str]) -> list[str]:
        """The private keys that the environment's key opens."""
        box = SecretBox(self.environment_key)
        return [base64.b64encode(box.decrypt(base64.b64decode(text))).decode() for text in wrapped if text]

    def drop(self) -> None:
        with connection.cursor() as cursor:
            for table in ("control_poll", "control_paper", "control_mark"):
                cursor.execute(f"DROP TABLE {table}")
