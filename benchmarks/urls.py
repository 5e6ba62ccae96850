"""The application's addresses, and the bare view that screens are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as of_the_application


def bare(request: HttpRequest) -> HttpResponse:
    """Nothing, for somebody who is signed in."""
    return HttpResponse(status=204)


urlpatterns = [path("bare/", bare), *of_the_application]
