"""How an element looks: what its sheets say of it, and what it has from the element around it."""

from dataclasses import dataclass, field, replace

from reports.word.cascade import Declared
from reports.word.lengths import points
from reports.word.model import Letters

_AUTO = "auto"
_SIDES = ("top", "right", "bottom", "left")


@dataclass(frozen=True)
class Look:
    """What holds for an element and, but for `own`, for what stands in it."""

    letters: Letters = field(default_factory=Letters)
    align: str = "left"
    first_indent: str = "0"
    line: str = "1.2"
    page: str = ""
    own: tuple[tuple[str, str], ...] = ()
    """What concerns this element alone: its margins, breaks, width, borders."""

    def said(self, name: str, default: str = "") -> str:
        """What is declared for this very element."""
        return dict(self.own).get(name, default)

    def length(self, name: str, whole: float = 0.0) -> float:
        """A declared length in points; nothing, `auto` and `none` are 0."""
        return points(self.said(name, "0"), whole=whole, size=self.letters.size) or 0.0

    def width(self, whole: float) -> float | None:
        """How wide the element is told to be, or None."""
        return points(self.said("width", _AUTO), whole=whole, size=self.letters.size)

    def has_line(self, side: str) -> bool:
        """Whether a line is drawn on a side."""
        return self.said(f"border-{side}", "0").split()[0] not in {"0", "none"}

    @property
    def is_centred(self) -> bool:
        """Whether the space left and right of the element is shared."""
        return self.said("margin-left") == _AUTO and self.said("margin-right") == _AUTO

    @property
    def line_height(self) -> float:
        """The height of a line in sizes of the font."""
        found = points(self.line, whole=1.0, size=1.0)
        if found is None:
            return 1.2
        return found if self.line.replace(".", "").isdecimal() else found / self.letters.size

    @property
    def is_empty_box(self) -> bool:
        """Whether lines on all sides make a square of an element that holds nothing."""
        return all(self.has_line(side) for side in _SIDES) and self.width(0.0) is not None

    def indent(self) -> float:
        """How far the first line is set in."""
        return points(self.first_indent, size=self.letters.size) or 0.0


def look_of(declared: Declared, around: Look) -> Look:
    """The look of an element inside another."""
    return replace(
        around,
        letters=_letters(declared, around.letters),
        align=declared.get("text-align", around.align),
        first_indent=declared.get("text-indent", around.first_indent),
        line=declared.get("line-height", around.line),
        page=declared.get("page", around.page),
        own=tuple(declared.items()),
    )


def _letters(declared: Declared, around: Letters) -> Letters:
    size = points(declared.get("font-size", ""), whole=around.size, size=around.size)
    weight, style = declared.get("font-weight"), declared.get("font-style")
    case = declared.get("text-transform")
    return Letters(
        size=size or around.size,
        is_bold=around.is_bold if weight is None else weight in {"bold", "bolder", "600", "700"},
        is_italic=around.is_italic if style is None else style == "italic",
        is_capital=around.is_capital if case is None else case == "uppercase",
        is_underlined=around.is_underlined or declared.get("text-decoration") == "underline",
    )
