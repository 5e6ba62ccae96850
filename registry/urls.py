from django.urls import path

from registry import views
from registry.views import imports

app_name = "registry"
urlpatterns = [
    path("don-vi/", views.UnitListView.as_view(), name="units"),
    path("don-vi/<int:pk>/", views.UnitDetailView.as_view(), name="unit_detail"),
    path("ra-soat/", views.ReviewListView.as_view(), name="reviews"),
    path("ra-soat/xuat/", views.review_export, name="review_export"),
    path("ra-soat/nap/", views.ReviewImportView.as_view(), name="review_import"),
    path("ra-soat/nap/<int:pk>/", views.review_import_preview, name="review_import_preview"),
    path("ra-soat/nap/<int:pk>/xac-nhan/", views.review_import_confirm, name="review_import_confirm"),
    path("ra-soat/nap/<int:pk>/huy/", views.review_import_discard, name="review_import_discard"),
    path("nhap/", imports.import_desk, name="imports"),
    path("nhap/tep/<int:pk>/", imports.import_file, name="import_file"),
    path("nhap/tep/<int:pk>/xac-nhan/", imports.import_confirm, name="import_confirm"),
    path("nhap/tep/<int:pk>/huy/", imports.import_discard, name="import_discard"),
    path("nhap/tep/<int:pk>/doc-lai/", imports.import_read_again, name="import_read_again"),
    path("nhap/tep/<int:pk>/dong-bi-tu-choi/", imports.import_refused, name="import_refused"),
    path("nhap/<slug:kind>/", imports.ImportUploadView.as_view(), name="import_upload"),
    path("nhap/<slug:kind>/mau/", imports.import_template, name="import_template"),
    path("ho-gia-dinh/", views.HouseholdListView.as_view(), name="households"),
    path("ho-gia-dinh/them/", views.HouseholdCreateView.as_view(), name="household_create"),
    path("ho-gia-dinh/<int:pk>/", views.HouseholdDetailView.as_view(), name="household_detail"),
    path("ho-gia-dinh/<int:pk>/sua/", views.HouseholdEditView.as_view(), name="household_edit"),
    path("ca-nhan/", views.IndividualListView.as_view(), name="individuals"),
    path("ca-nhan/them/", views.IndividualCreateView.as_view(), name="individual_create"),
    path("ca-nhan/<int:pk>/", views.IndividualDetailView.as_view(), name="individual_detail"),
    path("ca-nhan/<int:pk>/sua/", views.IndividualEditView.as_view(), name="individual_edit"),
]
