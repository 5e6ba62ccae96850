"""The columns of a reorganisation: words for levels, titles and ways of succession; what a name says itself."""

from __future__ import annotations

from typing import Any

import pytest

from core.spreadsheets.problems import CellProblem
from registry.enums import AdminType, SuccessionKind, UnitForm, UnitKind
from registry.imports.columns import ColumnReader
from registry.imports.reorganisations_columns import ReorganisationResource
from registry.imports.reorganisations_reading import SheetRow
from registry.titles import titled_name


def read(column: str, cell: Any) -> Any:
    """What the column's cell says."""
    return ColumnReader(column, ReorganisationResource.columns()[column]).read(cell)


def row_of(cells: dict[str, Any]) -> SheetRow:
    """A row as it is read from a sheet."""
    said = {column: read(column, cell) for column, cell in cells.items()}
    unread = {column: value for column, value in said.items() if isinstance(value, CellProblem)}
    return SheetRow(0, 2, {column: value for column, value in said.items() if column not in unread}, unread)


@pytest.mark.parametrize(
    ("cells", "kind", "title"),
    [
        ({"kind": "commune", "name": "Xã A"}, UnitKind.COMMUNE, AdminType.XA),
        ({"kind": "Cấp xã", "name": "Thị trấn A"}, UnitKind.COMMUNE, AdminType.THI_TRAN),
        ({"name": "Đặc khu Phú Quý"}, UnitKind.COMMUNE, AdminType.DAC_KHU),
        ({"name": "Thành phố A"}, "", AdminType.THANH_PHO),
        ({"kind": "agency", "name": "Sở A"}, UnitKind.AGENCY, ""),
        ({"name": "Khu phố 1", "admin_type": "Khu phố"}, UnitKind.VILLAGE, AdminType.KHU_PHO),
    ],
)
def test_level_and_title_are_told_by_cell_or_name(cells: dict[str, str], kind: str, title: str) -> None:
    row = row_of(cells)

    assert (row.level, row.title) == (kind, title)


@pytest.mark.parametrize(
    ("column", "word", "meaning"),
    [
        ("succession", "", ""),
        ("succession", "Sáp nhập", SuccessionKind.MERGED),
        ("succession", "chia tách", SuccessionKind.SPLIT),
        ("succession", "đổi tên", SuccessionKind.RENAMED),
        ("succession", "giữ nguyên", SuccessionKind.CONTINUED),
        ("succession", "transferred", SuccessionKind.TRANSFERRED),
        ("kind", "Cấp huyện", UnitKind.DISTRICT),
        ("admin_type", "thi_tran", AdminType.THI_TRAN),
        ("form", "district_office", UnitForm.DISTRICT_OFFICE),
        ("gso_code", 99123.0, "99123"),
        ("valid_from", "1.7.2025", "2025-07-01"),
        ("predecessors", "Xã A, Huyện B; bt.c\n Xã D ;", ("Xã A, Huyện B", "bt.c", "Xã D")),
        ("predecessors", None, ()),
    ],
)
def test_cells_are_read_as_offices_write_them(column: str, word: Any, meaning: Any) -> None:
    assert read(column, word) == meaning


@pytest.mark.parametrize(
    ("column", "word"),
    [("kind", "bang"), ("admin_type", "ấp"), ("succession", "bay"), ("valid_from", "7/2025")],
)
def test_what_is_not_known_is_not_guessed(column: str, word: str) -> None:
    assert isinstance(read(column, word), CellProblem)


def test_a_cell_that_nobody_asks_for_keeps_no_row_out() -> None:
    row = row_of({"name": "Xã A", "form": "lạ"})

    assert row["name"] == "Xã A"
    with pytest.raises(CellProblem, match="unit_form_unknown"):
        row["form"]


@pytest.mark.parametrize(
    ("title", "typed", "name"),
    [
        ("xa", "Phan Điền", "Xã Phan Điền"),
        ("xa", " xã  Phan Điền ", "Xã Phan Điền"),
        ("thi_tran", "Thị Trấn Chợ Lầu", "Thị trấn Chợ Lầu"),
        ("thon", "1", "Thôn 1"),
        ("thon", "Thôn Xã Lạc", "Thôn Xã Lạc"),
        ("xa", "Xa Lộ", "Xã Xa Lộ"),
        ("", "Sở Y tế", "Sở Y tế"),
        ("xa", "", ""),
    ],
)
def test_a_title_stands_once_at_the_head(title: str, typed: str, name: str) -> None:
    assert titled_name(title, typed) == name
