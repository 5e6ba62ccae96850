from django.urls import path

from registry import views
from registry.views.review_figures import RestateView, ReviewUnitView, RollUpListView, RollUpNoteView
from registry.views.review_overview import ReviewComparisonView, ReviewCoverageView, review_file

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
    path("ra-soat/tinh-hinh-nop/", ReviewCoverageView.as_view(), name="review_coverage"),
    path("ra-soat/so-sanh/", ReviewComparisonView.as_view(), name="review_comparison"),
    path("ra-soat/tep/<int:pk>/", review_file, name="review_file"),
    path("ra-soat/chenh-lech/", RollUpListView.as_view(), name="review_roll_up"),
    path(
        "ra-soat/chenh-lech/<int:unit>/<int:year>/<slug:figure>/",
        RollUpNoteView.as_view(),
        name="review_roll_up_note",
    ),
    path("ra-soat/don-vi/<int:pk>/", ReviewUnitView.as_view(), name="review_unit"),
    path("ra-soat/don-vi/<int:pk>/tinh-lai/", RestateView.as_view(), name="review_restate"),
    path("ho-gia-dinh/", views.HouseholdListView.as_view(), name="households"),
    path("ho-gia-dinh/them/", views.HouseholdCreateView.as_view(), name="household_create"),
    path("ho-gia-dinh/<int:pk>/", views.HouseholdDetailView.as_view(), name="household_detail"),
    path("ho-gia-dinh/<int:pk>/sua/", views.HouseholdEditView.as_view(), name="household_edit"),
    path("ca-nhan/", views.IndividualListView.as_view(), name="individuals"),
    path("ca-nhan/them/", views.IndividualCreateView.as_view(), name="individual_create"),
    path("ca-nhan/<int:pk>/", views.IndividualDetailView.as_view(), name="individual_detail"),
    path("ca-nhan/<int:pk>/sua/", views.IndividualEditView.as_view(), name="individual_edit"),
]
