"""Workbooks as offices keep them, made for the tests of imports."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook


def workbook(rows: Iterable[Sequence[Any]], *, merged: Iterable[str] = (), title: str = "Danh sách") -> bytes:
    """An .xlsx file of one sheet with these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def commune_list() -> bytes:
    """A commune's own list: titles, a two-row merged header, groups by village, totals, signatures, messy cells."""
    return workbook(
        [
            ["UBND XÃ PHAN ĐIỀN"],
            ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO"],
            [],
            [
                "STT",
                "Họ và tên chủ hộ",
                "Năm sinh",
                "Kết quả rà soát",
                None,
                None,
                "Ngày đăng ký thoát nghèo",
            ],
            [None, None, None, "Năm 2022", "Năm 2023", "Năm 2024", None],
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
            ["I", "Thôn Phú Sơn"],
            [1, "Nguyê\u0303n Thị Hòa", "12/5/1968", "Hộ nghèo", "Cận nghèo", "Mới thoát nghèo", "01/3/2022"],
            [2, "K’ Brìu", 1975, "N1", None, None, "3-2022"],
            [3, "Trần Văn O'Hara", "1980", "CN", "TB", "Khá", None],
            ["II", "Thôn Tân Điền"],
            [4, "Lý Tài Chi", 1990, "Nghèo", None, None, None],
            [5, "Lê Thị Thuý", 1970, "TN", None, None, "không"],
            [None, "Tổng cộng", None, "5 hộ", None, None, None],
            [],
            [None, "NGƯỜI LẬP BIỂU", None, None, None, None, "CHỦ TỊCH"],
        ],
        merged=["D4:F4", "A4:A5", "B4:B5", "C4:C5", "G4:G5"],
    )
