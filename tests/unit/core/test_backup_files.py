"""The sealed file of a backup, and the rule by which backups are kept."""

import io
import tarfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.backups.envelope import (
    PIECE,
    SealedReader,
    SealedWriter,
    check_public_key,
    new_private_key,
    public_key_of,
)
from core.backups.keeping import kept_of, moment_of, name_of, remove_old
from core.backups.moving import move_database
from core.backups.restoring import _extract, _not_whole
from core.exceptions import InvalidRequest

PRIVATE = new_private_key()


def sealed(content: bytes) -> bytes:
    target = io.BytesIO()
    writer = SealedWriter(target, public_key_of(PRIVATE))
    writer.write(content)
    writer.finish()
    return target.getvalue()


def opened(file: bytes, key: str = PRIVATE) -> bytes:
    return io.BufferedReader(SealedReader(io.BytesIO(file), key)).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)

    file = sealed(content[:size])

    assert opened(file) == content[:size]
    assert content[:16] not in file or not size


def test_another_key_does_not_open() -> None:
    with pytest.raises(InvalidRequest):
        opened(sealed(b"x"), new_private_key())


@pytest.mark.parametrize("cut", [1, 17, PIECE + 17])
def test_a_file_that_was_cut_does_not_open(cut: int) -> None:
    with pytest.raises(InvalidRequest):
        opened(sealed(b"x" * (2 * PIECE))[:-cut])


def test_a_file_with_a_changed_byte_does_not_open() -> None:
    file = bytearray(sealed(b"x" * 100))
    file[-30] ^= 1

    with pytest.raises(InvalidRequest):
        opened(bytes(file))


def test_another_file_is_told() -> None:
    with pytest.raises(InvalidRequest):
        opened(b"PK\x03\x04 and more")


@pytest.mark.parametrize("text", ["", "abc", "AAAA"])
def test_a_wrong_key_is_told(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="--make-key"):
        check_public_key(text)
    with pytest.raises(InvalidRequest):
        public_key_of(text)


def test_seven_days_five_weeks_and_twelve_months_are_kept() -> None:
    last = datetime(2026, 12, 31, 2, tzinfo=UTC)
    daily = [last - timedelta(days=number) for number in range(800)]

    kept = sorted(kept_of(daily), reverse=True)

    days = {last - timedelta(days=number) for number in range(7)}
    # 31 December 2026 is a Thursday: the newest of the earlier weeks are Sundays.
    weeks = {datetime(2026, 12, day, 2, tzinfo=UTC) for day in (27, 20, 13, 6)}
    months = {datetime(2026, month + 1, 1, 2, tzinfo=UTC) - timedelta(days=1) for month in range(1, 12)}
    assert set(kept) == days | weeks | months


def test_periods_without_a_backup_do_not_count() -> None:
    old = datetime(2020, 5, 3, tzinfo=UTC)

    assert kept_of([old]) == {old}


HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_days_weeks_and_months_are_those_of_the_office() -> None:
    evening = datetime(2027, 2, 28, 23, 30, tzinfo=HERE)  # a Sunday
    night = datetime(2027, 3, 1, 1, 30, tzinfo=HERE)
    earlier = [night - timedelta(days=number) for number in range(1, 7)]

    # In UTC both are the same evening of February: the one before would not count as a day, week and month of its own.
    assert kept_of([night, evening, *earlier]) == {night, evening, *earlier[1:]}


@pytest.mark.parametrize("last", [date(2028, 2, 29), date(2028, 3, 1), date(2029, 1, 1), date(2027, 1, 3)])
@pytest.mark.parametrize("missing", [1, 3, 40])
def test_the_rule_holds_over_leap_years_and_missing_days(last: date, missing: int) -> None:
    """Taken and thinned out night by night for three years, with every so many nights left out."""
    kept: set[datetime] = set()
    nights = [last - timedelta(days=number) for number in range(1100, -1, -1)]
    taken = [day for number, day in enumerate(nights) if missing == 1 or number % missing]
    for day in taken:
        kept = kept_of({*kept, datetime(day.year, day.month, day.day, 1, 30, tzinfo=HERE)})

    days = [at.astimezone(HERE).date() for at in sorted(kept, reverse=True)]
    newest = sorted(taken, reverse=True)
    weeks = _newest_of(newest, lambda day: day.isocalendar()[:2], 5)
    months = _newest_of(newest, lambda day: (day.year, day.month), 12)
    assert days == sorted({*newest[:7], *weeks, *months}, reverse=True)


def _newest_of(newest: list[date], period: Callable[[date], object], count: int) -> list[date]:
    found: dict[object, date] = {}
    for day in newest:
        found.setdefault(period(day), day)
    return list(found.values())[:count]


@pytest.mark.parametrize(
    "target", ["khen_thuong", "postgres://a:b@h:many/c", "sqlite:////tmp/x.sqlite3", "nothing://a"]
)
def test_an_address_to_move_to_that_is_no_postgresql_is_said(target: str) -> None:
    with pytest.raises(InvalidRequest, match="TARGET_DATABASE_URL"):
        move_database(target)


def test_only_backups_are_removed(tmp_path: Path) -> None:
    newest = datetime(2026, 3, 10, 12, tzinfo=UTC)
    earlier = newest - timedelta(hours=1)
    for name in (name_of(newest), name_of(earlier), "notes.txt"):
        (tmp_path / name).touch()

    removed = remove_old(tmp_path)

    assert [path.name for path in removed] == [name_of(earlier)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name_of(newest), "notes.txt"])
    assert moment_of(tmp_path / name_of(newest)) == newest


def parts(*entries: tuple[str, bytes, bytes]) -> tarfile.TarFile:
    """An archive of parts, each a name, a kind and a content, as it is read from a backup."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for name, kind, content in entries:
            entry = tarfile.TarInfo(name)
            entry.type, entry.size, entry.linkname = kind, len(content), "/etc/passwd"
            archive.addfile(entry, io.BytesIO(content))
    return tarfile.open(fileobj=io.BytesIO(target.getvalue()), mode="r|")


def test_parts_are_unpacked_below_their_folder(tmp_path: Path) -> None:
    with parts(
        ("files/a/b.pdf", tarfile.REGTYPE, b"one"), ("manifest.json", tarfile.REGTYPE, b"{}")
    ) as archive:
        _extract(archive, tmp_path)

    assert (tmp_path / "files/a/b.pdf").read_bytes() == b"one"
    assert (tmp_path / "manifest.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("files/../../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("link", tarfile.LNKTYPE),
        ("device", tarfile.CHRTYPE),
    ],
)
def test_a_part_that_would_lie_elsewhere_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    with parts((name, kind, b"")) as archive, pytest.raises(InvalidRequest, match=_not_whole().sentence[:20]):
        _extract(archive, folder)

    assert list(tmp_path.rglob("*")) == [folder]
