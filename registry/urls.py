from django.urls import path

from registry import views
from registry.views import duplicates, holds, members, numbers

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
    path("ho-gia-dinh/", views.HouseholdListView.as_view(), name="households"),
    path("ho-gia-dinh/them/", views.HouseholdCreateView.as_view(), name="household_create"),
    path("ho-gia-dinh/<int:pk>/", views.HouseholdDetailView.as_view(), name="household_detail"),
    path("ho-gia-dinh/<int:pk>/sua/", views.HouseholdEditView.as_view(), name="household_edit"),
    path("ho-gia-dinh/trung/", duplicates.duplicates, {"kind": "household"}, name="household_duplicates"),
    path("ho-gia-dinh/gop/", duplicates.merge_choice, {"kind": "household"}, name="household_merge_choice"),
    path(
        "ho-gia-dinh/<int:pk>/gop/<int:other>/",
        duplicates.merge,
        {"kind": "household"},
        name="household_merge",
    ),
    path("ho-gia-dinh/<int:pk>/so-dinh-danh/", numbers.household_number, name="household_number"),
    path("ho-gia-dinh/<int:pk>/tam-dung/", holds.holds, {"kind": "household"}, name="household_holds"),
    path(
        "ho-gia-dinh/<int:pk>/tam-dung/<int:hold>/",
        holds.hold_end,
        {"kind": "household"},
        name="household_hold_end",
    ),
    path("ho-gia-dinh/<int:pk>/thanh-vien/them/", members.member_add, name="member_add"),
    path("ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/", members.member_edit, name="member_edit"),
    path("ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/bo/", members.member_remove, name="member_remove"),
    path(
        "ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/so-dinh-danh/",
        numbers.member_number,
        name="member_number",
    ),
    path("so-dinh-danh/tim/", numbers.number_search, name="number_search"),
    path("don-vi/<int:pk>/tam-dung/", holds.holds, {"kind": "unit"}, name="unit_holds"),
    path("don-vi/<int:pk>/tam-dung/<int:hold>/", holds.hold_end, {"kind": "unit"}, name="unit_hold_end"),
    path("ca-nhan/trung/", duplicates.duplicates, {"kind": "individual"}, name="individual_duplicates"),
    path("ca-nhan/gop/", duplicates.merge_choice, {"kind": "individual"}, name="individual_merge_choice"),
    path(
        "ca-nhan/<int:pk>/gop/<int:other>/", duplicates.merge, {"kind": "individual"}, name="individual_merge"
    ),
    path("ca-nhan/<int:pk>/so-dinh-danh/", numbers.individual_number, name="individual_number"),
    path("ca-nhan/<int:pk>/tam-dung/", holds.holds, {"kind": "individual"}, name="individual_holds"),
    path(
        "ca-nhan/<int:pk>/tam-dung/<int:hold>/",
        holds.hold_end,
        {"kind": "individual"},
        name="individual_hold_end",
    ),
    path("ca-nhan/", views.IndividualListView.as_view(), name="individuals"),
    path("ca-nhan/them/", views.IndividualCreateView.as_view(), name="individual_create"),
    path("ca-nhan/<int:pk>/", views.IndividualDetailView.as_view(), name="individual_detail"),
    path("ca-nhan/<int:pk>/sua/", views.IndividualEditView.as_view(), name="individual_edit"),
]
