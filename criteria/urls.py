from django.urls import path

from criteria import views

app_name = "criteria"
urlpatterns = [
    path("", views.rulebook, name="rulebook"),
    path("phien-ban/<slug:content_hash>/", views.rulebook_version, name="rulebook_version"),
    path("<slug:plan_id>/", views.rulebook, name="rulebook_plan"),
]
