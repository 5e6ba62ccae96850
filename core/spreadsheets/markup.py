"""Text that begins like a document in markup: what it is, and its letters."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from core.spreadsheets.problems import WorkbookError

_HEAD = 4096
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# The encodings that such files come in; a name from the file never reaches another of Python's codecs.
_ENCODINGS = frozenset({"utf-8", "cp1258", "cp1252", "iso8859-1", "ascii"})
_STATED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{1,40})""", re.IGNORECASE)
_XML_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|style|title|table|div|center|font|p)\b", re.IGNORECASE
)
_MIME_PARTS = re.compile(r"\A\s*(?:MIME-Version:|Content-Type:\s*multipart/related)", re.IGNORECASE)


class Markup(StrEnum):
    """Documents in markup that programs save under the name of a workbook."""

    HTML = "html"
    XML_2003 = "xml_2003"
    MIME_PARTS = "mime_parts"


def markup_of(data: bytes) -> Markup | None:
    """Which of them a file is by its beginning; None for all else."""
    head = data[:_HEAD].decode(_by_mark(data) or "latin-1", "ignore").lstrip("\ufeff \t\r\n")
    if _MIME_PARTS.match(head):
        return Markup.MIME_PARTS
    if not head.startswith("<"):
        return None
    if _XML_2003 in head:
        return Markup.XML_2003
    return Markup.HTML if _HTML.search(head) else None


def decode_markup(data: bytes, filename: str) -> str:
    """The text of a document, by its byte order mark, by its letters when they are UTF-8, else as it states."""
    encoding = _by_mark(data) or "utf-8"
    try:
        return _plain(data.decode(encoding), filename)
    except UnicodeDecodeError as error:
        stated = _stated(data)
        if encoding != "utf-8" or stated is None:
            raise WorkbookError("csv_encoding", filename=filename) from error
    try:
        return _plain(data.decode(stated), filename)
    except UnicodeDecodeError as error:
        raise WorkbookError("csv_encoding", filename=filename) from error


def _by_mark(data: bytes) -> str | None:
    """The encoding told by a byte order mark, or by how the first sign stands in UTF-16."""
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return encoding
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if data[:1] == b"\0" and data[1:2] != b"\0" else None


def _stated(data: bytes) -> str | None:
    for found in _STATED.finditer(data[:_HEAD]):
        try:
            name = codecs.lookup(found[1].decode("ascii")).name
        except LookupError:
            continue
        if name in _ENCODINGS:
            return name
    return None


def _plain(text: str, filename: str) -> str:
    if "\x00" in text:
        raise WorkbookError("file_not_workbook", filename=filename)
    return text.removeprefix("\ufeff")
