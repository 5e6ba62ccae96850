"""The header of a list, of any depth up to five rows: which column holds what, by the words that stand above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from core.spreadsheets.header_rows import is_numbering, line_of, lines_of, shown, words_above
from core.spreadsheets.sheets import RowSource
from core.spreadsheets.vocabulary import Vocabulary
from core.text import fold, match_key

SEARCHED_ROWS = 40
DEEPEST_HEADER = 5
_PARENTHESES = re.compile(r"\([^)]*\)")
_NUMBER_HEADINGS = frozenset({"stt", "tt", "so tt", "so thu tu"})
_YEAR = re.compile(r"(?:[a-z ]+ )?(20[0-9]{2})(?: 0)?")
_YEAR_LEADS = re.compile(
    r"(?:nam|ket qua|ra soat|phan loai|tinh trang|hien trang|dien|doi tuong|ho|status|standing|of|in|year|\s)*"
)
_TICK = re.compile(r"[xXvV✓✔]")
# A year of birth, or a day that ends in one.
_OF_BIRTH = re.compile(r"(?:[0-9]{1,2}[./-]){0,2}(?:19|20)[0-9]{2}")
_SAMPLE = 30
# A row below names the columns anew when so many of its cells, and no others, are the header's.
_NAMED_ANEW = 3
_EXAMPLES = 3
_EXAMPLE_LETTERS = 60
# So much of a nameless column beside the names must be single words for it to hold given names.
_MOSTLY = 0.8


@dataclass(frozen=True)
class TableWords:
    """What the words of a header mean, handed in by whoever knows the list.

    `columns` says which column each heading names, `labels` how a column is called in a refusal, `required` which
    columns the header must name. Where a list has columns that are ticked for a standing, or one for each year,
    `standings` says which standing each heading is for, and `standing` names the column that holds one otherwise.
    `sexes` are the headings of two columns into which one is split, `by_sex` the columns that may be split so, and
    `sex` the column that then takes which of the two was filled. `parts` are columns whose text may stand in two
    columns, each under its own heading or under one.
    """

    columns: Vocabulary[str]
    labels: Mapping[str, str]
    required: Sequence[str]
    standings: Vocabulary[str] | None = None
    standing: str = ""
    sexes: Vocabulary[str] | None = None
    by_sex: frozenset[str] = frozenset()
    sex: str = ""
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def column(self, cell: Any, *, is_bare: bool = False) -> str | None:
        """The column that the cell heads, None for other words."""
        if not isinstance(cell, str) or not cell.strip():
            return None
        find = self.columns.find
        return find(cell, is_bare=is_bare) or find(_PARENTHESES.sub(" ", cell), is_bare=is_bare)

    def knows(self, cell: Any, *, is_bare: bool = False) -> bool:
        """Whether the words head a column, a year's standings, a standing that is ticked, or one sex."""
        text = shown(cell)
        if not text:
            return False
        return bool(
            self.column(text, is_bare=is_bare)
            or (self.standings and (year_of(text) or self.standings.find(text)))
            or (self.sexes and self.sexes.find(text))
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A column that is ticked for a standing; `year` where the header names one."""

    year: int | None
    standing: str
    at: int


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column that is not read: its heading says nothing that is known, or there is none."""

    at: int
    heading: str
    examples: tuple[str, ...]


class Again(Enum):
    """How a row below names a header's columns once more: where they stand, or in other places."""

    SAME = "same"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Joined:
    """A column whose text goes on in another: family and middle names, then the given name."""

    at: int
    rest: int


@dataclass(frozen=True, slots=True)
class BySex:
    """A column that is split into one for men and one for women.

    Its value goes to `value_at` where it is more than a tick, and the heading under which it stood to `sex_at`.
    """

    columns: tuple[tuple[int, str], ...]
    value_at: int | None
    sex_at: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """Where the rows begin and what each column holds; positions and rows are counted from zero.

    `years` are columns that hold a standing each; `marks` are columns that are ticked for a standing. `seams` say
    how cells come together that the header keeps apart; `lines` are the header's own rows, which long lists repeat,
    `texts` their cells, and `headings` all that stands above its columns. `unread` are columns without a
    meaning that may hold something further down, each with what heads it, which may be nothing.
    """

    row: int
    first_row: int
    columns: Mapping[str, int]
    years: Mapping[int, int] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    repeated: tuple[str, ...] = ()
    unknown: tuple[UnknownColumn, ...] = ()
    joined: tuple[Joined, ...] = ()
    by_sex: tuple[BySex, ...] = ()
    span: int = 0
    lines: frozenset[tuple[str, ...]] = frozenset()
    headings: frozenset[str] = frozenset()
    texts: frozenset[str] = field(init=False)
    unread: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", frozenset(text for line in self.lines for text in line if text))

    @property
    def width(self) -> int:
        """How many columns the header gives a meaning."""
        return len(self.columns) + len(self.years) + len(self.marks)

    @property
    def is_sewn(self) -> bool:
        """Whether cells of its rows come together before they are read."""
        return bool(self.joined or self.by_sex)

    def sewn(self, rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The rows with what the header keeps apart brought together."""
        extra = sum((one.value_at is not None) + (one.sex_at is not None) for one in self.by_sex)
        for row in rows:
            cells = [*row[: self.span], *[""] * (self.span - len(row)), *[""] * extra]
            for seam in self.joined:
                cells[seam.at] = f"{shown(cells[seam.at])} {shown(cells[seam.rest])}".strip()
                cells[seam.rest] = ""
            for split in self.by_sex:
                filled = [(cells[at], words) for at, words in split.columns if shown(cells[at])]
                if filled and split.value_at is not None:
                    values = [value for value, _words in filled]
                    cells[split.value_at] = values[0] if len(values) == 1 else " / ".join(map(shown, values))
                if len(filled) == 1 and split.sex_at is not None:
                    cells[split.sex_at] = filled[0][1]
            yield cells

    def again(self, cells: Sequence[Any]) -> Again | None:
        """Whether the row is one of the header's own, as lists repeat them on each page, or names its columns anew."""
        first = next((cell for cell in cells if cell not in ("", None)), "")
        # Hardly a row begins with words of the header, so hardly one is looked at whole.
        if shown(first) not in self.texts:
            return None
        line = line_of(cells[: self.span] if self.is_sewn else cells)
        if line in self.lines:
            return Again.SAME
        named = [(at, text) for at, text in enumerate(line) if text]
        if len(named) < _NAMED_ANEW or not all(text in self.texts for _at, text in named):
            return None
        stands = all(any(own[at : at + 1] == (text,) for own in self.lines) for at, text in named)
        return Again.SAME if stands else Again.OTHERWISE


def year_of(text: str) -> int | None:
    """The year that a heading is for: “2023”, “Năm 2023”, “Kết quả rà soát năm 2023”."""
    words = fold(text)
    found = _YEAR.fullmatch(words)
    if not found or not _YEAR_LEADS.fullmatch(words[: found.start(1)]):
        return None
    return int(found[1])


def find_header(top: list[list[Any]], sheet: RowSource, words: TableWords) -> Header | None:
    """The first header among the rows that names the required columns."""
    for header in _possible_headers(top, sheet, words):
        if all(name in header.columns for name in words.required):
            return header
    return None


def nearest_header(top: list[list[Any]], sheet: RowSource, words: TableWords) -> Header | None:
    """Where there is no header: what comes nearest to one, by how many columns it names, else by a number column."""
    nearest = max(_possible_headers(top, sheet, words), key=lambda header: header.width, default=None)
    if nearest is not None:
        return nearest
    numbered = (at for at, row in enumerate(top[:SEARCHED_ROWS]) if any(map(_is_number_heading, row)))
    index = next(numbered, None)
    return _Reading(top, index, sheet, words).header() if index is not None else None


def _possible_headers(top: list[list[Any]], sheet: RowSource, words: TableWords) -> Iterator[Header]:
    for index in range(min(len(top), SEARCHED_ROWS)):
        if sum(1 for cell in top[index] if str(cell).strip()) < 2:
            continue
        if not any(words.knows(cell, is_bare=True) for cell in top[index]):
            continue
        header = _Reading(top, index, sheet, words).header()
        # One heading alone is a word in a text, such as the template's own instructions, unless rows are numbered.
        if header.width >= 2 or any(_is_number_heading(cell) for cell in top[index]):
            yield header


def _is_number_heading(cell: Any) -> bool:
    return isinstance(cell, str) and fold(cell) in _NUMBER_HEADINGS


def _heading(path: Sequence[str]) -> str:
    return " – ".join(path)


class _Reading:
    """Reads the header that begins at one row."""

    def __init__(self, top: list[list[Any]], index: int, sheet: RowSource, words: TableWords) -> None:
        self._top = top
        self._index = index
        self._words = words
        self._span = max(len(row) for row in top)
        self._merged = [one for one in sheet.merged if one[0][0] >= index]
        # A header without any mark was typed without them: its words are read so.
        self._is_bare = all(fold(cell) == match_key(cell) for cell in top[index] if isinstance(cell, str))
        self._depth = self._find_depth()
        self._first = index + self._depth
        while self._first < len(top) and is_numbering(top[self._first]):
            self._first += 1
        self._paths = self._find_paths()

    def header(self) -> Header:
        """What the columns hold."""
        columns: dict[str, int] = {}
        years: dict[int, int] = {}
        marks: list[Mark] = []
        repeated: list[str] = []
        pairs = dict(self._pairs())
        taken = {one for at in pairs for one in (at, at + 1)}
        for at, path in enumerate(self._paths):
            if not path or at in taken:
                continue
            standing = self._standing(path)
            if isinstance(standing, Mark):
                marks.append(Mark(standing.year, standing.standing, at))
            elif standing:
                years[standing] = at
            else:
                name = self._column(at, path)
                if name in columns:
                    repeated.append(name)
                elif name:
                    columns[name] = at
        by_sex = self._by_sex(pairs, columns)
        joined = self._joined(columns)
        known = {*columns.values(), *years.values(), *taken, *(one.at for one in marks)}
        known |= {one.rest for one in joined}
        unknown = tuple(self._unknown(known))
        known |= {one.at for one in unknown}
        return Header(
            self._index,
            self._first,
            columns,
            years,
            tuple(marks),
            tuple(dict.fromkeys(repeated)),
            unknown,
            joined,
            by_sex,
            self._span,
            lines_of(self._top[self._index : self._first]),
            frozenset(_heading(path) for path in self._paths if path),
            {
                at: _heading(path)
                for at, path in enumerate(self._paths)
                if at not in known and not (path and _is_number_heading(path[-1]))
            },
        )

    def _knows(self, cell: Any) -> bool:
        return self._words.knows(cell, is_bare=self._is_bare)

    def _cell(self, row: int, at: int) -> str:
        return shown(self._top[row][at]) if row < len(self._top) and at < len(self._top[row]) else ""

    def _find_depth(self) -> int:
        """How many rows the header has: as far as its cells are merged down, and on while rows go on naming columns."""
        depth = 1
        for (first, _left), (last, _right) in sorted(self._merged):
            if first < self._index + depth:
                depth = max(depth, min(last - self._index + 1, DEEPEST_HEADER))
        while depth < DEEPEST_HEADER:
            step = next((one for one in (1, 2) if self._goes_on(depth, one)), 0)
            if not step:
                break
            depth += step
        return min(depth, DEEPEST_HEADER)

    def _goes_on(self, depth: int, steps: int) -> bool:
        """Whether the next rows belong to the header: the last of them names columns, none stands under a named one."""
        rows = range(self._index + depth, self._index + depth + steps)
        if rows[-1] >= len(self._top) or depth + steps > DEEPEST_HEADER:
            return False
        for row in rows:
            cells = self._top[row]
            if not any(shown(cell) for cell in cells) or is_numbering(cells):
                return False
            if any(
                shown(cell) and self._is_named(row, at) and not self._heads_group(row, at)
                for at, cell in enumerate(cells)
            ):
                return False
        return any(self._knows(cell) for cell in self._top[rows[-1]])

    def _is_named(self, row: int, at: int) -> bool:
        """Whether a column is named, or numbers the rows, above the row."""
        above = [self._cell(one, at) for one in range(self._index, row)]
        last = next((one for one in reversed(above) if one), "")
        return bool(last) and (self._knows(last) or _is_number_heading(last))

    def _heads_group(self, row: int, at: int) -> bool:
        """Whether what stands above spans columns that have headings of their own: “Địa bàn” over “Xã” and “Huyện”."""
        if not self._knows(self._top[row][at]):
            return False
        if any(
            left <= at <= right and first < row
            for (first, left), (_last, right) in self._merged
            if left < right
        ):
            return True
        over = next(one for one in range(row - 1, self._index - 1, -1) if self._cell(one, at))
        return not self._cell(over, at + 1) and self._knows(self._cell(row, at + 1))

    def _find_paths(self) -> list[tuple[str, ...]]:
        """For each column the words that stand above it, from top to bottom."""
        rows = self._top[self._index : self._index + self._depth]
        above = words_above(rows, self._span, self._index, self._merged)
        # “(đánh dấu x)” says how to fill the column in, not what it holds.
        said = ([text for text in path if _PARENTHESES.sub("", text).strip()] for path in above)
        return [tuple(words) or path for words, path in zip(said, above, strict=True)]

    def _column(self, at: int, path: tuple[str, ...]) -> str | None:
        """The column that the words name: by the last of them, by all, or by one that spans no other column."""
        find = self._words.column
        found = find(path[-1], is_bare=self._is_bare) or find(" ".join(path), is_bare=self._is_bare)
        if found or len(path) == 1:
            return found if found is None or not self._goes_on_from_left(at, path) else None
        for text in reversed(path[:-1]):
            if sum(text in other for other in self._paths) == 1:
                found = find(text, is_bare=self._is_bare)
                if found:
                    return found
        return None

    def _goes_on_from_left(self, at: int, path: tuple[str, ...]) -> bool:
        """Whether the heading is that of the column before, which spans this one too."""
        return (
            at > 0
            and self._paths[at - 1] == path
            and not any(self._cell(row, at) for row in range(self._index, self._index + self._depth))
        )

    def _standing(self, path: tuple[str, ...]) -> Mark | int | None:
        """What a column says of standings: which is ticked, or of which year it holds one."""
        words = self._words
        if words.standings is None:
            return None
        year = next((found for text in reversed(path) if (found := year_of(text)) is not None), None)
        named = [text for text in path if year_of(text) is None]
        standing = words.standings.find(named[-1]) if named else None
        if standing is not None:
            return Mark(year, standing, -1)
        if year is None:
            return None
        if year_of(path[-1]) is not None:
            return year
        return year if words.standing and words.column(path[-1]) == words.standing else None

    def _pairs(self) -> Iterator[tuple[int, str]]:
        """Where a column is split into one for men and one for women, and which column that is."""
        words = self._words
        for at in range(self._span - 1):
            first, second = self._paths[at], self._paths[at + 1]
            if words.sexes is None or not first or not second or first[:-1] != second[:-1]:
                continue
            sexes = words.sexes.find(first[-1]), words.sexes.find(second[-1])
            if None in sexes or sexes[0] == sexes[1]:
                continue
            bare = len(first) == 1
            above = self._split_by(at) if bare else words.column(first[-2], is_bare=self._is_bare)
            if above in {*words.by_sex, words.sex}:
                yield at, above

    def _split_by(self, at: int) -> str | None:
        """Which column two headings of the sexes split where nothing stands above them: their cells say it.

        Counts of men and women, as lists of other things have them, are neither years of birth nor ticks.
        """
        words = self._words
        cells = [shown(row[one]) for row in self._sample() for one in (at, at + 1) if one < len(row)]
        filled = [cell for cell in cells if cell and not words.knows(cell)]
        if filled and all(map(_TICK.fullmatch, filled)):
            return words.sex
        if not filled or not all(map(_OF_BIRTH.fullmatch, filled)) or len(words.by_sex) != 1:
            return None
        (name,) = words.by_sex
        is_named = any(path and words.column(path[-1], is_bare=self._is_bare) == name for path in self._paths)
        return None if is_named else name

    def _by_sex(self, pairs: Mapping[int, str], columns: dict[str, int]) -> tuple[BySex, ...]:
        """How the pairs come together: each value, and under which heading it stood, beside the row's own cells."""
        splits = []
        next_at = self._span
        for at, above in pairs.items():
            places: dict[str, int] = {}
            for name in dict.fromkeys((above, self._words.sex)):
                if name and name not in columns:
                    columns[name] = places[name] = next_at
                    next_at += 1
            value_at = places.get(above) if above != self._words.sex else None
            heads = tuple((one, self._paths[one][-1]) for one in (at, at + 1))
            splits.append(BySex(heads, value_at, places.get(self._words.sex)))
        return tuple(splits)

    def _joined(self, columns: dict[str, int]) -> tuple[Joined, ...]:
        """Text columns that go on in the next one: under two headings, under one merged over both, or under none."""
        found = []
        for name, (first, second) in self._words.parts.items():
            parts = columns.pop(first, None), columns.pop(second, None)
            if parts[0] is not None and parts[1] is None and columns.get(name) == parts[0] + 1:
                # “Họ và tên đệm | Tên”, in a list where “Tên” alone heads whole names.
                parts = parts[0], columns.pop(name)
            if parts[0] is not None and parts[1] is not None and name not in columns:
                columns[name] = parts[0]
                found.append(Joined(parts[0], parts[1]))
            at = columns.get(name)
            if at is not None and at + 1 < self._span and not found and self._is_continued(at):
                found.append(Joined(at, at + 1))
        return tuple(found)

    def _is_continued(self, at: int) -> bool:
        own, beside = self._paths[at], self._paths[at + 1]
        if beside and beside != own:
            return False
        pairs = [(row[at], row[at + 1]) for row in self._sample() if at + 1 < len(row) and shown(row[at])]
        words = [shown(rest) for _first, rest in pairs if shown(rest)]
        single = sum(1 for one in words if " " not in one and not any(char.isdigit() for char in one))
        if beside:
            return single > 0
        return len(words) >= max(_MOSTLY * len(pairs), 1) and single == len(words)

    def _sample(self) -> list[list[Any]]:
        return [row for row in self._top[self._first : self._first + _SAMPLE] if not self._is_own(row)]

    def _is_own(self, row: Sequence[Any]) -> bool:
        return line_of(row) == line_of(self._top[self._index])

    def _unknown(self, known: set[int]) -> Iterator[UnknownColumn]:
        sample = self._sample()
        for at, path in enumerate(self._paths):
            if at in known or not path or _is_number_heading(path[-1]):
                continue
            values = dict.fromkeys(shown(row[at])[:_EXAMPLE_LETTERS] for row in sample if at < len(row))
            examples = tuple(one for one in values if one)[:_EXAMPLES]
            if examples:
                yield UnknownColumn(at, _heading(path), examples)
