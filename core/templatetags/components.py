"""Tags for markup that stands on many pages: a table by its columns, an include by its named parts.

Libraries of components were measured first: with a component a cell, fifty rows took four to six times as long as
with these tags (``benchmarks/tables.py`` holds the speed). Here a column's heading, label and frame are drawn once a
table; each cell costs what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from django import template
from django.template import Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, TextNode, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()

Options = Mapping[str, FilterExpression]

# Where an open component keeps the parts that it has been given; no template names it.
_PARTS = "__parts"
_INHERITED = ("request", "csrf_token")


class Tag(NamedTuple):
    """What a tag is given: bare words, and options by name."""

    words: list[str]
    options: dict[str, FilterExpression]

    @classmethod
    def read(cls, parser: Parser, token: Token, known: Sequence[str] | None) -> Tag:
        """The words and options of a tag; an option that is not ``known`` is refused by name."""
        name, *bits = token.split_contents()
        words, options = [], {}
        for bit in bits:
            found = token_kwargs([bit], parser)
            options.update(found)
            words += [] if found else [bit]
        unknown = options.keys() - set(known) if known is not None else set()
        if unknown:
            raise TemplateSyntaxError(f"{name} has no option {', '.join(sorted(unknown))}. It has {known}.")
        return cls(words, options)


class Frame(NamedTuple):
    """A column of one drawing: its heading, and what stands around each of its cells."""

    heading: str
    opening: str
    cell: NodeList
    closing: str

    def pieces(self) -> Iterator[str | Node]:
        """The cell as text that is the same in each row and nodes that are not, white space at its ends left out."""
        yield self.opening
        for place, node in enumerate(self.cell, 1):
            if isinstance(node, TextNode):
                text = node.s.lstrip() if place == 1 else node.s
                yield text.rstrip() if place == len(self.cell) else text
            else:
                yield node
        yield self.closing


@dataclass(frozen=True)
class Column:
    """One column as the template declares it."""

    label: FilterExpression
    flags: frozenset[str]
    options: Options
    cell: NodeList

    FLAGS = frozenset({"naming", "num", "silent"})
    OPTIONS = ("css", "shown")

    def frame(self, context: Context) -> Frame | None:
        """The column for these values; None when it is not shown."""
        if "shown" in self.options and not self.options["shown"].resolve(context):
            return None
        label = conditional_escape(capfirst(self.label.resolve(context)))
        css = self.options["css"].resolve(context) if "css" in self.options else ""
        classes = _attribute("class", " ".join(filter(None, ["num" if "num" in self.flags else "", css])))
        head_class = _attribute("class", "num" if "num" in self.flags else "")
        if "naming" in self.flags:
            opening, closing = f'<th{classes} scope="row">', "</th>"
        else:
            named = "" if "silent" in self.flags else _attribute("data-label", label)
            opening, closing = f"<td{classes}{named}>", "</td>"
        shown = f'<span class="visually-hidden">{label}</span>' if "silent" in self.flags else label
        return Frame(f'<th scope="col"{head_class}>{shown}</th>', opening, self.cell, closing)


def _attribute(name: str, value: Any) -> SafeString:
    return format_html(' {}="{}"', name, value) if value else mark_safe("")


def _joined(pieces: Iterable[str | Node]) -> list[str | Node]:
    """Neighbouring texts as one: a row then costs its nodes and little else."""
    joined: list[str | Node] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


class ColumnNode(Node):
    """A column where it stands in its table; the table draws it."""

    child_nodelists = ("cell",)

    def __init__(self, column: Column) -> None:
        self.column = column
        self.cell = column.cell


class TableNode(Node):
    """A list as a table that becomes cards on a phone."""

    child_nodelists = ("columns",)
    OPTIONS = ("caption", "css", "region", "row_id")

    def __init__(self, names: Sequence[str], rows: FilterExpression, tag: Tag, columns: NodeList) -> None:
        self.names = names
        self.rows = rows
        self.options = tag.options
        self.is_wrapped = "bare" not in tag.words
        self.columns = columns
        self.declared = [node.column for node in columns if isinstance(node, ColumnNode)]

    def render(self, context: Context) -> SafeString:
        frames = [frame for column in self.declared if (frame := column.frame(context))]
        css = " ".join(filter(None, ["table table-cards", self._option("css", context)]))
        lines = [
            f'<table{_attribute("class", css)}>\n<caption class="visually-hidden">',
            conditional_escape(self._option("caption", context)),
            "</caption>\n<thead><tr>",
            *(frame.heading for frame in frames),
            "</tr></thead>\n<tbody>\n",
            *self._rows(context, frames),
            "</tbody>\n</table>",
        ]
        if self.is_wrapped:
            lines = [self._wrap(context), *lines, "\n</div>"]
        return mark_safe("".join(lines))  # noqa: S308 -- values were escaped where they were drawn

    def _option(self, name: str, context: Context) -> Any:
        return self.options[name].resolve(context) if name in self.options else ""

    def _wrap(self, context: Context) -> str:
        """Wide enough to scroll without a link inside, a table is a region that the keyboard reaches."""
        region = self._option("region", context)
        reach = format_html(' tabindex="0" role="region" aria-label="{}"', region) if region else ""
        return f'<div class="table-wrap"{reach}>\n'

    def _rows(self, context: Context, frames: Sequence[Frame]) -> Iterator[str]:
        row_id = self.options.get("row_id")
        pieces = _joined(piece for frame in frames for piece in frame.pieces())
        with context.push():
            for number, row in enumerate(self.rows.resolve(context) or (), 1):
                context["forloop"] = {"counter": number, "counter0": number - 1, "first": number == 1}
                self._name(context, row)
                yield f"<tr{_attribute('id', row_id.resolve(context))}>" if row_id else "<tr>"
                for piece in pieces:
                    yield piece if isinstance(piece, str) else cast(str, piece.render_annotated(context))
                yield "</tr>\n"

    def _name(self, context: Context, row: Any) -> None:
        if len(self.names) == 1:
            context[self.names[0]] = row
        else:
            context.update(dict(zip(self.names, row, strict=True)))


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    """``{% table row in rows caption=_("…") %}`` around its columns; ``bare`` leaves the wrapper to the page."""
    tag = Tag.read(parser, token, TableNode.OPTIONS)
    head = " ".join(word for word in tag.words if word != "bare")
    names, is_list, rows = head.partition(" in ")
    if not is_list or "caption" not in tag.options:
        raise TemplateSyntaxError('A table says {% table row in rows caption=_("…") %}.')
    columns = parser.parse(("endtable",))
    parser.delete_first_token()
    named = [name.strip() for name in names.split(",")]
    return TableNode(named, parser.compile_filter(rows), tag, columns)


@register.tag
def column(parser: Parser, token: Token) -> ColumnNode:
    """``{% column _("…") %}`` around what a cell shows.

    The label begins with a capital. ``naming`` makes the cell the row's heading, ``num`` sets it as a figure, ``silent`` hides the heading and leaves
    the cell without a label; ``css`` is the cell's class, ``shown`` says whether the column is there at all.
    """
    tag = Tag.read(parser, token, Column.OPTIONS)
    label, *flags = tag.words or [""]
    if not label or not Column.FLAGS.issuperset(flags):
        raise TemplateSyntaxError(f"A column says its label, then any of {sorted(Column.FLAGS)}.")
    cell = parser.parse(("endcolumn",))
    parser.delete_first_token()
    return ColumnNode(Column(parser.compile_filter(label), frozenset(flags), tag.options, cell))


class ComponentNode(Node):
    """An include whose values stand below each other instead of in one line."""

    child_nodelists = ("given",)

    def __init__(self, name: FilterExpression, given: NodeList) -> None:
        self.name = name
        self.given = given

    def render(self, context: Context) -> SafeString:
        parts: dict[str, Any] = {name: context[name] for name in _INHERITED if name in context}
        with context.push(**{_PARTS: parts}):
            self.given.render(context)
        engine = context.template.engine  # type: ignore[union-attr]  # bound while a template renders
        return engine.get_template(self.name.resolve(context)).render(context.new(parts))


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """``{% component "includes/x.html" %}`` around its ``values`` and ``part``s; it sees nothing else of the page."""
    tag = Tag.read(parser, token, ())
    if len(tag.words) != 1:
        raise TemplateSyntaxError('A component says {% component "includes/x.html" %}.')
    given = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(tag.words[0]), given)


class ValuesNode(Node):
    """Values that the component around it is given."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def render(self, context: Context) -> str:
        context[_PARTS].update({name: value.resolve(context) for name, value in self.options.items()})
        return ""


@register.tag
def values(parser: Parser, token: Token) -> ValuesNode:
    """``{% values title=row.title tone="good" %}`` inside a component, as often as it reads well."""
    tag = Tag.read(parser, token, None)
    if tag.words:
        raise TemplateSyntaxError(f"Values have names; {', '.join(tag.words)} has none.")
    return ValuesNode(tag.options)


class PartNode(Node):
    """A text that the component around it is given."""

    child_nodelists = ("text",)

    def __init__(self, name: str, text: NodeList) -> None:
        self.name = name
        self.text = text

    def render(self, context: Context) -> str:
        context[_PARTS][self.name] = mark_safe(self.text.render(context).strip())  # noqa: S308 -- drawn by a template
        return ""


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """``{% part message %}`` around a text, inside a component."""
    tag = Tag.read(parser, token, ())
    if len(tag.words) != 1:
        raise TemplateSyntaxError("A part says its one name.")
    text = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(tag.words[0], text)
