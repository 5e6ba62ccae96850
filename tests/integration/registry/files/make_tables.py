"""Makes the tables that LibreOffice then saves as its own; see README.md. Use: make_tables.py FOLDER."""

import sys
from pathlib import Path

from openpyxl import Workbook

MOVEMENTS_HEADER = {
    "A6": "STT",
    "B6": "Đơn vị",
    "C6": "Tổng số hộ dân cư",
    "D6": "Diễn biến hộ nghèo trong năm",
    "D7": "Số hộ đầu năm",
    "E7": "Số hộ thoát nghèo",
    "F7": "Số hộ tái nghèo",
    "G7": "Số hộ phát sinh mới",
    "H7": "Số hộ nghèo cuối năm",
    "I6": "Diễn biến hộ cận nghèo trong năm",
    "I7": "Số hộ đầu năm",
    "J7": "Số hộ thoát cận nghèo",
    "K7": "Số hộ tái cận nghèo",
    "L7": "Số hộ phát sinh mới",
    "M7": "Số hộ cận nghèo cuối năm",
    "N6": "Số hộ nghèo, hộ cận nghèo thiếu hụt các dịch vụ xã hội cơ bản",
    "N7": "Việc làm",
    "O7": "Y tế",
    "P7": "Giáo dục",
    "Q7": "Nhà ở",
    "R7": "Nước sinh hoạt và vệ sinh",
    "S7": "Thông tin",
}
MERGED = ("A6:A7", "B6:B7", "C6:C7", "D6:H6", "I6:M6", "N6:S6", "A3:S3")
MOVEMENTS = (
    ("", "Tổng cộng huyện", "=SUM(C10:C11)", 30, 9, 1, 3, 25, 40, 13, 1, 4, 32, 20, 10, 6, 12, 21, 8),
    (1, "Xã Phan Sơn", 1200, 20, 6, 1, 2, 17, 25, 8, 1, 2, 20, 12, 6, 4, 8, 13, 5),
    (2, "TT. Lương Sơn", "1.100", 10, 3, 0, 1, 8, 15, 5, 0, 2, 12, 8, 4, 2, 4, 8, 3),
)
VILLAGES = (
    ("UBND XÃ PHAN ĐIỀN, HUYỆN BẮC BÌNH",),
    ("KẾT QUẢ RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024",),
    (),
    ("TT", "Thôn, khu phố", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"),
    (1, "Thôn 01", 300, 4, 6),
    (2, "thôn Bình Minh", 250, 3, 5),
    ("", "Cộng", 550, 7, 11),
)


def movements() -> Workbook:
    """A district's table with movements and lacks under a two-row header of merged cells."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "UBND HUYỆN BẮC BÌNH"
    sheet["A3"] = "DIỄN BIẾN HỘ NGHÈO, HỘ CẬN NGHÈO VÀ MỨC ĐỘ THIẾU HỤT NĂM 2024"
    sheet["A4"] = "(Theo chuẩn nghèo đa chiều giai đoạn 2022 - 2025)"
    for at, text in MOVEMENTS_HEADER.items():
        sheet[at] = text
    for span in MERGED:
        sheet.merge_cells(span)
    for row in (tuple(range(1, 20)), *MOVEMENTS):
        sheet.append(row)
    sheet["B14"], sheet["M14"] = "Người lập biểu", "TM. ỦY BAN NHÂN DÂN"
    return book


def villages() -> Workbook:
    """One commune's villages under a title that names the commune."""
    book = Workbook()
    for row in VILLAGES:
        book.active.append(row)
    return book


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    movements().save(folder / "bien-dong-2024.xlsx")
    villages().save(folder / "thon-phan-dien-2024.xlsx")
