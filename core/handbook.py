"""The handbook: a chapter a role, whole files in each language below `docs/handbook/`, shown as pages.

The files are ours and reviewed, so nothing in them is taken as markup but Markdown: HTML in a chapter would
be shown as text. An address within a chapter is made from the Vietnamese heading, in every language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from core.text import fold

FIRST_LANGUAGE = "vi"
PICTURES = "pictures.json"
_CAPTION_SIDE = ("softbreak", "hardbreak")
# What else than its content a part of a line is, as bare words; a picture's words are its caption.
_WRITTEN = {"softbreak": " ", "hardbreak": " ", "image": ""}
# So many words of a section stand on either side of what was found.
_AROUND = 14
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_renderer = RendererHTML(_parser)


@dataclass(frozen=True)
class Chapter:
    """One chapter: the word of its address and of its file, and whose work it describes.

    `readers` are roles and offices by their stored words; an empty set means everybody. A public chapter is
    read without signing in: it helps those who cannot.
    """

    slug: str
    readers: frozenset[str] = frozenset()
    is_public: bool = False

    @property
    def url(self) -> str:
        return reverse(
            "core:handbook_public" if self.is_public else "core:handbook_chapter", args=[self.slug]
        )


@dataclass(frozen=True)
class Section:
    """A part of a chapter under its own heading: drawn, and as bare text for the search."""

    anchor: str
    title: str
    html: SafeString
    text: str


@dataclass(frozen=True)
class Page:
    """A chapter in one language."""

    title: str
    lead: SafeString
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Found:
    """A section in which all words of a question stand, with the text around the first of them."""

    chapter: Chapter
    chapter_title: str
    section: Section
    before: str
    words: str
    after: str

    @property
    def url(self) -> str:
        return f"{self.chapter.url}#{self.section.anchor}"


CHAPTERS = (
    Chapter("dang-nhap", is_public=True),
    Chapter("cap-xa", frozenset({"commune_officer", "agency_officer"})),
    Chapter("cap-huyen", frozenset({"district_officer"})),
    Chapter("so-lieu", frozenset({"commune_officer", "district_officer", "agency_officer"})),
    Chapter("tham-dinh", frozenset({"provincial_reviewer", "provincial_lead", "standing_body"})),
    Chapter("thu-ky-chu-tich", frozenset({"chair", "deputy", "secretary"})),
    Chapter("thanh-vien", frozenset({"member"})),
    Chapter("thanh-tra", frozenset({"auditor", "overseer"})),
    Chapter("quan-tri", frozenset({"administrator"})),
    Chapter("van-hanh"),
    Chapter("truc-trac", is_public=True),
)
PUBLIC_SLUGS = tuple(chapter.slug for chapter in CHAPTERS if chapter.is_public)
_BY_SLUG = {chapter.slug: chapter for chapter in CHAPTERS}


def folder() -> Path:
    """Where the chapters lie, a folder a language beside the pictures."""
    return Path(settings.BASE_DIR) / "docs" / "handbook"


def chapter_of(slug: str) -> Chapter | None:
    return _BY_SLUG.get(slug)


def anchor_of(title: str) -> str:
    """The address of a section: its Vietnamese heading without diacritics."""
    return fold(title).replace(" ", "-")


@lru_cache(maxsize=64)
def page_of(slug: str, language: str) -> Page:
    """A chapter as it is shown; raises ``OSError`` when its file is missing."""
    head, *parts = _parts(slug, language)
    anchors = [anchor_of(_title(part)) for part in _parts(slug, FIRST_LANGUAGE)[1:]]
    sections = (_section(anchor, part) for anchor, part in zip(anchors, parts, strict=True))
    return Page(_title(head), _drawn(head[3:]), tuple(sections))


def search(words: str, language: str, chapters: Iterable[Chapter]) -> list[Found]:
    """Sections in which each word begins some word, blind to diacritics; a heading's word counts first."""
    wanted = fold(words).split()
    if not wanted:
        return []
    hits: list[tuple[int, Found]] = []
    for chapter in chapters:
        page = page_of(chapter.slug, language)
        for section in page.sections:
            in_title = _has(fold(section.title), wanted)
            if in_title or _has(fold(f"{section.title} {section.text}"), wanted):
                hits.append((not in_title, _found(chapter, page.title, section, wanted)))
    return [hit for _rank, hit in sorted(hits, key=lambda pair: pair[0])]


def tokens_of(slug: str, language: str) -> list[Token]:
    """A chapter's Markdown, parsed."""
    text = (folder() / language / f"{slug}.md").read_text(encoding="utf-8")
    return _parser.parse(text)


def _parts(slug: str, language: str) -> list[list[Token]]:
    """The tokens of the chapter's head, then of each section, each with its heading first."""
    parts: list[list[Token]] = [[]]
    for token in tokens_of(slug, language):
        if token.type == "heading_open" and token.tag == "h2":
            parts.append([])
        parts[-1].append(token)
    return parts


def _title(part: Sequence[Token]) -> str:
    return part[1].content


def _section(anchor: str, part: list[Token]) -> Section:
    body = part[3:]
    return Section(anchor, _title(part), _drawn(body), " ".join(_texts(body)))


def _texts(tokens: Iterable[Token]) -> Iterator[str]:
    """The bare words of each block."""
    for token in tokens:
        if token.children:
            yield "".join(_WRITTEN.get(child.type, child.content) for child in token.children)


def _drawn(tokens: list[Token]) -> SafeString:
    """The tokens as HTML; a paragraph that begins with a picture becomes a figure, its other words the caption."""
    pieces: list[str] = []
    plain: list[Token] = []
    for token in tokens:
        plain.append(token)
        is_figure = token.type == "paragraph_close" and _is_picture(plain[-2])
        if is_figure:
            *before, _open, inline, _close = plain
            pieces += [_render(before), _figure(inline)]
            plain = []
    return mark_safe("".join([*pieces, _render(plain)]))  # noqa: S308 -- our own chapters, HTML in them is off


def _is_picture(inline: Token) -> bool:
    return bool(inline.children) and inline.children[0].type == "image"  # type: ignore[index]


def _figure(inline: Token) -> str:
    picture, *rest = inline.children or []
    if rest and rest[0].type in _CAPTION_SIDE:
        rest = rest[1:]
    name = Path(str(picture.attrs["src"])).name
    size = pictures().get(name, {})
    return format_html(
        '<figure class="figure-card"><a href="{0}"><img src="{0}" alt="{1}" width="{2}" height="{3}" loading="lazy"></a>'
        "<figcaption>{4}</figcaption></figure>",
        static(f"handbook/{name}"),
        picture.content,
        size.get("width", 1280),
        size.get("height", 800),
        mark_safe(_render(rest, inline=True)),  # noqa: S308 -- drawn by the parser
    )


@lru_cache(maxsize=1)
def pictures() -> dict[str, dict[str, Any]]:
    """What was pictured: size of each picture, and the headings and buttons that stood on its page."""
    found: dict[str, dict[str, Any]] = json.loads((folder() / "images" / PICTURES).read_text("utf-8"))
    return found


def _render(tokens: list[Token], *, inline: bool = False) -> str:
    for token in tokens:
        _lead_links(token.children or [])
    if inline:
        _lead_links(tokens)
    draw = _renderer.renderInline if inline else _renderer.render
    return str(draw(tokens, _parser.options, {}))


def _lead_links(children: list[Token]) -> None:
    """Links between chapters lead to their pages; a link to another file of the project stays plain words."""
    for index, token in enumerate(children):
        if token.type == "link_open":
            address = _address(str(token.attrs["href"]))
            if address:
                token.attrs["href"] = address
            else:
                closing = next(one for one in children[index:] if one.type == "link_close")
                for end in (token, closing):
                    end.type, end.tag, end.nesting, end.content = "text", "", 0, ""


def _address(target: str) -> str:
    """Where a link of a chapter leads to on the pages, empty for a file that only the repository has."""
    path, _hash, anchor = target.partition("#")
    if target.startswith(("/", "http://", "https://")):
        return target
    chapter = _BY_SLUG.get(Path(path).stem) if path == Path(path).name else None
    if path and chapter is None:
        return ""
    return (chapter.url if chapter else "") + (f"#{anchor}" if anchor else "")


def _has(folded: str, wanted: list[str]) -> bool:
    words = folded.split()
    return all(any(word.startswith(one) for word in words) for one in wanted)


def _found(chapter: Chapter, title: str, section: Section, wanted: list[str]) -> Found:
    words = section.text.split()
    place, until = _longest_run(words, wanted)
    start, end = max(0, place - _AROUND), until + _AROUND
    before = ("… " if start else "") + " ".join(words[start:place])
    after = " ".join(words[until:end]) + (" …" if end < len(words) else "")
    return Found(chapter, title, section, before, " ".join(words[place:until]), after)


def _longest_run(words: list[str], wanted: list[str]) -> tuple[int, int]:
    """Where most of the wanted words stand side by side; nowhere, when only the heading has them."""
    best = (0, 0)
    start = 0
    for index, word in enumerate([*words, ""]):
        if any(fold(word).startswith(one) for one in wanted):
            continue
        if index - start > best[1] - best[0]:
            best = (start, index)
        start = index + 1
    return best
