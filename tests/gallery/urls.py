"""The product's addresses and, for tests only, a page that shows every component."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as product
from tests.gallery.samples import samples

__all__ = ["handler400", "handler403", "handler404", "handler500"]
PAGE = Path(__file__).with_name("page.html")


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component as pages use it, the error states included."""
    page = Template(PAGE.read_text(encoding="utf-8"))
    return HttpResponse(page.render(RequestContext(request, {"sample": samples()})))


urlpatterns = [*product, path("bo-giao-dien/", gallery, name="gallery")]
