"""What a file's rows become before anything is written: small typed objects, kept as JSON lists."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from core.spreadsheets.problems import CellProblem
from registry.enums import RowState


class Change(NamedTuple):
    """What stands in the register now, and what would; None where there is nothing."""

    old: Any
    new: Any


class Standing(NamedTuple):
    """A household's standing at one year-end, its day of recognition as ISO text, and the document."""

    status: str
    recognised_on: str
    document: str


class StandingChange(NamedTuple):
    """A standing that a row would set, and the one that it would replace."""

    year: int
    status: str
    recognised_on: str
    document: str
    old: Standing | None


class Remark(NamedTuple):
    """Something to say of a cell or a row: a code for its sentence, the column that it is about, what it names."""

    code: str
    column: str
    params: Mapping[str, Any]

    @classmethod
    def of(cls, column: str, problem: CellProblem) -> Remark:
        """What a cell's problem says."""
        return cls(problem.code, column, problem.params)

    def as_problem(self) -> tuple[str, CellProblem]:
        """The column and the problem that keeps a row out which has nothing else to load."""
        params = {name: value for name, value in self.params.items() if name != "aside"}
        return self.column, CellProblem(self.code, **params)


def set_aside(column: str, problem: CellProblem) -> Remark:
    """What is said of a cell that was left out while its row is taken."""
    return Remark(problem.code, column, {**problem.params, "aside": True})


class Finding(NamedTuple):
    """Something about the file to know before it is loaded; `number` is None where it is about the whole sheet."""

    code: str
    sheet: str
    number: int | None
    params: Mapping[str, Any]


class MemberChange(NamedTuple):
    """A member of the row's household who would be entered (no target) or changed, with each fact old and new.

    `mark` is that of the member as recorded.
    """

    target: int | None
    name: str
    facts: Mapping[str, Change]
    mark: str = ""


class StagedRow(NamedTuple):
    """A row that would be written, or that the register holds already.

    `target` is the record's key, or a reference to the row that makes it. `notes` say what was done to cells on the
    way: set aside, cleaned, completed.
    """

    sheet: int
    number: int
    target: int | str
    name: str
    place: str
    facts: Mapping[str, Change] | None
    standings: Sequence[StandingChange] | None = None
    notes: Sequence[Remark] = ()
    members: Sequence[MemberChange] = ()

    @property
    def is_made(self) -> bool:
        """Whether loading makes the record that the row speaks of."""
        return isinstance(self.target, str)


class RefusedRow(NamedTuple):
    """A row that stays out, with everything that is wrong with it."""

    sheet: int
    number: int
    name: str
    problems: Sequence[Remark]


class Side(NamedTuple):
    """One line of a question: a fact as the file has it and as the register has it."""

    label: str
    in_file: str
    in_register: str

    @property
    def lines(self) -> list[str]:
        """What the register has, a line a record where there are several."""
        return self.in_register.split("\n")


class Choice(NamedTuple):
    """One answer to a question: its code, what its sentence names, and the record that it means: a key, or a reference
    to the row that makes it.
    """

    code: str
    target: int | str | None
    params: Mapping[str, Any]

    @property
    def value(self) -> str:
        """The answer as a form sends it and the file keeps it."""
        return f"{self.code}:{self.target}" if self.target is not None else self.code


class AskedRow(NamedTuple):
    """A row that waits for an answer: nobody but the office can know, so nothing is done without it."""

    sheet: int
    number: int
    name: str
    place: str
    code: str
    params: Mapping[str, Any]
    sides: Sequence[Side]
    choices: Sequence[Choice]


# The batch in which a file's marks stand, beside those of its rows.
MARKS = "marks"

Row = StagedRow | RefusedRow | AskedRow
Planned = tuple[str, Row]


def row_key(sheet: int, number: int) -> str:
    """By what an answer to a row's question is kept: the file's content does not change, so its rows do not move."""
    return f"{sheet}:{number}"


# A mark's field where rows found a household by its office's code, which the mark names.
OF_CODE = "office_code"


class Marked(NamedTuple):
    """Somebody of the register on whom rows rest: a field of nominees, a key, and the mark by which they were known."""

    field: str
    key: int
    mark: str


def packed(rows: Sequence[Row] | Sequence[Marked]) -> bytes:
    """Rows of one state as a batch keeps them: a list's rows are alike, and so take a thirteenth of the room."""
    return zlib.compress(_ENCODER.encode(rows), _QUICKLY)


def read_rows(state: str, kept: bytes | memoryview) -> list[Any]:
    """A batch's rows of one state, as they were staged; raises ``ValidationError`` for an earlier version's."""
    return _DECODERS.get(state, _STAGED).decode(zlib.decompress(kept))


def read_marks(kept: bytes | memoryview) -> list[Marked]:
    """The people on whom a file's rows rest."""
    return _MARKS.decode(zlib.decompress(kept))


def _as_text(value: Any) -> str:
    """A cleaned name is text with a memory, of which nothing is kept."""
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(type(value))


# The lowest level: higher ones take twice as long for a sixth less.
_QUICKLY = 1
_ENCODER = msgspec.json.Encoder(enc_hook=_as_text)
_STAGED: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[StagedRow])
_MARKS: msgspec.json.Decoder[list[Marked]] = msgspec.json.Decoder(list[Marked])
_DECODERS: Mapping[str, msgspec.json.Decoder[list[Any]]] = {
    RowState.REFUSED: msgspec.json.Decoder(list[RefusedRow]),
    RowState.ASKED: msgspec.json.Decoder(list[AskedRow]),
}
