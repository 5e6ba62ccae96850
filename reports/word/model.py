"""A document between the page that the renderer draws and the file that Word opens. Lengths are points."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True)
class Letters:
    """How letters look."""

    size: float = 14.0
    is_bold: bool = False
    is_italic: bool = False
    is_capital: bool = False
    is_underlined: bool = False


@dataclass(frozen=True)
class Run:
    """Text in one look."""

    text: str
    letters: Letters


@dataclass(frozen=True)
class LineBreak:
    """The next line of the same paragraph."""


@dataclass(frozen=True)
class Picture:
    """A drawing, how wide it stands in the text, and what it shows in words."""

    svg: str
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class PageOf:
    """The number of the page on which a bookmark stands."""

    bookmark: str
    letters: Letters


@dataclass(frozen=True)
class Box:
    """An empty square to tick, as high as its letters."""

    letters: Letters


Item: TypeAlias = Run | LineBreak | Picture | PageOf | Box


@dataclass(eq=False)
class Field:
    """A place to fill in: what reads the file back knows it by its tag, people by its words."""

    tag: str
    words: str
    is_empty: bool


@dataclass
class Paragraph:
    """A paragraph: what stands in it and how it lies; without items a rule or an empty space."""

    name: str
    items: list[Item]
    letters: Letters
    align: str = "left"
    first_indent: float = 0.0
    left: float = 0.0
    right: float = 0.0
    before: float = 0.0
    after: float = 0.0
    line: float = 1.2
    """Height of a line in sizes of the font."""
    exact_line: float | None = None
    """Height of a line where it does not follow the font."""
    keeps_with_next: bool = False
    keeps_lines: bool = False
    begins_page: bool = False
    line_above: bool = False
    line_below: bool = False
    bookmarks: list[str] = dataclasses.field(default_factory=list)
    field: Field | None = None
    """The place to fill in to which it belongs, with its neighbours of the same place."""

    @property
    def text(self) -> str:
        """What is read in it."""
        return "".join(_read(item) for item in self.items)


def _read(item: Item) -> str:
    if isinstance(item, Run):
        return item.text
    return "\n" if isinstance(item, LineBreak) else ""


@dataclass
class Cell:
    """A cell: what stands in it, over how many columns and rows."""

    blocks: "list[Block]"
    across: int = 1
    down: int = 1
    align: str = "top"
    has_lines: bool = False
    padding: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Above, right, below, left."""


@dataclass
class Row:
    """A row of cells; a head is repeated on each page."""

    cells: list[Cell]
    is_head: bool = False
    height: float = 0.0
    """At least so high."""
    keeps_whole: bool = False
    keeps_with_next: bool = False


@dataclass
class Table:
    """Rows over columns of fixed widths."""

    columns: list[float]
    rows: list[Row]
    has_lines: bool = False
    align: str = "left"
    left: float = 0.0
    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True)
class PageChange:
    """From here on the text stands on pages of this name."""

    page: str


Block: TypeAlias = Paragraph | Table | PageChange


@dataclass(frozen=True)
class PageShape:
    """A page: its size, its margins above, right, below, left, and how its pages are counted."""

    width: float = 595.28
    height: float = 841.89
    margins: tuple[float, float, float, float] = (56.7, 42.5, 56.7, 85.0)
    starts_anew: bool = False
    is_numbered: bool = True

    @property
    def text_width(self) -> float:
        """What the margins leave."""
        return self.width - self.margins[1] - self.margins[3]


@dataclass
class Section:
    """Blocks on pages of one shape."""

    page: PageShape
    blocks: list[Block]


@dataclass
class Document:
    """The whole document."""

    title: str
    author: str
    day: date | None
    sections: list[Section]
    unknown: frozenset[str]
    """What the reader met and knows nothing of: elements, classes, properties. A test keeps this empty."""


def paragraphs_of(blocks: list[Block]) -> Iterator[Paragraph]:
    """Every paragraph in the order in which it is read, those in cells too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs_of(cell.blocks)
