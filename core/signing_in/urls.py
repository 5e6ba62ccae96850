"""Addresses of the sign-in and of the person's own security page."""

from django.urls import path

from core.signing_in import oidc, security, views

app_name = "signing_in"
urlpatterns = [
    path("dang-nhap/buoc-hai/", views.second_step, name="second_step"),
    path("dang-nhap/thu/", views.sign_in_as_demo, name="as_demo"),
    path("dang-nhap/mot-lan/", oidc.begin, name="oidc"),
    path("dang-nhap/mot-lan/xong/", oidc.finish, name="oidc_done"),
    path("xac-nhan/mot-lan/", oidc.proven, name="proven"),
    path("xac-nhan/", views.proof, name="proof"),
    path("phien/con-lai/", views.time_left, name="time_left"),
    path("phien/giu/", views.stay, name="stay"),
    path("mat-khau/quen/", security.reset_asked, name="reset_asked"),
    path("mat-khau/quen/da-gui/", security.reset_sent, name="reset_sent"),
    path("mat-khau/dat-lai/<uidb64>/<token>/", security.ResetView.as_view(), name="reset"),
    path("mat-khau/dat-lai/xong/", security.reset_done, name="reset_done"),
    path("bao-mat/", security.security, name="security"),
    path("bao-mat/ung-dung/", security.app_add, name="app_add"),
    path("bao-mat/ung-dung/bo/", security.app_remove, name="app_remove"),
    path("bao-mat/ma-du-phong/", security.recovery_codes, name="recovery_codes"),
    path("bao-mat/khoa/", security.passkey_add, name="passkey_add"),
    path("bao-mat/khoa/<int:pk>/bo/", security.passkey_remove, name="passkey_remove"),
    path("bao-mat/noi-khac/", security.elsewhere, name="elsewhere"),
]
