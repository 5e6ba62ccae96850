"""What marks one copy of a document: its number, symbol and day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Imprint:
    """Number, symbol and day as they stand in the head; a preview has no number yet."""

    symbol: str
    day: date
    number: int | None = None
    holder: str = ""
    """Whose series it is numbered in: the body that issues it."""

    @property
    def is_preview(self) -> bool:
        """Whether this copy was never issued."""
        return self.number is None

    @property
    def number_text(self) -> str:
        """The number with the leading zero that the decree on clerical work asks for below ten."""
        return "" if self.number is None else f"{self.number:02d}"

    def __str__(self) -> str:
        return f"{self.number_text}/{self.symbol}"
