"""How long a sign-in lasts, where a person is signed in, and that browsers keep no page."""

from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from config.urls import urlpatterns as real_urls
from core import sessions
from core.models import BrowserSession, User
from core.view_marks import storable
from tests.integration.core.signing_in import (
    PASSWORD,
    Clock,
    events,
    give_password,
    is_signed_in,
    logged,
    make_person,
)

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


def test_after_a_pause_a_page_asks_who_one_is_and_goes_on_to_where_one_was(
    client: Client, person: User, clock: Clock
) -> None:
    give_password(client)
    clock.wait(minutes=30.1)

    answer = client.get("/tim/?q=an")
    assert answer.url == "/xac-nhan/?next=%2Ftim%2F%3Fq%3Dan"
    asked = client.get(answer.url)
    assert asked.status_code == 403
    assert asked.context["was_idle"]

    assert client.post(answer.url, {"proof-secret": "sai"}).status_code == 422
    assert client.get("/").url.startswith("/xac-nhan/")
    assert client.post(answer.url, {"proof-secret": PASSWORD}).url == "/tim/?q=an"
    assert is_signed_in(client)
    assert [event for event in events() if "proof" in event] == ["account.proof_given"]


def test_signs_of_life_keep_it_going_until_the_hours_are_over(
    client: Client, person: User, clock: Clock
) -> None:
    give_password(client)
    for _pause in range(25):
        clock.wait(minutes=28)
        assert is_signed_in(client)

    clock.wait(minutes=25)  # twelve hours and five minutes in all
    assert client.post("/ngon-ngu/setlang/", {"language": "vi"}).status_code == 302
    assert client.post("/phien/giu/").status_code == 204  # a form that was being filled in is still taken
    answer = client.get("/tim/")

    assert answer.url == "/dang-nhap/?next=%2Ftim%2F"
    assert not BrowserSession.objects.filter(user=person).exists()


def test_forms_are_taken_for_half_an_hour_after_the_hours_and_no_longer(
    client: Client, person: User, clock: Clock, settings: LazySettings
) -> None:
    settings.SESSION_HOURS = 1
    give_password(client)
    for minutes, status in ((25, 204), (25, 204), (25, 204), (14, 204), (2, 302)):
        clock.wait(minutes=minutes)
        assert client.post("/phien/giu/").status_code == status

    assert not is_signed_in(client)


def test_asking_how_long_is_no_sign_of_life_and_the_button_is_one(
    client: Client, person: User, clock: Clock
) -> None:
    give_password(client)
    is_signed_in(client)
    clock.wait(minutes=20)
    assert client.get("/phien/con-lai/").json() == {"idle": 600, "absolute": 12 * 3600 - 1200}
    assert client.get("/phien/con-lai/").json()["idle"] == 600

    assert client.post("/phien/giu/").status_code == 204
    assert client.get("/phien/con-lai/").json()["idle"] in {1799, 1800}

    clock.wait(minutes=31)
    assert client.get("/phien/con-lai/").json()["idle"] < 0


def test_a_forged_or_foreign_sign_of_life_counts_for_nothing(
    client: Client, person: User, clock: Clock
) -> None:
    give_password(client)
    make_person("binh")
    clock.wait(minutes=31)
    give_password(other := Client(), "binh")
    other.get("/")
    for forged in ("", "x", '["a", 9e9]', other.cookies[settings.SEEN_COOKIE_NAME].value):
        client.cookies[settings.SEEN_COOKIE_NAME] = forged
        assert client.get("/").url.startswith("/xac-nhan/")


def test_what_is_sent_after_a_pause_is_kept_and_goes_on_with_the_proof(
    client: Client, person: User, clock: Clock
) -> None:
    give_password(client)
    clock.wait(minutes=31)

    asked = client.post("/mat-khau/quen/", {"who": "an"})  # public: goes through
    assert asked.status_code == 302
    asked = client.post("/bao-mat/noi-khac/", {"browser": "a\nb <c>"})
    assert asked.status_code == 403
    assert dict(asked.context["typed"]) == {"browser": ["a\nb <c>"]}
    assert 'value="a\nb &lt;c&gt;"' in asked.content.decode()

    done = client.post("/bao-mat/noi-khac/", {"browser": "a\nb <c>", "proof-secret": PASSWORD})
    assert done.url == "/bao-mat/"


def test_a_part_of_a_page_reloads_the_page(client: Client, person: User, clock: Clock) -> None:
    give_password(client)
    clock.wait(minutes=31)

    answer = client.get("/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_signing_out_works_after_a_pause(client: Client, person: User, clock: Clock) -> None:
    give_password(client)
    clock.wait(minutes=31)

    assert client.post("/dang-xuat/").url == "/dang-nhap/"
    assert not BrowserSession.objects.filter(user=person).exists()


def test_limits_are_settings(client: Client, person: User, clock: Clock, settings: LazySettings) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = 5, 1
    give_password(client)
    clock.wait(minutes=6)
    assert client.get("/").url.startswith("/xac-nhan/")
    clock.wait(minutes=55)
    assert client.get("/").url.startswith("/dang-nhap/")


def test_signs_of_life_write_nothing_into_the_database(client: Client, person: User, clock: Clock) -> None:
    """Or a row about the person would stand beside their ballot, in the order in which PostgreSQL writes."""
    give_password(client)
    clock.wait(minutes=5)

    with CaptureQueriesContext(connection) as queries:
        assert is_signed_in(client)

    assert client.cookies[settings.SEEN_COOKIE_NAME].value
    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


def signed_in_from(agent: str, username: str = "an", address: str = "203.0.113.5") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    give_password(client, username)
    return client


def test_a_person_sees_their_own_browsers_and_no_others(person: User) -> None:
    make_person("binh")
    here = signed_in_from(FIREFOX)
    signed_in_from(PHONE, address="198.51.100.4")
    signed_in_from(FIREFOX, "binh", "192.0.2.77")

    page = here.get("/bao-mat/")

    rows = [(row.device, row.address, is_here) for row, is_here in page.context["browsers"]]
    assert rows == [("Chrome · Android", "198.51.100.4", False), ("Firefox · Windows", "203.0.113.5", True)]
    shown = page.content.decode()
    assert all(words in shown for words in ("Chrome · Android", "Firefox · Windows", "203.0.113.5"))
    assert "192.0.2.77" not in shown
    assert not any(row.session_key in shown for row, _is_here in page.context["browsers"])


def test_signing_out_elsewhere_ends_the_others_and_not_this_one(person: User) -> None:
    here, there = signed_in_from(FIREFOX), signed_in_from(PHONE)
    make_person("binh")
    stranger = signed_in_from(FIREFOX, "binh")

    here.post("/bao-mat/noi-khac/")

    assert [is_signed_in(client) for client in (here, there, stranger)] == [True, False, True]
    assert logged()[-1] == ("account.signed_out_elsewhere", {"browsers": 1})
    here.post("/bao-mat/noi-khac/")
    assert events().count("account.signed_out_elsewhere") == 1


def test_blocking_a_person_ends_all_their_browsers(person: User) -> None:
    here = signed_in_from(FIREFOX)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert not is_signed_in(here)


def test_ended_sessions_are_swept(person: User) -> None:
    signed_in_from(FIREFOX)
    BrowserSession.objects.update(expire_date="2020-01-01T00:00:00Z")

    sessions.SessionStore.clear_expired()

    assert not BrowserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox · Windows"),
        (PHONE, "Chrome · Android"),
        (FIREFOX.replace("Firefox/140.0", "Chrome/138 Safari/537 Edg/138"), "Edge · Windows"),
        (FIREFOX.replace("Firefox/140.0", "coc_coc_browser/120 Chrome/114 Safari"), "Cốc Cốc · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604",
            "Safari · iPhone",
        ),
        ("curl/8", ""),
    ],
)
def test_devices_are_named_in_words(agent: str, device: str) -> None:
    assert sessions.device_in(agent) == device


@pytest.mark.parametrize(
    "address", ["/", "/bao-mat/", "/mat-khau/", "/nhat-ky/", "/dang-nhap/?next=/x/", "/khong/co/"]
)
def test_no_page_stays_behind_in_the_browser(client: Client, person: User, address: str) -> None:
    give_password(client)

    assert "no-store" in client.get(address)["Cache-Control"]


@storable
@login_not_required
def _same_for_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("như nhau")


@login_not_required
def _unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("như nhau", headers={"Cache-Control": "max-age=60"})


urlpatterns = [*real_urls, path("thu/chung/", _same_for_all), path("thu/rieng/", _unmarked)]


@pytest.mark.urls("tests.integration.core.test_sessions")
def test_pages_of_strangers_neither_unless_they_are_marked(client: Client) -> None:
    assert client.get("/dang-nhap/")["Cache-Control"] == "no-store"
    assert client.get("/")["Cache-Control"] == "no-store"
    assert client.get("/thu/rieng/")["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/thu/chung/").headers


def test_scripts_keep_no_copy_of_a_page_either(client: Client) -> None:
    assert '"historyCacheSize": 0' in client.get("/dang-nhap/").content.decode()


def test_a_visible_page_carries_what_the_warning_needs(client: Client, person: User) -> None:
    give_password(client)
    left: Any = client.get("/").context["session_left"]

    assert left["idle"] == 1800
    assert 12 * 3600 - 60 < left["absolute"] <= 12 * 3600
