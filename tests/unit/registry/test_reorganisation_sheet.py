"""The sheet of a reorganisation: words for columns, days, kinds, titles and ways of succession; names and titles."""

from __future__ import annotations

from datetime import date

import pytest

from registry.enums import AdminType, SuccessionKind, UnitKind
from registry.reorganisation_sheet import SheetRow, read_day, read_reorganisation_sheet
from registry.titles import titled_name


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-07-01", date(2025, 7, 1)),
        ("01/07/2025", date(2025, 7, 1)),
        ("1.7.2025", date(2025, 7, 1)),
        (" 1-7-2025 ", date(2025, 7, 1)),
    ],
)
def test_days_are_read_as_offices_write_them(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["31/02/2025", "7/2025", "hôm nay", "2025"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_day(text)


@pytest.mark.parametrize(
    ("cells", "kind", "title"),
    [
        ({"kind": "commune", "name": "Xã A"}, UnitKind.COMMUNE, AdminType.XA),
        ({"kind": "Cấp xã", "name": "Thị trấn A"}, UnitKind.COMMUNE, AdminType.THI_TRAN),
        ({"name": "Đặc khu Phú Quý"}, UnitKind.COMMUNE, AdminType.DAC_KHU),
        ({"name": "Thành phố A"}, "", AdminType.THANH_PHO),
        ({"kind": "agency", "name": "Sở A"}, UnitKind.AGENCY, ""),
        ({"kind": "bang", "name": "Xã A"}, "", AdminType.XA),
        ({"name": "Khu phố 1", "admin_type": "Khu phố"}, UnitKind.VILLAGE, AdminType.KHU_PHO),
    ],
)
def test_level_and_title_are_told_by_cell_or_name(cells: dict[str, str], kind: str, title: str) -> None:
    row = SheetRow(2, cells)

    assert (row.kind, row.admin_type) == (kind, title)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("", ""),
        ("Sáp nhập", SuccessionKind.MERGED),
        ("chia tách", SuccessionKind.SPLIT),
        ("đổi tên", SuccessionKind.RENAMED),
        ("giữ nguyên", SuccessionKind.CONTINUED),
        ("transferred", SuccessionKind.TRANSFERRED),
    ],
)
def test_ways_of_succession(word: str, kind: str) -> None:
    assert SheetRow(2, {"succession": word}).succession == kind


def test_predecessors_are_parted_by_semicolons_and_lines() -> None:
    row = SheetRow(2, {"predecessors": "Xã A, Huyện B; bt.c\n Xã D ;"})

    assert row.predecessors == ["Xã A, Huyện B", "bt.c", "Xã D"]


def test_rows_keep_their_number_and_plain_cells() -> None:
    content = "key;name;valid_from\n\na;Xã A;2025-07-01\n".encode()

    (row,) = read_reorganisation_sheet(content, "a.csv")

    assert (row.number, row["name"], row.day("valid_from"), row["note"]) == (3, "Xã A", date(2025, 7, 1), "")


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
