"""How paragraphs and letters look, as Word writes it: whole for a style, differences for one paragraph."""

from dataclasses import dataclass
from typing import Any

from reports.word.marks import mark, twips, when
from reports.word.model import Letters, Paragraph

FONT = "Times New Roman"
# Word counts lines in 240ths of the font's own line, which for Times is this many sizes high.
_OWN_LINE = 1.15
_ALIGNED = {
    "left": "left",
    "right": "right",
    "center": "center",
    "justify": "both",
    "start": "left",
    "end": "right",
}


@dataclass(frozen=True)
class Shape:
    """What of a paragraph its style says."""

    align: str
    first_indent: int
    left: int
    right: int
    before: int
    after: int
    line: int
    is_exact: bool
    line_above: bool
    line_below: bool
    letters: Letters


def shape_of(paragraph: Paragraph) -> Shape:
    """The shape of a paragraph in Word's measures."""
    exact = paragraph.exact_line
    return Shape(
        align=_ALIGNED.get(paragraph.align, "left"),
        first_indent=twips(paragraph.first_indent),
        left=twips(paragraph.left),
        right=twips(paragraph.right),
        before=twips(paragraph.before),
        after=twips(paragraph.after),
        line=round(paragraph.line / _OWN_LINE * 240) if exact is None else max(twips(exact), 1),
        is_exact=exact is not None,
        line_above=paragraph.line_above,
        line_below=paragraph.line_below,
        letters=paragraph.letters,
    )


def shape_marks(shape: Shape, said: Shape | None = None) -> list[Any]:
    """Borders, spacing, indents and alignment of a shape, without what `said` (the style) says already."""
    marks = []
    if said is None or (shape.line_above, shape.line_below) != (said.line_above, said.line_below):
        marks.append(_borders(shape, was_lined=said is not None))
    if said is None or _spacing(shape) != _spacing(said):
        marks.append(mark("spacing", **_spacing(shape)))
    if said is None or _indents(shape) != _indents(said):
        marks.append(mark("ind", **_indents(shape)))
    if said is None or shape.align != said.align:
        marks.append(mark("jc", val=shape.align))
    return [one for one in marks if one is not None]


def _borders(shape: Shape, *, was_lined: bool) -> Any:
    if not (shape.line_above or shape.line_below or was_lined):
        return None
    return mark(
        "pBdr",
        _border("top", shape.line_above),
        _border("bottom", shape.line_below),
    )


def _border(side: str, is_drawn: bool) -> Any:
    if not is_drawn:
        return mark(side, val="nil")
    return mark(side, val="single", sz=6, space=1 if side == "bottom" else 0, color="000000")


def _spacing(shape: Shape) -> dict[str, Any]:
    rule = "exact" if shape.is_exact else "auto"
    return {"before": shape.before, "after": shape.after, "line": shape.line, "lineRule": rule}


def _indents(shape: Shape) -> dict[str, Any]:
    return {"left": shape.left, "right": shape.right, "firstLine": max(shape.first_indent, 0)}


def letter_marks(letters: Letters, said: Letters | None = None) -> list[Any]:
    """Properties of letters, without what `said` (the paragraph's style) says already."""
    marks: list[Any] = []
    for holds, held, names in (
        (letters.is_bold, said and said.is_bold, ("b", "bCs")),
        (letters.is_italic, said and said.is_italic, ("i", "iCs")),
        (letters.is_capital, said and said.is_capital, ("caps",)),
    ):
        if holds != bool(held):
            marks += [mark(name) if holds else mark(name, val="0") for name in names]
    if said is None or letters.size != said.size:
        marks += [mark(name, val=round(letters.size * 2)) for name in ("sz", "szCs")]
    if letters.is_underlined != bool(said and said.is_underlined):
        marks.append(mark("u", val="single" if letters.is_underlined else "none"))
    return marks


def keeping_marks(paragraph: Paragraph) -> list[Any]:
    """What binds a paragraph to the next, and to the page."""
    return [
        one
        for one in (
            when(paragraph.keeps_with_next, "keepNext"),
            when(paragraph.keeps_lines, "keepLines"),
            when(paragraph.begins_page, "pageBreakBefore"),
        )
        if one is not None
    ]
