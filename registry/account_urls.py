"""Addresses of people, roles and lists of people, below `tai-khoan/`."""

from django.urls import path

from registry.views import account_access, account_passing, account_roles, accounts

urlpatterns = [
    path("", accounts.AccountListView.as_view(), name="accounts"),
    path("mo/", accounts.account_open, name="account_open"),
    path("cho-xac-nhan/", account_roles.role_requests, name="role_requests"),
    path("cho-xac-nhan/<int:pk>/", account_roles.role_settle, name="role_settle"),
    path("lanh-dao-dau-tien/", account_roles.first_lead, name="first_lead"),
    path("quyen/", account_roles.rights, name="rights"),
    path("ra-soat/", account_passing.certification, name="certification"),
    path("ra-soat/<int:unit>/", account_passing.certify, name="certify"),
    path("phieu/<int:pk>/", account_access.slips_of_file, name="account_slips"),
    path("<int:pk>/", accounts.account_detail, name="account_detail"),
    path("<int:pk>/sua/", accounts.account_correct, name="account_correct"),
    path("<int:pk>/khoa/", accounts.account_block, name="account_block"),
    path("<int:pk>/lien-ket/", account_access.account_link, name="account_link"),
    path("<int:pk>/phieu/", account_access.account_slip, name="account_slip"),
    path("<int:pk>/vai-tro/", account_roles.role_give, name="role_give"),
    path("<int:pk>/vai-tro/<int:role>/ket-thuc/", account_roles.role_end, name="role_end"),
    path("<int:pk>/van-ban/<int:paper>/", account_roles.deciding_paper, name="deciding_paper"),
    path("<int:pk>/ban-giao/", account_passing.account_hand_over, name="account_hand_over"),
    path("<int:pk>/gop/", account_passing.account_merge, name="account_merge"),
    path("<int:pk>/da-nghi/", account_passing.departure_settle, name="departure_settle"),
]
