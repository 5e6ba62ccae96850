"""Samples made hard for whoever writes a file of them: sixty rows, and names that break markup, lines and directions."""

from copy import deepcopy
from itertools import cycle
from typing import Any

NAMES = (
    "K' Brểu Ka Să Ha Ma Wan <w:t>đậm</w:t> & {{ tên }} ]]>",
    "Nguyễn\u200b Văn\u202e gnảhN \u202cĐề\u0301\u00ad",
    "NguyễnVănTênRấtDàiKhôngCóDấuCáchNàoĐểXuốngDòngCảThếThìSaoBâyGiờ" * 2,
    "Hợp tác xã Dịch vụ nông nghiệp tổng hợp, chăn nuôi và tiêu thụ thanh long sạch Hàm Thuận Nam " * 3,
    "ꨌꩌ, =1+1, PAGEREF x \\h, ‘‘“”’’",
)
ROWS = 60


def many_hostile_rows(value: Any) -> Any:
    """The sample with at least sixty rows in each list of names, and a hostile name in each row."""
    if isinstance(value, dict):
        return {key: many_hostile_rows(one) for key, one in value.items()}
    if not isinstance(value, list):
        return value
    rows = [many_hostile_rows(row) for row in value]
    if not rows or not all(isinstance(row, dict) and "name" in row for row in rows):
        return rows
    found = [deepcopy(row) for row, _number in zip(cycle(rows), range(max(ROWS, len(rows))), strict=False)]
    for row, name in zip(found, cycle(NAMES), strict=False):
        row["name"] = name
        if isinstance(row.get("address"), str):
            row["address"] = name
    return found
