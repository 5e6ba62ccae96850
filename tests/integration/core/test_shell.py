"""Sign-in, the frame around pages, language, refusals."""

import pytest
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as real_urls
from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.exceptions import Hidden, InvalidRequest, NotAllowed, StaleState
from core.models import User

pytestmark = pytest.mark.django_db
LOG_QUERIES = 9


def _raise(refusal):
    def view(request):
        raise refusal

    return view


urlpatterns = [
    *real_urls,
    path("thu/403/", _raise(NotAllowed("Việc này của Sở.", "Gửi về Sở."))),
    path("thu/404/", _raise(Hidden())),
    path("thu/409/", _raise(StaleState("Người khác vừa sửa."))),
    path("thu/422/", _raise(InvalidRequest("Thiếu lý do."))),
]


@pytest.fixture
def person() -> User:
    return User.objects.create_user("an", "mat-khau-dai", full_name="Nguyễn Thị Ân")


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def test_pages_need_sign_in(client: Client) -> None:
    response = client.get("/")

    assert response.status_code == 302
    assert response.url == "/dang-nhap/?next=/"


def test_health_check_is_public_and_says_nothing(client: Client) -> None:
    assert client.get("/he-thong/song/").content == b"ok"


def test_sign_in_and_out(client: Client, person: User) -> None:
    answer = client.post("/dang-nhap/", {"username": "an", "password": "mat-khau-dai"})
    assert answer.status_code == 302

    assert client.get("/").status_code == 200
    assert client.post("/dang-xuat/").status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("status", [403, 404, 409, 422])
@pytest.mark.urls("tests.integration.core.test_shell")
def test_refusals_become_pages_with_a_reference(signed_in: Client, status: int) -> None:
    response = signed_in.get(f"/thu/{status}/")

    assert response.status_code == status
    page = response.content.decode()
    assert page.count("<h1") == 1
    assert response.context["reference"] in page


@pytest.mark.urls("tests.integration.core.test_shell")
def test_refusal_says_its_sentence_and_what_to_do(signed_in: Client) -> None:
    page = signed_in.get("/thu/403/").content.decode()

    assert "Việc này của Sở." in page
    assert "Gửi về Sở." in page


def test_language_is_vietnamese_whatever_the_browser_speaks(signed_in: Client) -> None:
    page = signed_in.get("/", headers={"accept-language": "en-GB,en"})

    assert '<html lang="vi">' in page.content.decode()


def test_language_can_be_changed_and_stays(signed_in: Client) -> None:
    signed_in.post("/ngon-ngu/setlang/", {"language": "en", "next": "/"})

    assert '<html lang="en">' in signed_in.get("/").content.decode()


def test_log_is_for_the_inspectorate(signed_in: Client) -> None:
    assert signed_in.get("/nhat-ky/").status_code == 403


def test_content_policy_allows_no_inline_code(signed_in: Client) -> None:
    response = signed_in.get("/")

    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy
    page = response.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_log_takes_the_same_queries_for_any_length(
    client: Client, person: User, count: int, django_assert_num_queries, monkeypatch
) -> None:
    monkeypatch.setattr("core.permissions._role_sources", [lambda user: {"auditor"}])
    append(
        PendingEntry("role.granted", f"core.user:{person.pk}", f"user:{person.pk}", {}) for _n in range(count)
    )
    client.force_login(person)

    with django_assert_num_queries(LOG_QUERIES):
        page = client.get("/nhat-ky/").content.decode()

    assert page.count("<tr>") == count + 1
    assert ">role.granted" not in page
