"""Rows of totals, told by the words that head them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.text import fold

_TOTAL = re.compile(
    r"^(?:tong (?:cong(?! ty)|so|toan|chung|ho|nhan khau)|tong$|tc$|cong$|cong (?:toan|chung)|toan (?:tinh|huyen|xa|phuong|thi tran)"
    r"|cong (?:thon|khu pho|kp|to dan pho|ap|xom|buon|ban|xa|phuong|thi tran|huyen|trang)\b)"
)
_FIRST_LETTERS = frozenset("TtCc")


def is_total(text: str) -> bool:
    """Whether the words head a row of totals."""
    # Folding costs more than the rest, and most rows are of people.
    return text.lstrip()[:1] in _FIRST_LETTERS and bool(_TOTAL.match(fold(text)))


def is_total_row(cells: Sequence[Any]) -> bool:
    """Whether the first words among the cells head a row of totals."""
    first = next((str(cell) for cell in cells if isinstance(cell, str) and cell.strip()), "")
    return is_total(first)
