"""Where the handbook describes official documents."""

from core.help_links import Places, register_help

_ISSUING = ("tham-dinh#van-ban", "thu-ky-chu-tich#bien-ban-va-ky-xac-nhan")
_SIGNING = "thu-ky-chu-tich#bien-ban-va-ky-xac-nhan"

PLACES: dict[str, Places] = {
    "reports:documents": (
        "tham-dinh#van-ban",
        "thu-ky-chu-tich#bien-ban-va-ky-xac-nhan",
        "thanh-tra#xem-duoc-gi",
    ),
    "reports:download": "tham-dinh#van-ban",
    "reports:genuine": "tham-dinh#van-ban",
    "reports:genuine_search": "tham-dinh#van-ban",
    "reports:issue": _ISSUING,
    "reports:preview": _ISSUING,
    "reports:draft": _ISSUING,
    "reports:achievement_report": "cap-xa#viet-thanh-tich",
    "reports:case_pack": ("thanh-vien#truoc-phien-hop", "thu-ky-chu-tich#moi-hop"),
    "reports:record_sign": _SIGNING,
    "reports:signature_take_back": _SIGNING,
    "reports:record_reopen": _SIGNING,
    "reports:reopening_settle": _SIGNING,
    "reports:meeting_recount": (
        "thanh-tra#kiem-lai-phien-hop",
        "thu-ky-chu-tich#kiem-lai-phien-hop",
        "tham-dinh#hoi-dong",
    ),
}


def install() -> None:
    register_help(PLACES)
