"""What somebody wrote into the achievement report that this system made, read from the DOCX that comes back."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.files.base import File
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.files import DOCX
from core.text import nfc
from core.uploads.checking import check_upload
from core.uploads.dangers import REFUSALS, Dangerous
from core.uploads.xml_reading import Attributes, read_elements
from core.zips import BROKEN_ZIP, pieces

ACHIEVEMENT, WORDS, DOSSIER = "achievement", "award_citation", "dossier"
TAGS = (ACHIEVEMENT, WORDS, DOSSIER)
"""The places of the report by their tags; the last says whose report it is."""
HEADINGS = {
    "II. THÀNH TÍCH ĐẠT ĐƯỢC": ACHIEVEMENT,
    "III. CÁC HÌNH THỨC ĐÃ ĐƯỢC KHEN THƯỞNG TRONG PHONG TRÀO": "",
    "IV. NỘI DUNG ĐỀ NGHỊ GHI TRÊN QUYẾT ĐỊNH KHEN THƯỞNG": WORDS,
}
"""The headings of the report, and which place stands under each."""
PROMPT = "[Nhập nội dung tại đây, thay cho dòng này]"
"""What stands in a place that nobody filled in."""
# Several times what any of the texts may have: the form says that it is too long, and how much is kept.
_MOST_LETTERS = 100_000
_CODE = re.compile(r"HS-[0-9]{4}-[0-9]{4,6}")
_OF = "Hồ sơ "
# The style of lines that explain and are no text of the report.
_GUIDE = "Guide"
_TEXT = "word/document.xml"
# Marks of direction and what has no width: in a name or a sentence they only mislead.
_UNSEEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD]
)


@dataclass
class _Line:
    """A line of the text: in which place it stands, which style its paragraph has, and whether a table holds it."""

    tag: str
    in_table: bool
    style: str = ""
    text: str = ""


@dataclass
class _Reading:
    """The lines of a text as they are told, element by element."""

    places: list[str] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    tables: int = 0
    deleted: int = 0
    letters: int = 0
    takes_text: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "sdt":
            self.places.append("")
        elif name == "tag" and self.places:
            self.places[-1] = attributes.get("val", "")
        elif name in {"p", "br", "cr"}:
            self.lines.append(_Line(next((tag for tag in reversed(self.places) if tag), ""), self.tables > 0))
        elif name == "pStyle" and self.lines:
            self.lines[-1].style = attributes.get("val", "")
        self.tables += name == "tbl"
        self.deleted += name == "del"
        self.takes_text = name == "t" and not self.deleted

    def text(self, text: str) -> None:
        """Text stands in the element that began last."""
        if self.takes_text and self.lines and self.letters < _MOST_LETTERS:
            self.lines[-1].text += text
            self.letters += len(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "sdt" and self.places:
            self.places.pop()
        self.tables -= name == "tbl"
        self.deleted -= name == "del"
        self.takes_text = False


def _by_frames(lines: Iterable[_Line]) -> dict[str, list[str]]:
    """What stands in the frames, by their tags: as Word keeps them."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.tag in TAGS:
            found.setdefault(line.tag, []).append(line.text)
    return found


def _by_headings(lines: Iterable[_Line]) -> dict[str, list[str]]:
    """The same by the headings above: other programs drop the frames when they save."""
    found: dict[str, list[str]] = {}
    tag = ""
    for line in lines:
        if line.text.strip() in HEADINGS:
            tag = HEADINGS[line.text.strip()]
            found.setdefault(tag, [])
        elif line.in_table:
            tag = ""
        elif _CODE.fullmatch(line.text.strip().removeprefix(_OF)):
            found.setdefault(DOSSIER, []).append(line.text)
        elif tag and line.style != _GUIDE:
            found[tag].append(line.text)
    found.pop("", None)
    return found


def read_report(upload: File, code: str) -> Mapping[str, str]:
    """The texts that were filled in, by tag; a place that was left empty is not there.

    Raises InvalidRequest, with what to do, for a file that is no DOCX, does anything by itself, is not a report that
    this system made, or is another dossier's.
    """
    content, _found = check_upload(upload, {DOCX: ".docx"})
    try:
        found = _read(content)
    except Dangerous as error:
        what, way = REFUSALS[error.danger]
        raise InvalidRequest(what % {"name": upload.name}, str(way)) from error
    if DOSSIER not in found or ACHIEVEMENT not in found:
        raise InvalidRequest(
            _("This file is not the report to fill in that this page gives, or its frames were removed."),
            _("Download the report again, copy your text into its frames, and bring it back."),
        )
    named = _CODE.search(found.pop(DOSSIER))
    owner = named[0] if named else "?"
    if owner != code:
        raise InvalidRequest(
            _("This report belongs to dossier %(other)s, and this is dossier %(code)s.")
            % {"other": owner, "code": code},
            _("Open the dossier that the report names, and bring it back there."),
        )
    return {tag: text for tag, text in found.items() if text}


def _read(content: bytes) -> dict[str, str]:
    reading = _Reading()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entry = package.getinfo(_TEXT)
            read_elements(pieces(package, entry), reading.start, reading.text, reading.end)
    except BROKEN_ZIP:
        return {}
    found = {**_by_headings(reading.lines), **_by_frames(reading.lines)}
    return {tag: _cleaned(lines) for tag, lines in found.items()}


def _cleaned(lines: list[str]) -> str:
    """Lines as text: one spelling, nothing unseen, and the prompt is no text."""
    plain = (" ".join(nfc(line).translate(_UNSEEN).split()) for line in lines)
    return "\n".join(line for line in plain if line and line != PROMPT)
