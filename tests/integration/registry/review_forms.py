"""Review workbooks as districts and communes send them, made on the spot; figures are invented."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]
DISTRICT = "ỦY BAN NHÂN DÂN HUYỆN BẮC BÌNH"
PHAN_DIEN, PHAN_SON, SONG_LUY = "bt.bac-binh.phan-dien", "bt.bac-binh.phan-son", "bt.bac-binh.song-luy"


def book(sheets: Mapping[str, Rows], merged: Mapping[str, Iterable[str]] | None = None) -> bytes:
    """An .xlsx workbook of these sheets."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in (merged or {}).get(name, ()):
            sheet.merge_cells(cells)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def titled(*rows: Sequence[Any], title: str = "KẾT QUẢ RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024") -> Rows:
    """Rows below a district's titles."""
    return [[DISTRICT], [title], [], *rows]


def plain(*rows: Sequence[Any], head: str = "Đơn vị", **titles: str) -> Rows:
    """A short result table."""
    return titled(["STT", head, "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"], *rows, **titles)


def result_form() -> bytes:
    """The result form with four rows of headings: households and persons, ethnic minorities, the average group."""
    blank = [""]
    rows = titled(
        ["STT", "Phường/Xã", "Tổng số hộ dân cư", *blank * 3, "Kết quả rà soát"],
        [
            *blank * 6,
            "Hộ nghèo",
            *blank * 3,
            "Hộ cận nghèo",
            *blank * 3,
            "Hộ làm nông, lâm, ngư nghiệp có MSTB",
        ],
        [*blank * 2, "Hộ", "", "Nhân khẩu", "", *["Hộ", "", "Nhân khẩu", "Tỷ lệ (%)"] * 2, "Hộ", "Nhân khẩu"],
        [*blank * 2, *["Tổng số", "DTTS"] * 3, "", "", "Tổng số", "DTTS"],
        ["A", "B", *range(1, 15)],
        ["1", "Huyện Bắc Bình", 2200, 300, 8800, 1200, 130, 40, 520, 5.91, 150, 20, 600, 6.82, 10, 40],
        ["1.1", "Xã Phan Điền", 1000, 200, 4000, 800, 60, 30, 240, 6, 80, 20, 320, 8, 5, 20],
        ["1.2", "X. Phan Sơn", "1.200", "100", 4800, 400, 70, 10, 280, 5.83, 70, "-", 280, 5.83, 5, 20],
        [],
        ["", "NGƯỜI LẬP BIỂU", *blank * 8, "TM. ỦY BAN NHÂN DÂN"],
    )
    merged = [
        *("A4:A7", "B4:B7", "C4:F5", "G4:P4", "G5:J5", "K5:N5", "O5:P5", "C6:D6", "E6:F6", "G6:H6"),
        *("I6:I7", "J6:J7", "K6:L6", "M6:M7", "N6:N7", "O6:O7", "P6:P7"),
    ]
    return book({"Biểu 1": rows}, {"Biểu 1": merged})


def movement_sheet(about: str, *rows: Sequence[Any]) -> Rows:
    """The form of one group's movements, whose headings leave to the title whose they are."""
    return titled(
        ["STT", "Khu vực/Địa bàn", "Số hộ đầu kỳ", "Diễn biến trong năm", "", "", "Số hộ cuối kỳ"],
        ["", "", "", f"Thoát {about}", f"Tái {about}", "Phát sinh", ""],
        ["A", "B", 1, 2, 3, 4, "5=1-2+3+4"],
        *rows,
        title=f"DIỄN BIẾN HỘ {about.upper()} NĂM 2024",
    )


SERVICES = ("Việc làm", "Y tế", "Giáo dục", "Nhà ở", "Nước sinh hoạt và vệ sinh", "Thông tin")
INDICATORS = (
    *("Việc làm", "Người phụ thuộc", "Dinh dưỡng", "Bảo hiểm y tế", "Trình độ giáo dục của người lớn"),
    *("Tình trạng đi học của trẻ em", "Chất lượng nhà ở", "Diện tích nhà ở", "Nguồn nước sinh hoạt"),
    *("Nhà tiêu hợp vệ sinh", "Sử dụng dịch vụ viễn thông", "Phương tiện tiếp cận thông tin"),
)


def lacks_sheet(about: str, names: Sequence[str], *rows: Sequence[Any]) -> Rows:
    """The form that counts the households of one group that lack a service, or one of its indicators."""
    return titled(
        ["STT", "Địa bàn", f"Tổng số hộ {about}", "Trong đó thiếu hụt", *[""] * (len(names) - 1)],
        ["", "", "", *names],
        *rows,
        title=f"PHÂN TÍCH HỘ {about.upper()} THEO MỨC ĐỘ THIẾU HỤT NĂM 2024",
    )
