"""The map of addresses. Every page needs sign-in unless its view is marked public."""

from django.contrib.auth.views import PasswordChangeDoneView
from django.urls import include, path

from core.signing_in import security, views
from registry.views.account_access import one_time_code, one_time_code_link

handler400 = "core.errors.bad_request"
handler403 = "core.errors.forbidden"
handler404 = "core.errors.not_found"
handler500 = "core.errors.server_error"

urlpatterns = [
    path("", include("core.urls")),
    path("dang-nhap/", views.sign_in, name="login"),
    path("dang-xuat/", views.sign_out, name="logout"),
    path("mat-khau/", security.password_change, name="password_change"),
    path("mat-khau/xong/", PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("", include("core.signing_in.urls")),
    path("ma-mot-lan/", one_time_code, name="one_time_code"),
    path("ma-mot-lan/<str:code>/", one_time_code_link, name="one_time_code_link"),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
    path("danh-ba/", include("registry.urls")),
    path("quy-dinh/", include("criteria.urls")),
    path("ho-so/", include("nominations.urls")),
    path("hoi-dong/", include("councils.urls")),
    path("van-ban/", include("reports.urls")),
]
