"""A fresh proof before what cannot be taken back: asked for late, given in several ways, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as real_urls
from core.models import StoredFile, User
from core.proofs import needs_fresh_proof
from core.services import factors as factor_services
from core.services import throttle
from tests.integration.core.security_key import SecurityKey
from tests.integration.core.signing_in import (
    PASSWORD,
    Clock,
    Phone,
    events,
    give_password,
    logged,
    make_person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.integration.core.test_proofs")]
VERB = "/thu/viec/?nam=2025"
TYPED = {"reason": "dòng một\ndòng hai <b>", "choice": ["a", "b"], "empty": ""}


@needs_fresh_proof
def _verb(request: HttpRequest) -> HttpResponse:
    """Says what reached it."""
    files = [
        f"{name}={one.name}:{one.read().decode()}" for name, all_of in request.FILES.lists() for one in all_of
    ]
    return HttpResponse(repr((sorted(request.POST.lists()), files)), status=201)


urlpatterns = [
    *real_urls,
    path("thu/viec/", _verb),
    path("thu/cong-khai/", login_not_required(needs_fresh_proof(lambda request: HttpResponse(status=201)))),
]
EXPECTED = sorted({"reason": [TYPED["reason"]], "choice": ["a", "b"], "empty": [""]}.items())


@pytest.fixture
def late(client: Client, person: User, clock: Clock) -> Client:
    """Somebody's browser, sixteen minutes after they signed in."""
    give_password(client)
    clock.wait(minutes=16)
    return client


def sent_again(asked: HttpResponse) -> dict[str, list[str]]:
    """What the page that asks would send on, as a browser does."""
    fields = dict(asked.context["typed"])
    if asked.context["kept_files"]:
        fields["proof-file"] = asked.context["kept_files"]
    return fields


def test_shortly_after_signing_in_nothing_is_asked(client: Client, person: User, clock: Clock) -> None:
    give_password(client)
    clock.wait(minutes=14)

    assert client.post(VERB, TYPED).status_code == 201


def test_later_the_password_is_asked_and_everything_typed_goes_on_with_it(late: Client) -> None:
    asked = late.post(VERB, TYPED)
    assert asked.status_code == 403
    assert f'action="{VERB}"' in asked.content.decode()

    done = late.post(VERB, sent_again(asked) | {"proof-secret": PASSWORD})

    assert done.status_code == 201
    assert done.content.decode() == repr((EXPECTED, []))
    assert events()[-1] == "account.proof_given"


def test_looking_needs_no_proof(late: Client) -> None:
    assert late.get(VERB).status_code == 201


def test_the_proof_holds_for_a_while_and_no_longer(late: Client, clock: Clock) -> None:
    late.post(VERB, TYPED | {"proof-secret": PASSWORD})
    clock.wait(minutes=14)
    assert late.post(VERB, TYPED).status_code == 201
    late.get("/")
    clock.wait(minutes=2)
    assert late.post(VERB, TYPED).status_code == 403


def test_a_wrong_password_does_nothing_and_loses_nothing(late: Client) -> None:
    asked = late.post(VERB, TYPED | {"proof-secret": "sai rồi"})

    assert asked.status_code == 422
    assert sorted(asked.context["typed"]) == EXPECTED
    assert "sai rồi" not in asked.content.decode()
    assert logged()[-1] == ("account.sign_in_failed", {"address": "127.0.0.1", "step": "proof"})


def test_guessing_ends_after_ten(late: Client) -> None:
    for _number in range(throttle.PROOF.attempts):
        late.post(VERB, {"proof-secret": "sai rồi"})

    refused = late.post(VERB, TYPED | {"proof-secret": PASSWORD})

    assert refused.status_code == 422
    assert sorted(refused.context["typed"]) == EXPECTED
    assert "account.locked" in events()


def test_a_code_of_the_app_is_a_proof_once(
    client: Client, person: User, phone_of: Callable[[User], Phone], clock: Clock
) -> None:
    phone = phone_of(person)
    client.force_login(person)
    clock.wait(minutes=16)
    code = phone.code()

    assert client.post(VERB, TYPED | {"proof-secret": code}).status_code == 201
    assert not factor_services.accept_code(user=person, code=code)


def test_a_passkey_is_a_proof_and_another_persons_is_none(client: Client, person: User, clock: Clock) -> None:
    key, foreign = SecurityKey(), SecurityKey()
    client.force_login(person)
    question = client.get("/bao-mat/khoa/").context["question"]
    client.post("/bao-mat/khoa/", {"name": "khóa", "answer": key.make(question)})
    other = Client()
    other.force_login(make_person("binh"))
    question = other.get("/bao-mat/khoa/").context["question"]
    other.post("/bao-mat/khoa/", {"name": "khóa", "answer": foreign.make(question)})
    clock.wait(minutes=16)

    asked = client.post(VERB, TYPED)
    wrong = {"proof-passkey": foreign.sign(asked.context["passkey_question"])}
    again = client.post(VERB, TYPED | wrong)
    assert again.status_code == 422
    right = {"proof-passkey": key.sign(again.context["passkey_question"]), "proof-secret": ""}
    done = client.post(VERB, TYPED | right)

    assert (done.status_code, done.content.decode()) == (201, repr((EXPECTED, [])))


def upload(name: str = "to-trinh.txt", text: str = "nội dung") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/plain")


def test_files_go_on_with_the_proof_too(late: Client) -> None:
    asked = late.post(VERB, TYPED | {"paper": [upload(), upload("hai.txt", "hai")]})
    assert len(asked.context["kept_files"]) == 2
    wrong = late.post(VERB, sent_again(asked) | {"proof-secret": "sai"})

    done = late.post(VERB, sent_again(wrong) | {"proof-secret": PASSWORD})

    assert done.content.decode() == repr((EXPECTED, ["paper=to-trinh.txt:nội dung", "paper=hai.txt:hai"]))
    assert StoredFile.objects.filter(adopted_at=None).count() == 2  # swept after a day


def test_a_kept_file_is_given_to_its_sender_only(late: Client, clock: Clock) -> None:
    asked = late.post(VERB, {"paper": upload()})
    make_person("binh")
    other = Client()
    give_password(other, "binh")
    clock.wait(minutes=16)

    for token in (asked.context["kept_files"][0], "forged", StoredFile.objects.get().pk):
        done = other.post(VERB, {"proof-secret": PASSWORD, "proof-file": token})
        assert done.content.decode() == repr(([], []))
        clock.wait(minutes=16)


def test_a_file_too_large_to_keep_is_named(late: Client, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 3

    asked = late.post(VERB, {"paper": upload()})

    assert asked.context["lost_files"] == ["to-trinh.txt"]
    assert "to-trinh.txt" in asked.content.decode()
    assert not StoredFile.objects.exists()


def test_in_a_part_of_a_page_the_question_takes_the_whole(late: Client) -> None:
    asked = late.post(VERB, TYPED, headers={"HX-Request": "true"})

    assert asked["HX-Retarget"] == "body"


def test_strangers_on_a_public_page_are_not_asked_who_they_are(
    client: Client, late: Client, db: None
) -> None:
    assert Client().post("/thu/cong-khai/").status_code == 201
    assert late.post("/thu/cong-khai/").status_code == 403


def test_demonstration_accounts_are_told_their_password(
    client: Client, clock: Clock, settings, db: None
) -> None:
    settings.DEMO_PASSWORD = "thu-nghiem-2025"
    client.force_login(make_person("xa.thu", is_demo=True))
    clock.wait(minutes=16)

    assert "thu-nghiem-2025" in client.post(VERB).content.decode()
