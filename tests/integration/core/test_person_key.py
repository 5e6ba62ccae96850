"""A person key that is not the one of this database is noticed before a number is sealed with it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError

from core.checks import person_key_is_the_same
from core.models import AuditEntry, KeyFingerprint

pytestmark = pytest.mark.django_db
OTHER = "b" * 43 + "="


def test_the_key_that_the_tables_were_made_with_passes() -> None:
    assert KeyFingerprint.objects.filter(name="person").exists()
    assert person_key_is_the_same(None) == []


def test_another_key_stops_check(settings: Any) -> None:
    settings.PERSON_KEY = OTHER

    with pytest.raises(SystemCheckError, match=r"core\.E002.*PERSON_KEY is not the key"):
        call_command("check", stderr=StringIO())


def test_another_key_is_taken_when_the_earlier_is_lost(settings: Any) -> None:
    settings.PERSON_KEY = OTHER

    with pytest.raises(CommandError):
        call_command("accept_person_key")
    assert person_key_is_the_same(None) != []
    for _turn in range(2):
        call_command("accept_person_key", "--earlier-key-is-lost", stdout=StringIO())

    assert person_key_is_the_same(None) == []
    assert [entry.event for entry in AuditEntry.objects.all()] == ["key.person_changed"]


def test_a_database_that_is_away_or_not_made_yet_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**conditions: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(KeyFingerprint.objects, "filter", away)

    assert person_key_is_the_same(None) == []
