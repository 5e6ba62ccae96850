"""A small register and workbooks made on the spot, in the layout that offices send."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from core.spreadsheets.container import open_book
from registry.imports.reviews.header import find_reviews
from registry.imports.reviews.rows import ReviewSheet
from registry.imports.reviews.sheet import read_sheet
from registry.selectors.units import UnitRef

DATA = Path(__file__).parents[5] / "registry" / "data"
HEADER = (
    ["STT", "Đơn vị", "Tổng số hộ dân cư", "", "Hộ nghèo", "", "", "Hộ cận nghèo", "", ""],
    [
        "",
        "",
        "Tổng số",
        "Trong đó: hộ DTTS",
        "Số hộ",
        "Tỷ lệ (%)",
        "Trong đó: hộ DTTS",
        "Số hộ",
        "Tỷ lệ (%)",
        "Trong đó: hộ DTTS",
    ],
)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read_reviews(content: bytes, filename: str = "ra-soat.xlsx") -> list[ReviewSheet]:
    """Every review table of a workbook."""
    return [read_sheet(table) for table in find_reviews(open_book(content, filename)).tables]


@pytest.fixture(scope="session")
def units() -> list[UnitRef]:
    """Every unit of the project's own register file."""
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    with (DATA / "successions.csv").open(encoding="utf-8", newline="") as source:
        merges = [row for row in csv.DictReader(source) if row["kind"] == "merged"]
    names = {row["key"]: row["name"] for row in rows}
    return [
        UnitRef(
            id=row["key"],
            name=row["name"],
            kind=row["kind"],
            type=row["admin_type"],
            parent_id=row["parent_key"],
            district_name=names[row["parent_key"]] if row["kind"] == "commune" else "",
            gso_code=row["gso_code"],
            valid_from=_day(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
            successor_ids=tuple(
                merge["successor_key"] for merge in merges if merge["predecessor_key"] == row["key"]
            ),
        )
        for row in rows
    ]


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    """Makes an .xlsx of the given rows below titles and the two-row header."""

    def make(rows: Sequence[Sequence[Any]], *, year: int = 2023, header: Sequence[Any] = HEADER) -> bytes:
        book = Workbook()
        sheet = book.active
        sheet.title = "Biểu số 01"
        sheet.append(["UBND TỈNH BÌNH THUẬN"])
        sheet.append([f"TỔNG HỢP KẾT QUẢ RÀ SOÁT HỘ NGHÈO NĂM {year}"])
        for row in (*header, *rows):
            sheet.append(list(row))
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return make
