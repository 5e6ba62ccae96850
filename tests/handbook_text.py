"""What the tests of the handbook read in its chapters: their shape, the words in bold, the pictures."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from core.handbook import CHAPTERS, FIRST_LANGUAGE, folder, page_of, tokens_of

LANGUAGES = ("vi", "en")
SLUGS = tuple(chapter.slug for chapter in CHAPTERS)
IMAGES = folder() / "images"


@dataclass(frozen=True)
class Part:
    """A section with its heading, or the chapter's head: the words in bold in the order of reading."""

    title: str
    bold: tuple[str, ...]


@dataclass(frozen=True)
class Caption:
    """A picture of a chapter with the words that its caption says are on the page."""

    picture: str
    alt: str
    bold: tuple[str, ...]


def shape(slug: str, language: str) -> list[str]:
    """What both languages share: each block, picture and link in its order, without the words."""
    return list(_shape(tokens_of(slug, language)))


def _shape(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type.endswith("_open"):
            yield token.tag
        for child in token.children or ():
            if child.type == "image":
                yield f"picture {child.attrs['src']}"
            elif child.type == "link_open":
                yield f"link {child.attrs['href']}"


def parts(slug: str, language: str) -> list[Part]:
    """The words in bold, section by section."""
    found: list[tuple[str, list[str]]] = [("", [])]
    tokens = tokens_of(slug, language)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.type == "heading_open":
            found.append((token.content, []))
        found[-1][1].extend(bold_in(token))
    return [Part(title, tuple(bold)) for title, bold in found]


def bold_in(inline: Token) -> Iterator[str]:
    """The words in bold of one paragraph, cell or heading."""
    words: list[str] | None = None
    for child in inline.children or ():
        if child.type == "strong_open":
            words = []
        elif child.type == "strong_close" and words is not None:
            yield "".join(words)
            words = None
        elif words is not None:
            words.append(child.content)


def captions(slug: str, language: str) -> list[Caption]:
    """The pictures of a chapter, in order."""
    return [
        Caption(
            Path(str(token.children[0].attrs["src"])).name, token.children[0].content, tuple(bold_in(token))
        )
        for token in tokens_of(slug, language)
        if token.children and token.children[0].type == "image"
    ]


def links(slug: str, language: str) -> list[str]:
    """Where the links of a chapter lead, as they are written."""
    return [
        str(child.attrs["href"])
        for token in tokens_of(slug, language)
        for child in token.children or ()
        if child.type == "link_open"
    ]


def wordings(catalogue: Path) -> dict[str, set[str]]:
    """How the pages say each English text in Vietnamese: once for each context and number."""
    with catalogue.open("rb") as file:
        said: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found: dict[str, set[str]] = {}
    for key, wording in said.items():
        words = key[0] if isinstance(key, tuple) else key
        found.setdefault(str(words).split("\x04")[-1], set()).add(wording)
    return found


def places() -> set[str]:
    """Every place that a link may lead to: a chapter, or `chapter#section`."""
    found = set(SLUGS)
    for slug in SLUGS:
        found |= {f"{slug}#{section.anchor}" for section in page_of(slug, FIRST_LANGUAGE).sections}
    return found
