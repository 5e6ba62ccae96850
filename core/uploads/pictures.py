"""Pictures by their bytes: how many dots they have, whether they move, and what they carry beside the picture.

Nothing here decodes: a bomb is known by what its head states.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.uploads.dangers import Danger, Dangerous

# A3 at 600 dots per inch has 70 million.
MAX_PIXELS = 80_000_000
PNG_MARK = b"\x89PNG\r\n\x1a\n"
JPEG_MARK = b"\xff\xd8\xff"

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_END, _SCAN = 0xD9, 0xDA
_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd9-\xfe]")
_DESCRIBING = frozenset(range(0xE0, 0xF0)) | {0xFE}
_KNOWN_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_MARKUP = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>]|<\?php|javascript:", re.IGNORECASE
)


@dataclass
class Picture:
    """What a picture's head says, and the bytes in it that are no picture."""

    width: int = 0
    height: int = 0
    is_moving: bool = False
    beside: list[bytes] = field(default_factory=list)


def holds_markup(content: bytes) -> bool:
    """Whether a browser that guesses could take the bytes for a page or a script."""
    return bool(_MARKUP.search(content))


def check_picture(content: bytes) -> None:
    """Raise ``Dangerous`` for a picture that has too many dots, moves, is no picture, or carries a page or script.

    What telephones put behind a photo (a second exposure, a second of film) is left alone.
    """
    try:
        picture = _png(content) if content.startswith(PNG_MARK) else _jpeg(content)
    except (struct.error, IndexError) as error:
        raise Dangerous(Danger.DAMAGED) from error
    if not picture.width or not picture.height:
        raise Dangerous(Danger.DAMAGED)
    if picture.width * picture.height > MAX_PIXELS:
        raise Dangerous(Danger.PIXELS)
    if picture.is_moving:
        raise Dangerous(Danger.ANIMATED)
    if any(holds_markup(part) for part in picture.beside):
        raise Dangerous(Danger.TWO_THINGS)


def _png(content: bytes) -> Picture:
    picture = Picture()
    end = len(PNG_MARK)
    for name, start, end in _chunks(content):
        if name == b"IHDR":
            picture.width, picture.height = struct.unpack_from(">II", content, start)
        elif name == b"acTL":
            picture.is_moving = True
        elif name not in _KNOWN_CHUNKS:
            picture.beside.append(content[start : end - 4])
    picture.beside.append(content[end:])
    return picture


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start of the bytes and end of each chunk up to the last."""
    at = len(PNG_MARK)
    while at + 8 <= len(content):
        (size,) = struct.unpack_from(">I", content, at)
        name = content[at + 4 : at + 8]
        yield name, at + 8, min(at + 12 + size, len(content))
        if name == b"IEND":
            return
        at += 12 + size


def _jpeg(content: bytes) -> Picture:
    picture, at = Picture(), 2
    while (found := _NEXT_MARKER.search(content, at)) is not None:
        marker, at = content[found.end() - 1], found.end()
        if marker == _END:
            break
        (size,) = struct.unpack_from(">H", content, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 3)
            picture.height, picture.width = max(picture.height, height), max(picture.width, width)
        elif marker in _DESCRIBING:
            picture.beside.append(content[at + 2 : at + size])
        at += size
    else:
        at = len(content)
    picture.beside.append(content[at:])
    return picture
