"""Text inside a paragraph: runs of one look, breaks, pictures; blanks as a page shows them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

from reports.word.lengths import points
from reports.word.model import Item, LineBreak, Picture, Run

_BLANKS = re.compile(r"[ \t\n\r\f]+")
# What XML cannot hold; a page shows none of it either.
# Marks of direction have no place in our texts: Word would obey them, and show a name other than the PDF shows.
_NOT_OURS = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SVG = "{http://www.w3.org/2000/svg}"


def cleaned(text: str) -> str:
    """Text without what no file can hold, runs of blanks as one."""
    return _BLANKS.sub(" ", _NOT_OURS.sub("", text))


def folded(items: list[Item]) -> list[Item]:
    """Items with no blank at the beginning and end of a line, none after another, and neighbours of one look joined."""
    found: list[Item] = []
    for item in items:
        if not isinstance(item, Run):
            if isinstance(item, LineBreak):
                _cut_end(found)
            found.append(item)
            continue
        text = item.text.lstrip(" ") if _ends_in_blank(found) else item.text
        if text:
            _append(found, replace(item, text=text))
    _cut_end(found)
    while found and isinstance(found[-1], LineBreak):
        found.pop()
        _cut_end(found)
    return found


def _append(found: list[Item], run: Run) -> None:
    last = found[-1] if found else None
    if isinstance(last, Run) and last.letters == run.letters:
        found[-1] = replace(last, text=last.text + run.text)
    else:
        found.append(run)


def _ends_in_blank(found: list[Item]) -> bool:
    if not found or isinstance(found[-1], LineBreak):
        return True
    return isinstance(found[-1], Run) and found[-1].text.endswith(" ")


def _cut_end(found: list[Item]) -> None:
    while found and isinstance(last := found[-1], Run) and last.text.endswith(" "):
        found.pop()
        if rest := last.text.rstrip(" "):
            found.append(replace(last, text=rest))


def picture_of(svg: ElementTree.Element, width: float) -> Picture:
    """A drawing at a width in points; its height follows from its own shape."""
    box = [float(number) for number in svg.get("viewBox", "0 0 1 1").split()]
    words = " ".join(" ".join(_words(svg)).split())
    plain = ElementTree.tostring(_without_prefix(svg), encoding="unicode")
    return Picture(plain, width, width * box[3] / box[2], words)


def _without_prefix(element: ElementTree.Element) -> ElementTree.Element:
    """A drawing as a page writes it: names without their namespace."""
    made = ElementTree.Element(element.tag.rpartition("}")[2], dict(element.attrib))
    made.text, made.tail = element.text, element.tail
    made.extend(_without_prefix(part) for part in element if isinstance(part.tag, str))
    return made


def _words(svg: ElementTree.Element) -> Iterator[str]:
    for part in ("title", "desc"):
        for found in svg.findall(f"{_SVG}{part}"):
            yield (found.text or "").rstrip(".") + "."


def svg_width(said: float | None, room: float) -> float:
    """How wide a drawing stands: as told, and never wider than its room."""
    return min(said or room, room) or points("20mm") or 0.0
