"""The one answer of pages that hand what was typed to a service."""

from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.exceptions import Hidden, InvalidRequest, NotAllowed, Refusal, StaleState
from core.verbs import carry_out, posted

pytestmark = pytest.mark.unit


class _Reason(forms.Form):
    reason = forms.CharField()


class _OurFault(Refusal):
    status_code = 500


def _request(**typed: str) -> HttpRequest:
    request = RequestFactory().post("/", typed) if typed else RequestFactory().get("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def _answer(request: HttpRequest, act: Any, **kwargs: Any) -> tuple[HttpResponse, _Reason]:
    form = _Reason(posted(request))
    wanted = {"done": "Recorded.", "go_to": "/next/", "page": lambda status: HttpResponse(status=status)}
    return carry_out(request, form, act, **{**wanted, **kwargs}), form


def _refusing(refusal: Refusal) -> Any:
    def act(typed: dict[str, Any]) -> None:
        raise refusal

    return act


def _never(typed: dict[str, Any]) -> None:
    pytest.fail("the service was called")


def _said(request: HttpRequest) -> list[str]:
    return [message.message for message in get_messages(request)]


def test_asked_for_the_page_is_shown() -> None:
    response, form = _answer(_request(), _never)

    assert response.status_code == 200
    assert not form.is_bound


def test_what_cannot_be_read_comes_back() -> None:
    response, form = _answer(_request(reason=" "), _never)

    assert response.status_code == 422
    assert "reason" in form.errors


def test_done_says_so_and_leads_on() -> None:
    request, calls = _request(reason="đủ"), []

    response, _form = _answer(request, calls.append)

    assert calls == [{"reason": "đủ"}]
    assert response["Location"] == "/next/"
    assert _said(request) == ["Recorded."]


def test_sentence_and_address_may_follow_from_what_the_service_gave() -> None:
    request = _request(reason="đủ")

    response, _form = _answer(
        request, lambda typed: 7, done=lambda number: f"Number {number}.", go_to=lambda number: f"/{number}/"
    )

    assert response["Location"] == "/7/"
    assert _said(request) == ["Number 7."]


def test_done_may_say_nothing() -> None:
    request = _request(reason="đủ")

    _answer(request, lambda typed: None, done="")

    assert _said(request) == []


@pytest.mark.parametrize(("refusal", "status"), [(InvalidRequest, 422), (NotAllowed, 403), (StaleState, 409)])
def test_a_refusal_stands_above_what_was_typed(refusal: type[Refusal], status: int) -> None:
    request = _request(reason="đủ")

    response, form = _answer(request, _refusing(refusal("Not now.", "Come tomorrow.")))

    assert response.status_code == status
    assert form.non_field_errors() == ["Not now. Come tomorrow."]
    assert form["reason"].value() == "đủ"
    assert _said(request) == []


def test_a_fault_of_ours_is_logged_and_carries_its_reference(caplog: pytest.LogCaptureFixture) -> None:
    response, form = _answer(_request(reason="đủ"), _refusing(_OurFault("It broke.")))

    code = caplog.records[-1].getMessage().rpartition(" ")[2]
    assert response.status_code == 500
    assert form.non_field_errors()[0].startswith("It broke. ")
    assert code in form.non_field_errors()[0]


def test_what_is_hidden_stays_hidden() -> None:
    with pytest.raises(Hidden):
        _answer(_request(reason="đủ"), _refusing(Hidden()))
