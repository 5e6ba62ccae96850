"""Single sign-on against a small provider on this machine: who comes in, and every answer that does not fit."""

from collections.abc import Callable, Iterator
from time import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from joserfc.jwk import RSAKey

from core.models import User
from tests.integration.core.oidc_provider import Provider, running
from tests.integration.core.signing_in import (
    Clock,
    Phone,
    events,
    give_code,
    is_signed_in,
    logged,
    make_person,
)

pytestmark = pytest.mark.django_db
BEGIN = "/dang-nhap/mot-lan/"


@pytest.fixture(scope="module")
def the_provider() -> Iterator[Provider]:
    with running(Provider()) as provider:
        yield provider


@pytest.fixture
def provider(the_provider: Provider, settings: LazySettings) -> Provider:
    settings.OIDC_ISSUER = the_provider.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "khen-thuong", "a secret"
    settings.OIDC_NAME = "Cổng đăng nhập của tỉnh"
    settings.SITE_URL = "http://testserver"
    the_provider.claims = {"preferred_username": "an", "sub": "1"}
    the_provider.signs_with, the_provider.is_away = the_provider.key, False
    the_provider.sends_on = ""
    return the_provider


def go_round(client: Client, provider: Provider, begin: str = BEGIN, **changed: str) -> Any:
    """From our page to the provider and back."""
    return client.get(provider.sign_in(client.get(begin).url, **changed))


def test_without_the_setting_there_is_no_such_way(client: Client, settings: LazySettings) -> None:
    assert not settings.OIDC_ISSUER
    assert client.get(BEGIN).status_code == 404
    assert client.get(f"{BEGIN}xong/").status_code == 404
    assert BEGIN not in client.get("/dang-nhap/").content.decode()


def test_who_is_known_by_the_account_name_comes_in(client: Client, person: User, provider: Provider) -> None:
    page = client.get("/dang-nhap/?next=/danh-ba/").content.decode()
    assert f"{BEGIN}?next=/danh-ba/" in page
    assert "Cổng đăng nhập của tỉnh" in page

    assert go_round(client, provider, f"{BEGIN}?next=/danh-ba/").url == "/danh-ba/"

    assert is_signed_in(client)
    assert logged()[-1] == ("account.signed_in", {"address": "127.0.0.1", "ways": ["single sign-on"]})
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["redirect_uri"] == "http://testserver/dang-nhap/mot-lan/xong/"


def test_another_claim_may_hold_the_account_name(
    client: Client, person: User, provider: Provider, settings: LazySettings
) -> None:
    settings.OIDC_ACCOUNT_CLAIM = "ma_can_bo"
    provider.claims = {"sub": "1", "preferred_username": "khac", "ma_can_bo": "an"}
    go_round(client, provider)

    assert is_signed_in(client)


@pytest.mark.parametrize("claims", [{"preferred_username": "la"}, {"preferred_username": ""}, {}])
def test_strangers_and_blocked_people_stay_outside_and_get_no_account(
    client: Client, person: User, provider: Provider, claims: dict[str, str]
) -> None:
    provider.claims = {"sub": "1", **claims}
    assert go_round(client, provider).status_code == 403

    make_person("binh", is_active=False)
    provider.claims = {"sub": "2", "preferred_username": "binh"}
    assert go_round(client, provider).status_code == 403

    assert not is_signed_in(client)
    assert User.objects.count() == 2
    assert events() == ["account.sign_in_failed"] * 2


WRONG: dict[str, Callable[[Provider], Any]] = {
    "another audience": lambda provider: provider.claims.update(aud="another"),
    "another issuer": lambda provider: provider.claims.update(iss="https://evil.example"),
    "of yesterday": lambda provider: provider.claims.update(iat=time() - 90000, exp=time() - 86400),
    "another browser's": lambda provider: provider.claims.update(nonce="stolen"),
    "signed by another": lambda provider: setattr(provider, "signs_with", RSAKey.generate_key(2048)),
}


@pytest.mark.parametrize("fault", list(WRONG))
def test_answers_that_do_not_fit_are_refused(
    client: Client, person: User, provider: Provider, fault: str
) -> None:
    go_round(good := Client(), provider)
    assert is_signed_in(good)
    WRONG[fault](provider)

    assert go_round(client, provider).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("changed", [{"state": "invented"}, {"code": "invented"}, {"error": "access_denied"}])
def test_invented_answers_are_refused(
    client: Client, person: User, provider: Provider, changed: dict[str, str]
) -> None:
    assert go_round(client, provider, **changed).status_code == 403
    assert not is_signed_in(client)


def test_an_answer_belongs_to_the_browser_that_asked(person: User, provider: Provider) -> None:
    back = provider.sign_in(Client().get(BEGIN).url)

    assert (victim := Client()).get(back).status_code == 403
    assert not is_signed_in(victim)


def test_a_provider_that_is_away_gives_a_sentence(client: Client, provider: Provider) -> None:
    provider.is_away = True

    assert client.get(BEGIN).status_code == 403


def test_a_provider_that_sends_us_elsewhere_is_not_followed(
    client: Client, provider: Provider, the_provider: Provider
) -> None:
    with running(Provider()) as elsewhere:
        provider.sends_on = f"{elsewhere.issuer}/.well-known/openid-configuration"

        answer = client.get(BEGIN)

    assert answer.status_code == 403
    assert elsewhere.issuer not in answer.content.decode()


def test_the_second_proof_is_asked_for_unless_the_provider_took_it(
    person: User, provider: Provider, phone_of: Callable[[User], Phone], settings: LazySettings
) -> None:
    phone = phone_of(person)
    weak, strong = Client(), Client()
    assert go_round(weak, provider).url.startswith("/dang-nhap/buoc-hai/")
    assert not is_signed_in(weak)
    give_code(weak, phone.code())
    assert is_signed_in(weak)
    assert logged()[-1][1]["ways"] == ["single sign-on", "app"]

    provider.claims["amr"] = ["pwd", "mfa"]
    assert go_round(Client(), provider).url.startswith("/dang-nhap/buoc-hai/")  # the setting is empty
    settings.OIDC_STRONG_AMR = ["mfa"]
    go_round(strong, provider)
    assert is_signed_in(strong)


def test_who_must_have_a_second_proof_has_it_when_the_provider_took_it(
    client: Client, provider: Provider, settings: LazySettings, db: None
) -> None:
    make_person("an", is_superuser=True)
    settings.SECOND_FACTOR_REQUIRED, settings.OIDC_STRONG_AMR = True, ["mfa"]
    go_round(client, provider)
    assert client.get("/").url == "/bao-mat/"

    provider.claims["amr"] = ["mfa"]
    go_round(again := Client(), provider)
    assert is_signed_in(again)


class TestProof:
    """A fresh proof without a password of ours."""

    @pytest.fixture
    def late(self, client: Client, person: User, provider: Provider, clock: Clock) -> Client:
        go_round(client, provider)
        clock.wait(minutes=16)
        return client

    def test_it_is_given_in_another_window(self, late: Client, provider: Provider, clock: Clock) -> None:
        typed = {"code": "000000"}
        asked = late.post("/bao-mat/ung-dung/", typed)
        assert f"{BEGIN}?proof=1" in asked.content.decode()
        early = late.post("/bao-mat/ung-dung/", typed | {"proof-elsewhere": "1"})
        assert early.context["form"].errors

        provider.claims["auth_time"] = clock()
        assert go_round(late, provider, f"{BEGIN}?proof=1").url == "/xac-nhan/mot-lan/"
        assert late.get("/xac-nhan/mot-lan/").status_code == 200
        assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
        done = late.post("/bao-mat/ung-dung/", typed | {"proof-elsewhere": "1"})

        assert done.templates[0].name == "registration/app_add.html"
        assert "account.proof_given" in events()

    @pytest.mark.parametrize("fault", ["the morning's sign-in", "no time", "somebody else"])
    def test_it_must_be_fresh_and_of_the_same_person(
        self, late: Client, provider: Provider, clock: Clock, fault: str
    ) -> None:
        make_person("binh")
        provider.claims |= {"auth_time": clock() - 3600} if fault == "the morning's sign-in" else {}
        if fault == "somebody else":
            provider.claims |= {"auth_time": clock(), "preferred_username": "binh"}

        assert go_round(late, provider, f"{BEGIN}?proof=1").status_code == 403
        assert late.post("/bao-mat/ung-dung/", {"code": "000000"}).status_code == 403
        assert events()[-1] == "account.sign_in_failed"
