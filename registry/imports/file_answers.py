"""What the office says of a file as a whole: asked on its preview, kept with its answers, heard when it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from core.legacy_encodings import Encoding
from core.spreadsheets.container import open_book
from core.spreadsheets.opening import Book, OddRows, Opening
from core.spreadsheets.sheets import RowSource

ENCODING = "encoding"
AS_IT_IS, TAKE, LEAVE_OUT = "as_it_is", "take", "leave_out"
# Answers about the file stand beside those about its rows, which are kept by sheet and row.
_KEYS = frozenset({ENCODING, *OddRows})


class FileChoice(NamedTuple):
    """One answer about the file: as it is kept, and the code of its sentence."""

    value: str
    code: str


class FileQuestion(NamedTuple):
    """A question about the whole file; one that `waits` keeps it from being loaded until it is answered.

    The first choice holds where a question that does not wait has no answer. `examples` are texts before and after.
    """

    key: str
    code: str
    params: Mapping[str, Any]
    choices: Sequence[FileChoice]
    waits: bool = False
    examples: Sequence[Sequence[str]] = ()

    def answer(self, answers: Mapping[str, str]) -> str:
        """What holds now, empty while the question waits."""
        values = [choice.value for choice in self.choices]
        given = answers.get(self.key, "")
        if given in values:
            return given
        return "" if self.waits else values[0]


def opened(content: bytes, filename: str, answers: Mapping[str, str]) -> Book:
    """A kept file, opened as the office said; raises ``WorkbookError``."""
    encoding = answers.get(ENCODING)
    opening = Opening(
        is_checked=True,
        encoding=Encoding(encoding) if encoding in set(Encoding) else None,
        leave_out=frozenset(kind for kind in OddRows if answers.get(kind) == LEAVE_OUT),
    )
    return open_book(content, filename, opening)


def encoding_questions(book: Book) -> list[FileQuestion]:
    """Whether letters of an old font are to be converted: nobody else can say that they were read rightly."""
    legacy = book.legacy
    if legacy is None:
        return []
    code = "encoding_of_font" if legacy.font else "encoding"
    params = {"encoding": legacy.encoding.upper(), "font": legacy.font}
    choices = [FileChoice(legacy.encoding.value, "convert"), FileChoice(AS_IT_IS, AS_IT_IS)]
    return [FileQuestion(ENCODING, code, params, choices, waits=True, examples=legacy.examples)]


def odd_row_questions(sheets: Iterable[RowSource]) -> list[FileQuestion]:
    """Whether rows that look like plain ones to a reader are to be left out."""
    oddities = [odd for sheet in sheets for odd in sheet.oddities]
    questions = []
    for kind in OddRows:
        codes = {f"{kind}_rows", f"{kind}_rows_left_out"}
        count = sum(odd.params["count"] for odd in oddities if odd.code in codes)
        if count:
            choices = [FileChoice(TAKE, TAKE), FileChoice(LEAVE_OUT, LEAVE_OUT)]
            questions.append(FileQuestion(kind.value, f"{kind}_rows", {"count": count}, choices))
    return questions


def questions_kept(kept: Iterable[Sequence[Any]]) -> list[FileQuestion]:
    """The questions as they were kept with a file."""
    return [
        FileQuestion(key, code, params, [FileChoice(*one) for one in choices], waits, examples)
        for key, code, params, choices, waits, examples in kept
    ]


def waits_for_answer(kept: Iterable[Sequence[Any]], answers: Mapping[str, str]) -> bool:
    """Whether the file may not be loaded before somebody answers."""
    return any(not question.answer(answers) for question in questions_kept(kept))


def merged_answers(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The answers with new ones in place of old; empty ones take earlier ones back.

    Read in another encoding a file may show other sheets, so what was said of its rows no longer holds.
    """
    if given.get(ENCODING, kept.get(ENCODING)) != kept.get(ENCODING):
        kept = {key: value for key, value in kept.items() if key in _KEYS}
    return {key: value for key, value in {**kept, **given}.items() if value}
