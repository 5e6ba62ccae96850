"""The columns of award histories: how offices head them, how decisions and awards are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.text import fold
from nominations.models import PriorAward
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.people_columns import commune_column, district_column

COMMENDATION, PROVINCE, PRIME_MINISTER = "commendation", "province_certificate", "pm_certificate"
# Words of a certificate that do not say whose it is; the issuer may.
CERTIFICATE = "certificate"
_AWARD_WORDS: Mapping[str, str] = {
    "commendation": COMMENDATION,
    "bang khen": CERTIFICATE,
    "certificate": CERTIFICATE,
    "certificate of the provincial chairman": PROVINCE,
    "certificate of the prime minister": PRIME_MINISTER,
}
_LEADS = (
    ("giay khen", COMMENDATION),
    ("bang khen cua thu tuong", PRIME_MINISTER),
    ("bang khen thu tuong", PRIME_MINISTER),
    ("bang khen cua ttg", PRIME_MINISTER),
    ("bang khen ttg", PRIME_MINISTER),
    ("bang khen cua chu tich ubnd tinh", PROVINCE),
    ("bang khen cua chu tich uy ban nhan dan tinh", PROVINCE),
    ("bang khen chu tich ubnd tinh", PROVINCE),
    ("bang khen cua ubnd tinh", PROVINCE),
    ("bang khen ubnd tinh", PROVINCE),
    ("bang khen cua uy ban nhan dan tinh", PROVINCE),
    ("bang khen uy ban nhan dan tinh", PROVINCE),
    ("bang khen cap tinh", PROVINCE),
)
_DECISION = re.compile(
    r"(?:(?:quyết định|qđ)\s*)?(?:số\s*:?\s*)?(?P<number>[0-9]+[a-z]?/[^\s,;]+)"
    r"(?:[\s,;]+(?P<day>(?:ngày\s*)?[0-9].*))?",
    re.IGNORECASE,
)
_OUTSIDE = frozenset(
    {"khong", "ngoai phong trao", "khong thuoc phong trao", "none", "outside every movement"}
)
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class WrittenDecision:
    """A decision as one cell has it: its number and, where it stands there, its day as ISO text."""

    number: str
    day: str | None = None


def read_award(value: Any) -> str | None:
    """The award in the words of offices: ``Giấy khen``, ``Bằng khen UBND tỉnh``, ``Bằng khen của TTg``."""
    text = cells.read_text(value)
    if not text:
        return None
    words = fold(text)
    found = _AWARD_WORDS.get(words) or next((award for lead, award in _LEADS if words.startswith(lead)), None)
    if found is None:
        raise CellProblem("award_unknown", value=text)
    return found


def read_decision(value: Any) -> WrittenDecision | None:
    """``210/QĐ-UBND``, ``Số 210/QĐ-UBND``, ``210/QĐ-UBND ngày 15/12/2023``; a number alone is refused."""
    text = cells.read_text(value)
    if not text:
        return None
    found = _DECISION.fullmatch(text)
    if not found or len(found["number"]) > 60:
        raise CellProblem("decision_unreadable", value=text)
    day = found["day"]
    if day and "tháng" not in day.lower():
        day = day.lower().removeprefix("ngày")
    return WrittenDecision(found["number"], cells.read_day_text(day) if day else None)


def read_movement(value: Any) -> str | None:
    """The movement's words, folded; `OUTSIDE` where the row says that it belongs to none."""
    words = fold(cells.read_text(value))
    return OUTSIDE if words in _OUTSIDE else words or None


class AwardResource(OfficeResource):
    """The columns of an award history."""

    award = OfficeField(
        "award",
        _("Award"),
        read=read_award,
        aliases=(
            "hinh thuc khen thuong",
            "hinh thuc",
            "danh hieu",
            "danh hieu hinh thuc khen thuong",
            "loai khen thuong",
        ),
        required=True,
        needed=True,
        help_text=_("The award in the plan's words. A commendation also names its issuer."),
        example="Bằng khen của Chủ tịch UBND tỉnh",
    )
    code = OfficeField(
        "code",
        _("Code of the nominee"),
        read=cells.read_text,
        aliases=("ma", "ma so", "ma ho", "ma ca nhan", "ma ho ca nhan", "ma doi tuong"),
        limit=40,
        help_text=_(
            "The register's code of a household or an individual. Units have none and are found by name."
        ),
        example="H-23014-00012",
    )
    name = OfficeField(
        "name",
        _("Nominee"),
        read=cells.read_text,
        aliases=(
            *("ten tap the ca nhan", "tap the ca nhan", "ho va ten", "ho ten", "ten don vi", "tap the"),
            *("ten tap the ca nhan ho gia dinh", "tap the ca nhan ho gia dinh", "doi tuong khen thuong"),
            *("ten tap the", "don vi", "doi tuong", "tap the ho gia dinh ca nhan", "don vi ca nhan"),
        ),
        required=True,
        needed=True,
        limit=200,
        help_text=_("A unit's name; of a person or household the full name beside its code."),
        example="Xã Phan Điền",
    )
    commune = commune_column()
    district = district_column()
    round_year = OfficeField(
        "round_year",
        _("Round year"),
        read=cells.read_year,
        aliases=("nam", "nam khen thuong", "nam xet khen", "dot", "thanh tich nam", "nam xet khen thuong"),
        help_text=_(
            "The year for which the award was given. Left empty where the title or the form names it."
        ),
        example="2023",
    )
    decision = OfficeField(
        "decision_number",
        _("Decision"),
        read=read_decision,
        aliases=(
            *("so quyet dinh", "quyet dinh", "quyet dinh so", "so qd", "so ngay quyet dinh", "qd so"),
            *("so quyet dinh ngay thang nam", "so ngay thang nam quyet dinh", "quyet dinh khen thuong"),
        ),
        required=True,
        needed=True,
        help_text=_("Number and sign; the day may follow it."),
        example="210/QĐ-UBND",
    )
    decided_on = OfficeField(
        "decided_on",
        _("Decided on"),
        read=cells.read_day_text,
        write=cells.shown_day,
        aliases=("ngay quyet dinh", "ngay ky", "ngay ban hanh", "ngay thang nam", "ngay", "ngay qd"),
        help_text=_("Needed where the day does not stand beside the number."),
        example="15/12/2023",
    )
    issuer = OfficeField(
        "issuer",
        _("Issuer"),
        read=cells.read_text,
        aliases=(
            "co quan ban hanh",
            "cap khen thuong",
            "nguoi ky",
            "co quan quyet dinh",
            "cap quyet dinh",
            "noi ban hanh",
        ),
        limit=200,
        help_text=_(
            "Needed for commendations; certificates of the province and of the Prime Minister have one issuer."
        ),
        example="Chủ tịch UBND huyện Bắc Bình",
    )
    movement = OfficeField(
        "movement",
        _("Movement"),
        read=read_movement,
        aliases=("phong trao", "phong trao thi dua"),
        help_text=_(
            "Left empty: the province's movement of that year. “no” for an award outside every movement."
        ),
    )

    class Meta:
        model = PriorAward
        fields = (
            *("award", "code", "name", "commune", "district", "round_year", "decision", "decided_on"),
            *("issuer", "movement"),
        )
