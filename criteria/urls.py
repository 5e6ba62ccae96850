from django.urls import path

from criteria import views

app_name = "criteria"
urlpatterns = [
    path("", views.rulebook, name="rulebook"),
    path("<slug:plan_id>/", views.rulebook, name="rulebook_plan"),
]
