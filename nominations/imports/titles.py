"""What the lines above a list say of all its rows: the decision that it belongs to, and the award."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.spreadsheets.cells import read_day_text
from core.spreadsheets.problems import CellProblem
from core.text import fold
from nominations.imports.columns import AWARD_LEADS, CERTIFICATE, PRIME_MINISTER, PROVINCE

_DECISION = re.compile(
    r"(?:quyết\s+định|qđ)\s*(?:số)?\s*:?\s*(?P<number>[0-9]+[a-z]?\s*/\s*[^\s,;()]+)"
    r"(?:\s*,?\s*ngày\s*(?P<day>[0-9]{1,2}\s*(?:[/.-]|tháng)\s*[0-9]{1,2}\s*(?:[/.-]|năm)\s*[0-9]{4})"
    r"(?:\s*,?\s*của\s+(?P<issuer>[^()]+))?)?",
    re.IGNORECASE,
)
# “… đề nghị Chủ tịch UBND tỉnh tặng Bằng khen”: whoever gives it stands before the award. A letterhead gives nothing.
_GIVERS = (
    (
        re.compile(r"\b(?:ubnd|uy ban nhan dan) tinh(?: \w+){0,3} (?:xet )?(?:trao )?tang\b.*\bbang khen\b"),
        PROVINCE,
    ),
    (
        re.compile(r"\b(?:thu tuong(?: chinh phu)?|ttg) (?:xet )?(?:trao )?tang\b.*\bbang khen\b"),
        PRIME_MINISTER,
    ),
)
_ORDINAL = re.compile(
    r"^(?:(?:phan|muc)\s+)?(?:(?:[ivx]+|[a-h]|[0-9]{1,2})\s+)?(?:(?:doi voi|danh sach|ve)\s+)?"
)
_KINDS = (
    ("ho gia dinh", "household"),
    ("cac ho", "household"),
    ("ho", "household"),
    ("ca nhan", "individual"),
    ("tap the", "unit"),
    ("don vi", "unit"),
    ("doanh nghiep", "unit"),
    ("co quan", "unit"),
)
_KIND_WORDS = tuple(words for words, _kind in _KINDS)
# What may follow the kinds in a heading; any other words name somebody: “Tập thể xã Phan Điền” is a nominee.
_ANY_KIND = "|".join(words for words, _kind in _KINDS)
_HEADING = re.compile(
    rf"(?:(?:{_ANY_KIND}|va|cac|cung|[0-9]+|co [0-9]+|truong hop|gom|tong so|so luong|nguoi|dong chi|d c|ong|ba|ngheo|can"
    r"|lao dong)(?: |$))+"
    r"(?:(?:duoc|de nghi|khen|tieu bieu|xuat sac|dat|co thanh tich|co nhieu|co ten|thoat ngheo|vuon len|trong|ngoai"
    r"|thuc hien|nam|bang khen|giay khen|dien hinh|tham gia|khac)(?: .*)?)?"
)


@dataclass(frozen=True, slots=True)
class ListTitle:
    """What the lines above a list say; empty for what they leave open."""

    number: str = ""
    day: str = ""
    issuer: str = ""
    award: str = ""
    is_proposed: bool = False
    rest: str = ""


def read_list_title(lines: Sequence[str]) -> ListTitle:
    """The decision and award of a list's title, however it is parted into lines; `rest` is all but the decision."""
    text = " ".join(" ".join(lines).split())
    found = _DECISION.search(text)
    rest = text if found is None else f"{text[: found.start()]} {text[found.end() :]}"
    words = fold(rest)
    proposed = found is None and bool(re.search(r"\bde nghi\b", words))
    if found is None:
        return ListTitle(award=_award(words), is_proposed=proposed, rest=rest)
    number = "".join(found["number"].split())
    issuer = (found["issuer"] or "").strip(" .,;")
    return ListTitle(number, _day(found["day"]), issuer, _award(words), proposed, rest)


def kinds_of_heading(text: str) -> frozenset[str]:
    """Of which kinds the nominees below a heading are: "I. TẬP THỂ", "Hộ gia đình, cá nhân"; empty for no heading."""
    words = _ORDINAL.sub("", fold(text))
    found = frozenset(kind for lead, kind in _KINDS if re.search(rf"\b{lead}\b", words))
    is_heading = words.startswith(_KIND_WORDS) or words.startswith("cac ")
    return found if is_heading and _HEADING.fullmatch(words) else frozenset()


def _day(text: str | None) -> str:
    if not text:
        return ""
    try:
        return read_day_text(f"ngày {text}" if "tháng" in text.lower() else "".join(text.split())) or ""
    except CellProblem:
        return ""


def _award(words: str) -> str:
    """The award that a title names, if it names one: a certificate may say whose it is, or leave that to the issuer."""
    is_commendation, is_certificate = "giay khen" in words, "bang khen" in words
    if is_commendation == is_certificate:
        return ""
    given = {award for giver, award in _GIVERS if giver.search(words)}
    if len(given) == 1:
        return given.pop()
    return next((award for lead, award in AWARD_LEADS if lead in words), CERTIFICATE)
