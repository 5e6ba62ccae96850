"""What marks one copy of a document: its number, symbol and day."""

from dataclasses import dataclass
from datetime import date

from reports.genuine import address_of, in_groups


@dataclass(frozen=True)
class Imprint:
    """Number, symbol and day as they stand in the head; a preview has no number yet."""

    symbol: str
    day: date
    number: int | None = None
    holder: str = ""
    """Whose series it is numbered in: the body that issues it."""
    issuer: str = ""
    """What that body is called on the day."""
    code: str = ""
    """By which anybody can ask whether the copy is genuine; a preview has none."""

    @property
    def is_preview(self) -> bool:
        """Whether this copy was never issued."""
        return self.number is None

    @property
    def code_text(self) -> str:
        """The code as it is printed."""
        return in_groups(self.code)

    @property
    def address(self) -> str:
        """Where anybody asks whether the copy is genuine."""
        return address_of(self.code)

    @property
    def number_text(self) -> str:
        """The number with the leading zero that the decree on clerical work asks for below ten."""
        return "" if self.number is None else f"{self.number:02d}"

    def __str__(self) -> str:
        return f"{self.number_text}/{self.symbol}"
