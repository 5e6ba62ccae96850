"""The handbook on its pages: who reads what, and each page's way to its section."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.handbook import CHAPTERS, PUBLIC_SLUGS
from core.help_links import registered_help
from nominations.enums import Status
from tests.factories import Cast, dossier_at, make_cast, running_round
from tests.integration.councils.building import House, build_house
from tests.integration.suite.test_every_address import ALL
from tests.integration.suite.test_every_page import Page, english_in, faults_of

pytestmark = pytest.mark.django_db

# Addresses that show no page of their own: they answer machines, or a question of a page that has its own help.
NO_PAGE = {
    *("core:alive", "core:healthy", "core:ready", "core:figures"),
    *("signing_in:time_left", "signing_in:stay", "set_language"),
    *("core:handbook", "core:handbook_chapter", "core:handbook_public"),
}
NAMES = {name for name, _address in ALL}
PRIVATE = [chapter.slug for chapter in CHAPTERS if not chapter.is_public]


@pytest.fixture
def cast(frozen_day: Callable[[date], None]) -> Cast:
    cast = make_cast()
    running_round()
    return cast


@pytest.fixture
def house(frozen_day: Callable[[date], None]) -> House:
    return build_house()


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def help_of(client: Client, address: str) -> str:
    """Where the help of a page leads to."""
    found = re.search(r'class="help-link" href="([^"]+)"', client.get(address).content.decode())
    assert found, address
    return found[1]


def without_place(names: set[str]) -> set[str]:
    """The pages of which no app says where they are described."""
    return names - set(registered_help()) - NO_PAGE


def test_every_page_has_its_place_in_the_handbook() -> None:
    assert without_place(NAMES) == set()
    assert without_place({*NAMES, "nominations:just_built"}) == {"nominations:just_built"}


def test_no_row_speaks_of_a_page_that_is_gone() -> None:
    assert {name.partition("?")[0] for name in registered_help()} - NAMES == {""}
    assert NO_PAGE <= NAMES
    assert not NO_PAGE & set(registered_help())


@pytest.mark.parametrize(
    ("who", "name", "place"),
    [
        ("commune", "core:home", "cap-xa/#viec-trong-mot-dot"),
        ("district", "core:home", "cap-huyen/#viec-trong-mot-dot"),
        ("reviewer", "core:home", "tham-dinh/#viec-trong-mot-dot"),
        ("commune", "nominations:list", "cap-xa/#theo-doi-ho-so"),
        ("district", "nominations:list", "cap-huyen/#xem-xet-ho-so-cac-xa-gui-len"),
        ("auditor", "nominations:list", "thanh-tra/#doc-ho-so"),
        ("auditor", "core:audit", "thanh-tra/#nhat-ky"),
        ("commune", "registry:imports", "so-lieu/#nap-tep"),
        ("commune", "signing_in:security", "dang-nhap/#xac-thuc-buoc-hai"),
    ],
)
def test_help_leads_to_the_reader_s_own_chapter(cast: Cast, who: str, name: str, place: str) -> None:
    assert help_of(signed_in(cast[who]), reverse(name)) == f"/tro-giup/{place}"


def test_each_step_of_a_dossier_has_its_section(cast: Cast) -> None:
    address = reverse("nominations:edit", args=[dossier_at(Status.DRAFT, cast).code])
    client = signed_in(cast["commune"])

    sections = [
        help_of(client, f"{address}{step}").partition("#")[2] for step in ("", "?step=papers", "?step=check")
    ]

    assert sections == ["viet-thanh-tich", "dinh-kem-giay-to", "kiem-tra-va-gui"]


def test_members_and_the_chair_are_led_by_their_seats(house: House) -> None:
    assert help_of(signed_in(house.member), "/") == "/tro-giup/thanh-vien/#truoc-phien-hop"
    assert help_of(signed_in(house.chair), "/") == "/tro-giup/thu-ky-chu-tich/#truoc-phien-hop"


def test_a_page_that_is_not_there_has_help_too(cast: Cast) -> None:
    assert (
        help_of(signed_in(cast["commune"]), "/khong-co/") == "/tro-giup/truc-trac/#trang-bao-khong-tim-thay"
    )


@pytest.mark.parametrize(
    "name", ["login", "one_time_code", "signing_in:reset_asked", "signing_in:reset_sent"]
)
def test_strangers_are_led_to_what_they_may_read(client: Client, name: str) -> None:
    answer = client.get(help_of(client, reverse(name)).split("#")[0])

    assert answer.status_code == 200


@pytest.mark.parametrize("slug", PUBLIC_SLUGS)
def test_strangers_read_public_chapters_and_see_no_others(client: Client, slug: str) -> None:
    answer = client.get(f"/tro-giup/{slug}/")

    assert answer.status_code == 200
    assert [row["chapter"].slug for row in answer.context["chapters"]] == list(PUBLIC_SLUGS)


@pytest.mark.parametrize("slug", PRIVATE)
def test_other_chapters_ask_for_sign_in(client: Client, slug: str) -> None:
    answer = client.get(f"/tro-giup/{slug}/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/dang-nhap/?next=/tro-giup/{slug}/"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.slug)
def test_everybody_who_signed_in_reads_every_chapter(cast: Cast, chapter, language: str) -> None:
    client = signed_in(cast["commune"])
    with translation.override(language):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get(chapter.url)

    page = Page(answer.content.decode())
    assert answer.status_code == 200
    assert page.lang == language
    assert (page.tags["h1"], page.inline) == (1, [])
    if language == "vi":
        assert faults_of(chapter.url, answer, Page(answer.content.decode())) == []
    else:
        assert any(english_in(text) for text in page.texts)


def test_a_chapter_that_is_not_there_is_not_found(cast: Cast) -> None:
    assert signed_in(cast["commune"]).get("/tro-giup/khong-co/").status_code == 404


@pytest.mark.parametrize(
    ("who", "own"),
    [
        ("commune", ["cap-xa", "so-lieu"]),
        ("district", ["cap-huyen", "so-lieu"]),
        ("reviewer", ["tham-dinh"]),
        ("auditor", ["thanh-tra"]),
    ],
)
def test_contents_begin_with_the_reader_s_own_work(cast: Cast, who: str, own: list[str]) -> None:
    answer = signed_in(cast[who]).get("/tro-giup/")

    chapters = [row["chapter"].slug for row in answer.context["own"]]
    others = [row["chapter"].slug for row in answer.context["others"]]
    assert chapters == own
    assert sorted([*chapters, *others]) == sorted(chapter.slug for chapter in CHAPTERS)


def test_contents_of_somebody_without_a_role_are_whole(cast: Cast) -> None:
    answer = signed_in(cast["nobody"]).get("/tro-giup/")

    assert len(answer.context["others"]) == len(CHAPTERS)


def test_search_answers_on_the_page_and_bounds_what_is_asked(cast: Cast) -> None:
    client = signed_in(cast["commune"])

    found = client.get("/tro-giup/", {"q": "rut ho so"})
    nothing = client.get("/tro-giup/", {"q": "x" * 5000})

    assert "/tro-giup/cap-xa/#rut-ho-so" in Page(found.content.decode()).links
    assert nothing.status_code == 200
    assert len(nothing.context["words"]) == 100


def pause(client: Client, minutes: int) -> None:
    """Put the sign-in of a client so many minutes into the past."""
    session = client.session
    for mark in ("signed_in_at", "proven_at"):
        session[mark] -= minutes * 60
    session.save()


def test_after_a_long_pause_the_public_chapter_shows_nothing_of_the_person(cast: Cast) -> None:
    client = signed_in(cast["commune"])
    assert client.get("/tro-giup/truc-trac/").templates[1].name == "base.html"
    pause(client, 31)
    client.cookies.pop(settings.SEEN_COOKIE_NAME, None)

    answer = client.get("/tro-giup/truc-trac/")

    assert answer.status_code == 200
    assert "base.html" not in [template.name for template in answer.templates]
    assert client.get("/tro-giup/cap-xa/").url.startswith("/xac-nhan/")


def test_reading_a_public_chapter_is_a_sign_of_life(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(cast["commune"])
    pause(client, 20)

    answer = client.get("/tro-giup/truc-trac/")

    assert settings.SEEN_COOKIE_NAME in answer.cookies


def test_contents_take_no_more_queries_than_the_frame(cast: Cast, django_assert_max_num_queries) -> None:
    client = signed_in(cast["commune"])
    client.get("/tro-giup/")

    with django_assert_max_num_queries(12):
        client.get("/tro-giup/?q=ho so")
