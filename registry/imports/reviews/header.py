"""Finding review tables in the sheets of a workbook by the words of their headers, whatever stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

from core.spreadsheets.header_rows import is_numbering, lines_of, shown, words_above
from core.spreadsheets.headers import Header, year_of
from core.spreadsheets.opening import Book
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.sheets import RowSource
from core.spreadsheets.tables import Lists, ListTable, titles_of
from core.text import fold
from registry.imports.reviews.columns import Setting, column_meaning, is_plain, names_unit
from registry.review_figures import FIGURES, FLOWS, LACK_PARTS, RATES, STARTS

REQUIRED = ("unit", "households", "poor", "near_poor")
_SEARCHED_ROWS = 40
_DEEPEST_HEADER = 4
_LABELLED_CELLS = 3
_FIGURE = re.compile(r"[^\w]*[0-9][0-9.,\s%)]*")
_YEAR = re.compile(r"(?<!thang [0-9] )(?<!thang [0-9]{2} )\bnam (20[0-9]{2})\b")
# “Đơn vị tính: khẩu” above a table: none of its figures counts households.
_OF_PERSONS = re.compile(r"\b(?:don vi tinh|dvt) (?:la )?(?:so )?(?:nhan khau|khau|nguoi)$")
# What counts persons says so in its title, too.
_TITLED_PERSONS = re.compile(r"\bnhan khau (?:ngheo|can ngheo|thuoc)\b")
# A part of the households, or what is only expected. An area that is called so is whole.
_OF_PART = re.compile(
    r"(?<!vung )(?<!vung dong bao )\bdan toc thieu so\b|\bdtts\b|\bho (?:\w+ ){0,4}co thanh vien\b|\bnguoi co cong\b|\bdu kien\b"
)
_MOVEMENTS = frozenset({*FLOWS["poor"], *FLOWS["near_poor"], *STARTS.values()})
# A form of movements or of lacks says nothing of all households: so many of its columns tell it.
_FEWEST_MOVEMENTS, _FEWEST_LACKS = 2, 3
_NOT_ASKED = frozenset({"ordinal", "counted"})
_PLACES = frozenset({"unit", "above", "village", "commune", "district"})


@dataclass(frozen=True, slots=True)
class ReviewHeader(Header):
    """A review table's header; `notes` are what it has and a review cannot use, as codes of findings.

    `year` is the last of several years that stand side by side, whose columns are read.
    """

    notes: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """The nearest thing to a header and what it lacks, for the sentence that refuses the file."""

    missing: tuple[str, ...] = REQUIRED
    repeated: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How far it is from a header."""
        return len(self.missing) + len(self.repeated)


def find_reviews(book: Book) -> Lists:
    """The review tables of a workbook, one a sheet; the sheets without one are named.

    Raises ``WorkbookError`` for a file that holds no review table.
    """
    tables: list[ListTable] = []
    of_persons: list[str] = []
    of_part: list[str] = []
    unread: list[str] = []
    faults: list[HeaderFault] = []
    for sheet in book.sheets:
        top = list(islice(sheet.rows(), _SEARCHED_ROWS + _DEEPEST_HEADER + 1))
        header = find_header(top, sheet)
        if isinstance(header, ReviewHeader) and _counts_persons(top[: header.row]):
            of_persons.append(sheet.name)
        elif isinstance(header, ReviewHeader) and _counts_a_part(titles_of(top[: header.row])):
            of_part.append(sheet.name)
        elif isinstance(header, ReviewHeader):
            tables.append(ListTable(sheet, titles_of(top[: header.row]), header))
        elif any(str(cell).strip() for row in top for cell in row):
            unread.append(sheet.name)
            faults.append(header)
    if not tables and of_persons:
        raise WorkbookError("review_of_persons", sheet=of_persons[0])
    if not tables and of_part:
        raise WorkbookError("review_of_part", sheet=of_part[0])
    if not tables:
        raise _no_table(faults, book.filename)
    return Lists(tuple(tables), (*unread, *of_persons, *of_part))


def _counts_persons(above: Sequence[Sequence[Any]]) -> bool:
    lines = [fold(shown(cell)) for row in above for cell in row if shown(cell)]
    return any(_OF_PERSONS.search(line) or _TITLED_PERSONS.search(line) for line in lines)


def _counts_a_part(titles: Sequence[str]) -> bool:
    """Whether the title says that only some households stand below, or what is only expected."""
    return any(_OF_PART.search(fold(line)) for line in titles)


def _no_table(faults: list[HeaderFault], filename: str) -> WorkbookError:
    """The refusal that names what the nearest candidate lacks."""
    nearest = min(faults, key=lambda fault: fault.size, default=HeaderFault())
    if len(nearest.missing) > 2:
        return WorkbookError("no_review_table", filename=filename)
    if nearest.missing:
        return WorkbookError("columns_missing", columns=nearest.missing)
    return WorkbookError("columns_repeated", columns=nearest.repeated)


def year_named(text: str) -> int | None:
    """The year that a line of a title names; that of a day on which a document was signed is none."""
    found = _YEAR.search(fold(text))
    return int(found[1]) if found else None


def setting_of(titles: Iterable[str]) -> Setting:
    """What the lines above a table say of all its columns."""
    lines = [fold(line) for line in titles]
    text = " ".join(lines)
    year = next((found for line in lines if (found := year_named(line)) is not None), None)
    near, poor = "can ngheo" in text, "ho ngheo" in text
    about = "" if near == poor else "near_poor" if near else "poor"
    return Setting(year, about, "thieu hut" in text)


def find_header(top: Sequence[Sequence[Any]], sheet: RowSource) -> ReviewHeader | HeaderFault:
    """The header of a review table among a sheet's first rows, or what the best candidate lacks."""
    best = HeaderFault()
    for index in range(min(len(top), _SEARCHED_ROWS)):
        if len(_filled(top[index])) < _LABELLED_CELLS:
            continue
        found = _header_at(top, index, sheet)
        if isinstance(found, ReviewHeader):
            return found
        if found.size < best.size:
            best = found
    return best


def _header_at(top: Sequence[Sequence[Any]], index: int, sheet: RowSource) -> ReviewHeader | HeaderFault:
    depth = _depth(top, index)
    labels = _labels(top[index : index + depth], index, sheet)
    setting = setting_of(titles_of(top[:index]))
    beside = _years_beside(labels) if setting.year is None else None
    setting = replace(setting, year=setting.year or beside)
    found = _meanings(labels, Setting(setting.year))
    # A title that names poor households alone is often the review's own: it decides only where no column does.
    if setting.about and not any(_subject_of(name) not in {"", setting.about} for name in found):
        found = _meanings(labels, setting)
    elif setting.is_of_lacks:
        found = _meanings(labels, Setting(setting.year, "", is_of_lacks=True))
    aside = _keep_plain(found, labels)
    for name in RATES:
        # Rates are only compared with the counts: of several under one heading the first is.
        aside += [labels[at] for at in found.get(name, [])[1:]]
        found |= {name: found[name][:1]} if name in found else {}
    _tell_places(found)
    indicators = found.pop("lack_indicator", [])
    notes = [("columns_aside", ", ".join(aside))] if aside else []
    notes += [("lacks_by_indicator", "")] if indicators else []
    notes += _drop_lacks(found, everything=bool(indicators))
    missing = _missing(found, len(indicators))
    repeated = tuple(
        name for name, positions in found.items() if len(positions) > 1 and name not in _NOT_ASKED
    )
    if missing or repeated:
        return HeaderFault(missing, repeated)
    first = index + depth
    while first < len(top) and numbers_columns(top[first]):
        first += 1
    columns = {name: positions[0] for name, positions in found.items()}
    return ReviewHeader(
        index,
        first,
        columns,
        notes=tuple(notes),
        lines=lines_of(top[index:first]),
        labels=tuple(labels),
        year=beside,
    )


def _years_beside(labels: Sequence[str]) -> int | None:
    """The last of several years that the columns stand for; None where they name one, or none."""
    years = {year for label in labels for part in label.split(" / ") if (year := year_of(part)) is not None}
    return max(years) if len(years) > 1 else None


def _meanings(labels: Sequence[str], setting: Setting) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        meaning = column_meaning(label, setting)
        if meaning:
            found.setdefault(meaning, []).append(position)
    return found


def _subject_of(name: str) -> str:
    """Whose households a figure counts: the poor's, the near-poor's, or everybody's."""
    return "near_poor" if name.startswith("near_poor") else "poor" if name.startswith("poor") else ""


def _keep_plain(found: dict[str, list[int]], labels: Sequence[str]) -> list[str]:
    """Of several columns of one meaning take the one that adds nothing to it; the labels of those left aside."""
    aside: list[str] = []
    for name, positions in found.items():
        if name in _PLACES:
            # A heading merged over two columns: the second says what each row counts, or nothing.
            found[name] = [at for at in positions if at == positions[0] or labels[at] != labels[positions[0]]]
            continue
        plain = [at for at in positions if is_plain(labels[at])]
        if len(positions) > 1 and len(plain) == 1:
            aside += [labels[at] for at in positions if at != plain[0]]
            found[name] = plain
    return aside


def _missing(found: Mapping[str, list[int]], indicators: int) -> tuple[str, ...]:
    """What a header must name: a form of movements or of lacks needs no more than its units."""
    missing = tuple(name for name in REQUIRED if name not in found)
    movements = sum(name in _MOVEMENTS for name in found)
    lacks = indicators + sum("lacking_" in name for name in found)
    is_part = movements >= _FEWEST_MOVEMENTS or lacks >= _FEWEST_LACKS
    return () if "unit" in found and is_part and any(name in FIGURES for name in found) else missing


def _tell_places(found: dict[str, list[int]]) -> None:
    """In a table of villages their column names the rows, and the column of units names their communes.

    Elsewhere the smallest kind of unit that has a column names the rows.
    """
    if "village" in found:
        if "unit" in found:
            found["commune"] = found.pop("unit")
        found["unit"] = found["village"]
        return
    for name in ("commune", "district"):
        if "unit" not in found and name in found:
            found["unit"] = found.pop(name)


def _drop_lacks(found: dict[str, list[int]], *, everything: bool) -> list[tuple[str, str]]:
    """Take out columns of lacked services that cannot be used: counts by indicator do not add up to services."""
    unclear = False
    for name, parts in LACK_PARTS.items():
        columns = {one: found[one] for one in (name, *parts) if one in found}
        clear = all(len(positions) == 1 for positions in columns.values())
        if everything or not clear or (name in columns and len(columns) > 1):
            unclear = unclear or (bool(columns) and not everything)
            for one in columns:
                del found[one]
    return [("lacks_unclear", "")] if unclear else []


def _depth(top: Sequence[Sequence[Any]], index: int) -> int:
    """How many rows the header takes: rows of words alone, under a unit column that stays empty."""
    unit = next((at for at, cell in enumerate(top[index]) if names_unit(str(cell))), None)
    depth = 1
    while depth < _DEEPEST_HEADER and index + depth < len(top) and unit is not None:
        row, below = top[index + depth], top[index + depth + 1 : index + depth + 2]
        # “1 2 3 …” may stand above the words that it numbers.
        numbers = numbers_columns(row) and bool(below) and _goes_on(below[0], unit)
        if not (numbers or _goes_on(row, unit)):
            break
        depth += 1
    return depth


def _labels(header: Sequence[Sequence[Any]], index: int, sheet: RowSource) -> list[str]:
    """Each column's words from top to bottom; a stroke between spaces parts header rows and nothing else."""
    paths = words_above(header, max(map(len, header)), index, sheet.merged)
    return [" / ".join(words.replace(" / ", "/") for words in path) for path in paths]


def _goes_on(row: Sequence[Any], unit: int) -> bool:
    """Whether a row below a header belongs to it: it is of words alone, and names no unit."""
    words = _filled(row)
    named = unit < len(row) and str(row[unit]).strip()
    return (
        not named
        and bool(words)
        and all(isinstance(cell, str) for cell in words)
        and not numbers_columns(row)
        and not any(_FIGURE.fullmatch(cell) for cell in words)
    )


def _filled(row: Iterable[Any]) -> list[Any]:
    return [cell for cell in row if str(cell).strip()]


def numbers_columns(row: Sequence[Any]) -> bool:
    """Whether the row only numbers the columns, one by one: 1 2 3, (1) (2) (3), A B 1 2; counts leap."""
    found = (re.search(r"[0-9]{1,2}", str(cell)) for cell in _filled(row))
    numbers = [int(one.group()) for one in found if one]
    return is_numbering(row) and all(later == number + 1 for number, later in pairwise(numbers))
