"""Office documents, which are zip packages: what they relate to, what lies inside them, how far they unpack.

Macros, objects and links are known by the parts' content types and relations, which an office program goes by too; a
part's name or extension tells nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from core.uploads.addresses import is_remote, may_be_clicked
from core.uploads.dangers import Danger, Dangerous
from core.uploads.fields import check_fields
from core.uploads.xml_reading import Attributes, read_elements
from core.zips import BROKEN_ZIP, pieces

MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ENTRIES = 5_000
# A chart in a report has its workbook inside, and no more.
MAX_DEPTH = 2
WORD = "wordprocessingml.document.main+xml"
EXCEL = "spreadsheetml.sheet.main+xml"

_FAMILY = "application/vnd.openxmlformats-officedocument."
_CONTENT_TYPES = "[Content_Types].xml"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!/")
_MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")
_HEAD_BYTES = 512
# By the last word of a relation's type, which both editions of the standard share.
_RELATIONS = {
    **dict.fromkeys(("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"), Danger.MACROS),
    **dict.fromkeys(("oleobject", "afchunk"), Danger.OBJECT),
    **dict.fromkeys(
        ("control", "activexcontrolbinary", "webextension", "webextensiontaskpanes"), Danger.CONTROL
    ),
    "connections": Danger.CONNECTION,
}
_TYPES = (
    ("macroenabled", Danger.MACROS),
    ("vbaproject", Danger.MACROS),
    ("macrosheet", Danger.MACROS),
    ("activex", Danger.CONTROL),
    ("oleobject", Danger.OBJECT),
)


@dataclass
class Budget:
    """What a package and all within it may still unpack to."""

    bytes_left: int = field(default_factory=lambda: MAX_UNPACKED_BYTES)

    def take(self, size: int) -> None:
        """Raise ``Dangerous`` once more was taken than there is."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise Dangerous(Danger.UNPACKS)


@dataclass
class Contents:
    """The content types that a package declares for its parts."""

    mains: set[str] = field(default_factory=set)
    by_part: dict[str, str] = field(default_factory=dict)


def contents_of(package: zipfile.ZipFile, budget: Budget) -> Contents:
    """What the package says its parts are; raises ``Dangerous`` for a kind that acts."""
    found = Contents()

    def start(_name: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "")
        for mark, danger in _TYPES:
            if mark in kind.lower():
                raise Dangerous(danger)
        if kind.endswith(".main+xml"):
            found.mains.add(kind.removeprefix(_FAMILY))
        if "PartName" in attributes:
            found.by_part[attributes["PartName"].lstrip("/").lower()] = kind

    if _CONTENT_TYPES in package.namelist():
        read_elements(_weighed(package, package.getinfo(_CONTENT_TYPES), budget), start)
    return found


def check_package(
    data: bytes, *, weigh: bool = True, budget: Budget | None = None, depth: int = 1
) -> Contents:
    """What the package holds. Raises ``Dangerous`` for what acts, is hidden, is broken or unpacks too far.

    `weigh` unpacks every part and counts; a workbook's reader does so itself.
    """
    budget = budget or Budget()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _check_plain(package, entries)
            contents = contents_of(package, budget)
            for entry in entries:
                _check_entry(package, entry, contents, budget, weigh=weigh, depth=depth)
            return contents
    except BROKEN_ZIP as error:
        raise Dangerous(Danger.DAMAGED) from error


def _check_plain(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a package that two readers could unpack to two documents, or that bears something before or behind."""
    if len(entries) > MAX_ENTRIES:
        raise Dangerous(Danger.UNPACKS)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Dangerous(Danger.LOCKED)
    names = {entry.filename.lower() for entry in entries}
    begins_late = min((entry.header_offset for entry in entries), default=0) != 0
    if len(names) != len(entries) or package.comment or begins_late:
        raise Dangerous(Danger.TWO_THINGS)


def _check_entry(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    contents: Contents,
    budget: Budget,
    *,
    weigh: bool,
    depth: int,
) -> None:
    head = _head(package, entry)
    name = entry.filename.lower()
    if name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")):
        raise Dangerous(Danger.MACROS)
    if head.startswith(_OLE):
        whole = b"".join(_weighed(package, entry, budget))
        raise Dangerous(Danger.MACROS if _MACRO_STREAM in whole else Danger.OBJECT)
    if is_program(head):
        raise Dangerous(Danger.PROGRAM)
    if head.startswith(b"{\\rtf"):
        raise Dangerous(Danger.OBJECT)
    if head.startswith(_ZIP):
        _check_nested(b"".join(_weighed(package, entry, budget)), budget, depth)
    elif (check := _check_of(name, head, contents)) is not None:
        check(_weighed(package, entry, budget))
    elif weigh:
        for _piece in _weighed(package, entry, budget):
            pass


def is_program(head: bytes) -> bool:
    """Whether a file begins as a program of Windows, Linux, macOS or Java, or as a script."""
    # Two letters are too few: an embedded font may begin with them by chance.
    is_windows = head.startswith(b"MZ") and (b"PE\0\0" in head or b"This program" in head)
    return is_windows or head.startswith(_PROGRAMS)


def _check_nested(data: bytes, budget: Budget, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise Dangerous(Danger.UNPACKS)
    contents = check_package(data, budget=budget, depth=depth + 1)
    if not contents.mains:
        raise Dangerous(Danger.OBJECT)


def _check_of(name: str, head: bytes, contents: Contents) -> Callable[[Iterable[bytes]], None] | None:
    """What a part is looked through for; None where nothing in it acts."""
    kind = contents.by_part.get(name, "").lower()
    if name.endswith(".rels"):
        return _check_relations
    if "externallink" in kind or name.startswith("xl/externallinks/"):
        return _check_external_link
    if "wordprocessingml" in kind or (name.startswith("word/") and _is_markup(head)):
        return check_fields
    # A table's content is parsed by its reader, cell by cell; see `check_open_element`.
    if name.endswith(("/content.xml", "styles.xml")) and b"urn:oasis:names:tc:opendocument" in head:
        return _check_open_document
    return None


def _check_relations(part: Iterable[bytes]) -> None:
    read_elements(part, lambda _name, attributes: _check_relation(attributes))


def _check_relation(attributes: Attributes) -> None:
    kind = attributes.get("Type", "").rsplit("/", 1)[-1].lower()
    target = attributes.get("Target", "")
    if kind in _RELATIONS:
        raise Dangerous(_RELATIONS[kind])
    if attributes.get("TargetMode", "").lower() != "external":
        return
    refused = not may_be_clicked(target) if kind == "hyperlink" else is_remote(target)
    if refused:
        raise Dangerous(Danger.REMOTE)


def _check_external_link(part: Iterable[bytes]) -> None:
    """A link to another workbook is only its path; one to a program (DDE) or an object is refused."""

    def start(name: str, _attributes: Attributes) -> None:
        if name in {"ddeLink", "oleLink"}:
            raise Dangerous(Danger.FIELD)

    read_elements(part, start)


def _check_open_document(part: Iterable[bytes]) -> None:
    read_elements(part, check_open_element)


_OPEN_ELEMENTS = {
    "event-listener": Danger.MACROS,
    **dict.fromkeys(("dde-source", "dde-link", "dde-connection-decl"), Danger.FIELD),
    **dict.fromkeys(("database-source-sql", "database-source-query"), Danger.CONNECTION),
}
_FETCHED = frozenset({"image", "object", "object-ole", "plugin", "applet", "floating-frame", "table-source"})
_FETCHING_FORMULA = re.compile(r"\b(?:DDE|WEBSERVICE)\s*\(", re.IGNORECASE)


def check_open_element(name: str, attributes: Attributes) -> None:
    """Raise ``Dangerous`` for an element of an OpenDocument file that acts; names without their prefixes."""
    if name in _OPEN_ELEMENTS:
        raise Dangerous(_OPEN_ELEMENTS[name])
    if name in _FETCHED and is_remote(attributes.get("href", "")):
        raise Dangerous(Danger.REMOTE)
    if "formula" in attributes and _FETCHING_FORMULA.search(attributes["formula"]):
        raise Dangerous(Danger.FIELD)


def _is_markup(head: bytes) -> bool:
    """Whether a part begins as XML, in UTF-8 or UTF-16."""
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _head(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    entry.file_size = 1 << 40  # what it states may lie; see `pieces`
    with package.open(entry) as stream:
        return stream.read(_HEAD_BYTES)


def _weighed(package: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    for piece in pieces(package, entry):
        budget.take(len(piece))
        yield piece
