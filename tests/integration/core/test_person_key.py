"""A person key that is not the one of this database is noticed before a number is sealed with it."""

from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection

from core.checks import person_key_is_the_same
from core.models import AuditEntry, KeyFingerprint
from core.personal_numbers import key_fingerprint, seal
from registry.models import Household
from tests.factories import UnitFactory

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


@pytest.fixture
def before_fingerprints() -> SimpleNamespace:
    """A database from before fingerprints were kept, with one citizen number, and its migration's own step."""
    KeyFingerprint.objects.all().delete()
    Household.objects.create(
        unit=UnitFactory(),
        code="1",
        name="Nguyễn Văn An",
        citizen_number_sealed=seal("001099000017"),
        citizen_number_digest="d" * 32,
    )
    step = import_module("core.migrations.0005_triggers_and_key").install
    return SimpleNamespace(migrate=lambda: step(apps, SimpleNamespace(connection=connection)))


def test_the_migration_keeps_the_key_that_opens_what_was_sealed(before_fingerprints: SimpleNamespace) -> None:
    before_fingerprints.migrate()

    assert KeyFingerprint.objects.get().fingerprint == key_fingerprint()


def test_the_migration_takes_no_key_that_opens_nothing(
    before_fingerprints: SimpleNamespace, settings: Any
) -> None:
    settings.PERSON_KEY = OTHER

    with pytest.raises(ImproperlyConfigured, match="Put that key back, then run migrate again"):
        before_fingerprints.migrate()

    assert not KeyFingerprint.objects.exists()
    call_command("accept_person_key", "--earlier-key-is-lost", stdout=StringIO())
    before_fingerprints.migrate()
    assert KeyFingerprint.objects.get().fingerprint == key_fingerprint()


def test_the_migration_keeps_any_key_while_nothing_is_sealed(
    before_fingerprints: SimpleNamespace, settings: Any
) -> None:
    Household.objects.update(citizen_number_sealed="", citizen_number_digest="")
    settings.PERSON_KEY = OTHER

    before_fingerprints.migrate()

    assert KeyFingerprint.objects.get().fingerprint == key_fingerprint()
