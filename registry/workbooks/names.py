"""Names of administrative units as offices write them: abbreviated, capitalised, with stray dots and spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.text import fold, match_key

# Longest first, so that "thị trấn" is not read as "thị xã" or "T.".
_TYPE_WORDS = (
    ("thị trấn", "thi_tran"),
    ("thành phố", "thanh_pho"),
    ("đặc khu", "dac_khu"),
    ("thị xã", "thi_xa"),
    ("phường", "phuong"),
    ("huyện", "huyen"),
    ("tỉnh", "tinh"),
    ("xã", "xa"),
    ("tt", "thi_tran"),
    ("tx", "thi_xa"),
    ("tp", "thanh_pho"),
    ("đk", "dac_khu"),
    ("p", "phuong"),
    ("x", "xa"),
    ("h", "huyen"),
)
_TYPE_KEYS = tuple((match_key(words), type_) for words, type_ in _TYPE_WORDS)
COMMUNE_TYPES = frozenset({"xa", "phuong", "thi_tran", "dac_khu"})
DISTRICT_TYPES = frozenset({"huyen", "thi_xa", "thanh_pho"})
_TOTAL = re.compile(
    r"^(?:tong (?:cong(?! ty)|so|toan|chung)|tong$|cong$|cong (?:toan|chung)|toan (?:tinh|huyen))"
)


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A unit's name in two parts: the kind of unit, empty when it is not written, and the bare name's key."""

    type: str
    bare: str


def parse_name(text: str) -> ParsedName:
    """The parts of a written name: ``TT.Võ Xu``, ``Thị trấn Võ Xu`` and ``VÕ XU`` share one bare name."""
    key = match_key(text)
    for prefix, type_ in _TYPE_KEYS:
        if key.startswith(prefix + " "):
            return ParsedName(type_, key[len(prefix) + 1 :])
    return ParsedName("", key)


def is_total(text: str) -> bool:
    """Whether the words head a row of totals."""
    return bool(_TOTAL.match(fold(text)))


def speaks_of_province(text: str) -> bool:
    """Whether a row of totals says that it is the province's."""
    return bool(re.search(r"\btinh\b", fold(text)))
