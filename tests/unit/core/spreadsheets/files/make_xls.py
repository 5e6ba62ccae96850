"""How the .xls files here were made, once, with xlwt 1.3 (no dependency of this project): `python make_xls.py`."""

from pathlib import Path

import xlwt

HERE = Path(__file__).parent


def font(**settings: object) -> xlwt.XFStyle:
    style = xlwt.XFStyle()
    for name, value in settings.items():
        setattr(style.font, name, value)
    return style


def odd() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Thôn 1", cell_overwrite_ok=True)
    for at, head in enumerate(["STT", "Chủ hộ", "Năm sinh", "Ghi chú"]):
        sheet.write(0, at, head)
    struck = font(struck_out=True)
    for row in range(1, 7):
        style = struck if row == 3 else xlwt.XFStyle()
        sheet.write(row, 0, row, style)
        sheet.write(row, 1, f"Lê Văn {row}", style)
        sheet.write(row, 2, 1960 + row, style)
        sheet.write(row, 3, "cũ", struck if row == 5 else style)
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    sheet.row(4).set_cell_error(2, 0x2A)
    book.add_sheet("Cũ").visibility = 1
    book.save(str(HERE / "odd.xls"))


def tcvn3() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("DS")
    plain, capitals = font(name=".VnTime"), font(name=".VnTimeH")
    sheet.write(0, 0, "danh s¸ch hé nghÌo", capitals)
    for at, head in enumerate(["STT", "Hä vµ tªn chñ hé", "N¨m sinh", "N¨m 2024"]):
        sheet.write(2, at, head, plain)
    for row, (name, year, standing) in enumerate(
        [("TrÇn ThÞ Lý", 1961, "Hé nghÌo"), ("Vâ V¨n Tó", 1975, "Hé cËn nghÌo")], 1
    ):
        sheet.write(2 + row, 0, row)
        sheet.write(2 + row, 1, name, plain)
        sheet.write(2 + row, 2, year)
        sheet.write(2 + row, 3, standing, plain)
    book.save(str(HERE / "tcvn3.xls"))


odd()
tcvn3()
