"""Names of administrative units as offices write them: abbreviated, capitalised, with stray dots and spaces."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.text import fold, match_key

# Longest first, so that "thị trấn" is not read as "thị xã" or "T.".
_TYPE_WORDS = (
    ("tổ dân phố", "to_dan_pho"),
    ("huyện đảo", "huyen"),
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
# “Xã Phan Sơn (khu vực III)”, “Xã La Dạ (xã ĐBKK)”: of which zone a unit is, is no part of its name.
_ZONE = re.compile(
    r"\s*[(\[]\s*(?:(?:xã|thôn|thuộc)\s+)?(?:khu vực|kv|vùng|miền núi|vùng cao|bãi ngang|đặc biệt khó khăn|đbkk|xã đảo)\b[^)\]]*[)\]]",
    re.IGNORECASE,
)
_COMMITTEES = tuple(f"{match_key(words)} " for words in ("UBND", "Ủy ban nhân dân", "HĐND và UBND"))
# So many names are proposed where none is known.
_NEAR = 3
_LEADING_ZEROS = re.compile(r"\b0+(?=[0-9])")
_SPELLINGS = Path(__file__).parent / "data" / "unit_spellings.csv"
# A vowel i at the end of a syllable may be written y, so that Quí and Quý, Mĩ and Mỹ are one word
# (Quyết định 240/QĐ of the Ministry of Education, 5 March 1984, on Vietnamese spelling). In "Lũy" the y is another sound.
_FINAL_I = re.compile(r"\b(h|k|l|m|qu|s|t|v)y(?=[\u0300\u0301\u0303\u0309\u0323]?(?: |$))")


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A unit's name in two parts: the kind of unit, empty when it is not written, and the bare name's key."""

    type: str
    bare: str

    def means(self, unit: ParsedName) -> bool:
        """Whether a unit of that name may be meant: its bare name, and its kind where one is written."""
        return self.bare == unit.bare and self.type in {"", unit.type}


def parse_name(text: str) -> ParsedName:
    """The parts of a written name: ``TT.Võ Xu``, ``Thị trấn Võ Xu`` and ``VÕ XU`` share one bare name.

    A committee's name is its unit's, and the zone behind a name is none of it.
    """
    key = match_key(_ZONE.sub("", text) if "(" in text or "[" in text else text)
    committee = next((words for words in _COMMITTEES if key.startswith(words)), "")
    own = key.removeprefix(committee)
    for prefix, type_ in _TYPE_KEYS:
        # A committee of people without a unit's kind behind it is no unit.
        if own.startswith(prefix + " "):
            key = own
            bare = one_spelling(key[len(prefix) + 1 :])
            # "Thôn 01" and "Thôn 1" are one village.
            return ParsedName(type_, _LEADING_ZEROS.sub("", bare) if type_ in VILLAGE_TYPES else bare)
    return ParsedName("", one_spelling(key))


def one_spelling(key: str) -> str:
    """The `match_key` of words with every name of a unit in one spelling: ``LaGi`` as ``La Gi``, ``Quý`` as ``Quí``."""
    joined = f" {key} "
    for written, kept in _spellings():
        if written in joined:
            joined = joined.replace(written, kept)
    return _FINAL_I.sub(r"\1i", joined.strip())


@lru_cache(maxsize=1)
def _spellings() -> tuple[tuple[str, str], ...]:
    """Names that are written in more ways than one, and how the register has them."""
    with _SPELLINGS.open(encoding="utf-8", newline="") as source:
        rows = [(match_key(row["written"]), match_key(row["register"])) for row in csv.DictReader(source)]
    return tuple((f" {written} ", f" {kept} ") for written, kept in dict(rows).items())


def nearest(written: str, names: Mapping[str, str]) -> str:
    """The names most like what is written, nearest first, as the end of a sentence; `names` are by their bare keys."""
    folded = {fold(bare): name for bare, name in names.items()}
    near = difflib.get_close_matches(fold(written), list(folded), n=_NEAR, cutoff=0.6)
    return "; ".join(folded[key] for key in near)


def speaks_of_province(text: str) -> bool:
    """Whether a row of totals says that it is the province's."""
    return bool(re.search(r"\btinh\b", fold(text)))
