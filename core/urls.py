from django.urls import path, register_converter

from core import handbook_pages, views
from core.handbook import PUBLIC_SLUGS


class PublicChapter:
    """A chapter of the handbook that is read without signing in."""

    regex = "|".join(PUBLIC_SLUGS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicChapter, "public_chapter")

app_name = "core"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("buoc-dau/", views.FirstStepsView.as_view(), name="first_steps"),
    path("viec-ket/", views.StuckView.as_view(), name="stuck"),
    path("tim/", views.SearchView.as_view(), name="search"),
    path("tro-giup/", handbook_pages.contents, name="handbook"),
    path("tro-giup/<public_chapter:slug>/", handbook_pages.public_chapter, name="handbook_public"),
    path("tro-giup/<slug:slug>/", handbook_pages.chapter, name="handbook_chapter"),
    path("nhat-ky/", views.AuditListView.as_view(), name="audit"),
    path("he-thong/song/", views.alive, name="alive"),
    path("healthz", views.healthy, name="healthy"),
    path("readyz", views.ready, name="ready"),
    path("metrics", views.figures, name="figures"),
]
