"""Where the handbook describes the register, poverty reviews, files and accounts."""

from core.help_links import Places, register_help

_UNITS = "so-lieu#don-vi"
_REORGANISE = "so-lieu#to-chuc-lai-don-vi"
_PEOPLE = "so-lieu#ho-gia-dinh-va-ca-nhan"
_NUMBERS = "so-lieu#so-dinh-danh-ca-nhan"
_DUPLICATES = "so-lieu#co-the-trung"
_HOLDS = "so-lieu#tam-dung-xet-khen-thuong"
_REVIEWS = "so-lieu#ket-qua-ra-soat"
_ROLL_UP = "so-lieu#tong-bi-lech"
_LOAD = "so-lieu#nap-tep"
_PREVIEW = "so-lieu#xem-truoc-va-nap"
_REFUSED = "so-lieu#dong-bi-tu-choi-va-cau-hoi"
_MEANINGS = "so-lieu#nghia-cua-tu"
_LOOKS = ("thanh-tra#ai-da-xem-du-lieu", "tham-dinh#du-lieu-ca-nhan")
_CASES = "tham-dinh#du-lieu-ca-nhan"
_ACCOUNT = "quan-tri#mo-tai-khoan"
_ROLE = "quan-tri#giao-vai-tro"
_CONFIRM = "quan-tri#xac-nhan-vai-tro-cap-tinh"
_ACCESS = "quan-tri#lien-ket-va-phieu-ma"
_HAND_ON = "quan-tri#ban-giao-khoa-va-gop"
_LISTS = ("quan-tri#danh-sach-nguoi-dung", "cap-huyen#xac-nhan-danh-sach-nguoi-dung")

# What households and individuals have alike.
_OF_PEOPLE: dict[str, Places] = {
    "holds": _HOLDS,
    "hold_end": _HOLDS,
    "duplicates": _DUPLICATES,
    "tell_apart": _DUPLICATES,
    "forget_apart": _DUPLICATES,
    "merge_choice": _DUPLICATES,
    "merge": _DUPLICATES,
    "unmerge": _DUPLICATES,
    "number": _NUMBERS,
    "old_number": _NUMBERS,
    "looks": _LOOKS,
    "create": _PEOPLE,
    "detail": _PEOPLE,
    "edit": _PEOPLE,
}

PLACES: dict[str, Places] = {
    "one_time_code": "dang-nhap#ma-mot-lan",
    "one_time_code_link": "dang-nhap#ma-mot-lan",
    **{
        f"registry:{kind}_{page}": place
        for kind in ("household", "individual")
        for page, place in _OF_PEOPLE.items()
    },
    "registry:households": _PEOPLE,
    "registry:individuals": _PEOPLE,
    "registry:member_add": _PEOPLE,
    "registry:member_edit": _PEOPLE,
    "registry:member_remove": _PEOPLE,
    "registry:member_number": _NUMBERS,
    "registry:member_old_number": _NUMBERS,
    "registry:number_search": _NUMBERS,
    "registry:unit_holds": _HOLDS,
    "registry:unit_hold_end": _HOLDS,
    "registry:units": _UNITS,
    "registry:unit_detail": _UNITS,
    "registry:unit_create": _UNITS,
    "registry:unit_correct": _UNITS,
    "registry:unit_end": _UNITS,
    "registry:unit_zone": _UNITS,
    "registry:standing_office": _UNITS,
    "registry:cluster_members": _UNITS,
    "registry:cluster_member_end": _UNITS,
    "registry:reorganisations": _REORGANISE,
    "registry:reorganisation_choose": _REORGANISE,
    "registry:reorganisation_create": _REORGANISE,
    "registry:reorganisation_detail": _REORGANISE,
    "registry:reorganisation_file": _REORGANISE,
    "registry:reviews": _REVIEWS,
    "registry:review_export": _REVIEWS,
    "registry:review_coverage": _REVIEWS,
    "registry:review_comparison": _REVIEWS,
    "registry:review_file": _REVIEWS,
    "registry:review_unit": _REVIEWS,
    "registry:review_restate": _REVIEWS,
    "registry:review_roll_up": _ROLL_UP,
    "registry:review_roll_up_note": _ROLL_UP,
    "registry:imports": _LOAD,
    "registry:import_upload": _LOAD,
    "registry:import_template": _LOAD,
    "registry:import_file": _PREVIEW,
    "registry:import_confirm": _PREVIEW,
    "registry:import_discard": _PREVIEW,
    "registry:import_read_again": _PREVIEW,
    "registry:import_answer": _REFUSED,
    "registry:import_refused": _REFUSED,
    "registry:import_meanings": _MEANINGS,
    "registry:kind_meanings": _MEANINGS,
    "registry:import_meaning_take_back": _MEANINGS,
    "registry:looks": _LOOKS,
    "registry:data_cases": _CASES,
    "registry:data_case_record": _CASES,
    "registry:data_case": _CASES,
    "registry:data_case_acknowledge": _CASES,
    "registry:accounts": ("quan-tri#mo-tai-khoan", "thanh-tra#nguoi-dung-va-quyen"),
    "registry:account_detail": ("quan-tri#mo-tai-khoan", "thanh-tra#nguoi-dung-va-quyen"),
    "registry:account_open": _ACCOUNT,
    "registry:account_correct": _ACCOUNT,
    "registry:role_give": _ROLE,
    "registry:role_end": _ROLE,
    "registry:deciding_paper": _ROLE,
    "registry:role_requests": _CONFIRM,
    "registry:role_settle": _CONFIRM,
    "registry:first_lead": _CONFIRM,
    "registry:rights": ("thanh-tra#nguoi-dung-va-quyen", "quan-tri#giao-vai-tro"),
    "registry:certification": _LISTS,
    "registry:certify": _LISTS,
    "registry:departure_settle": _LISTS,
    "registry:account_slips": _ACCESS,
    "registry:account_slip": _ACCESS,
    "registry:account_link": _ACCESS,
    "registry:account_block": _HAND_ON,
    "registry:account_hand_over": _HAND_ON,
    "registry:account_merge": _HAND_ON,
}


def install() -> None:
    register_help(PLACES)
