"""What the style sheets of a document say of each of its elements, and of its pages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from cssselect2 import ElementWrapper, Matcher, compile_selector_list

from reports.word.lengths import points
from reports.word.model import PageShape
from reports.word.names import CARRIED, LEFT_TO_WORD

# What browsers and the renderer do before any sheet speaks, as far as our documents meet it.
_BEFORE_ALL = """
h1, h2, h3, strong, b, th { font-weight: bold }
em, i { font-style: italic }
th { text-align: center }
h1 { font-size: 2em } h2 { font-size: 1.5em } h3 { font-size: 1.17em } small { font-size: 0.8em }
p, ul, ol, h1, h2, h3 { margin: 1em 0 }
"""
_SIDES = ("top", "right", "bottom", "left")
_NAMED_SIZES = {"a4": ("210mm", "297mm"), "a5": ("148mm", "210mm"), "a3": ("297mm", "420mm")}
_FIRST_OF = re.compile(r":nth\(1 of ([\w-]+)\)")

Declared = dict[str, str]


@dataclass
class _Pages:
    shapes: dict[str, Declared] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)
    numbered: dict[str, bool] = field(default_factory=dict)


class Cascade:
    """Style sheets in their order; `unknown` gathers what they say and nobody here understands."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self.unknown: set[str] = set()
        self.classes: set[str] = set()
        self._matcher = Matcher()
        self._pages = _Pages()
        for sheet in (_BEFORE_ALL, *sheets):
            self._read(sheet)

    def declared(self, element: ElementWrapper) -> Declared:
        """The properties that hold for an element, long names only, as they are written."""
        return self._collect(element, None)

    def after(self, element: ElementWrapper) -> Declared:
        """The properties of what the sheets put behind an element; empty where they put nothing."""
        return self._collect(element, "after")

    def page(self, name: str) -> PageShape:
        """The shape of the pages with this name; the empty name is that of all others."""
        said = {**self._pages.shapes.get("", {}), **self._pages.shapes.get(name, {})}
        width, height = _paper(said.get("size", "A4"))
        margins = tuple(points(said.get(f"margin-{side}", "20mm")) or 0.0 for side in _SIDES)
        numbered = self._pages.numbered.get(name, self._pages.numbered.get("", False))
        return PageShape(width, height, margins, name in self._pages.anew, numbered)  # type: ignore[arg-type]

    def _collect(self, element: ElementWrapper, wanted: str | None) -> Declared:
        usual: Declared = {}
        urgent: Declared = {}
        for _specificity, _order, pseudo, (said, important) in self._matcher.match(element):
            if pseudo == wanted:
                usual.update(said)
                urgent.update(important)
        return {**usual, **urgent}

    def _read(self, sheet: str) -> None:
        for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                self._add(rule)
            elif rule.type == "at-rule" and rule.lower_at_keyword == "page":
                self._add_page(rule)
            else:
                self.unknown.add(f"rule {getattr(rule, 'at_keyword', rule.type)}")

    def _add(self, rule: Any) -> None:
        said, important = self._declarations(rule.content)
        self.classes.update(
            token.value
            for dot, token in zip(rule.prelude, rule.prelude[1:], strict=False)
            if dot == "." and token.type == "ident"
        )
        for selector in compile_selector_list(rule.prelude):
            self._matcher.add_selector(selector, (said, important))

    def _add_page(self, rule: Any) -> None:
        prelude = tinycss2.serialize(rule.prelude).strip()
        said, _important = self._declarations(rule.content)
        if first := _FIRST_OF.fullmatch(prelude):
            if "counter-reset" in said:
                self._pages.anew.add(first[1])
        elif not prelude.startswith(":"):
            self._pages.shapes.setdefault(prelude, {}).update(said)
            for box in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
                if box.type == "at-rule" and box.lower_at_keyword == "top-center":
                    content = self._declarations(box.content)[0].get("content", "none")
                    self._pages.numbered[prelude] = content != "none"

    def _declarations(self, content: Any) -> tuple[Declared, Declared]:
        usual: Declared = {}
        urgent: Declared = {}
        for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
            if one.type != "declaration":
                continue  # the margin boxes of a page: the header of the DOCX is our own
            if one.lower_name not in CARRIED | LEFT_TO_WORD:
                self.unknown.add(f"property {one.lower_name}")
            value = tinycss2.serialize(one.value).strip()
            (urgent if one.important else usual).update(_long(one.lower_name, value))
        return usual, urgent


def _long(name: str, value: str) -> Iterator[tuple[str, str]]:
    """A property under its long names."""
    if name in {"margin", "padding"}:
        parts = value.split()
        four = {1: parts * 4, 2: parts * 2, 3: [*parts, parts[1]] if len(parts) == 3 else parts}.get(
            len(parts), parts
        )
        for side, part in zip(_SIDES, four, strict=True):
            yield f"{name}-{side}", part
    elif name == "border":
        for side in _SIDES:
            yield f"border-{side}", value
    else:
        yield name, value


def _paper(size: str) -> tuple[float, float]:
    """Width and height of paper as `size` names it: `A4 landscape`, `210mm 148mm`."""
    words = size.lower().split()
    named = next((_NAMED_SIZES[word] for word in words if word in _NAMED_SIZES), None)
    lengths = named or tuple(word for word in words if points(word) is not None) or _NAMED_SIZES["a4"]
    width, height = points(lengths[0]) or 0.0, points(lengths[-1]) or 0.0
    return (max(width, height), min(width, height)) if "landscape" in words else (width, height)
