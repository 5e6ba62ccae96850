from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("buoc-dau/", views.FirstStepsView.as_view(), name="first_steps"),
    path("viec-ket/", views.StuckView.as_view(), name="stuck"),
    path("tim/", views.SearchView.as_view(), name="search"),
    path("nhat-ky/", views.AuditListView.as_view(), name="audit"),
    path("he-thong/song/", views.alive, name="alive"),
    path("healthz", views.healthy, name="healthy"),
    path("readyz", views.ready, name="ready"),
    path("metrics", views.figures, name="figures"),
]
