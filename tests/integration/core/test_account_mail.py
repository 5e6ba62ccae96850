"""The owner of an account is told by mail what was changed about their way in, whoever did it, and no secret with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from core.account_mail import SENTENCES
from core.models import OutboxMessage, Passkey, User
from core.services import factors as factor_services
from core.services.notices import Change
from tests.integration.core.signing_in import PASSWORD, Phone, give_password

pytestmark = pytest.mark.django_db
NEW = "trâu xanh đi học muộn"


@pytest.fixture
def owner(person: User) -> User:
    person.email = "an@example.vn"
    person.save()
    return person


def told() -> list[str]:
    """What the mails say, the oldest first."""
    return list(OutboxMessage.objects.order_by("pk").values_list("body", flat=True))


def test_a_changed_password_is_told_without_it(client: Client, owner: User) -> None:
    give_password(client)

    client.post("/mat-khau/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    mail = OutboxMessage.objects.get()
    assert mail.recipient == "an@example.vn"
    with override("vi"):
        assert str(SENTENCES[Change.PASSWORD]) in mail.body
    assert owner.username in mail.body
    assert NEW not in mail.body + mail.subject
    assert PASSWORD not in mail.body + mail.subject


def test_a_refused_change_is_not_told(client: Client, owner: User) -> None:
    give_password(client)

    client.post("/mat-khau/", {"old_password": "sai", "new_password1": NEW, "new_password2": NEW})

    assert told() == []


def test_the_mail_speaks_the_language_of_whoever_is_at_work(client: Client, owner: User) -> None:
    client.cookies["language"] = "en"
    give_password(client)

    client.post("/mat-khau/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert "The password was changed." in told()[0]


def test_each_second_proof_is_told_when_it_comes_and_when_it_goes(
    owner: User, phone_of: Callable[[User], Phone]
) -> None:
    with override("en"):
        phone_of(owner)
        factor_services.make_recovery_codes(user=owner)
        factor_services.remove_code_app(user=owner)
        key = Passkey.objects.create(
            user=owner,
            name="Khóa",
            host="x",
            credential_id="x",
            public_half=b"",
            sign_count=0,
            added_at=owner.created_at,
        )
        factor_services.remove_passkey(user=owner, key=key)
        # The control: nothing was there any more, so nothing is told.
        factor_services.remove_code_app(user=owner)

    wanted = [Change.APP_ADDED, Change.RECOVERY_CODES, Change.APP_REMOVED, Change.PASSKEY_REMOVED]
    with override("en"):
        sentences = [str(SENTENCES[change]) for change in wanted]
    assert [sentence in body for sentence, body in zip(sentences, told(), strict=True)] == [True] * 4


def test_a_new_start_by_the_administrator_is_told(owner: User, phone_of: Callable[[User], Phone]) -> None:
    phone_of(owner)
    OutboxMessage.objects.all().delete()

    call_command("remove_factors", owner.username)

    assert OutboxMessage.objects.get().recipient == "an@example.vn"


def test_who_has_no_address_is_told_nothing(person: User, phone_of: Callable[[User], Phone]) -> None:
    person.email = ""
    person.save()

    phone_of(person)

    assert told() == []


@pytest.mark.parametrize("change", Change)
def test_every_change_has_its_sentence(change: Change) -> None:
    with override("en"):
        assert str(SENTENCES[change]).endswith(".")
