"""Makes the workbooks `imports-*.ods` and `imports-*.xlsx` beside this file; see imports-README.md. Not run by tests."""

from __future__ import annotations

import subprocess
import unicodedata
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

HERE = Path(__file__).resolve().parent
DAY = "DD/MM/YYYY"


def nfd(text: str) -> str:
    """As some phones and Macs write it: letters and marks apart."""
    return unicodedata.normalize("NFD", text)


LISTS: dict[str, tuple[list[list[Any]], tuple[str, ...]]] = {
    "households": (
        [
            ["UBND XÃ PHAN ĐIỀN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
            ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO"],
            [],
            ["STT", "Họ và tên chủ hộ", "Năm sinh", "Kết quả rà soát", None, "Đăng ký thoát nghèo", "CCCD"],
            [None, None, None, "Năm 2023", "Năm 2024", None, None],
            ["I", "Thôn Phú Sơn"],
            [
                1,
                nfd("Nguyễn Thị Hòa"),
                date(1968, 5, 12),
                "Hộ nghèo",
                "Hộ cận nghèo",
                date(2022, 3, 1),
                "060168000001",
            ],
            [2, "K’ Brìu", 1975, "HN", "HTN", "3-2022", None],
            ["II", nfd("Thôn Tân Điền")],
            [3, nfd("TRẦN VĂN ĐỨC"), "1980", "CN", "TB", "không", None],
            [None, "Cộng", None, 3, 3, None, None],
            [],
            [None, None, None, None, "Phan Điền, ngày 15 tháng 12 năm 2024"],
            [None, "NGƯỜI LẬP BIỂU", None, None, "CHỦ TỊCH"],
        ],
        ("D1:G1", "A2:G2", "A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "G4:G5"),
    ),
    "villages": (
        [
            [nfd("DANH SÁCH THÔN, KHU PHỐ HUYỆN BẮC BÌNH")],
            [],
            ["TT", "Xã, thị trấn", nfd("Tên thôn, khu phố"), "Ngày thành lập"],
            [1, "Xã Phan Điền", nfd("Thôn Phú Sơn"), date(2021, 1, 1)],
            [2, None, nfd("THÔN TÂN ĐIỀN"), "01/01/2021"],
            [3, "TT. Chợ Lầu", "KP 3", date(2022, 7, 1)],
            [4, None, "Khu phố Xuân An 1", None],
        ],
        ("A1:D1", "B4:B5", "B6:B7"),
    ),
    "individuals": (
        [
            ["DANH SÁCH CÁ NHÂN ĐỀ NGHỊ KHEN THƯỞNG"],
            [],
            ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Đơn vị công tác", "Tư cách"],
            [
                1,
                nfd("Trần Văn Bình"),
                date(1975, 9, 2),
                "Nam",
                "Phó Giám đốc",
                nfd("Sở LĐ-TB&XH"),
                "Công chức",
            ],
            [2, nfd("Lê Thị Thuỷ"), 1980, "Nữ", "Chủ tịch", "Hội Nông dân tỉnh", "Cán bộ"],
        ],
        ("A1:G1",),
    ),
    "enterprises": (
        [
            ["DOANH NGHIỆP, HỢP TÁC XÃ"],
            ["STT", "Tên doanh nghiệp, HTX", "Mã số thuế", "Địa bàn", None],
            [None, None, None, "Xã", "Huyện"],
            [1, nfd("HTX Nông nghiệp Hòa Thắng"), "3400123456", "Phan Điền", "Bắc Bình"],
            [2, nfd("Công ty TNHH Đại Phú"), "3400123457-001", None, "Bắc Bình"],
        ],
        ("A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"),
    ),
    "awards": (
        [
            ["KHEN THƯỞNG NĂM 2023"],
            [],
            [
                "STT",
                "Tên tập thể, cá nhân",
                "Huyện",
                "Hình thức khen thưởng",
                "Quyết định",
                None,
                "Cấp khen thưởng",
            ],
            [None, None, None, None, "Số quyết định", "Ngày quyết định", None],
            [
                1,
                nfd("Xã Phan Điền"),
                nfd("Huyện Bắc Bình"),
                "Bằng khen UBND tỉnh",
                "210/QĐ-UBND",
                date(2023, 12, 15),
                None,
            ],
            [
                2,
                nfd("Hội Nông dân tỉnh"),
                None,
                "Giấy khen",
                "12/QĐ-SLĐTBXH",
                "02/01/2024",
                "Giám đốc Sở LĐTBXH",
            ],
        ],
        ("A1:G1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:G4"),
    ),
}


def build(rows: list[list[Any]], merged: tuple[str, ...], path: Path) -> None:
    """The workbook as somebody would lay it out, before LibreOffice writes it anew."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, date):
                cell.number_format = DAY
    sheet["A1"].font = Font(bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.column_dimensions["B"].width = 30
    book.save(path)


def main() -> None:
    """Each list once as .ods and once as .xlsx, written by LibreOffice."""
    with TemporaryDirectory() as folder:
        for name, (rows, merged) in LISTS.items():
            source = Path(folder) / f"imports-{name}.xlsx"
            build(rows, merged, source)
            for target in ("ods", "xlsx"):
                command = [
                    "soffice",
                    "--headless",
                    "--convert-to",
                    target,
                    "--outdir",
                    str(HERE),
                    str(source),
                ]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
