"""The lists of a document's annexes as a workbook, which goes out inside its PDF: who receives a list need not type it anew."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html as pages

from core.spreadsheets.writing import Sheet, workbook_bytes
from core.zips import without_times

# A table of an annex; what is told of one nominee alone, and the table of contents, are no lists.
_TABLES = (
    "//table[contains(concat(' ', @class, ' '), ' list ')][thead]"
    "[not(ancestor::*[contains(concat(' ', @class, ' '), ' summary-page ')])]"
    "[not(contains(concat(' ', @class, ' '), ' contents '))]"
    "[preceding::div[contains(concat(' ', @class, ' '), ' annex-head ')]]"
)
_HEADING = "preceding::*[self::h1[contains(@class, 'annex-title')] or self::h2[contains(@class, 'annex-heading')]][1]"
_ANNEX = '<div class="annex-head"'
_MONEY = re.compile(r"\d{1,3}(\.\d{3})*")
_PLAIN_NUMBER = re.compile(r"0|[1-9]\d{0,8}")
# What a sheet's name may not hold, and how long it may be.
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 8, 60


@dataclass(frozen=True)
class ListInPage:
    """A list as it stands in a page: what heads it, how many rows name its columns, and its rows."""

    name: str
    head_rows: int
    rows: tuple[tuple[Any, ...], ...]


def workbook_of(page: str) -> bytes | None:
    """The lists of a rendered page as an .xlsx, a sheet each; None where it has none. The same page gives the same bytes."""
    found = list(lists_in(page))
    if not found:
        return None
    names = _different([one.name for one in found])
    sheets = [
        Sheet(title=name, rows=one.rows, header_rows=one.head_rows, widths=_widths(one.rows))
        for name, one in zip(names, found, strict=True)
    ]
    with workbook_bytes(sheets) as book:
        return without_times(book.read())


def lists_in(page: str) -> Iterator[ListInPage]:
    """The lists of a page in its order."""
    if _ANNEX not in page:
        return
    for table in pages.fromstring(page).xpath(_TABLES):
        heading = " ".join(_text(one) for one in table.xpath(_HEADING))
        yield ListInPage(
            name=heading,
            head_rows=len(table.findall("thead/tr")),
            rows=tuple(tuple(_cells(row)) for row in table.iter("tr")),
        )


def _cells(row: Any) -> Iterator[Any]:
    """The values of a row; a cell over several columns stands in the first of them."""
    for cell in row:
        yield _value(_text(cell), set(cell.get("class", "").split()))
        yield from [None] * (int(cell.get("colspan", "1")) - 1)


def _value(text: str, classes: set[str]) -> Any:
    """A number where the page shows one, so that it can be added up; else the text."""
    if "figure" in classes and _MONEY.fullmatch(text):
        return int(text.replace(".", ""))
    return int(text) if _PLAIN_NUMBER.fullmatch(text) else text


def _text(element: Any) -> str:
    """What is read in a cell, its lines apart."""
    lines = "".join(_words(element)).split("\n")
    return "\n".join(line for line in (" ".join(one.split()) for one in lines) if line)


def _words(element: Any) -> Iterator[str]:
    yield _one_line(element.text)
    for child in element:
        if child.tag == "br":
            yield "\n"
        elif isinstance(child.tag, str):
            yield from _words(child)
        yield _one_line(child.tail)


def _one_line(text: str | None) -> str:
    return (text or "").replace("\n", " ")


def _different(names: list[str]) -> list[str]:
    """Names that sheets may bear, none twice."""
    found: list[str] = []
    for name in names:
        plain = _NOT_IN_A_NAME.sub(" ", name).strip(" '") or "Danh sách"
        given, number = plain[:_LONGEST_NAME], 1
        while given.casefold() in {one.casefold() for one in found}:
            number += 1
            given = f"{plain[: _LONGEST_NAME - 4]} ({number})"
        found.append(given)
    return found


def _widths(rows: tuple[tuple[Any, ...], ...]) -> list[int]:
    """About as wide as the longest line of each column, within reason; a line over all columns counts for none."""
    widths: list[int] = []
    for row in rows:
        is_across = len([cell for cell in row if cell is not None]) == 1
        for place, cell in enumerate(row):
            if place == len(widths):
                widths.append(_NARROWEST)
            longest = max((len(line) for line in str(cell or "").split("\n")), default=0)
            widths[place] = widths[place] if is_across else max(widths[place], min(longest + 2, _WIDEST))
    return widths
