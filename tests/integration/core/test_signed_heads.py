"""The log's head leaves the house once a day: kept, written to the file outside, mailed to those who oversee."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from core.audit import triggers
from core.audit.heads import public_key, read_statements
from core.audit.recording import PendingEntry
from core.audit.writing import append, head
from core.checks import heads_can_be_signed, heads_leave_the_data
from core.jobs import do_chores
from core.models import AuditEntry, ChoreRun, OutboxMessage, SignedHead
from core.publishing import publish_head
from registry.enums import Role, UnitKind
from registry.models import Unit, UnitRole
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heads_file(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The file outside, in a folder that is not there yet."""
    path = tmp_path / "elsewhere" / "heads.jsonl"
    settings.AUDIT_HEADS_FILE = str(path)
    with translation.override("en"):
        yield path


@pytest.fixture
def overseers() -> None:
    """A lead, an inspector whose role has ended, one without an address, and a reviewer."""
    province = Unit.objects.create(
        key="tinh", kind=UnitKind.PROVINCE, name="Tỉnh Bình Thuận", valid_from=date(2021, 1, 1)
    )
    ended = timezone.localdate() - timedelta(days=1)
    for name, role, email, until in (
        ("lanhdao", Role.LEAD, "lanh-dao@example.vn", None),
        ("thanhtra", Role.AUDITOR, "thanh-tra@example.vn", None),
        ("cu", Role.AUDITOR, "cu@example.vn", ended),
        ("khongthu", Role.AUDITOR, "", None),
        ("thamdinh", Role.REVIEWER, "tham-dinh@example.vn", None),
    ):
        user = UserFactory(username=name, email=email)
        UnitRole.objects.create(
            user=user, role=role, unit=province, starts_on=date(2021, 1, 1), ends_on=until
        )


def entries(count: int = 2) -> None:
    append(PendingEntry("thing.done", f"thing:{n}", "system", {"n": n}) for n in range(count))


def test_the_head_of_the_day_is_signed_written_and_mailed_once(heads_file: Path, overseers: None) -> None:
    entries()

    first = publish_head()
    entries()
    again = publish_head()

    assert first is not None
    assert again == first
    statement = read_statements(heads_file.read_text(encoding="utf-8"))
    assert [one.seq for one in statement] == [2]
    assert statement[0].is_genuine()
    assert statement[0].key == public_key()
    mails = OutboxMessage.objects.order_by("recipient")
    assert [mail.recipient for mail in mails] == ["lanh-dao@example.vn", "thanh-tra@example.vn"]
    assert read_statements(mails[0].body) == statement


def test_a_file_that_takes_nothing_is_made_up_for_later(heads_file: Path, overseers: None) -> None:
    entries()
    heads_file.parent.write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(OSError, match="exists"):
        publish_head()

    assert OutboxMessage.objects.count() == 2, "the mail leaves all the same"
    assert SignedHead.objects.get().written_at is None
    heads_file.parent.unlink()
    publish_head()
    assert len(read_statements(heads_file.read_text(encoding="utf-8"))) == 1
    assert SignedHead.objects.get().written_at is not None


def test_a_line_that_was_written_before_a_crash_is_not_written_twice(heads_file: Path) -> None:
    entries()
    publish_head()
    SignedHead.objects.update(written_at=None)

    publish_head()

    assert len(heads_file.read_text(encoding="utf-8").splitlines()) == 1


def test_a_line_after_one_that_a_full_disk_cut_stands_apart_from_it(heads_file: Path) -> None:
    entries()
    heads_file.parent.mkdir()
    heads_file.write_text('{"seq":1,"ha', encoding="utf-8")

    publish_head()

    cut, whole = heads_file.read_text(encoding="utf-8").splitlines()
    assert cut == '{"seq":1,"ha'
    assert read_statements(whole)[0].seq == 2


@pytest.mark.parametrize("forged", [1, 3])
def test_a_chain_that_does_not_hold_is_not_signed_and_the_overseers_are_told(
    overseers: None, forged: int
) -> None:
    entries(2)
    publish_head()
    SignedHead.objects.update(day=timezone.localdate() - timedelta(days=1))
    entries(2)
    with triggers.lifted(connection):
        AuditEntry.objects.filter(seq=forged + 1).update(actor="user:9")

    with pytest.raises(RuntimeError, match=f"no head was signed. Entry {forged + 1}: "):
        publish_head() if forged == 3 else _with_the_signed_entry_forged()

    assert SignedHead.objects.count() == 1
    told = OutboxMessage.objects.filter(key__startswith="audit-broken:")
    assert {message.recipient for message in told} == {"lanh-dao@example.vn", "thanh-tra@example.vn"}


def _with_the_signed_entry_forged() -> None:
    with triggers.lifted(connection):
        AuditEntry.objects.filter(seq=2).update(hash="f" * 64)
    publish_head()


def test_without_a_key_nothing_is_signed(settings: Any, heads_file: Path) -> None:
    settings.AUDIT_SIGNING_KEY = ""
    entries()

    assert publish_head() is None
    assert not heads_file.exists()
    with pytest.raises(CommandError, match="openssl rand"):
        call_command("sign_head")


def test_the_command_signs_and_shows_the_public_key() -> None:
    entries()
    out = StringIO()

    call_command("sign_head", "--public-key", stdout=out)
    call_command("sign_head", stdout=out)

    key, line = out.getvalue().splitlines()
    assert key == public_key()
    assert read_statements(line)[0].hash == head()[1]


def test_the_heartbeat_signs_once_a_day_and_tries_again_after_a_failure(heads_file: Path) -> None:
    entries()
    heads_file.parent.write_text("in the way", encoding="utf-8")
    do_chores()
    run = ChoreRun.objects.get(name="audit-head")
    assert (run.done_on, run.failure.split(":")[0]) == (None, "FileExistsError")

    heads_file.parent.unlink()
    do_chores()
    assert not heads_file.exists(), "it waits an hour before it tries again"
    ChoreRun.objects.update(tried_at=timezone.now() - timedelta(hours=2))
    do_chores()

    run.refresh_from_db()
    assert (run.done_on, run.failure) == (timezone.localdate(), "")
    tried = run.tried_at
    do_chores()
    run.refresh_from_db()
    assert run.tried_at == tried


def test_production_insists_on_a_key_and_warns_of_heads_beside_the_data(
    settings: Any, tmp_path: Path
) -> None:
    settings.APP_ENV = "production"
    settings.DATA_DIR = tmp_path
    assert heads_can_be_signed(None) == []
    assert [message.id for message in heads_leave_the_data(None)] == ["core.W001"]

    settings.AUDIT_SIGNING_KEY = ""
    settings.DATA_DIR = tmp_path / "data"

    messages = heads_can_be_signed(None)
    assert [message.id for message in messages] == ["core.E003"]
    assert "nobody could show it" in messages[0].msg
    assert heads_leave_the_data(None) == []
    settings.APP_ENV = "test"
    assert heads_can_be_signed(None) == []


@pytest.mark.parametrize("key", ["short", "bm90IDMyIGJ5dGVz"])
def test_a_key_that_is_none_is_refused_everywhere(settings: Any, key: str) -> None:
    settings.AUDIT_SIGNING_KEY = key

    assert "openssl rand -base64 32" in heads_can_be_signed(None)[0].msg
