from django.urls import path

from registry import views
from registry.views import reorganisation_files, reorganisations, unit_keeping

app_name = "registry"
urlpatterns = [
    path("don-vi/", views.UnitListView.as_view(), name="units"),
    path("don-vi/<int:pk>/", views.UnitDetailView.as_view(), name="unit_detail"),
    path("don-vi/them/<slug:slug>/", unit_keeping.UnitCreateView.as_view(), name="unit_create"),
    path("don-vi/<int:pk>/sua/", unit_keeping.UnitCorrectView.as_view(), name="unit_correct"),
    path("don-vi/<int:pk>/giai-the/", unit_keeping.UnitEndView.as_view(), name="unit_end"),
    path("don-vi/<int:pk>/khu-vuc/", unit_keeping.UnitZoneView.as_view(), name="unit_zone"),
    path(
        "don-vi/<int:pk>/co-quan-thuong-truc/",
        unit_keeping.StandingOfficeView.as_view(),
        name="standing_office",
    ),
    path("don-vi/<int:pk>/thanh-vien/", unit_keeping.ClusterMembersView.as_view(), name="cluster_members"),
    path(
        "don-vi/<int:pk>/thanh-vien/<int:member>/ket-thuc/",
        unit_keeping.cluster_member_end,
        name="cluster_member_end",
    ),
    path("don-vi/to-chuc-lai/", reorganisations.ReorganisationListView.as_view(), name="reorganisations"),
    path("don-vi/to-chuc-lai/them/", reorganisations.reorganisation_choose, name="reorganisation_choose"),
    path(
        "don-vi/to-chuc-lai/them/<slug:slug>/",
        reorganisations.ReorganisationCreateView.as_view(),
        name="reorganisation_create",
    ),
    path(
        "don-vi/to-chuc-lai/nap/",
        reorganisation_files.ReorganisationLoadView.as_view(),
        name="reorganisation_load",
    ),
    path(
        "don-vi/to-chuc-lai/nap/<int:pk>/",
        reorganisation_files.reorganisation_load_preview,
        name="reorganisation_load_preview",
    ),
    path(
        "don-vi/to-chuc-lai/nap/<int:pk>/xac-nhan/",
        reorganisation_files.reorganisation_load_confirm,
        name="reorganisation_load_confirm",
    ),
    path(
        "don-vi/to-chuc-lai/nap/<int:pk>/huy/",
        reorganisation_files.reorganisation_load_discard,
        name="reorganisation_load_discard",
    ),
    path(
        "don-vi/to-chuc-lai/<int:pk>/",
        reorganisations.ReorganisationDetailView.as_view(),
        name="reorganisation_detail",
    ),
    path("don-vi/to-chuc-lai/<int:pk>/tep/", reorganisations.reorganisation_file, name="reorganisation_file"),
    path("ra-soat/", views.ReviewListView.as_view(), name="reviews"),
    path("ra-soat/xuat/", views.review_export, name="review_export"),
    path("ra-soat/nap/", views.ReviewImportView.as_view(), name="review_import"),
    path("ra-soat/nap/<int:pk>/", views.review_import_preview, name="review_import_preview"),
    path("ra-soat/nap/<int:pk>/xac-nhan/", views.review_import_confirm, name="review_import_confirm"),
    path("ra-soat/nap/<int:pk>/huy/", views.review_import_discard, name="review_import_discard"),
    path("ho-gia-dinh/", views.HouseholdListView.as_view(), name="households"),
    path("ho-gia-dinh/them/", views.HouseholdCreateView.as_view(), name="household_create"),
    path("ho-gia-dinh/<int:pk>/", views.HouseholdDetailView.as_view(), name="household_detail"),
    path("ho-gia-dinh/<int:pk>/sua/", views.HouseholdEditView.as_view(), name="household_edit"),
    path("ca-nhan/", views.IndividualListView.as_view(), name="individuals"),
    path("ca-nhan/them/", views.IndividualCreateView.as_view(), name="individual_create"),
    path("ca-nhan/<int:pk>/", views.IndividualDetailView.as_view(), name="individual_detail"),
    path("ca-nhan/<int:pk>/sua/", views.IndividualEditView.as_view(), name="individual_edit"),
]
