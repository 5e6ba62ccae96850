"""Names of agencies and enterprises as offices write them, and what a name says of its body's form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.text import match_key
from registry.enums import UnitForm

# Official abbreviations, written out before names are compared; longer ones first.
_ABBREVIATIONS = tuple(
    (f" {match_key(short)} ", f" {match_key(whole)} ")
    for short, whole in (
        ("LĐ TB XH", "lao động thương binh xã hội"),
        ("LĐ TBXH", "lao động thương binh xã hội"),
        ("LĐTB XH", "lao động thương binh xã hội"),
        ("LĐTBXH", "lao động thương binh xã hội"),
        ("NN PTNT", "nông nghiệp phát triển nông thôn"),
        ("NNPTNT", "nông nghiệp phát triển nông thôn"),
        ("GD ĐT", "giáo dục đào tạo"),
        ("GDĐT", "giáo dục đào tạo"),
        ("TT TT", "thông tin truyền thông"),
        ("KH ĐT", "kế hoạch đầu tư"),
        ("KHĐT", "kế hoạch đầu tư"),
        ("UB MTTQ", "ủy ban mặt trận tổ quốc"),
        ("UBMTTQ", "ủy ban mặt trận tổ quốc"),
        ("UBND", "ủy ban nhân dân"),
        ("VN", "việt nam"),
        ("LHPN", "liên hiệp phụ nữ"),
        ("CCB", "cựu chiến binh"),
        ("LĐLĐ", "liên đoàn lao động"),
        ("NHCSXH", "ngân hàng chính sách xã hội"),
        ("CSXH", "chính sách xã hội"),
        ("TĐKT", "thi đua khen thưởng"),
        ("HTX", "hợp tác xã"),
        ("DNTN", "doanh nghiệp tư nhân"),
        ("Cty", "công ty"),
        ("TNHH", "trách nhiệm hữu hạn"),
        ("MTV", "một thành viên"),
        ("CP", "cổ phần"),
        ("QTDND", "quỹ tín dụng nhân dân"),
        ("QTD", "quỹ tín dụng"),
    )
)
_AND = f" {match_key('và')} "
_COMMITTEE = match_key("ủy ban nhân dân") + " "
_OF_PROVINCE = re.compile(rf" {match_key('tỉnh')}(?: (?P<name>.+))?$")

AGENCY_FORMS = (
    UnitForm.DEPARTMENT,
    UnitForm.FRONT,
    UnitForm.MASS_ORGANISATION,
    UnitForm.POLICY_BANK,
    UnitForm.DISTRICT_OFFICE,
    UnitForm.PUBLIC_SERVICE_UNIT,
    UnitForm.GRASSROOTS_ORGANISATION,
    UnitForm.SOCIAL_ORGANISATION,
    UnitForm.PRESS,
    UnitForm.EMULATION_CLUSTER,
)
ENTERPRISE_FORMS = (
    UnitForm.CORPORATION,
    UnitForm.ENTERPRISE,
    UnitForm.COOPERATIVE,
    UnitForm.COOPERATIVE_UNION,
    UnitForm.CREDIT_INSTITUTION,
)

# Words of a column "form", folded.
FORM_WORDS: Mapping[str, UnitForm] = {
    **dict.fromkeys(("so", "so ban nganh", "so ban nganh tinh", "ban nganh"), UnitForm.DEPARTMENT),
    **dict.fromkeys(("mat tran", "mat tran to quoc", "mttq", "ubmttq"), UnitForm.FRONT),
    **dict.fromkeys(
        ("to chuc chinh tri xa hoi", "doan the", "hoi doan the", "doan the chinh tri xa hoi"),
        UnitForm.MASS_ORGANISATION,
    ),
    **dict.fromkeys(
        ("ngan hang chinh sach xa hoi", "nhcsxh", "ngan hang csxh"),
        UnitForm.POLICY_BANK,
    ),
    **dict.fromkeys(
        ("phong", "phong ban", "phong ban cap huyen", "co quan cap huyen", "phong co quan cap huyen"),
        UnitForm.DISTRICT_OFFICE,
    ),
    **dict.fromkeys(
        ("don vi su nghiep", "don vi su nghiep cong lap", "su nghiep", "truong hoc", "truong", "tram y te"),
        UnitForm.PUBLIC_SERVICE_UNIT,
    ),
    **dict.fromkeys(
        ("to chuc co so", "chi bo", "chi hoi", "to chuc dang co so"), UnitForm.GRASSROOTS_ORGANISATION
    ),
    **dict.fromkeys(
        ("to chuc xa hoi", "to chuc xa hoi nghe nghiep", "hoi quan chung", "hoi nghe nghiep", "hoi"),
        UnitForm.SOCIAL_ORGANISATION,
    ),
    **dict.fromkeys(("bao chi", "co quan bao chi", "bao", "dai"), UnitForm.PRESS),
    **dict.fromkeys(("cum thi dua", "khoi thi dua", "cum khoi thi dua"), UnitForm.EMULATION_CLUSTER),
    **dict.fromkeys(
        ("tong cong ty", "tap doan", "tap doan kinh te", "tap doan tong cong ty"), UnitForm.CORPORATION
    ),
    **dict.fromkeys(
        (
            *("doanh nghiep", "dn", "cong ty", "cty", "cong ty tnhh", "cong ty co phan", "cong ty cp"),
            *("cong ty trach nhiem huu han", "doanh nghiep tu nhan", "dntn", "cong ty tnhh mtv"),
            *("cong ty tnhh mot thanh vien",),
        ),
        UnitForm.ENTERPRISE,
    ),
    **dict.fromkeys(("hop tac xa", "htx"), UnitForm.COOPERATIVE),
    **dict.fromkeys(("lien hiep hop tac xa", "lien hiep htx", "lhhtx"), UnitForm.COOPERATIVE_UNION),
    **dict.fromkeys(
        (
            *("ngan hang", "to chuc tin dung", "tctd", "quy tin dung", "quy tin dung nhan dan", "qtdnd"),
            *("ngan hang to chuc tin dung", "ngan hang thuong mai"),
        ),
        UnitForm.CREDIT_INSTITUTION,
    ),
}
# How a name begins, written out; the first that fits decides.
_LEADS: tuple[tuple[str, UnitForm], ...] = tuple(
    (match_key(lead) + " ", form)
    for lead, form in (
        ("tổng công ty", UnitForm.CORPORATION),
        ("tập đoàn", UnitForm.CORPORATION),
        ("công ty", UnitForm.ENTERPRISE),
        ("doanh nghiệp", UnitForm.ENTERPRISE),
        ("liên hiệp hợp tác xã", UnitForm.COOPERATIVE_UNION),
        ("hợp tác xã", UnitForm.COOPERATIVE),
        ("quỹ tín dụng", UnitForm.CREDIT_INSTITUTION),
        ("ngân hàng chính sách", UnitForm.POLICY_BANK),
        ("ngân hàng", UnitForm.CREDIT_INSTITUTION),
        ("sở", UnitForm.DEPARTMENT),
        ("ủy ban mặt trận", UnitForm.FRONT),
        ("phòng", UnitForm.DISTRICT_OFFICE),
        ("trường", UnitForm.PUBLIC_SERVICE_UNIT),
        ("trung tâm", UnitForm.PUBLIC_SERVICE_UNIT),
        ("trạm y tế", UnitForm.PUBLIC_SERVICE_UNIT),
        ("bệnh viện", UnitForm.PUBLIC_SERVICE_UNIT),
        ("đài phát thanh", UnitForm.PRESS),
        ("báo", UnitForm.PRESS),
        ("cụm thi đua", UnitForm.EMULATION_CLUSTER),
        ("khối thi đua", UnitForm.EMULATION_CLUSTER),
    )
)


def written_out(text: str) -> str:
    """The name's key with official abbreviations written out: ``HTX Hòa Thắng``, ``Hợp tác xã Hoà Thắng``."""
    key = f" {match_key(text)} "
    for short, whole in _ABBREVIATIONS:
        key = key.replace(short, whole)
    return " ".join(key.replace(_AND, " ").split())


def body_key(text: str, province: str = "") -> str:
    """What two writings of a body's name have in common; that it is the province's may be said or left out."""
    key = written_out(text)
    tail = _OF_PROVINCE.search(key)
    if tail and tail["name"] in (None, province or None):
        return key[: tail.start()]
    return key


def form_of_name(text: str) -> UnitForm | None:
    """The form that a name's first words say, if they say one."""
    words = written_out(text) + " "
    return next((form for lead, form in _LEADS if words.startswith(lead)), None)


def without_committee(text: str) -> str:
    """The key of the place whose People's Committee is written; any other text is returned as it is."""
    key = written_out(text)
    return key.removeprefix(_COMMITTEE) if key.startswith(_COMMITTEE) else text
