"""Where the handbook describes official documents."""

from core.help_links import Places, register_help

_ISSUING = ("tham-dinh#van-ban", "thu-ky-chu-tich#be-mac-va-bien-ban")

PLACES: dict[str, Places] = {
    "reports:documents": ("tham-dinh#van-ban", "thu-ky-chu-tich#be-mac-va-bien-ban", "thanh-tra#xem-duoc-gi"),
    "reports:download": "tham-dinh#van-ban",
    "reports:issue": _ISSUING,
    "reports:preview": _ISSUING,
    "reports:case_pack": ("thanh-vien#truoc-phien-hop", "thu-ky-chu-tich#moi-hop"),
}


def install() -> None:
    register_help(PLACES)
