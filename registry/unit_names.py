"""Names of administrative units as offices write them: abbreviated, capitalised, with stray dots and spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.text import fold, match_key

# Longest first, so that "thị trấn" is not read as "thị xã" or "T.".
_TYPE_WORDS = (
    ("tổ dân phố", "to_dan_pho"),
    ("thị trấn", "thi_tran"),
    ("thành phố", "thanh_pho"),
    ("đặc khu", "dac_khu"),
    ("thị xã", "thi_xa"),
    ("khu phố", "khu_pho"),
    ("phường", "phuong"),
    ("huyện", "huyen"),
    ("tỉnh", "tinh"),
    ("thôn", "thon"),
    ("khóm", "khom"),
    ("tdp", "to_dan_pho"),
    ("xã", "xa"),
    ("ấp", "ap"),
    ("kp", "khu_pho"),
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
VILLAGE_TYPES = frozenset({"thon", "khu_pho", "to_dan_pho", "khom", "ap"})
_LEADING_ZEROS = re.compile(r"\b0+(?=[0-9])")


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
            bare = key[len(prefix) + 1 :]
            # "Thôn 01" and "Thôn 1" are one village.
            return ParsedName(type_, _LEADING_ZEROS.sub("", bare) if type_ in VILLAGE_TYPES else bare)
    return ParsedName("", key)


def speaks_of_province(text: str) -> bool:
    """Whether a row of totals says that it is the province's."""
    return bool(re.search(r"\btinh\b", fold(text)))
