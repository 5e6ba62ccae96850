"""Rows of totals, told by the words that head them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.text import fold, match_key

_PLACES = (
    "thôn",
    "khu phố",
    "kp",
    "tổ dân phố",
    "ấp",
    "xóm",
    "buôn",
    "bản",
    "xã",
    "phường",
    "thị trấn",
    "huyện",
)
_WHOLES = ("tỉnh", "huyện", "xã", "phường", "thị trấn")
_SUMMED = ("số", "chung", "hộ", "nhân khẩu", "khẩu", "hn", "hcn")


def _any(*words: str) -> str:
    return "|".join(re.escape(match_key(word)) for word in words)


# With their marks: "Tống Hồ Nam", "Tòng" and "Toàn Phương" are people. "Tổng công ty" is a company.
_TOTAL = re.compile(
    rf"(?:(?:{_any('tổng', 'cộng')})(?:$| [0-9]| [ivx]+$| (?:{_any('dồn', 'toàn', 'trang', *_SUMMED, *_PLACES)})(?: |$))"
    rf"|{_any('tổng cộng')}(?: |$)|t ?c$|{_any('toàn')} (?:{_any(*_WHOLES)})$)"
)
# Typed without any marks, only words that no person is called by.
_UNMARKED = re.compile(
    r"(?:tong (?:cong(?! ty)|so|toan (?:tinh|huyen|xa|phuong))\b|(?:tong|cong|t ?c)$|(?:tong|cong) [0-9]"
    r"|cong (?:thon|khu pho|kp|to dan pho|ap|xom|buon|ban|xa|thi tran|huyen|trang)\b|toan (?:tinh|huyen|xa|thi tran)$)"
)
_FIRST_LETTERS = frozenset("TtCc")


def is_total(text: str) -> bool:
    """Whether the words head a row of totals."""
    # Comparing costs more than the rest, and most rows are of people.
    if text.lstrip()[:1] not in _FIRST_LETTERS:
        return False
    marked, bare = match_key(text), fold(text)
    return bool(_TOTAL.match(marked)) or (marked == bare and bool(_UNMARKED.match(bare)))


def is_total_row(cells: Sequence[Any]) -> bool:
    """Whether the first words among the cells head a row of totals."""
    first = next((str(cell) for cell in cells if isinstance(cell, str) and cell.strip()), "")
    return is_total(first)


def is_total_beside(name: str, before: Sequence[Any]) -> bool:
    """Whether the words stand before a column of names in which no name stands, but a count or nothing."""
    return (not name or any(char.isdigit() for char in name)) and is_total_row(before)
