"""The commands that whoever runs the server calls by hand or by the clock."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import translation

from core.audit import triggers
from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.files import PDF, store_bytes
from core.models import AuditEntry, RecoveryCode, StoredFile, User, WorkerHeartbeat
from core.services.factors import make_recovery_codes
from tests.factories.files import stored_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def call(name: str, *words: str) -> str:
    out = StringIO()
    call_command(name, *words, stdout=out)
    return out.getvalue()


def test_verify_audit_counts_the_entries_that_hold() -> None:
    append(PendingEntry("thing.done", f"thing:{n}", "system", {"n": n}) for n in (1, 2, 3))

    assert call("verify_audit").startswith("3 entries hold; head ")


def test_verify_audit_finds_a_new_installation_without_any_entry_whole() -> None:
    assert call("verify_audit").startswith("0 entries hold")


def test_verify_audit_names_the_entry_that_was_forged() -> None:
    append(PendingEntry("thing.done", f"thing:{n}", "system", {"n": n}) for n in (1, 2, 3))
    with triggers.lifted(connection):
        AuditEntry.objects.filter(seq=2).update(event="thing.undone")

    with pytest.raises(CommandError, match="Entry 2: "):
        call("verify_audit")


def test_verify_audit_tells_when_nothing_protects_the_chain() -> None:
    append([PendingEntry("thing.done", "thing:1", "system", {})])
    triggers.remove(connection)

    with pytest.raises(CommandError, match="audit_entry_no_update: it is missing"):
        call("verify_audit")


def test_sweep_files_removes_what_was_never_attached(settings: LazySettings, tmp_path: Path) -> None:
    # A storage of its own: files of tests whose rows were undone lie in the shared one.
    settings.STORAGES = stored_in(tmp_path)
    store_bytes(content=b"%PDF-1.7", name="a.pdf", content_type=PDF, actor=None)

    assert call("sweep_files") == "0 files removed.\n"
    assert call("sweep_files", "--hours=0") == "1 files removed.\n"
    assert not StoredFile.objects.exists()


def test_heartbeat_marks_the_worker_as_alive() -> None:
    call("heartbeat", "--once")

    assert WorkerHeartbeat.objects.count() == 1


def test_a_new_start_takes_second_proofs_away_and_signs_out() -> None:
    user = User.objects.create_user("an", "sông dài cá lội", full_name="Nguyễn Thị Ân")
    make_recovery_codes(user=user)
    client = Client()
    client.force_login(user)

    assert "Nguyễn Thị Ân" in call("remove_factors", "an")

    assert not RecoveryCode.objects.exists()
    assert client.get("/").status_code == 302
    assert AuditEntry.objects.order_by("seq").last().event == "account.factor_removed"


def test_a_new_start_for_nobody_says_so() -> None:
    with pytest.raises(CommandError, match="There is no account binh"):
        call("remove_factors", "binh")
