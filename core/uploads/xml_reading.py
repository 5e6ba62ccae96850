"""Elements of an XML part, told one by one without building a tree; what declares a document type is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.parsers import expat

from core.uploads.dangers import Danger, Dangerous

Attributes = Mapping[str, str]


def read_elements(
    pieces: Iterable[bytes],
    on_start: Callable[[str, Attributes], None],
    on_text: Callable[[str], None] | None = None,
    on_end: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element by its local name, attributes by theirs too.

    Raises ``Dangerous`` for XML that is broken or declares a document type: no office program writes one, and it is
    the way to endless entities.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: on_start(
        _local(name), {_local(key): value for key, value in attributes.items()}
    )
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    if on_end is not None:
        parser.EndElementHandler = lambda name: on_end(_local(name))
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Dangerous(Danger.DAMAGED) from error


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def _refuse(*_declaration: Any) -> None:
    raise Dangerous(Danger.DAMAGED)
