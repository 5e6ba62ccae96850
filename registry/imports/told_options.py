"""What an office may say of words in a kind of file, and what is unknown in one file of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.spreadsheets.tables import nearest_lists
from registry.enums import RowState
from registry.imports.file_answers import opened
from registry.imports.importer import Importer
from registry.imports.staged import read_rows
from registry.imports.told import Told
from registry.imports.words import Words
from registry.models import ImportFile, StagedBatch, ToldMeaning

_EXAMPLES = 3
# Failures of a file whose header names too little: its headings may be told.
_NO_HEADER = ('"no_table"', '"header_lacks"')
_LONG_NUMBER = re.compile(r"[0-9](?:[0-9 .]{6,})[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words of a file that nobody knows: where they stand, examples beside them, and what they may mean.

    `readings` are the meanings of words that have more than one.
    """

    sort: str
    words: str
    where: str
    examples: tuple[str, ...]
    options: tuple[tuple[str, Any], ...]
    readings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How a form calls the answer."""
        return f"{self.sort}:{self.words}"


def words_told_of(importer: type[Importer]) -> dict[str, Words]:
    """The kinds of words of which an office may say what they mean, each with its column's words."""
    columns = importer.resource.columns().values()
    return {column.words.kind: column.words for column in columns if column.words}


def meanings_of(importer: type[Importer], sort: str) -> list[tuple[str, Any]]:
    """What headings or words of a kind may mean, with the label of each."""
    if sort == ToldMeaning.HEADING:
        return [(name, column.label) for name, column in importer.resource.columns().items()]
    words = words_told_of(importer).get(sort)
    return words.options() if words else []


def meaning_label(importer: type[Importer], sort: str, meaning: str) -> str:
    """A meaning as people read it."""
    return str(dict(meanings_of(importer, sort)).get(meaning, meaning))


def may_be_told(staged: ImportFile, importer: type[Importer]) -> bool:
    """Whether the page has something to offer for the file."""
    if not importer.takes_told or not staged.standing.is_waiting:
        return False
    found = staged.counts.get("found", {})
    words = staged.options.get("unknown", {})
    return bool(
        any(code in staged.problem for code in _NO_HEADER)
        or found.get("columns_unused")
        or found.get("told_used")
        or any(words.values())
    )


def unknown_in(staged: ImportFile, content: bytes, importer: type[Importer], told: Told) -> list[Unknown]:
    """Headings with data and words of closed sets that nobody knows, in the order of the file."""
    return [*_headings(staged, content, importer, told), *_words(staged, importer)]


def _headings(staged: ImportFile, content: bytes, importer: type[Importer], told: Told) -> Iterator[Unknown]:
    seen: set[str] = set()
    columns = meanings_of(importer, ToldMeaning.HEADING)
    book = opened(content, staged.file_name, staged.answers)
    for table in nearest_lists(book, importer.table_words(told)):
        # What a column names already is offered for no other one.
        free = tuple((name, label) for name, label in columns if name not in table.header.columns)
        for one in table.header.unknown:
            if one.heading not in seen:
                seen.add(one.heading)
                examples = tuple(_LONG_NUMBER.sub("…", example) for example in one.examples)
                yield Unknown(ToldMeaning.HEADING, one.heading, table.sheet.name, examples, free)


def _words(staged: ImportFile, importer: type[Importer]) -> Iterator[Unknown]:
    kept: Mapping[str, list[list[str]]] = staged.options.get("unknown", {})
    known = words_told_of(importer)
    columns = importer.resource.columns()
    rows = _rows_with({words for of_sort in kept.values() for _column, words in of_sort}, staged)
    for sort, found in kept.items():
        for column, words in found:
            if sort in known and column in columns:
                label = str(columns[column].label)
                options = tuple(known[sort].options())
                readings = tuple(str(dict(options)[one]) for one in known[sort].readings(words))
                yield Unknown(sort, words, label, tuple(rows.get(words, ())), options, readings)


def _rows_with(wanted: set[str], staged: ImportFile) -> dict[str, list[str]]:
    """A few rows in which each of the words stands, by number and name."""
    found: dict[str, list[str]] = {}
    states = [state for state in RowState.values if state != RowState.ASKED]
    batches = StagedBatch.objects.filter(import_file=staged, state__in=states).order_by("position")
    for batch in batches.iterator(chunk_size=10) if wanted else ():
        for row in read_rows(batch.state, batch.rows):
            for remark in row.problems if batch.state == RowState.REFUSED else row.notes:
                rows = found.setdefault(str(remark.params.get("value", "")), [])
                if len(rows) < _EXAMPLES:
                    rows.append(_("Row %(number)s: %(name)s") % {"number": row.number, "name": row.name})
    return found
