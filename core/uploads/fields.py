"""Fields of a Word document that fetch something or start a program when they are worked out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.uploads.dangers import Danger, Dangerous
from core.uploads.xml_reading import Attributes, read_elements

_NEVER = frozenset({"DDE", "DDEAUTO", "LINK", "IMPORT", "DATABASE", "HTMLCONTROL"})
# What one's own disk holds may be included; a pasted page's pictures stand on its server.
_NOT_FROM_ELSEWHERE = frozenset({"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE"})
_ELSEWHERE = re.compile(r"[\"\s](?:\\\\|//|(?!file:///?[a-z]:)[a-z][a-z0-9+.\-]+://)", re.IGNORECASE)


@dataclass
class _Field:
    """One field while its parts come: the text of its instruction without that of fields inside it."""

    text: str = ""
    holds_others: bool = False
    is_instruction: bool = True


def check_fields(pieces: Iterable[bytes]) -> None:
    """Raise ``Dangerous`` for a field that acts. An instruction may be parted over many runs, as Word itself does."""
    reader = _Reader()
    read_elements(pieces, reader.start, reader.text, reader.end)


class _Reader:
    def __init__(self) -> None:
        self._open: list[_Field] = []
        self._is_instruction = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "fldSimple":
            _judge(_Field(attributes.get("instr", "")))
        elif name == "instrText":
            self._is_instruction = True
        elif name == "fldChar":
            self._mark(attributes.get("fldCharType", ""))

    def end(self, name: str) -> None:
        if name == "instrText":
            self._is_instruction = False

    def text(self, text: str) -> None:
        if self._is_instruction and self._open and self._open[-1].is_instruction:
            self._open[-1].text += text

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            if self._open and self._open[-1].is_instruction:
                self._open[-1].holds_others = True
            self._open.append(_Field())
        elif self._open:
            _judge(self._open[-1])
            self._open[-1].is_instruction = False
            if kind == "end":
                self._open.pop()


def _judge(field: _Field) -> None:
    words = field.text.replace('"', " ").split()
    verb = words[0].upper() if words else ""
    fetches = verb in _NOT_FROM_ELSEWHERE and (field.holds_others or _ELSEWHERE.search(field.text))
    # A field whose very verb is put together by another one hides what it does.
    if verb in _NEVER or fetches or (not verb and field.holds_others):
        raise Dangerous(Danger.FIELD)
