from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, include, path

from registry import views
from registry.views import (
    duplicates,
    holds,
    import_meanings,
    imports,
    looks,
    members,
    numbers,
    personal_data,
    reorganisations,
    unit_keeping,
)
from registry.views.review_figures import RestateView, ReviewUnitView, RollUpListView, RollUpNoteView
from registry.views.review_overview import ReviewComparisonView, ReviewCoverageView, review_file

app_name = "registry"


def _with_holds(folder: str, kind: str) -> list[URLPattern]:
    """What may be on hold: units, households and individuals."""
    return _named(
        folder,
        kind,
        ("<int:pk>/tam-dung/", holds.holds, "holds"),
        ("<int:pk>/tam-dung/<int:hold>/", holds.hold_end, "hold_end"),
    )


def _of_people(folder: str, kind: str) -> list[URLPattern]:
    """What households and individuals have alike: numbers, likely duplicates, mergers, holds."""
    return [
        *_with_holds(folder, kind),
        *_named(
            folder,
            kind,
            ("trung/", duplicates.duplicates, "duplicates"),
            ("trung/khac-nguoi/", duplicates.tell_apart_chosen, "tell_apart"),
            ("<int:pk>/khac-nguoi/<int:other>/bo/", duplicates.forget_apart_of, "forget_apart"),
            ("gop/", duplicates.merge_choice, "merge_choice"),
            ("<int:pk>/gop/<int:other>/", duplicates.merge, "merge"),
            ("<int:pk>/tach-gop/", duplicates.unmerge, "unmerge"),
            ("<int:pk>/so-dinh-danh/", numbers.person_number, "number"),
            ("<int:pk>/nguoi-xem/", looks.who_looked, "looks"),
        ),
        path(
            f"{folder}/<int:pk>/so-cu/",
            numbers.person_number,
            {"kind": kind, "is_old": True},
            name=f"{kind}_old_number",
        ),
    ]


def _named(folder: str, kind: str, *pages: tuple[str, Callable[..., Any], str]) -> list[URLPattern]:
    return [path(f"{folder}/{way}", view, {"kind": kind}, name=f"{kind}_{name}") for way, view, name in pages]


urlpatterns = [
    path("tai-khoan/", include("registry.account_urls")),
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
        "don-vi/to-chuc-lai/<int:pk>/",
        reorganisations.ReorganisationDetailView.as_view(),
        name="reorganisation_detail",
    ),
    path("don-vi/to-chuc-lai/<int:pk>/tep/", reorganisations.reorganisation_file, name="reorganisation_file"),
    path("ra-soat/", views.ReviewListView.as_view(), name="reviews"),
    path("ra-soat/xuat/", views.review_export, name="review_export"),
    path("nhap/", imports.import_desk, name="imports"),
    path("nhap/tep/<int:pk>/", imports.import_file, name="import_file"),
    path("nhap/tep/<int:pk>/xac-nhan/", imports.import_confirm, name="import_confirm"),
    path("nhap/tep/<int:pk>/tra-loi/", imports.import_answer, name="import_answer"),
    path("nhap/tep/<int:pk>/y-nghia/", import_meanings.import_meanings, name="import_meanings"),
    path("nhap/tep/<int:pk>/huy/", imports.import_discard, name="import_discard"),
    path("nhap/tep/<int:pk>/doc-lai/", imports.import_read_again, name="import_read_again"),
    path("nhap/tep/<int:pk>/dong-bi-tu-choi/", imports.import_refused, name="import_refused"),
    path("nhap/<slug:kind>/", imports.ImportUploadView.as_view(), name="import_upload"),
    path("nhap/<slug:kind>/y-nghia/", import_meanings.kind_meanings, name="kind_meanings"),
    path(
        "nhap/<slug:kind>/y-nghia/<int:told>/rut-lai/",
        import_meanings.import_meaning_take_back,
        name="import_meaning_take_back",
    ),
    path("nhap/<slug:kind>/mau/", imports.import_template, name="import_template"),
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
    path("ho-gia-dinh/<int:pk>/thanh-vien/them/", members.member_add, name="member_add"),
    path("ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/", members.member_edit, name="member_edit"),
    path("ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/bo/", members.member_remove, name="member_remove"),
    path(
        "ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/so-dinh-danh/",
        numbers.member_number,
        name="member_number",
    ),
    path(
        "ho-gia-dinh/<int:pk>/thanh-vien/<int:member>/so-cu/",
        numbers.member_number,
        {"is_old": True},
        name="member_old_number",
    ),
    path("so-dinh-danh/tim/", numbers.number_search, name="number_search"),
    *_with_holds("don-vi", "unit"),
    *_of_people("ho-gia-dinh", "household"),
    path("ho-gia-dinh/", views.HouseholdListView.as_view(), name="households"),
    path("ho-gia-dinh/them/", views.HouseholdCreateView.as_view(), name="household_create"),
    path("ho-gia-dinh/<int:pk>/", views.HouseholdDetailView.as_view(), name="household_detail"),
    path("ho-gia-dinh/<int:pk>/sua/", views.HouseholdEditView.as_view(), name="household_edit"),
    *_of_people("ca-nhan", "individual"),
    path("ca-nhan/", views.IndividualListView.as_view(), name="individuals"),
    path("ca-nhan/them/", views.IndividualCreateView.as_view(), name="individual_create"),
    path("ca-nhan/<int:pk>/", views.IndividualDetailView.as_view(), name="individual_detail"),
    path("ca-nhan/<int:pk>/sua/", views.IndividualEditView.as_view(), name="individual_edit"),
    path("du-lieu-ca-nhan/", personal_data.DataCaseListView.as_view(), name="data_cases"),
    path("du-lieu-ca-nhan/nguoi-xem/", looks.LookListView.as_view(), name="looks"),
    path("du-lieu-ca-nhan/them/<slug:kind>/", personal_data.data_case_record, name="data_case_record"),
    path("du-lieu-ca-nhan/<int:pk>/", personal_data.data_case, name="data_case"),
    path(
        "du-lieu-ca-nhan/<int:pk>/tra-loi-lan-dau/",
        personal_data.data_case_acknowledge,
        name="data_case_acknowledge",
    ),
]
