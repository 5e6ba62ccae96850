"""Where the handbook describes nominations, from the finder to the award history."""

from core.help_links import Places, register_help

_FIND = "cap-xa#tim-doi-tuong-du-dieu-kien"
_START = "cap-xa#lap-ho-so-de-nghi"
_WRITE = "cap-xa#viet-thanh-tich"
_PAPERS = "cap-xa#dinh-kem-giay-to"
_FILE = "cap-xa#kiem-tra-va-gui"
_FOLLOW = ("cap-xa#theo-doi-ho-so", "cap-huyen#xem-xet-ho-so-cac-xa-gui-len", "tham-dinh#ban-tham-dinh")
_SET = ("cap-huyen#bo-ho-so-trinh-tinh", "cap-xa#co-quan-trinh-thang-len-tinh")
_SET_FILE = ("cap-huyen#kiem-tra-va-trinh-bo-ho-so", "cap-xa#co-quan-trinh-thang-len-tinh")
_READ_DESK = "tham-dinh#tiep-nhan-va-doc-ho-so"
_CONCLUDE = "tham-dinh#ket-luan-tham-dinh"
_PROPOSE = "tham-dinh#lap-to-trinh"
_SELECT = "tham-dinh#lua-chon-theo-thu-tu"
_WAY = "tham-dinh#cac-buoc-den-quyet-dinh"
_DECIDE = "tham-dinh#ghi-quyet-dinh"
_HISTORY = "tham-dinh#lich-su-khen-thuong"
_PLANS = "tham-dinh#ke-hoach-tai-len"
_ROUNDS = "tham-dinh#phong-trao-va-dot-khen-thuong"

PLACES: dict[str, Places] = {
    "nominations:list": (*_FOLLOW, "thanh-tra#doc-ho-so"),
    "nominations:start": _START,
    "nominations:finder": _FIND,
    "nominations:finder_export": _FIND,
    "nominations:what_if": _FIND,
    "nominations:sets": _SET,
    "nominations:set_open": _SET,
    "nominations:set_detail": _SET,
    "nominations:set_choose": _SET,
    "nominations:set_paper": _SET,
    "nominations:set_file": _SET_FILE,
    "nominations:paper_download": _PAPERS,
    "nominations:paper_confirm": _PAPERS,
    "nominations:paper_remove": _PAPERS,
    "nominations:paper_upload": _PAPERS,
    "nominations:paper_excuse": _PAPERS,
    "nominations:detail": (*_FOLLOW, "thanh-tra#doc-ho-so", "thanh-vien#truoc-phien-hop"),
    "nominations:edit": _WRITE,
    "nominations:edit?step=papers": _PAPERS,
    "nominations:edit?step=check": _FILE,
    "nominations:autosave": _WRITE,
    "nominations:report_read": _WRITE,
    "nominations:file": _FILE,
    "nominations:withdraw": "cap-xa#rut-ho-so",
    "nominations:return": "cap-huyen#tra-lai-hoac-khong-chon",
    "nominations:not_select": "cap-huyen#tra-lai-hoac-khong-chon",
    "nominations:desk": ("tham-dinh#ban-tham-dinh", "thanh-tra#doc-ho-so"),
    "nominations:desk_dossier": (_READ_DESK, "thanh-tra#doc-ho-so"),
    "nominations:desk_paper": _READ_DESK,
    "nominations:receive": _READ_DESK,
    "nominations:originals": _READ_DESK,
    "nominations:women": _READ_DESK,
    "nominations:judge": "tham-dinh#danh-gia-tung-tieu-chi",
    "nominations:request_supplement": "tham-dinh#yeu-cau-bo-sung",
    "nominations:refresh": _CONCLUDE,
    "nominations:mark_eligible": _CONCLUDE,
    "nominations:mark_not_eligible": _CONCLUDE,
    "nominations:mark_duplicate": _CONCLUDE,
    "nominations:reopen": _CONCLUDE,
    "nominations:waive": "tham-dinh#lanh-dao-chap-thuan-tieu-chi",
    "nominations:answer_supplement": ("cap-xa#tra-loi-yeu-cau-bo-sung", "cap-huyen#sau-khi-trinh"),
    "nominations:proposals": (_PROPOSE, "thanh-tra#doc-ho-so"),
    "nominations:proposal_start": _PROPOSE,
    "nominations:proposal_detail": (_PROPOSE, "thanh-tra#doc-ho-so"),
    "nominations:proposal_items": _PROPOSE,
    "nominations:selection": (
        _SELECT,
        "thu-ky-chu-tich#bo-phieu-giua-cac-ho-so-bang-nhau",
        "thanh-tra#doc-ho-so",
    ),
    "nominations:proposal_approve": "tham-dinh#lanh-dao-duyet-to-trinh",
    "nominations:proposal_cancel": _PROPOSE,
    "nominations:way_record": _WAY,
    "nominations:way_correct": _WAY,
    "nominations:way_file": _WAY,
    "nominations:decision_record": _DECIDE,
    "nominations:issuer_decision": ("cap-huyen#ghi-nhan-giay-khen", _DECIDE),
    "nominations:decision_file": _DECIDE,
    "nominations:history": _HISTORY,
    "nominations:history_add": _HISTORY,
    "nominations:history_record": _HISTORY,
    "nominations:history_revoke": _HISTORY,
    "nominations:rounds": _ROUNDS,
    "nominations:round": _ROUNDS,
    "nominations:round_extend": _ROUNDS,
    "nominations:round_close": _ROUNDS,
    "nominations:round_reopen": _ROUNDS,
    "nominations:movements": _ROUNDS,
    "nominations:plan_uploads": _PLANS,
    "nominations:plan_upload_new": _PLANS,
    "nominations:plan_upload": _PLANS,
    "nominations:plan_put_in_force": _PLANS,
    "nominations:plan_refuse": _PLANS,
    "nominations:plan_file": _PLANS,
}


def install() -> None:
    register_help(PLACES)
