"""The columns of award histories: how offices head them, how decisions and awards are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.writing import Column
from core.text import fold
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.office_words import headings
from registry.imports.people_columns import birth_year_column, commune_column, district_column

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
AWARD_LEADS = (
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
# Family and middle names may have a column of their own; “Tên” alone heads whole names.
NAME_PARTS = {"name": (headings("individual.family_name"), ())}
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
    text = cells.read_certain_text(value)
    if not text:
        return None
    words = fold(text)
    found = _AWARD_WORDS.get(words) or next(
        (award for lead, award in AWARD_LEADS if words.startswith(lead)), None
    )
    if found is None:
        raise CellProblem("award_unknown", value=text)
    return found


def read_decision(value: Any) -> WrittenDecision | None:
    """``210/QĐ-UBND``, ``Số 210/QĐ-UBND``, ``210/QĐ-UBND ngày 15/12/2023``; a number alone is refused."""
    text = cells.read_certain_text(value)
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


def award_column(*aliases: str) -> OfficeField:
    """The award in the words of offices."""
    return OfficeField(
        "label",
        _("Award"),
        read=read_award,
        decisive=True,
        aliases=(
            *("hinh thuc khen thuong", "hinh thuc", "danh hieu", "danh hieu hinh thuc khen thuong"),
            *("loai khen thuong", *aliases),
        ),
        help_text=_(
            "The award in the plan's words; may be left out where the title or the form names it. A commendation"
            " also names its issuer."
        ),
        example="Bằng khen của Chủ tịch UBND tỉnh",
    )


def _nominee_headings() -> Iterator[str]:
    """“Tên tập thể, cá nhân, hộ gia đình” in whatever order, with whatever stands before it."""
    sorts = ("tap the", "ca nhan", "ho gia dinh", "don vi")
    for count in range(1, len(sorts) + 1):
        for order in permutations(sorts, count):
            for lead in (
                "ten",
                "ho ten",
                "ho va ten",
                "ho ten ten",
                "ho va ten ten",
                "" if count > 1 else "ten",
            ):
                yield f"{lead} {' '.join(order)}".strip()


def nominee_column() -> OfficeField:
    """Who is honoured or put forward: a unit, a household by its head, or a person."""
    return OfficeField(
        "name",
        _("Nominee"),
        read=cells.read_text,
        aliases=(
            *("ten tap the ca nhan", "tap the ca nhan", "ho va ten", "ho ten", "ten don vi", "tap the"),
            *("ten tap the ca nhan ho gia dinh", "tap the ca nhan ho gia dinh", "doi tuong khen thuong"),
            *("ten tap the", "don vi", "doi tuong", "tap the ho gia dinh ca nhan", "don vi ca nhan"),
            *("ten tap the ho gia dinh ca nhan", "ho ten ten don vi", "ho va ten ten don vi", "ten ca nhan"),
            *("ten don vi ca nhan", "ten don vi ho va ten", "ho ten chu ho", "ho va ten chu ho", "chu ho"),
            *("ten", "ten ca nhan tap the", "ca nhan tap the", "ho va ten don vi", "ten doi tuong"),
            *_nominee_headings(),
        ),
        required=True,
        needed=True,
        limit=200,
        help_text=_("A unit's name; of a person or household the full name."),
        example="Xã Phan Điền",
    )


def nominee_code_column() -> OfficeField:
    """The register's code of a household or individual."""
    return OfficeField(
        "code",
        _("Code of the nominee"),
        read=cells.read_text,
        decisive=True,
        aliases=("ma", "ma so", "ma ho", "ma ca nhan", "ma ho ca nhan", "ma doi tuong"),
        limit=40,
        help_text=_(
            "The register's code of a household or an individual, where it is known. Units have none."
        ),
        example="H-23014-00012",
    )


def address_column() -> OfficeField:
    """Where a nominee lives or works, as one text."""
    return OfficeField(
        "place",
        _("Address or unit"),
        read=cells.read_text,
        aliases=(
            *("dia chi", "dia chi don vi", "don vi dia chi", "dia chi don vi cong tac", "don vi cong tac"),
            *("chuc vu don vi cong tac", "chuc vu noi cong tac", "noi cong tac", "dia chi chuc vu"),
            *("chuc vu dia chi", "chuc vu don vi", "dia chi don vi chuc vu", "chuc vu dia chi don vi"),
            *("noi o", "noi cu tru", "dia chi thuong tru", "noi thuong tru", "dia chi noi cong tac"),
            *("dia chi noi o", "don vi cong tac chuc vu", "dia chi noi o don vi cong tac"),
        ),
        limit=300,
        help_text=_(
            "Village and commune, or the body at which the person works: people and households without a code are"
            " found by name inside it."
        ),
        example="Thôn Tân Điền, xã Phan Điền",
    )


def position_column() -> OfficeField:
    """A person's post, which often names the commune."""
    return OfficeField(
        "position",
        _("Post"),
        read=cells.read_text,
        aliases=("chuc vu", "chuc danh", "chuc vu chuc danh"),
        limit=200,
        help_text=_("May name the unit: “Phó Chủ tịch UBND xã Phan Điền”."),
    )


class AwardResource(OfficeResource):
    """The columns of an award history; it leaves as the rows of its page, a `HistoryRow` each."""

    only_read = frozenset({"code", "birth_year", "position", "commune", "district", "movement"})

    award = award_column()
    code = nominee_code_column()
    name = nominee_column()
    birth_year = birth_year_column()
    address = address_column()
    position = position_column()
    commune = commune_column()
    district = district_column()
    round_year = OfficeField(
        "award__round_year",
        _("Round year"),
        read=cells.read_year,
        decisive=True,
        aliases=("nam", "nam khen thuong", "nam xet khen", "dot", "thanh tich nam", "nam xet khen thuong"),
        help_text=_(
            "The year for which the award was given. Left empty where the title or the form names it."
        ),
        example="2023",
    )
    decision = OfficeField(
        "award__decision_number",
        _("Decision"),
        read=read_decision,
        decisive=True,
        aliases=(
            *("so quyet dinh", "quyet dinh", "quyet dinh so", "so qd", "so ngay quyet dinh", "qd so"),
            *("so quyet dinh ngay thang nam", "so ngay thang nam quyet dinh", "quyet dinh khen thuong"),
        ),
        help_text=_("Number and sign; the day may follow it. Left out where the title or the form names it."),
        example="210/QĐ-UBND",
    )
    decided_on = OfficeField(
        "award__decided_on",
        _("Decided on"),
        read=cells.read_day_text,
        decisive=True,
        aliases=("ngay quyet dinh", "ngay ky", "ngay ban hanh", "ngay thang nam", "ngay", "ngay qd"),
        help_text=_("Needed where the day does not stand beside the number."),
        example="15/12/2023",
    )
    issuer = OfficeField(
        "award__issuer",
        _("Issuer"),
        read=cells.read_text,
        decisive=True,
        aliases=(
            "co quan ban hanh",
            "cap khen thuong",
            "nguoi ky",
            "co quan quyet dinh",
            "cap quyet dinh",
            "noi ban hanh",
            "cap khen",
            "noi khen",
            "co quan khen thuong",
            "cap ra quyet dinh",
            "co quan ra quyet dinh",
            "cap ban hanh",
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
        decisive=True,
        aliases=("phong trao", "phong trao thi dua"),
        help_text=_(
            "Left empty: the province's movement of that year. “no” for an award outside every movement."
        ),
    )

    prize = Column("award__prize_amount", _("Prize money"))
    revoked_on = Column("award__revoked_on", _("Revoked on"))
    parts: ClassVar = NAME_PARTS

    class Meta:
        fields = (
            *("award", "code", "name", "birth_year", "address", "position", "commune", "district"),
            *("round_year", "decision", "decided_on", "issuer", "movement", "prize", "revoked_on"),
        )
