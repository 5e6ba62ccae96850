"""The suite itself: transactional tests start empty, and the append-only triggers hold inside them."""

import pytest
from django.db import DatabaseError, transaction

from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.models import AuditEntry


@pytest.mark.slow  # It empties every table.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", ["first", "after a flush"])
def test_triggers_hold_between_two_flushes(run: str) -> None:
    assert AuditEntry.objects.count() == 0, run
    with transaction.atomic():
        append([PendingEntry(event="test.entry", subject="test:1", actor="", payload={})])

    with pytest.raises(DatabaseError, match="append-only"):
        AuditEntry.objects.all()._raw_delete("default")

    assert AuditEntry.objects.count() == 1
