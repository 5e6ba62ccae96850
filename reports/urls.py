"""Addresses of documents."""

from django.urls import path

from reports import public_views, views

app_name = "reports"
urlpatterns = [
    path("", views.DocumentListView.as_view(), name="documents"),
    path("kiem-tra/", public_views.genuine_search, name="genuine_search"),
    path("kiem-tra/<slug:code>/", public_views.genuine, name="genuine"),
    path("<int:pk>/tai-ve/", views.document_download, name="download"),
    path("bao-cao-thanh-tich/<slug:code>.docx", views.achievement_report, name="achievement_report"),
    path("ho-so-tom-tat/<int:pk>.pdf", views.case_pack_pdf, name="case_pack"),
    path("mo-lai/<int:pk>/", views.reopening_settle, name="reopening_settle"),
    path("phien-hop/<int:pk>/kiem-lai/", views.meeting_recount, name="meeting_recount"),
    path("<slug:kind>/<int:pk>/ky/", views.record_sign, name="record_sign"),
    path("<slug:kind>/<int:pk>/rut-chu-ky/", views.signature_take_back, name="signature_take_back"),
    path("<slug:kind>/<int:pk>/mo-lai/", views.record_reopen, name="record_reopen"),
    path("<slug:kind>/<int:pk>/", views.document_issue, name="issue"),
    path("<slug:kind>/<int:pk>/xem-truoc/", views.document_preview, name="preview"),
    path("<slug:kind>/<int:pk>/du-thao.docx", views.document_draft, name="draft"),
]
