"""What Decree 30/2020 (annex I) asks of a page, and how drawn pages are held against it.

Pages are read with poppler: words with their place, size and font from `pdftohtml`, glyphs as dots from `pdftoppm`.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
# Margins: at least, and at most (part I, 2).
TOP, BOTTOM, LEFT, RIGHT = (20, 25), (20, 25), (30, 35), (15, 20)
SIZES = {11, 12, 13, 14}
_DOTS_PER_INCH = 100
_MM = 25.4 / _DOTS_PER_INCH


@dataclass(frozen=True)
class Words:
    """A run of words of one font: place in millimetres, size in points."""

    page: int
    text: str
    left: float
    top: float
    width: float
    height: float
    size: float
    is_bold: bool
    is_italic: bool

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def is_page_number(self) -> bool:
        return self.top + self.height < TOP[0] and self.text.isdecimal()


@dataclass(frozen=True)
class Component:
    """A component of a document: how to know it, and what the decree asks of it."""

    name: str
    pattern: str
    sizes: tuple[int, ...]
    is_bold: bool = False
    is_italic: bool = False


# Part II of the annex. The patterns know the components by their words, as they are drawn.
COMPONENTS = (
    Component("quốc hiệu", r"^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM$", (12, 13), is_bold=True),
    Component("tiêu ngữ", r"^Độc lập - Tự do - Hạnh phúc$", (13, 14), is_bold=True),
    Component("số, ký hiệu", r"^Số: ", (13,)),
    Component(
        "địa danh, thời gian", r"^[^,:;.]+, ngày \d\d tháng \d\d? năm \d{4}$", (13, 14), is_italic=True
    ),
    Component(
        "tên loại",
        r"^(TỜ TRÌNH|BIÊN BẢN( KIỂM PHIẾU)?|QUYẾT ĐỊNH|BÁO CÁO|GIẤY .+|THÔNG BÁO|DANH SÁCH)$",
        (13, 14),
        is_bold=True,
    ),
    Component("trích yếu công văn", r"^V/v ", (12, 13)),
    Component("thẩm quyền ban hành", r"^CHỦ TỊCH ỦY BAN NHÂN DÂN", (13, 14), is_bold=True),
    Component("quyết định", r"^QUYẾT ĐỊNH:$", (13, 14), is_bold=True),
    Component("điều", r"^Điều \d+\.", (13, 14), is_bold=True),
    Component("căn cứ", r"^Căn cứ ", (13, 14), is_italic=True),
    Component("nơi nhận", r"^Nơi nhận:$", (12,), is_bold=True, is_italic=True),
    Component("nơi nhận, dòng", r"^- (Như trên|Như Điều|Lưu)", (11,)),
    Component("phụ lục", r"^Phụ lục( [IVX]+)?$", (14,), is_bold=True),
    Component("phụ lục, chỉ dẫn", r"^\(Kèm theo (Tờ trình|Quyết định)", (13, 14), is_italic=True),
    Component("chữ ký, quyền hạn", r"^(KT|TM|Q|TL|TUQ)\. ", (13, 14), is_bold=True),
)


def words_of(pdf: Path) -> list[Words]:
    """Every run of words of a PDF."""
    xml = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-zoom", "3", "-fontfullname", "-stdout", str(pdf)],
        capture_output=True,
        check=True,
        timeout=120,
    ).stdout
    found: list[Words] = []
    fonts: dict[str, tuple[float, str]] = {}
    for page in ElementTree.fromstring(xml).iter("page"):  # noqa: S314 -- written by poppler just now
        scale = float(page.get("height", "0")) / HEIGHT_MM
        for font in page.iter("fontspec"):
            fonts[font.get("id", "")] = (float(font.get("size", "0")) / 3, font.get("family", ""))
        for run in page.iter("text"):
            text = "".join(run.itertext()).strip()
            if not text:
                continue
            size, family = fonts[run.get("font", "")]
            left, top, width, height = (
                float(run.get(name, "0")) / scale for name in ("left", "top", "width", "height")
            )
            found.append(
                Words(
                    page=int(page.get("number", "0")),
                    text=" ".join(text.split()),
                    left=left,
                    top=top,
                    width=width,
                    height=height,
                    size=size,
                    is_bold="Bold" in family,
                    is_italic="Italic" in family,
                )
            )
    return found


def components_broken(words: list[Words]) -> list[str]:
    """Where a component is not of its size or style."""
    return [
        f"{component.name}: “{one.text}”, {one.size:.1f} pt, bold {one.is_bold}, italic {one.is_italic}"
        for one in words
        for component in COMPONENTS
        if re.search(component.pattern, one.text)
        and (
            round(one.size, 1) not in component.sizes
            or (one.is_bold, one.is_italic) != (component.is_bold, component.is_italic)
        )
    ]


def sizes_broken(words: list[Words]) -> list[str]:
    """Words of a size that the decree does not know."""
    return [f"{one.size:.1f} pt: “{one.text}”" for one in words if round(one.size, 1) not in SIZES]


def ink_of(pdf: Path, folder: Path) -> list[tuple[float, float, float, float]]:
    """For each page how near ink comes to its edges: left, top, right and bottom, in millimetres, without the page number."""
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(_DOTS_PER_INCH), str(pdf), str(folder / "page")],
        check=True,
        timeout=300,
    )
    found = []
    for path in sorted(folder.glob("page*.pgm")):
        with Image.open(path) as image:
            dark = image.point(lambda level: 255 if level < 160 else 0)
            above = round((TOP[0] - 0.5) / _MM)
            text = dark.crop((0, above, dark.width, dark.height)).getbbox()
            assert text is not None, f"{path.name} is empty"
            left, top, right, bottom = text
            found.append(
                (
                    left * _MM,
                    (top + above) * _MM,
                    (dark.width - right) * _MM,
                    (dark.height - above - bottom) * _MM,
                )
            )
    return found
