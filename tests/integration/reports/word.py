"""What is read in a DOCX, in a page and in a PDF, without its blanks: so the three can be held against each other."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
from docx.oxml.ns import qn
from lxml import etree
from lxml import html as pages

_LETTERS_OF_BOXES = "☐"


def squeezed(text: str) -> str:
    """Text without blanks: where a line breaks says nothing."""
    return "".join(text.split())


def text_of_page(page: str) -> str:
    """All that is read in a page, in its order; drawings are pictures, and marks of direction are not read."""
    body = pages.fromstring(page).find("body")
    for drawing in list(body.iter("svg")):
        drawing.drop_tree()
    return squeezed(re.sub("[\u202a-\u202e\u2066-\u2069]", "", body.text_content()))


def text_of_drawings(page: str) -> str:
    """What is written in the drawings of a page: text in a PDF, a picture in a DOCX."""
    return squeezed("".join(text.text_content() for text in pages.fromstring(page).iter("text"))).casefold()


def paragraphs_of(content: bytes) -> Iterator[str]:
    """The paragraphs of a DOCX in the order of its text, those in cells where they stand."""
    for paragraph in docx.Document(io.BytesIO(content)).element.body.iter(qn("w:p")):
        yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")) if text.text != _LETTERS_OF_BOXES)


def text_of_word(content: bytes) -> str:
    """All that is read in a DOCX, in its order."""
    return squeezed("".join(paragraphs_of(content)))


def text_of_pdf(path: Path) -> str:
    """All that is read in a PDF, in the order in which it was drawn, in small letters: a style may make capitals."""
    found = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True, timeout=60
    ).stdout.decode()
    lines = [line for page in found.split("\f") for line in _without_number(page.strip().split("\n"))]
    return squeezed("".join(lines)).casefold()


def _without_number(lines: list[str]) -> list[str]:
    """The lines of a page without its number, which stands first or last."""
    if lines and lines[0].strip().isdecimal():
        return lines[1:]
    return lines[:-1] if lines and lines[-1].strip().isdecimal() else lines


# The order in which the schema of ECMA-376 wants what our writer writes; Word calls a file damaged that has another.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rFonts b bCs i iCs caps sz szCs u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "trPr": "cantSplit trHeight tblHeader",
    "tcPr": "tcW gridSpan vMerge tcBorders tcMar vAlign",
    "tblBorders": "top left bottom right insideH insideV",
    "tcBorders": "top left bottom right",
    "tblCellMar": "top left bottom right",
    "tcMar": "top left bottom right",
    "sectPr": "headerReference type pgSz pgMar pgNumType titlePg",
    "sdtPr": "alias tag id showingPlcHdr",
    "style": "name basedOn next uiPriority semiHidden unhideWhenUsed qFormat rsid pPr rPr tblPr",
}


def out_of_order(content: bytes) -> list[str]:
    """The elements of a DOCX whose parts stand in an order that the schema does not know."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in ("word/document.xml", "word/styles.xml"):
            for element in etree.fromstring(package.read(part)).iter(etree.Element):
                name = etree.QName(element).localname
                wanted = ORDER.get(name, "").split()
                inside = [etree.QName(child).localname for child in element] if wanted else []
                places = [wanted.index(one) if one in wanted else -1 for one in inside]
                if -1 in places or places != sorted(places):
                    found.append(f"{part}: {name}: {' '.join(inside)}")
    return found
