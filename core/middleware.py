"""One place where refusals become answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.errors import refusal_response
from core.exceptions import Refusal


class RefusalMiddleware:
    """Turns a `Refusal` that a view let through into its page: 403, 404, 409 or 422."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_response(request, exception)
        return None
