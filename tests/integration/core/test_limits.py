"""What is sent has a bound in the application too, and a bound that is passed is said in a sentence."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from core.middleware import RequestSizeMiddleware
from nominations.enums import Status
from nominations.models import Dossier
from nominations.services.dossiers import ACHIEVEMENT_LENGTH, CITATION_LENGTH
from tests.factories import Cast, dossier_at, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def cast(frozen_day) -> Cast:
    return make_cast()


def said(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_sending_over_the_limit_is_refused_before_it_is_read(client: Client, settings) -> None:
    settings.REQUEST_MAX_BYTES = 1024 * 1024
    photos = SimpleUploadedFile("a.jpg", b"x" * 1024 * 1024)

    answer = client.post("/dang-nhap/", {"file": photos})

    assert answer.status_code == 413
    assert "is 2 MB in all, and at most 1 MB are taken at a time. Nothing was saved." in said(answer)
    assert "Send again" not in said(answer)
    assert client.post("/dang-nhap/", {"username": "an"}).status_code == 422, "the control"


def test_nothing_of_what_is_refused_is_read(settings) -> None:
    settings.REQUEST_MAX_BYTES = 10
    request = RequestFactory().post("/", {"text": "x" * 100})
    request._stream.read = None  # whoever reads fails

    answer = RequestSizeMiddleware(lambda _request: pytest.fail("it went on"))(request)

    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["", "many", "-1", "²"])
def test_a_length_that_is_none_is_left_to_the_server(length: str) -> None:
    request = RequestFactory().get("/", headers={"Content-Length": length})
    answer = object()

    assert RequestSizeMiddleware(lambda _request: answer)(request) is answer


@pytest.mark.parametrize(
    ("setting", "typed"),
    [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", {"text": "x" * 3000}),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", {f"field-{number}": "x" for number in range(2500)}),
    ],
)
def test_too_much_text_or_too_many_fields_are_said(client: Client, settings, setting: str, typed) -> None:
    setattr(settings, setting, 2000)

    answer = client.post("/dang-nhap/", typed)

    assert answer.status_code == 413
    assert "more text, fields or files than a page of ours ever asks for" in said(answer)


def test_a_long_achievement_comes_back_whole_with_the_bound(client: Client, cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client.force_login(cast["commune"])
    address = reverse("nominations:edit", args=[dossier.code])
    text = "ă" * (ACHIEVEMENT_LENGTH + 1)

    answer = client.post(address, {"achievement": text, "award_citation": "", "later": "1"})

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "At most 20,000 characters." in said(answer)
    fits = client.post(address, {"achievement": text[1:], "award_citation": "", "later": "1"})
    assert fits.status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).achievement == text[1:]


@pytest.mark.parametrize(
    ("achievement", "award_citation"),
    [("x" * (ACHIEVEMENT_LENGTH + 1), ""), ("", "x" * (CITATION_LENGTH + 1))],
)
def test_autosave_cuts_nothing_and_says_that_it_kept_nothing(
    client: Client, cast: Cast, achievement: str, award_citation: str
) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client.force_login(cast["commune"])
    before = Dossier.objects.values("achievement", "award_citation").get(pk=dossier.pk)

    answer = client.post(
        reverse("nominations:autosave", args=[dossier.code]),
        {"achievement": achievement, "award_citation": award_citation},
    )

    assert answer.status_code == 422
    assert "X-Kept" not in answer.headers
    assert "characters, and at most" in said(answer)
    assert Dossier.objects.values("achievement", "award_citation").get(pk=dossier.pk) == before
