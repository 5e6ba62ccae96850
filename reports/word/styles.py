"""The styles of a file: the first paragraph of a name gives its look, and nothing else stays of the library's template."""

from typing import Any

from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn

from reports.word.marks import mark
from reports.word.model import Letters, Paragraph
from reports.word.names import OUTLINE
from reports.word.shapes import FONT, Shape, letter_marks, shape_marks, shape_of

LANGUAGE = "vi-VN"
_KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer"}
_BASE = 14.0


class Styles:
    """The styles of one file as they are used."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._shapes: dict[str, Shape] = {}
        self._ids: dict[str, str] = {}
        _clear(file)
        _set_defaults(file)

    def use(self, paragraph: Paragraph) -> tuple[str, Shape]:
        """The identifier of a paragraph's style, and what the style says; made where it is not there yet."""
        name = paragraph.name
        if name not in self._shapes:
            self._shapes[name] = shape_of(paragraph)
            self._ids[name] = self._make(name, self._shapes[name])
        return self._ids[name], self._shapes[name]

    def _make(self, name: str, shape: Shape) -> str:
        style = self._file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _BUILT_IN)
        style.base_style = self._file.styles["Normal"]
        style.quick_style = True
        outline = OUTLINE.get(name)
        level = None if outline is None else mark("outlineLvl", val=outline)
        style.element.append(mark("pPr", *shape_marks(shape), level))
        style.element.append(mark("rPr", *letter_marks(shape.letters)))
        return str(style.style_id)


_BUILT_IN = {"Title", "Body Text", *OUTLINE}


def _clear(file: WordFile) -> None:
    """Take out what the template of the library brings: its own fonts, colours and dozens of styles."""
    root = file.styles.element
    for style in list(root.findall(qn("w:style"))):
        if style.find(qn("w:name")).get(qn("w:val")).lower() not in {name.lower() for name in _KEPT}:
            root.remove(style)
    for latent in root.findall(qn("w:latentStyles")):
        root.remove(latent)
    for name in ("Normal", "Header", "Footer"):
        style = file.styles[name].element
        for part in ("w:pPr", "w:rPr", "w:link"):
            for found in style.findall(qn(part)):
                style.remove(found)


def _set_defaults(file: WordFile) -> None:
    root = file.styles.element
    for found in root.findall(qn("w:docDefaults")):
        root.remove(found)
    fonts = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), FONT)
    letters = mark(
        "rPr",
        mark("rFonts", **fonts),
        *letter_marks(Letters(size=_BASE)),
        mark("lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi="ar-SA"),
    )
    lines = mark("pPr", mark("spacing", before=0, after=0, line=240, lineRule="auto"))
    root.insert(0, mark("docDefaults", mark("rPrDefault", letters), mark("pPrDefault", lines)))
    header: Any = file.styles["Header"].element
    header.append(mark("pPr", mark("jc", val="center")))
    header.append(mark("rPr", *letter_marks(Letters(size=13.0))))
