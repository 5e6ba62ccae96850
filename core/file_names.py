"""Names of files as people gave them, made fit to be shown and saved on any machine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.text import without_invisible

# Windows refuses these before the first dot, whatever follows it; the raised digits count too.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
# What tells a program's or a document's kind, as against the end of a name such as “12.BC-UBND” or “lan 1.2”.
_SUFFIX = re.compile(r"\.(?=[a-z0-9]{0,4}[a-z])[a-z0-9]{1,5}\Z", re.IGNORECASE)
# Most file systems take 255 bytes; a letter of a Vietnamese name has up to three.
_MAX_BYTES = 180


def plain_name(given: str) -> str:
    """The file's own name without its path, and without what nobody sees or a machine could not save.

    Marks that turn the direction of text go, so that “bao-caofdp.exe” cannot be shown as a PDF's name.
    """
    name = given.replace("\\", "/").rsplit("/", 1)[-1]
    seen = without_invisible(unicodedata.normalize("NFC", name))
    seen = "".join(" " if unicodedata.category(char)[0] == "Z" else char for char in seen)
    seen = "".join(char for char in seen if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    seen = " ".join(_NOT_IN_NAMES.sub("-", seen).split()).strip(". ")
    if _RESERVED.fullmatch(seen.split(".")[0].rstrip()):
        seen = f"tep-{seen}"
    suffix = _SUFFIX.search(seen)
    ending = suffix.group() if suffix else ""
    return _cut(seen.removesuffix(ending), _MAX_BYTES - len(ending)) + ending or "tep"


def name_for(given: str, suffixes: Sequence[str]) -> str:
    """The plain name with an ending that fits what the file is: its own if it is one of `suffixes`, else the first."""
    name = plain_name(given)
    found = _SUFFIX.search(name)
    if found and found.group().lower() in suffixes:
        return name
    stem = name.removesuffix(found.group()) if found else name
    return f"{stem.rstrip('. ') or 'tep'}{suffixes[0]}"


def _cut(text: str, limit: int) -> str:
    """As many whole letters of the text as the limit of bytes takes."""
    while len(text.encode()) > limit:
        text = text[:-1]
    return text.rstrip(". ")
