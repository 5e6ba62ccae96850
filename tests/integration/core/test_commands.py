"""The commands that whoever runs the server calls by hand or by the clock."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from core.audit import triggers
from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.files import PDF, store_bytes
from core.models import AuditEntry, StoredFile, WorkerHeartbeat

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


def test_sweep_files_removes_what_was_never_attached() -> None:
    store_bytes(content=b"%PDF-1.7", name="a.pdf", content_type=PDF, actor=None)

    assert call("sweep_files") == "0 files removed.\n"
    assert call("sweep_files", "--hours=0") == "1 files removed.\n"
    assert not StoredFile.objects.exists()


def test_heartbeat_marks_the_worker_as_alive() -> None:
    call("heartbeat", "--once")

    assert WorkerHeartbeat.objects.count() == 1
