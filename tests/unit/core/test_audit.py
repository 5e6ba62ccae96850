"""The chain holds, names what was forged, and the database refuses changes to it."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.utils import translation

from core import audit
from core.audit import triggers
from core.audit.chain import Break, canonical
from core.audit.recording import PendingEntry
from core.audit.verifying import blanked_unsaid, first_break
from core.audit.writing import append
from core.exceptions import InvalidRequest
from core.models import AuditEntry, AuditHead, AuditPayload, User
from core.services import NoAuditEntry, erase_entries, service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@service
def _rename(*, user: User, name: str) -> None:
    user.full_name = name
    user.save()
    audit.record("person.renamed", actor=user, subject=user, name=name)


@service
def _silent(*, user: User) -> None:
    User.objects.filter(pk=user.pk).update(position="x")


@pytest.fixture
def person() -> User:
    return User.objects.create_user("an", full_name="Nguyễn Thị Ân")


def _three_entries() -> None:
    append(PendingEntry("thing.done", f"thing:{n}", "system", {"n": n, "tên": "Đức Linh"}) for n in (1, 2, 3))


def test_entries_follow_one_another_and_verify() -> None:
    _three_entries()

    assert first_break() is None
    assert list(AuditEntry.objects.values_list("seq", flat=True)) == [1, 2, 3]
    assert AuditHead.objects.get().hash == AuditEntry.objects.get(seq=3).hash


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (lambda: AuditEntry.objects.filter(seq=2).update(event="thing.undone"), "changed after"),
        (lambda: AuditPayload.objects.filter(entry_id=2).update(content='{"n":9}'), "payload was changed"),
        (lambda: AuditEntry.objects.filter(seq=2).update(prev_hash="f" * 64), "follow"),
    ],
)
def test_forged_entry_is_named(forge, reason: str) -> None:
    _three_entries()
    with triggers.lifted(connection):
        forge()

    broken = first_break()

    assert broken is not None
    assert broken.seq == 2
    assert reason in broken.reason


def test_missing_last_entry_is_noticed() -> None:
    _three_entries()
    with triggers.lifted(connection):
        AuditPayload.objects.filter(entry_id=3).delete()
        AuditEntry.objects.filter(seq=3).delete()

    broken = first_break()

    assert broken is not None
    assert broken.seq == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.filter(seq=1).update(actor="user:9"),
        lambda: AuditEntry.objects.filter(seq=1).delete(),
        lambda: AuditPayload.objects.filter(entry_id=1).update(content="{}"),
        lambda: AuditPayload.objects.filter(entry_id=1).delete(),
    ],
)
def test_database_refuses_changes(change) -> None:
    _three_entries()

    with pytest.raises(DatabaseError), transaction.atomic():
        change()

    assert first_break() is None


def test_lawful_erasure_blanks_a_payload_and_the_chain_still_holds() -> None:
    _three_entries()

    assert erase_entries(entries=[2, 3], basis="retention: test", actor=None) == 2

    assert first_break() is None
    assert blanked_unsaid() == []
    assert [payload.content != "" for payload in AuditPayload.objects.order_by("pk")] == [
        True,
        False,
        False,
        True,
    ]
    assert AuditEntry.objects.get(seq=4).payload.content == '{"basis":"retention: test","entries":[2,3]}'


def test_erasure_says_nothing_when_there_is_nothing_left_to_blank() -> None:
    _three_entries()
    erase_entries(entries=[2], basis="b", actor=None)

    assert erase_entries(entries=[2], basis="b", actor=None) == 0
    assert AuditEntry.objects.count() == 4


def test_an_erasure_is_never_erased() -> None:
    _three_entries()
    erase_entries(entries=[2], basis="b", actor=None)

    with pytest.raises(InvalidRequest, match="cannot be erased itself"):
        erase_entries(entries=[1, 4], basis="b", actor=None)

    assert AuditPayload.objects.get(pk=1).content != ""


def test_part_of_the_chain_is_read_from_an_entry_on() -> None:
    _three_entries()
    with triggers.lifted(connection):
        AuditEntry.objects.filter(seq=1).update(event="thing.undone")

    assert first_break(since=1) is None
    assert first_break() == Break(1, "its text was changed after it was written")
    assert first_break(since=9) == Break(9, "the entry is gone")


def test_a_head_that_is_gone_is_noticed() -> None:
    _three_entries()
    AuditHead.objects.all().delete()

    assert first_break() == Break(4, "the chain's head is gone")


def test_entries_of_the_demonstration_tell_the_day_that_was_played(
    person: User, frozen_day: Callable[[date], None]
) -> None:
    with override_settings(APP_ENV="demo"):
        _rename(user=person, name="Nguyễn Thị An")
    _rename(user=person, name="Nguyễn Thị Anh")

    said = AuditPayload.objects.order_by("pk").values_list("content", flat=True)
    assert list(said) == ['{"name":"Nguyễn Thị An","played_on":"2025-12-15"}', '{"name":"Nguyễn Thị Anh"}']


@pytest.mark.parametrize("app_env", ["demo", "production"])
def test_triggers_cannot_be_lifted_outside_tests(app_env: str) -> None:
    with override_settings(APP_ENV=app_env), pytest.raises(RuntimeError), triggers.lifted(connection):
        pass


def test_service_writes_its_entries_last(person: User) -> None:
    _rename(user=person, name="Nguyễn Thị An")

    entry = AuditEntry.objects.get()
    assert (entry.event, entry.subject, entry.actor) == (
        "person.renamed",
        f"core.user:{person.pk}",
        f"user:{person.pk}",
    )
    assert entry.payload.content == '{"name":"Nguyễn Thị An"}'


def test_service_without_an_entry_is_refused_and_undone(person: User) -> None:
    with pytest.raises(NoAuditEntry):
        _silent(user=person)

    person.refresh_from_db()
    assert person.position == ""


def test_inner_service_that_fails_leaves_no_entry(person: User) -> None:
    @service
    def fails(*, user: User) -> None:
        _rename(user=user, name="Không giữ")
        raise ValueError

    @service
    def outer(*, user: User) -> None:
        try:
            fails(user=user)
        except ValueError:
            audit.record("person.kept", actor=user, subject=user)

    outer(user=person)

    person.refresh_from_db()
    assert person.full_name == "Nguyễn Thị Ân"
    assert [entry.event for entry in AuditEntry.objects.all()] == ["person.kept"]


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "a"}])
def test_canonical_refuses_what_has_no_single_text(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_record_outside_a_service_is_a_fault() -> None:
    with pytest.raises(RuntimeError):
        audit.record("thing.done", actor=None, subject="thing:1")
