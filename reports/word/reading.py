"""From a rendered page and its style sheets to a `Document`: the same string that goes to the renderer of the PDF."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

import tinyhtml5
from cssselect2 import ElementWrapper, Matcher, compile_selector_list

from reports.word import flow_tables
from reports.word.cascade import Cascade
from reports.word.inline import cleaned, folded, picture_of, svg_width
from reports.word.looks import Look, look_of
from reports.word.model import (
    Block,
    Box,
    Document,
    Field,
    Item,
    LineBreak,
    PageChange,
    PageOf,
    Paragraph,
    Run,
    Section,
    Table,
    paragraphs_of,
)
from reports.word.names import BLOCKS, INLINE, OTHER, STYLES, TABLE_PARTS, UNSEEN, UNSTYLED

_ACROSS = ("left", "right")
_MORE_ROOM = 8.0

SheetReader = Callable[[str], str]


def read_document(html: str, read_sheet: SheetReader) -> Document:
    """The document in a page; `read_sheet` gives the text of a style sheet by the address in the page."""
    root = ElementWrapper.from_html_root(tinyhtml5.parse(html, namespace_html_elements=False))
    heads = {one.local_name: one for one in root.iter_subtree() if one.local_name in {"title", "body"}}
    links = [one for one in root.iter_subtree() if one.local_name == "link"]
    cascade = Cascade(read_sheet(link.etree_element.get("href", "")) for link in links)
    metas = {
        one.etree_element.get("name"): one.etree_element.get("content", "")
        for one in root.iter_subtree()
        if one.local_name == "meta"
    }
    reader = Reader(cascade)
    around = look_of(cascade.declared(root), Look())
    blocks = reader.block(heads["body"], around, cascade.page("").text_width)
    day = metas.get("dcterms.created")
    return Document(
        title=cleaned(heads["title"].etree_element.text or "").strip(),
        author=cleaned(metas.get("author") or ""),
        day=date.fromisoformat(day) if day else None,
        sections=_sections(blocks, cascade),
        unknown=frozenset(reader.unknown | cascade.unknown),
    )


def _sections(blocks: list[Block], cascade: Cascade) -> list[Section]:
    """Blocks by the pages on which they stand; a new section begins a page of itself."""
    found = [Section(cascade.page(""), [])]
    for block in blocks:
        if isinstance(block, PageChange):
            if found[-1].blocks:
                found.append(Section(cascade.page(block.page), []))
            else:
                found[-1].page = cascade.page(block.page)
        else:
            found[-1].blocks.append(block)
    for section in found:
        for first in islice(paragraphs_of(section.blocks), 1):
            first.begins_page = False
    return [section for section in found if section.blocks] or found[:1]


class Reader:
    """Reads elements into blocks; `unknown` gathers what it has no rule for."""

    def __init__(self, cascade: Cascade) -> None:
        self.cascade = cascade
        self.unknown: set[str] = set()
        self._names = Matcher()
        for place, (selectors, name) in enumerate(STYLES):
            for selector in compile_selector_list(selectors):
                self._names.add_selector(selector, (place, name))

    def look(self, element: ElementWrapper, around: Look) -> Look:
        """How an element looks; notes a class that nothing knows."""
        for name in element.classes - self.cascade.classes - UNSTYLED:
            self.unknown.add(f"class {name}")
        return look_of(self.cascade.declared(element), around)

    def name(self, element: ElementWrapper) -> str:
        """What Word calls an element's paragraphs."""
        found = [payload for *_rank, payload in self._names.match(element)]
        return min(found)[1] if found else OTHER

    def block(self, element: ElementWrapper, around: Look, room: float) -> list[Block]:
        """An element that stands on lines of its own, as blocks, in `room` points of width."""
        look = self.look(element, around)
        if look.said("display") == "none":
            return []
        if element.local_name == "table":
            return self._on_its_page([flow_tables.table_of(self, element, look, room)], look, around)
        if element.local_name == "hr":
            return [self._drawn_line(element, look, room)]
        sides = {side: look.length(f"margin-{side}") + look.length(f"padding-{side}") for side in _ACROSS}
        blocks = self.flow(element, look, room - sides["left"] - sides["right"])
        if not blocks and look.length("height"):
            blocks = [
                Paragraph(self.name(element), [], look.letters, line=1, exact_line=look.length("height"))
            ]
        _surround(blocks, look, sides, self._bookmarks(element))
        if tag := element.etree_element.get("data-field"):
            _fill_in(blocks, tag, element)
        return self._on_its_page(blocks, look, around)

    def flow(self, element: ElementWrapper, look: Look, room: float) -> list[Block]:
        """What stands inside an element: its blocks, and paragraphs for what text lies between them."""
        blocks: list[Block] = []
        line: list[Item] = [Run(cleaned(element.etree_element.text or ""), look.letters)]
        for child in element.iter_children():
            if child.local_name in BLOCKS:
                self._end_line(line, element, look, blocks)
                blocks += self.block(child, look, room)
            elif child.local_name not in UNSEEN:
                line += self._inline(child, look, room)
            line.append(Run(cleaned(child.etree_element.tail or ""), look.letters))
        self._end_line(line, element, look, blocks)
        return blocks

    def _end_line(self, line: list[Item], element: ElementWrapper, look: Look, blocks: list[Block]) -> None:
        items = folded(line)
        line.clear()
        if items:
            # A line that may not be broken is let out of its cell a little, as the renderer lets it out.
            outside = -_MORE_ROOM if look.said("white-space") == "nowrap" else 0.0
            blocks.append(
                Paragraph(
                    self.name(element),
                    items,
                    look.letters,
                    align=look.align,
                    first_indent=look.indent(),
                    left=outside,
                    right=outside,
                    line=look.line_height,
                )
            )

    def _inline(self, element: ElementWrapper, around: Look, room: float) -> list[Item]:
        tag = element.local_name
        if tag == "br":
            return [LineBreak()]
        if tag == "svg":
            width = look_of(self.cascade.declared(element), around).width(room)
            return [picture_of(element.etree_element, svg_width(width, room))]
        look = self.look(element, around)
        if tag not in INLINE:
            self.unknown.add(f"element {tag}")
        letters = look.letters
        if look.is_empty_box and not element.etree_element.text and not len(element.etree_element):
            return [Box(replace(letters, size=look.width(room) or letters.size))]
        if look.has_line("bottom"):
            look = look_of({"text-decoration": "underline"}, look)
            letters = look.letters
        items: list[Item] = [Run(cleaned(element.etree_element.text or ""), letters)]
        for child in element.iter_children():
            items += self._inline(child, look, room)
            items.append(Run(cleaned(child.etree_element.tail or ""), letters))
        if "target-counter" in self.cascade.after(element).get("content", ""):
            items.append(PageOf(bookmark_name(element.etree_element.get("href", "")), letters))
        return items

    def _drawn_line(self, element: ElementWrapper, look: Look, room: float) -> Paragraph:
        width = look.width(room) or room
        rest = (room - width) / 2 if look.is_centred else 0.0
        return Paragraph(
            self.name(element),
            [],
            look.letters,
            left=rest,
            right=room - width - rest,
            before=look.length("margin-top"),
            after=look.length("margin-bottom"),
            exact_line=2.0,
            line_above=True,
        )

    def _bookmarks(self, element: ElementWrapper) -> list[str]:
        return [bookmark_name(element.id)] if element.id else []

    def _on_its_page(self, blocks: list[Block], look: Look, around: Look) -> list[Block]:
        if look.page == around.page or not blocks:
            return blocks
        return [PageChange(look.page), *blocks, PageChange(around.page)]

    def note(self, element: ElementWrapper) -> None:
        """Remember an element inside a table that is no part of one."""
        if element.local_name not in TABLE_PARTS:
            self.unknown.add(f"element {element.local_name} in a table")


def bookmark_name(address: str) -> str:
    """A name that Word takes for the place to which an address inside the document leads."""
    return "".join(letter if letter.isalnum() else "_" for letter in address.lstrip("#"))[:40]


def _surround(blocks: list[Block], look: Look, sides: dict[str, float], bookmarks: list[str]) -> None:
    """Give an element's margins, breaks and lines to the blocks in it."""
    standing: list[Any] = [block for block in blocks if not isinstance(block, PageChange)]
    if not standing:
        return
    first, last = standing[0], standing[-1]
    first.before = max(first.before, look.length("margin-top")) + look.length("padding-top")
    last.after = max(last.after, look.length("margin-bottom")) + look.length("padding-bottom")
    for block in standing:
        block.left += sides["left"]
        if isinstance(block, Paragraph):
            block.right += sides["right"]
    if look.said("break-inside") == "avoid":
        _keep_together(standing)
    if look.said("break-after") == "avoid":
        keep_with_next(last)
    if look.said("break-before") == "page":
        for paragraph in islice(paragraphs_of([first]), 1):
            paragraph.begins_page = True
    if isinstance(first, Paragraph):
        first.bookmarks += bookmarks
        first.line_above = first.line_above or look.has_line("top")
    if isinstance(last, Paragraph):
        last.line_below = last.line_below or look.has_line("bottom")


def _fill_in(blocks: list[Block], tag: str, element: ElementWrapper) -> None:
    """Make the paragraphs of an element one place to fill in."""
    said = element.etree_element.get
    place = Field(tag, said("data-words", ""), is_empty=said("data-empty") is not None)
    for block in blocks:
        if isinstance(block, Paragraph):
            block.field = place


def _keep_together(blocks: list[Any]) -> None:
    for block in blocks[:-1]:
        keep_with_next(block)
    for block in blocks:
        if isinstance(block, Paragraph):
            block.keeps_lines = True


def keep_with_next(block: Paragraph | Table) -> None:
    """Let no page end behind a block, nor inside a table."""
    if isinstance(block, Paragraph):
        block.keeps_with_next = block.keeps_lines = True
    else:
        for row in block.rows:
            row.keeps_whole = row.keeps_with_next = True
