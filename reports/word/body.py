"""Blocks as the elements of a DOCX's text."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.shared import Pt

from reports.word.marks import mark, twips, when
from reports.word.model import (
    Block,
    Box,
    Cell,
    Field,
    Letters,
    LineBreak,
    PageOf,
    Paragraph,
    Picture,
    Row,
    Run,
    Table,
)
from reports.word.pictures import Draw
from reports.word.shapes import Shape, keeping_marks, letter_marks, shape_marks, shape_of
from reports.word.styles import Styles

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SQUARE = "☐"
_UPRIGHT = {"middle": "center", "bottom": "bottom"}
_LEAST = Letters(size=1.0)


class Body:
    """Makes the elements of one file."""

    def __init__(self, file: WordFile, styles: Styles, draw: Draw) -> None:
        self._file = file
        self._styles = styles
        self._draw = draw
        self._bookmarks = 0
        self._fields = 0

    def elements(self, blocks: Sequence[Block]) -> Iterator[Any]:
        """The elements of blocks, in their order; the last is a paragraph, as Word asks at the end of a cell or section.

        Word joins tables that touch, and a table has no space around it: a small paragraph stands between or gives it.
        """
        last: Block | None = None
        place_to_fill: Any = None
        for place, block in enumerate(blocks):
            if isinstance(block, Table):
                if isinstance(last, Table):
                    yield self._gap(max(last.after, block.before), keeps=_is_kept(last))
                following = blocks[place + 1] if place + 1 < len(blocks) else None
                if isinstance(following, Paragraph):
                    following.before = max(following.before, block.after)
                yield self._table(block)
            elif isinstance(block, Paragraph):
                following = blocks[place + 1] if place + 1 < len(blocks) else None
                if isinstance(following, Table):
                    block.after = max(block.after, following.before)
                made = self._paragraph(block)
                if block.field is None:
                    yield made
                elif isinstance(last, Paragraph) and last.field is block.field:
                    place_to_fill.find(qn("w:sdtContent")).append(made)
                else:
                    place_to_fill = self._field(block.field, made)
                    yield place_to_fill
            last = block
        if not isinstance(last, Paragraph) or last.field is not None:
            yield self._gap(1.0, keeps=False)

    def _gap(self, height: float, *, keeps: bool) -> Any:
        space = Paragraph("Gap", [], _LEAST, exact_line=max(height, 1.0), keeps_with_next=keeps)
        return self._paragraph(space)

    def _paragraph(self, paragraph: Paragraph) -> Any:
        style, said = self._styles.use(paragraph)
        own = shape_of(paragraph)
        made = mark(
            "p",
            mark(
                "pPr",
                mark("pStyle", val=style),
                *keeping_marks(paragraph),
                *shape_marks(own, said),
                _end_mark(paragraph, own, said),
            ),
        )
        for name in paragraph.bookmarks:
            self._bookmarks += 1
            made.append(mark("bookmarkStart", id=self._bookmarks, name=name))
            made.append(mark("bookmarkEnd", id=self._bookmarks))
        for item in paragraph.items:
            made.extend(self._runs(item, said))
        return made

    def _field(self, field: Field, first: Any) -> Any:
        """A content control around a place to fill in, with its first paragraph."""
        self._fields += 1
        return mark(
            "sdt",
            mark(
                "sdtPr",
                mark("alias", val=field.words),
                mark("tag", val=field.tag),
                mark("id", val=self._fields),
                when(field.is_empty, "showingPlcHdr"),
            ),
            mark("sdtContent", first),
        )

    def _runs(self, item: Any, said: Shape) -> Iterator[Any]:
        if isinstance(item, Run):
            text = mark("t")
            text.text = item.text
            text.set(_XML_SPACE, "preserve")
            yield mark("r", _letters(item.letters, said), text)
        elif isinstance(item, LineBreak):
            yield mark("r", mark("br"))
        elif isinstance(item, Box):
            text = mark("t")
            text.text = _SQUARE
            yield mark("r", _letters(item.letters, said), text)
        elif isinstance(item, PageOf):
            yield from _page_field(item, said)
        elif isinstance(item, Picture):
            yield mark("r", self._picture(item))

    def _picture(self, picture: Picture) -> Any:
        drawn = self._file.part.new_pic_inline(
            io.BytesIO(self._draw(picture)), Pt(picture.width), Pt(picture.height)
        )
        drawn.docPr.set("descr", picture.words)
        return mark("drawing", drawn)

    def _table(self, table: Table) -> Any:
        padding = _usual_padding(table)
        made = mark(
            "tbl",
            mark(
                "tblPr",
                mark("tblW", w=twips(sum(table.columns)), type="dxa"),
                when(table.align == "center", "jc", val="center"),
                when(table.align != "center", "tblInd", w=twips(table.left), type="dxa"),
                _edges("tblBorders", table.has_lines, "insideH", "insideV"),
                mark("tblLayout", type="fixed"),
                mark("tblCellMar", *_sides(padding)),
            ),
            mark("tblGrid", *(mark("gridCol", w=twips(width)) for width in table.columns)),
        )
        open_down: dict[int, tuple[int, Cell]] = {}
        for row in table.rows:
            made.append(self._row(row, table, padding, open_down))
        return made

    def _row(
        self, row: Row, table: Table, padding: Sequence[float], open_down: dict[int, tuple[int, Cell]]
    ) -> Any:
        keeps = row.keeps_with_next or row.is_head
        made = mark(
            "tr",
            mark(
                "trPr",
                when(row.keeps_whole or row.is_head, "cantSplit"),
                when(row.height > 0, "trHeight", val=twips(row.height), hRule="atLeast"),
                when(row.is_head, "tblHeader"),
            ),
        )
        place = 0
        for cell in [*row.cells, None]:
            while place in open_down:
                place += self._continued(made, table, place, padding, open_down)
            if cell is None:
                break
            merge = mark("vMerge", val="restart") if cell.down > 1 else None
            made.append(self._cell(cell, table, place, padding, merge, keeps=keeps))
            if cell.down > 1:
                open_down[place] = (cell.down - 1, cell)
            place += cell.across
        return made

    def _continued(
        self,
        row: Any,
        table: Table,
        place: int,
        padding: Sequence[float],
        open_down: dict[int, tuple[int, Cell]],
    ) -> int:
        """A cell that goes on from the row above; how many columns it takes."""
        left, above = open_down.pop(place)
        if left > 1:
            open_down[place] = (left - 1, above)
            # Looked at again only in the next row.
        row.append(self._cell(replace(above, blocks=[]), table, place, padding, mark("vMerge"), keeps=False))
        return above.across

    def _cell(
        self,
        cell: Cell,
        table: Table,
        place: int,
        padding: Sequence[float],
        merge: Any,
        *,
        keeps: bool,
    ) -> Any:
        width = sum(table.columns[place : place + cell.across])
        if keeps:
            for block in cell.blocks:
                if isinstance(block, Paragraph):
                    block.keeps_with_next = True
        return mark(
            "tc",
            mark(
                "tcPr",
                mark("tcW", w=twips(width), type="dxa"),
                when(cell.across > 1, "gridSpan", val=cell.across),
                merge,
                None if cell.has_lines == table.has_lines else _edges("tcBorders", cell.has_lines),
                None if cell.padding == tuple(padding) else mark("tcMar", *_sides(cell.padding)),
                when(cell.align in _UPRIGHT, "vAlign", val=_UPRIGHT.get(cell.align)),
            ),
            *self.elements(cell.blocks),
        )


def _usual_padding(table: Table) -> tuple[float, float, float, float]:
    """The padding of most cells: said once for the table."""
    found = [cell.padding for row in table.rows for cell in row.cells]
    return max(sorted(set(found)), key=found.count, default=(0.0, 0.0, 0.0, 0.0))


def _edges(name: str, has_lines: bool, *inside: str) -> Any:
    line = {"val": "single", "sz": 6, "space": 0, "color": "000000"} if has_lines else {"val": "nil"}
    return mark(name, *(mark(edge, **line) for edge in ("top", "left", "bottom", "right", *inside)))


def _sides(padding: Sequence[float]) -> Iterator[Any]:
    top, right, bottom, left = padding
    for side, width in (("top", top), ("left", left), ("bottom", bottom), ("right", right)):
        yield mark(side, w=twips(width), type="dxa")


def _is_kept(table: Table) -> bool:
    return bool(table.rows) and table.rows[-1].keeps_with_next


def _letters(letters: Letters, said: Shape) -> Any:
    marks = letter_marks(letters, said.letters)
    return mark("rPr", *marks) if marks else None


def _end_mark(paragraph: Paragraph, own: Shape, said: Shape) -> Any:
    """The size of the paragraph's end, which gives an empty paragraph its height."""
    return None if paragraph.items else _letters(own.letters, said)


def _page_field(item: PageOf, said: Shape) -> Iterator[Any]:
    """A field that Word and LibreOffice fill with the page when they open the file."""
    order = mark("instrText")
    order.text = f" PAGEREF {item.bookmark} "
    order.set(_XML_SPACE, "preserve")
    for part in (
        mark("fldChar", fldCharType="begin", dirty="true"),
        order,
        mark("fldChar", fldCharType="separate"),
        mark("fldChar", fldCharType="end"),
    ):
        yield mark("r", _letters(item.letters, said), part)
