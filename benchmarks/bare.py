"""The application's addresses, and the bare view that screens are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as addresses


def bare(request: HttpRequest) -> HttpResponse:
    """Nothing, for somebody who is signed in."""
    return HttpResponse(status=204)


urlpatterns = [path("bare/", bare), *addresses]
