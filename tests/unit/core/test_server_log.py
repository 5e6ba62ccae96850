"""Lines of the server's log: joined by the request, without anybody's data."""

import json
import logging
import sys
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.server_log import HEADER, JsonFormatter, RequestIdMiddleware, masked, request_id


def line(message: str, *arguments: object, fault: BaseException | None = None) -> dict[str, Any]:
    fault_info = (type(fault), fault, fault.__traceback__) if fault else None
    record = logging.LogRecord("core.test", logging.ERROR, __file__, 1, message, arguments, fault_info)
    found: dict[str, Any] = json.loads(JsonFormatter().format(record))
    return found


def raised() -> BaseException:
    try:
        try:
            raise KeyError("Nguyễn Văn A")
        except KeyError as error:
            raise ValueError("Key (name)=(Nguyễn Văn A) already exists") from error
    except ValueError:
        fault = sys.exc_info()[1]
    assert fault is not None
    return fault


def test_a_line_says_what_happened_where() -> None:
    found = line("%s answered %s", "/ho-so/HS-2025-0001/", 500)

    assert found["message"] == "/ho-so/HS-2025-0001/ answered 500"
    assert (found["level"], found["logger"]) == ("ERROR", "core.test")
    assert found["time"].endswith("+00:00")
    assert "request_id" not in found


def test_an_exception_is_told_without_its_words() -> None:
    found = line("It failed: %s", raised(), fault=raised())

    assert found["message"] == "It failed: ValueError"
    assert found["exception"]["kind"] == "builtins.ValueError"
    assert found["exception"]["frames"][-1].startswith("tests/unit/core/test_server_log.py:")
    assert found["exception"]["cause"]["kind"] == "builtins.KeyError"
    assert "Nguyễn" not in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number 060123456789 twice", "number [number] twice"),
        ("060 123 456 789", "[number]"),
        ("call 0912.345.678 now", "call [number] now"),
        ("to nguyen.a@xa.binhthuan.gov.vn: refused", "to [mail]: refused"),
        ("HS-2025-0001 took 12345678 ms", "HS-2025-0001 took 12345678 ms"),
        ("reference 9F01AB23", "reference 9F01AB23"),
    ],
)
def test_numbers_and_addresses_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    ("given", "taken"),
    [("", False), ("abc12345-x", True), ("short", False), ("a" * 65, False), ("x\ny" * 5, False)],
)
def test_lines_of_a_request_bear_its_number(given: str, taken: bool) -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(line("x")["request_id"])
        return HttpResponse()

    request = RequestFactory().get("/", headers={HEADER: given} if given else {})
    response = RequestIdMiddleware(answer)(request)

    assert seen == [response.headers[HEADER]]
    assert (seen == [given]) is taken
    assert request_id.get() == ""
