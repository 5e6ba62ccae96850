"""A `Document` as the bytes of a DOCX; the same document gives the same bytes."""

import io
from copy import deepcopy
from datetime import UTC, datetime, time
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from core.zips import without_times
from reports.word.body import Body
from reports.word.marks import mark, twips
from reports.word.model import Document, PageShape, Section
from reports.word.pictures import Draw
from reports.word.styles import LANGUAGE, Styles

_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
# The page number's distance from the edge of the paper: the middle of the upper margin, for letters of 13 points.
_HALF_LINE = 8.0


def write_document(document: Document, draw: Draw) -> bytes:
    """The file; `draw` makes a PNG picture of a drawing."""
    file = docx.Document()
    _set_properties(file, document)
    _set_compatibility(file)
    body = Body(file, Styles(file), draw)
    _head_pages(file, is_numbered=document.sections[0].page.is_numbered)
    _fill(file, document.sections, body)
    return _packed(file)


def _fill(file: WordFile, sections: list[Section], body: Body) -> None:
    root = file.element.body
    last = root.find(qn("w:sectPr"))
    heads = last.findall(qn("w:headerReference"))
    for found in list(root):
        if found is not last:
            root.remove(found)
    for place, section in enumerate(sections):
        elements = list(body.elements(section.blocks))
        for element in elements:
            last.addprevious(element)
        shape = _section(section.page, is_first=place == 0, heads=heads)
        if place < len(sections) - 1:
            elements[-1].find(qn("w:pPr")).append(shape)
        else:
            root.replace(last, shape)


def _section(page: PageShape, *, is_first: bool, heads: list[Any]) -> Any:
    """The properties of a section; those after the first take its heads over."""
    top, right, bottom, left = (twips(side) for side in page.margins)
    is_wide = page.width > page.height
    size = {"w": twips(page.width), "h": twips(page.height), **({"orient": "landscape"} if is_wide else {})}
    return mark(
        "sectPr",
        *(deepcopy(head) for head in heads if is_first),
        mark("type", val="nextPage"),
        mark("pgSz", **size),
        mark(
            "pgMar",
            top=top,
            right=right,
            bottom=bottom,
            left=left,
            header=max(twips(page.margins[0] / 2 - _HALF_LINE), 0),
            footer=bottom // 2,
            gutter=0,
        ),
        mark("pgNumType", start=1) if page.starts_anew else None,
        mark("titlePg"),
    )


def _head_pages(file: WordFile, *, is_numbered: bool) -> None:
    """The number in the middle of the upper margin from the second page on; the first page's head is empty."""
    section = file.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.style = file.styles["Header"]
    if not is_numbered:
        return
    field = mark("fldSimple", mark("r", mark("t")), instr=" PAGE ")
    paragraph._p.append(field)


def _set_properties(file: WordFile, document: Document) -> None:
    at = datetime.combine(document.day, time.min, tzinfo=UTC) if document.day else _BEFORE_ALL
    said = file.core_properties
    said.title, said.author, said.language = document.title[:255], document.author[:255], LANGUAGE
    said.created = said.modified = at
    said.last_modified_by, said.comments, said.revision = document.author[:255], "", 1


def _set_compatibility(file: WordFile) -> None:
    root = file.settings.element
    for name in ("w:compat", "w:themeFontLang"):
        for found in root.findall(qn(name)):
            root.remove(found)
    address = "http://schemas.microsoft.com/office/word"
    # A line that ends with a break is not drawn out to the margin, as the renderer of the PDF does not.
    unstretched = mark("doNotExpandShiftReturn")
    compat = mark("compat", unstretched, mark("compatSetting", name="compatibilityMode", uri=address, val=15))
    # The schema has its own order: behind the compatibility come the identifiers of revisions and mathematics.
    following = next((one for one in root if one.tag in _BEHIND_COMPAT), None)
    if following is None:
        root.append(compat)
    else:
        following.addprevious(compat)


_BEHIND_COMPAT = {
    qn(f"w:{name}")
    for name in ("docVars", "rsids", "attachedSchema", "clrSchemeMapping", "decimalSymbol", "listSeparator")
} | {qn("m:mathPr")}


def _packed(file: WordFile) -> bytes:
    """The package with no time in it but the document's own day."""
    loose = io.BytesIO()
    file.save(loose)
    return without_times(loose.getvalue(), stamps=None)
