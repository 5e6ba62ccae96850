"""Passwords: changed by their owner, chosen anew through a link by mail."""

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from core.models import BrowserSession, OutboxMessage, User
from core.outbox import send_outbox
from core.services import throttle
from tests.integration.core.signing_in import (
    PASSWORD,
    events,
    give_code,
    give_password,
    is_signed_in,
    logged,
    make_person,
)

pytestmark = pytest.mark.django_db
NEW = "trâu xanh đi học muộn"
ASK, SENT = "/mat-khau/quen/", "/mat-khau/quen/da-gui/"


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str = "") -> Any:
    typed = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/mat-khau/", typed)


def test_a_person_changes_their_password_and_other_browsers_are_signed_out(person: User) -> None:
    here, there = Client(), Client()
    give_password(here)
    give_password(there)
    key = here.session.session_key

    assert change(here).url == "/mat-khau/xong/"

    assert [is_signed_in(here), is_signed_in(there)] == [True, False]
    assert here.session.session_key != key
    assert BrowserSession.objects.filter(user=person).count() == 1
    assert give_password(Client(), password=NEW).status_code == 302
    assert give_password(Client(), password=PASSWORD).status_code == 422
    assert ("account.password_changed", {}) in logged()
    assert NEW not in str(logged())


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("sai rồi", NEW, NEW),
        (PASSWORD, NEW, "khác hẳn nhau"),
        (PASSWORD, "khenthuong2025", "khenthuong2025"),
        (PASSWORD, "nguyenthian1985", "nguyenthian1985"),
        (PASSWORD, "ngan", "ngan"),
        (PASSWORD, "dài " * 40, "dài " * 40),
        ("x" * 300, NEW, NEW),
    ],
)
def test_what_is_refused_changes_nothing(person: User, old: str, new: str, again: str) -> None:
    client = Client()
    give_password(client)

    assert change(client, old, new, again).status_code == 422
    assert is_signed_in(client)
    assert give_password(Client()).status_code == 302
    assert "account.password_changed" not in events()


def test_the_old_password_cannot_be_guessed_at_a_desk_left_open(person: User) -> None:
    client = Client()
    give_password(client)
    for _number in range(throttle.PROOF.attempts):
        change(client, "sai rồi")

    assert change(client).status_code == 429
    assert events().count("account.sign_in_failed") == throttle.PROOF.attempts


def ask(django_capture_on_commit_callbacks: Any, who: str, client: Client | None = None) -> Any:
    with django_capture_on_commit_callbacks(execute=True):
        return (client or Client()).post(ASK, {"who": who})


@pytest.fixture
def link(person: User, django_capture_on_commit_callbacks: Any) -> str:
    """The path of the link that a forgetful person gets."""
    ask(django_capture_on_commit_callbacks, "an")
    (sent,) = mail.outbox
    found = re.search(r"https?://[^/]+(\S+)", str(sent.body))
    assert found
    assert found[1] not in OutboxMessage.objects.get().body  # nobody reads it from the database afterwards
    return found[1]


def choose(client: Client, link: str, password: str = NEW) -> Any:
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


@pytest.mark.parametrize("who", ["an", "an@example.vn", "AN@example.vn"])
def test_a_link_is_sent_by_mail(person: User, django_capture_on_commit_callbacks: Any, who: str) -> None:
    assert ask(django_capture_on_commit_callbacks, who).url == SENT

    [message] = mail.outbox
    assert message.to == ["an@example.vn"]
    assert message.body.count("http://127.0.0.1:8000/mat-khau/dat-lai/") == 1
    assert " an" in message.body
    assert logged()[-1] == ("account.password_reset_asked", {"address": "127.0.0.1"})


@pytest.mark.parametrize("who", ["khong-ai", "khong-ai@example.vn", "bi.chan", "khong.thu", "mot.lan", "thu"])
def test_whoever_gets_none_sees_the_same_answer(
    person: User, django_capture_on_commit_callbacks: Any, who: str
) -> None:
    make_person("bi.chan", is_active=False)
    make_person("khong.thu", email="")
    make_person("thu", is_demo=True)
    once = make_person("mot.lan")
    once.set_unusable_password()
    once.save()

    told = ask(django_capture_on_commit_callbacks, who)
    known = ask(django_capture_on_commit_callbacks, "an")

    assert (told.status_code, told.url) == (known.status_code, known.url)
    assert [message.to for message in mail.outbox] == [["an@example.vn"]]


def test_known_and_unknown_names_hand_the_same_work_on(
    person: User, django_assert_num_queries: Any, client: Client
) -> None:
    client.post(ASK, {"who": "an"})
    for who in ("an", "khong-ai"):
        with django_assert_num_queries(8):
            client.post(ASK, {"who": who})


def test_the_link_lets_choose_a_password_once(person: User, request: pytest.FixtureRequest) -> None:
    client, signed_in = Client(), Client()
    give_password(signed_in)
    link = request.getfixturevalue("link")

    assert choose(client, link).url == "/mat-khau/dat-lai/xong/"

    assert not is_signed_in(client)
    assert not is_signed_in(signed_in)
    assert give_password(client, password=NEW).status_code == 302
    assert ("account.password_reset", {}) in logged()
    assert not Client().get(link, follow=True).context["validlink"]


def test_the_link_is_the_way_back_from_a_lock(person: User, link: str) -> None:
    for _number in range(throttle.ACCOUNT.attempts):
        give_password(Client(), "an", "sai rồi")
    assert give_password(Client()).status_code == 429

    choose(Client(), link)

    assert give_password(Client(), password=NEW).status_code == 302


def test_the_second_proof_is_still_asked_for(person: User, link: str, phone_of: Any) -> None:
    phone = phone_of(person)
    choose(Client(), link)

    give_password(client := Client(), password=NEW)
    assert not is_signed_in(client)
    give_code(client, phone.code())
    assert is_signed_in(client)


def test_the_rules_hold_for_links_too(person: User, link: str) -> None:
    refused = choose(Client(), link, "khenthuong2025")

    assert refused.status_code == 422
    assert refused.context["form"].errors
    assert "account.password_reset" not in events()


@pytest.mark.parametrize(
    "spoil", [lambda link: link[:-2] + "x/", lambda link: link.replace("dat-lai/", "dat-lai/x")]
)
def test_a_forged_link_opens_nothing(person: User, link: str, spoil: Any) -> None:
    assert not Client().get(spoil(link), follow=True).context["validlink"]


def test_a_link_is_good_for_two_hours(person: User, link: str, settings: LazySettings) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 2 * 3600
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert not Client().get(link, follow=True).context["validlink"]


def test_a_mailbox_is_not_flooded(person: User, django_capture_on_commit_callbacks: Any) -> None:
    for _number in range(throttle.RESET_OF_ACCOUNT.attempts + 2):
        assert ask(django_capture_on_commit_callbacks, "an").url == SENT

    assert len(mail.outbox) == throttle.RESET_OF_ACCOUNT.attempts


def test_one_address_does_not_ask_for_everybody(
    person: User, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(throttle, "RESET_FROM_ADDRESS", throttle.Limit("reset-address", 2, 60))
    client.post(ASK, {"who": "a"})
    client.post(ASK, {"who": "b"})

    refused = client.post(ASK, {"who": "an"})

    assert refused.status_code == 429
    assert 'value="an"' in refused.content.decode()


def test_an_office_that_shares_a_mailbox_gets_a_link_for_each_account(
    person: User, django_capture_on_commit_callbacks: Any
) -> None:
    make_person("binh", email="AN@example.vn")

    ask(django_capture_on_commit_callbacks, "an@example.vn")

    assert len(mail.outbox) == 2
    assert send_outbox.call() == 0
