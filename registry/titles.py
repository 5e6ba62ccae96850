"""Titles that stand at the head of a name, which kind of unit bears which, and what lies under what."""

from __future__ import annotations

from core.text import fold, tidy
from registry.enums import AdminType, UnitForm, UnitKind

# Names are Vietnamese in every language of the screen, and so are their titles.
TITLE_IN_NAME: dict[str, str] = {
    AdminType.TINH: "Tỉnh",
    AdminType.THANH_PHO: "Thành phố",
    AdminType.THI_XA: "Thị xã",
    AdminType.HUYEN: "Huyện",
    AdminType.PHUONG: "Phường",
    AdminType.XA: "Xã",
    AdminType.THI_TRAN: "Thị trấn",
    AdminType.DAC_KHU: "Đặc khu",
    AdminType.THON: "Thôn",
    AdminType.KHU_PHO: "Khu phố",
}

TITLES_OF_KIND: dict[str, tuple[AdminType, ...]] = {
    UnitKind.PROVINCE: (AdminType.TINH, AdminType.THANH_PHO),
    UnitKind.DISTRICT: (AdminType.HUYEN, AdminType.THI_XA, AdminType.THANH_PHO),
    UnitKind.COMMUNE: (AdminType.XA, AdminType.PHUONG, AdminType.THI_TRAN, AdminType.DAC_KHU),
    UnitKind.VILLAGE: (AdminType.THON, AdminType.KHU_PHO),
}

# Units with land of their own, which merge, split and give land to each other.
TERRITORIAL_KINDS = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE)

PARENTS_OF_KIND: dict[str, tuple[UnitKind, ...]] = {
    UnitKind.PROVINCE: (),
    UnitKind.DISTRICT: (UnitKind.PROVINCE,),
    UnitKind.COMMUNE: (UnitKind.DISTRICT, UnitKind.PROVINCE),
    UnitKind.VILLAGE: (UnitKind.COMMUNE,),
    UnitKind.AGENCY: (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.AGENCY),
    UnitKind.ENTERPRISE: (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE),
}

ENTERPRISE_FORMS = (
    UnitForm.CORPORATION,
    UnitForm.ENTERPRISE,
    UnitForm.COOPERATIVE,
    UnitForm.COOPERATIVE_UNION,
    UnitForm.CREDIT_INSTITUTION,
)
AGENCY_FORMS = tuple(form for form in UnitForm if form not in ENTERPRISE_FORMS)


def titled_name(admin_type: str, name: str) -> str:
    """The name with its title at the head, whether or not it was typed with one."""
    plain = tidy(name)
    title = TITLE_IN_NAME.get(admin_type, "")
    if not title or not plain:
        return plain
    if fold(plain).startswith(f"{fold(title)} ") and plain.lower().startswith(title.lower()):
        plain = plain[len(title) :].strip()
    return f"{title} {plain}"
