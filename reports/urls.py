"""Addresses of documents."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.DocumentListView.as_view(), name="documents"),
    path("<int:pk>/tai-ve/", views.document_download, name="download"),
    path("ho-so-tom-tat/<int:pk>.pdf", views.case_pack_pdf, name="case_pack"),
    path("<slug:kind>/<int:pk>/", views.document_issue, name="issue"),
    path("<slug:kind>/<int:pk>/xem-truoc/", views.document_preview, name="preview"),
]
