"""Tables of a page as rows over columns of fixed widths."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cssselect2 import ElementWrapper

from reports.word.lengths import breadth
from reports.word.looks import Look
from reports.word.model import Cell, Paragraph, Row, Table, paragraphs_of

if TYPE_CHECKING:
    from reports.word.reading import Reader

_SIDES = ("top", "right", "bottom", "left")
_CELLS = {"td", "th"}


def table_of(reader: "Reader", element: ElementWrapper, look: Look, room: float) -> Table:
    """A table in `room` points of width."""
    lines = list(_lines(reader, element, look))
    widths = _column_widths(reader, element, lines, look, room)
    table = Table(
        columns=widths,
        rows=[_row(reader, line, widths) for line in lines],
        align="center" if look.is_centred else "left",
        before=look.length("margin-top"),
        after=look.length("margin-bottom"),
    )
    lined = [cell.has_lines for row in table.rows for cell in row.cells]
    table.has_lines = lined.count(True) * 2 > len(lined)
    if look.said("table-layout") != "fixed" and look.width(room) is None:
        table.columns = _by_content(table, room)
    if look.said("break-inside") == "avoid":
        for row in table.rows:
            row.keeps_whole, row.keeps_with_next = True, row is not table.rows[-1]
    return table


class _Line:
    """A row as it stands in the page, with the look of each of its cells."""

    def __init__(self, element: ElementWrapper, look: Look, is_head: bool, reader: "Reader") -> None:
        self.look = look
        self.is_head = is_head
        self.cells = [
            (cell, reader.look(cell, look)) for cell in element.iter_children() if cell.local_name in _CELLS
        ]


def _lines(reader: "Reader", element: ElementWrapper, around: Look, is_head: bool = False) -> Iterator[_Line]:
    for child in element.iter_children():
        reader.note(child)
        if child.local_name == "tr":
            yield _Line(child, reader.look(child, around), is_head, reader)
        elif child.local_name in {"thead", "tbody", "tfoot"}:
            yield from _lines(reader, child, reader.look(child, around), child.local_name == "thead")


def _span(cell: ElementWrapper, name: str) -> int:
    said = cell.etree_element.get(name, "1")
    return max(int(said), 1) if said.isdecimal() else 1


def _row(reader: "Reader", line: _Line, widths: Sequence[float]) -> Row:
    row = Row(
        cells=[],
        is_head=line.is_head,
        keeps_whole=line.look.said("break-inside") == "avoid",
        keeps_with_next=line.look.said("break-after") == "avoid",
        height=max((_height(look) for _cell, look in line.cells), default=0.0),
    )
    place = 0
    for element, look in line.cells:
        across = _span(element, "colspan")
        padding = [look.length(f"padding-{side}") for side in _SIDES]
        room = sum(widths[place : place + across]) - padding[1] - padding[3]
        place += across
        row.cells.append(
            Cell(
                blocks=reader.flow(element, look, max(room, 1.0)),
                across=across,
                down=_span(element, "rowspan"),
                align=look.said("vertical-align", "top"),
                has_lines=look.has_line("top"),
                padding=(padding[0], padding[1], padding[2], padding[3]),
            )
        )
    return row


def _height(look: Look) -> float:
    said = look.length("height")
    return said and said + look.length("padding-top") + look.length("padding-bottom")


def _column_widths(
    reader: "Reader", element: ElementWrapper, lines: Sequence[_Line], look: Look, room: float
) -> list[float]:
    """Widths as fixed tables have them: of the columns, else of the first row's cells, the rest shared."""
    count = max((sum(_span(cell, "colspan") for cell, _look in line.cells) for line in lines), default=1)
    whole = look.width(room) or room
    said: list[float | None] = [None] * count
    columns = [one for one in element.iter_subtree() if one.local_name == "col" and _is_of(one, element)]
    for place, column in enumerate(columns[:count]):
        said[place] = reader.look(column, look).width(whole)
    place = 0
    for cell, own in lines[0].cells if lines else ():
        across = _span(cell, "colspan")
        if across == 1 and said[place] is None:
            width = own.width(whole)
            said[place] = None if width is None else width + _beside(own)
        place += across
    return _shared(said, whole, room)


def _beside(look: Look) -> float:
    return look.length("padding-left") + look.length("padding-right")


def _is_of(column: ElementWrapper, table: ElementWrapper) -> bool:
    around = column.parent
    while around is not None and around.local_name != "table":
        around = around.parent
    return bool(around is not None and around.etree_element is table.etree_element)


def _shared(said: Sequence[float | None], whole: float, room: float) -> list[float]:
    """Columns that are not told a width share what the others leave; together they fill the table and no more."""
    open_count = sum(width is None for width in said)
    told = sum(width or 0.0 for width in said)
    share = max(whole - told, 0.0) / open_count if open_count else 0.0
    least = 20.0
    widths = [max(share, least) if width is None else width for width in said]
    factor = min(whole, room) / sum(widths)
    return [width * factor for width in widths]


def _by_content(table: Table, room: float) -> list[float]:
    """Columns as wide as what stands in them, the last one no wider than what is left."""
    widths = [0.0] * len(table.columns)
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            found = max((_breadth(one) for one in paragraphs_of(cell.blocks)), default=0.0)
            widths[place] = max(widths[place], found + cell.padding[1] + cell.padding[3])
    widths[-1] = min(widths[-1], max(room - sum(widths[:-1]), room / 3))
    return widths


def _breadth(paragraph: Paragraph) -> float:
    return max(breadth(line, paragraph.letters.size) for line in paragraph.text.split("\n")) + 4.0
