"""Signing in by password: who comes in, what is said, how often it may be tried, and what the log keeps."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone

from core.models import BrowserSession, Throttle, User
from core.services import throttle
from tests.integration.core.signing_in import (
    PASSWORD,
    events,
    give_password,
    is_signed_in,
    logged,
    make_person,
)

pytestmark = pytest.mark.django_db
WRONG = "đây không phải mật khẩu"


def test_the_right_password_lets_in_and_is_logged_without_secrets(client: Client, person: User) -> None:
    answer = give_password(client)

    assert (answer.status_code, answer.url) == (302, "/")
    assert is_signed_in(client)
    assert logged() == [("account.signed_in", {"address": "127.0.0.1", "ways": ["password"]})]


def test_it_leads_to_where_one_wanted_to_go_and_never_to_another_site(person: User) -> None:
    assert give_password(Client(), next_page="/danh-ba/").url == "/danh-ba/"
    assert give_password(Client(), next_page="https://evil.example/").url == "/"
    assert give_password(Client(), next_page="//evil.example/").url == "/"


def said(answer: Any) -> list[str]:
    return [str(one) for one in answer.context["form"].non_field_errors()]


def test_unknown_names_wrong_passwords_and_blocked_people_get_one_answer(person: User) -> None:
    make_person("binh", is_active=False)

    answers = [
        give_password(Client(), "an", WRONG),
        give_password(Client(), "khong-ai", WRONG),
        give_password(Client(), "binh", PASSWORD),
        give_password(Client(), "an", PASSWORD.upper()),
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert len({tuple(said(answer)) for answer in answers}) == 1
    assert said(answers[0])


@pytest.mark.parametrize("username", ["an", "khong-ai", "binh"])
def test_every_answer_takes_one_hashing(person: User, monkeypatch: pytest.MonkeyPatch, username: str) -> None:
    make_person("binh", is_active=False)
    hashed: list[str] = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )

    give_password(Client(), username, WRONG)

    assert hashed == [WRONG]


@pytest.mark.parametrize("username", ["an", "khong-ai"])
def test_every_answer_takes_the_same_queries(
    client: Client, person: User, django_assert_num_queries: Any, username: str
) -> None:
    give_password(client, "ai-do", WRONG)  # counters and the log have their first rows
    give_password(client, username, WRONG)

    with django_assert_num_queries(21):
        give_password(client, username, WRONG)


def test_what_was_typed_stays_but_for_the_password(client: Client, person: User) -> None:
    page = give_password(client, "an", WRONG).content.decode()

    assert 'value="an"' in page
    assert WRONG not in page


@pytest.mark.parametrize(("username", "password"), [("a" * 61, "x"), ("an", "x" * 257), ("", ""), ("an", "")])
def test_fields_have_limits(client: Client, person: User, username: str, password: str) -> None:
    assert give_password(client, username, password).status_code == 422
    assert events() == []


def test_failures_are_logged_by_account_and_never_by_what_was_typed(client: Client, person: User) -> None:
    give_password(client, "an", WRONG)
    give_password(client, "mat-khau-go-nham-o", WRONG)

    assert events() == ["account.sign_in_failed"] * 2
    everything = " ".join(str(entry) for entry in logged()) + " ".join(
        Throttle.objects.values_list("key", flat=True)
    )
    assert WRONG not in everything
    assert "mat-khau-go-nham-o" not in everything


@pytest.mark.parametrize("username", ["an", "khong-ai"])
def test_an_account_is_locked_after_ten_failures_and_opens_after_a_while(person: User, username: str) -> None:
    for number in range(throttle.ACCOUNT.attempts):
        assert give_password(Client(), username, f"{WRONG} {number}").status_code == 422

    locked = give_password(Client(), username, PASSWORD)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    assert not is_signed_in(Client())
    assert events().count("account.locked") == 1
    assert events().count("account.sign_in_failed") == throttle.ACCOUNT.attempts

    Throttle.objects.update(began_at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert give_password(Client(), username, PASSWORD).status_code == (302 if username == "an" else 422)


def test_the_lock_of_one_account_leaves_others_alone(person: User) -> None:
    make_person("binh")
    for _number in range(throttle.ACCOUNT.attempts):
        give_password(Client(), "an", WRONG)

    assert give_password(Client(), "binh").status_code == 302


def test_case_and_spaces_are_no_way_round_the_lock(person: User) -> None:
    for name in ("an", "AN", " an", "An ") * 3:
        give_password(Client(), name, WRONG)

    assert give_password(Client(), "an", PASSWORD).status_code == 429


def test_success_begins_the_count_anew(person: User) -> None:
    for _number in range(throttle.ACCOUNT.attempts - 1):
        give_password(Client(), "an", WRONG)
    give_password(Client(), "an")
    give_password(Client(), "an", WRONG)

    assert give_password(Client(), "an").status_code == 302


def test_an_address_is_locked_for_all_names_and_other_addresses_go_on(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ADDRESS", throttle.Limit("address", 5, 15))
    for number in range(5):
        give_password(Client(), f"ten-{number}", WRONG, REMOTE_ADDR="203.0.113.9")

    assert give_password(Client(), "an", REMOTE_ADDR="203.0.113.9").status_code == 429
    assert give_password(Client(), "an", REMOTE_ADDR="203.0.113.10").status_code == 302
    assert "account.address_locked" in events()


def test_people_who_sign_in_do_not_use_up_their_offices_address(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ADDRESS", throttle.Limit("address", 3, 15))

    assert {give_password(Client()).status_code for _number in range(5)} == {302}


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    person: User, settings: LazySettings
) -> None:
    settings.BEHIND_PROXY = True

    give_password(Client(), REMOTE_ADDR="", headers={"X-Forwarded-For": "10.1.1.1, 198.51.100.7"})
    settings.BEHIND_PROXY = False
    give_password(Client(), headers={"X-Forwarded-For": "198.51.100.8"})

    assert [said["address"] for _event, said in logged()] == ["198.51.100.7", "127.0.0.1"]


def test_counters_of_long_ago_are_swept(person: User) -> None:
    give_password(Client(), "an", WRONG)
    throttle.sweep()
    assert Throttle.objects.count() == 2

    Throttle.objects.update(began_at=timezone.now() - timedelta(days=2))
    throttle.sweep()
    assert not Throttle.objects.exists()


def test_signing_out_ends_the_session_and_is_logged(client: Client, person: User) -> None:
    give_password(client)

    assert client.post("/dang-xuat/").url == "/dang-nhap/"
    assert not is_signed_in(client)
    assert not BrowserSession.objects.filter(user=person).exists()
    assert events()[-1] == "account.signed_out"


def test_signing_in_gives_the_session_a_new_key(client: Client, person: User) -> None:
    client.get("/dang-nhap/mot-lan/")
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    give_password(client)

    assert client.session.session_key != session.session_key


class TestDemonstration:
    """One press signs in, in the demonstration and nowhere else."""

    @pytest.fixture(autouse=True)
    def _demonstration(self, settings: LazySettings) -> None:
        settings.APP_ENV = "demo"
        settings.DEMO_PASSWORD = "thu-nghiem-2025"

    def test_one_press_signs_in(self, client: Client) -> None:
        make_person("xa.thu", is_demo=True)
        page = client.get("/dang-nhap/").content.decode()
        assert 'name="account" value="xa.thu"' in page

        assert client.post("/dang-nhap/thu/", {"account": "xa.thu"}).status_code == 302
        assert is_signed_in(client)
        assert logged()[-1][1]["ways"] == ["demonstration"]

    def test_it_says_that_no_second_proof_is_asked_for(self, client: Client, settings: LazySettings) -> None:
        make_person("xa.thu", is_demo=True)
        settings.LANGUAGE_CODE = "en"
        words = "The demonstration asks nobody for a second proof"

        assert words in client.get("/dang-nhap/").content.decode()
        settings.SECOND_FACTOR_REQUIRED = True
        assert words not in client.get("/dang-nhap/").content.decode()

    def test_accounts_of_real_people_need_their_password(self, client: Client, person: User) -> None:
        assert client.post("/dang-nhap/thu/", {"account": "an"}).status_code == 404

    @pytest.mark.parametrize("app_env", ["production", "test"])
    def test_elsewhere_there_is_no_such_way(
        self, client: Client, settings: LazySettings, app_env: str
    ) -> None:
        make_person("xa.thu", is_demo=True)
        settings.APP_ENV = app_env

        assert client.post("/dang-nhap/thu/", {"account": "xa.thu"}).status_code == 404
        assert not is_signed_in(client)
