"""Where the handbook describes the pages of the foundations."""

from core.help_links import Places, register_help

_HOME = "dang-nhap#viec-cua-toi-va-tim-kiem"
_SECOND = "dang-nhap#xac-thuc-buoc-hai"
_FORGOTTEN = "dang-nhap#quen-mat-khau"
_WHERE = "dang-nhap#noi-dang-dang-nhap-va-dang-xuat"

PLACES: dict[str, Places] = {
    "": "truc-trac#trang-bao-khong-tim-thay",
    "core:home": (
        *("cap-xa#viec-trong-mot-dot", "cap-huyen#viec-trong-mot-dot", "tham-dinh#viec-trong-mot-dot"),
        *("quan-tri#cac-buoc-dau", "thanh-tra#xem-duoc-gi", "thu-ky-chu-tich#truoc-phien-hop"),
        *("thanh-vien#truoc-phien-hop", _HOME),
    ),
    "core:first_steps": "quan-tri#cac-buoc-dau",
    "core:stuck": "quan-tri#muc-bi-tac",
    "core:search": _HOME,
    "core:audit": ("thanh-tra#nhat-ky", "quan-tri#nhat-ky"),
    "login": "dang-nhap#dang-nhap",
    "logout": _WHERE,
    "password_change": "dang-nhap#doi-mat-khau",
    "password_change_done": "dang-nhap#doi-mat-khau",
    "signing_in:second_step": _SECOND,
    "signing_in:as_demo": "dang-nhap#dang-nhap",
    "signing_in:oidc": "dang-nhap#dang-nhap",
    "signing_in:oidc_done": "dang-nhap#dang-nhap",
    "signing_in:proof": "dang-nhap#khi-he-thong-hoi-lai",
    "signing_in:proven": "dang-nhap#khi-he-thong-hoi-lai",
    "signing_in:reset_asked": _FORGOTTEN,
    "signing_in:reset_sent": _FORGOTTEN,
    "signing_in:reset": _FORGOTTEN,
    "signing_in:reset_done": _FORGOTTEN,
    "signing_in:security": _SECOND,
    "signing_in:app_add": _SECOND,
    "signing_in:app_remove": _SECOND,
    "signing_in:recovery_codes": _SECOND,
    "signing_in:passkey_add": _SECOND,
    "signing_in:passkey_remove": _SECOND,
    "signing_in:elsewhere": _WHERE,
}


def install() -> None:
    register_help(PLACES)
