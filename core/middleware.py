"""The reader's language, what no request may hold, and the one place where refusals become answers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve
from django.utils import translation

from core.errors import bad_request, outage_page, refusal_response, too_large
from core.exceptions import Hidden, Refusal
from core.outages import is_beyond_any_key
from core.view_marks import is_nameless


class LanguageMiddleware:
    """Vietnamese unless the person chose English.

    The browser's own language is not asked: office machines often run in English
    while the people at them work in Vietnamese.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NamelessMiddleware:
    """Takes a person's cookies off a request to a view that is `nameless`, before anything reads them.

    From here on the request is a stranger's: no session is loaded, no user is asked for, and no page, log line or
    statement can name who sent it. Stands before whatever reads a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not _is_for_nobody(request.path_info):
            return self.get_response(request)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
        response = self.get_response(request)
        # A stranger's cookie would take the place of the one that other pages of this browser were made with.
        response.cookies.clear()
        return response


def _is_for_nobody(path: str) -> bool:
    try:
        return is_nameless(resolve(path).func)
    except Resolver404:
        return False


class MethodsMiddleware:
    """Answers 405 to every verb but those of a browser: no page of ours is put, deleted, traced or asked for its options.

    A view that tells only POST from the rest would take any other verb for a reader's.
    """

    allowed = ("GET", "HEAD", "POST")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.allowed:
            return HttpResponseNotAllowed(self.allowed)
        return self.get_response(request)


class RequestSizeMiddleware:
    """Answers 413 to a sending that is too large, before any of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length) > settings.REQUEST_MAX_BYTES:
            return too_large(request, int(length))
        return self.get_response(request)


class NullCharacterMiddleware:
    """Answers 400 to a request whose address or form holds a null character.

    PostgreSQL stores none and fails on a query that asks for one; nobody can type one in a browser.
    Stands after the CSRF check, which reads the form first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        for sent in (request.GET, request.POST):
            if any("\x00" in text for name, values in sent.lists() for text in (name, *values)):
                return bad_request(request)
        return None


class RefusalMiddleware:
    """Turns a `Refusal` that a view let through into its page: 403, 404, 409, 422 or 507."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_beyond_any_key(exception):
            return refusal_response(request, Hidden())
        if isinstance(exception, Refusal) and exception.status_code >= 500:
            return outage_page(request, exception)
        if isinstance(exception, Refusal):
            return refusal_response(request, exception)
        return None
