"""What every answer carries, whatever it is: a page, a refusal, a page that is not there, a file."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from core import errors
from core.models import User
from tests.integration.core.signing_in import give_password

pytestmark = pytest.mark.django_db
ANSWERS = ("/dang-nhap/", "/", "/khong-co-trang-nay/", "/nhat-ky/", "/bao-mat/", "/he-thong/song/")


def answer(client: Client, address: str) -> Any:
    return client.get(address)


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_headers(client: Client, person: User, address: str) -> None:
    give_password(client)

    response = answer(client, address)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    policy = {
        part.split()[0]: part.split()[1:] for part in response["Content-Security-Policy"].split(";") if part
    }
    assert policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["form-action"] == ["'self'"]
    assert "Access-Control-Allow-Origin" not in response


def test_a_form_of_another_site_is_refused(person: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(person)

    assert careful.post("/dang-xuat/").status_code == 403
    token = careful.get("/bao-mat/").context["csrf_token"]
    # The control: the same sending with the page's own token is heard.
    assert careful.post("/dang-xuat/", {"csrfmiddlewaretoken": str(token)}).status_code == 302


def test_signing_out_clears_what_the_browser_kept(client: Client, person: User) -> None:
    give_password(client)

    response = client.post("/dang-xuat/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/dang-nhap/")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_verbs_that_no_browser_sends_are_refused_everywhere(
    client: Client, person: User, method: str
) -> None:
    give_password(client)

    for address in ("/", "/bao-mat/", "/danh-ba/don-vi/"):
        response = client.generic(method, address)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("marked", "is_named"), [(False, True), (True, False)])
def test_a_refused_attempt_is_logged_with_whose_it_was(
    client: Client,
    person: User,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    marked: bool,
    is_named: bool,
) -> None:
    give_password(client)
    # At a ballot the moment is nobody's business.
    monkeypatch.setattr(errors, "is_never_resent", lambda _view: marked)

    with caplog.at_level(logging.WARNING, logger="core.errors"):
        assert client.get("/nhat-ky/").status_code == 403

    [record] = [one for one in caplog.records if one.name == "core.errors"]
    assert record.levelno == logging.WARNING
    assert "/nhat-ky/ answered 403" in record.getMessage()
    assert (f"by user:{person.pk}" in record.getMessage()) == is_named
    assert person.full_name not in record.getMessage()


def test_a_page_that_is_not_there_is_no_refused_attempt(
    client: Client, person: User, caplog: pytest.LogCaptureFixture
) -> None:
    give_password(client)

    with caplog.at_level(logging.WARNING, logger="core.errors"):
        assert client.get("/khong-co-trang-nay/").status_code == 404

    assert [one for one in caplog.records if one.name == "core.errors"] == []
