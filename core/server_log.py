"""The server's log as lines of JSON: what a machine may collect, joined by the request's number, without personal data.

An exception's own words are left out, since a database's complaint quotes the row: its kind and the lines of code
that led to it stay. Numbers as long as a citizen number or a telephone number and mail addresses are masked in the rest.
"""

import json
import logging
import re
import secrets
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Nine digits and more, also when written in groups; moments and versions are shorter or hold other signs.
_NUMBER = re.compile(r"(?<![\w])\d(?:[ .]?\d){8,}(?![\w])")
_ROOT = Path(__file__).resolve().parent.parent

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """Numbers each request, or takes the proxy's number, and tells it in the answer's `X-Request-ID`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        token = request_id.set(given if _GIVEN.fullmatch(given) else secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class JsonFormatter(logging.Formatter):
    """One line of JSON a record: time (UTC), level, logger, message, and request_id and exception where there are."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(_without_words(record)),
        }
        if number := request_id.get():
            line["request_id"] = number
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def masked(text: str) -> str:
    """The text without what may be a person's number or mail address."""
    return _NUMBER.sub("[number]", _MAIL.sub("[mail]", text))


def _without_words(record: logging.LogRecord) -> str:
    """The message, in which an exception that was handed in is named by its kind."""
    if not isinstance(record.args, tuple):
        return record.getMessage()
    arguments = tuple(
        type(part).__name__ if isinstance(part, BaseException) else part for part in record.args
    )
    return str(record.msg) % arguments if arguments else str(record.msg)


def _told(error: BaseException) -> dict[str, Any]:
    frames = [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    told: dict[str, Any] = {"kind": f"{type(error).__module__}.{type(error).__name__}", "frames": frames}
    if error.__cause__ is not None:
        told["cause"] = _told(error.__cause__)
    return told


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else filename
