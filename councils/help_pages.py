"""Where the handbook describes councils, meetings and ballots."""

from core.help_links import Places, register_help, register_offices
from councils.querysets import offices_held

_COUNCIL = "thu-ky-chu-tich#hoi-dong-va-thanh-vien"
_OF_UNIT = "cap-huyen#hoi-dong-cua-don-vi"
_PREPARE = "thu-ky-chu-tich#lap-phien-hop"
_AGENDA = "thu-ky-chu-tich#chon-chuong-trinh"
_INVITING = "thu-ky-chu-tich#moi-hop"
_OPENING = "thu-ky-chu-tich#khai-mac-va-diem-danh"
_OFFICES = "thu-ky-chu-tich#phan-cong-va-thay-nguoi"
_INTERESTS = "thu-ky-chu-tich#quyen-loi-lien-quan"
_ON_PAPER = "thu-ky-chu-tich#phieu-giay-va-y-kien-bang-van-ban"
_CLOSING = "thu-ky-chu-tich#be-mac-va-bien-ban"

PLACES: dict[str, Places] = {
    "councils:list": (_COUNCIL, "thanh-vien#truoc-phien-hop", "tham-dinh#hoi-dong", _OF_UNIT),
    "councils:council_create": (_COUNCIL, _OF_UNIT),
    "councils:council_detail": (_COUNCIL, _OF_UNIT),
    "councils:member_add": _COUNCIL,
    "councils:seat": _COUNCIL,
    "councils:seat_end": _COUNCIL,
    "councils:seat_office": _COUNCIL,
    "councils:voting_rule_add": _COUNCIL,
    "councils:base_rule_add": _COUNCIL,
    "councils:declare": ("thanh-vien#khai-bao-quyen-loi", "thu-ky-chu-tich#quyen-loi-lien-quan"),
    "councils:declare_for": _INTERESTS,
    "councils:interests": _INTERESTS,
    "councils:interest_settle": _INTERESTS,
    "councils:meeting_create": _PREPARE,
    "councils:meeting_edit": _PREPARE,
    "councils:meeting_detail": (_OPENING, "thanh-vien#trong-phien-hop", "tham-dinh#hoi-dong"),
    "councils:agenda": _AGENDA,
    "councils:item_take_off": _AGENDA,
    "councils:invitation": _INVITING,
    "councils:calendar": ("thanh-vien#truoc-phien-hop", _INVITING),
    "councils:case_pack": ("thanh-vien#truoc-phien-hop", _INVITING, "tham-dinh#hoi-dong"),
    "councils:meeting_open": _OPENING,
    "councils:roll": _OPENING,
    "councils:presence_strike": _OPENING,
    "councils:offices": _OFFICES,
    "councils:office_consent": _OFFICES,
    "councils:counting_head": _OFFICES,
    "councils:stand_in": _OFFICES,
    "councils:notes": "thu-ky-chu-tich#bien-ban-va-ky-xac-nhan",
    "councils:hall": "thu-ky-chu-tich#man-hinh-hoi-truong",
    "councils:poll_open": "thu-ky-chu-tich#mo-bo-phieu",
    "councils:polls_open": "thu-ky-chu-tich#mo-bo-phieu",
    "councils:result_stands": "thu-ky-chu-tich#mo-bo-phieu",
    "councils:meeting_adjourn": "thu-ky-chu-tich#tam-ngung-va-hop-tiep",
    "councils:meeting_resume": "thu-ky-chu-tich#tam-ngung-va-hop-tiep",
    "councils:poll_close": "thu-ky-chu-tich#dong-bo-phieu-va-kiem-phieu",
    "councils:poll_turnout": "thu-ky-chu-tich#dong-bo-phieu-va-kiem-phieu",
    "councils:poll_agree": "thu-ky-chu-tich#dong-bo-phieu-va-kiem-phieu",
    "councils:poll_annul": "thu-ky-chu-tich#dong-bo-phieu-va-kiem-phieu",
    "councils:paper_seats": _ON_PAPER,
    "councils:batches": _ON_PAPER,
    "councils:batch_confirm": _ON_PAPER,
    "councils:batch_reject": _ON_PAPER,
    "councils:batch_withdraw": _ON_PAPER,
    "councils:meeting_close": _CLOSING,
    "councils:ballot": "thanh-vien#bo-phieu-kin",
    "councils:paper": "thanh-vien#bo-phieu-kin",
}


def install() -> None:
    register_help(PLACES)
    register_offices(offices_held)
