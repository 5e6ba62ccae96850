"""Sentences: bilingual texts, compiled templates and Vietnamese number and date forms.

A template is cut into its parts once, when the plan is loaded; rendering only formats figures and
joins. A template without fields is one finished string.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from .reading import ShapeError

LANGUAGES = ("vi", "en")


def language(code: str) -> str:
    """The plan language for a language code; Vietnamese unless English is asked for."""
    return "en" if code[:2].lower() == "en" else "vi"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; call it with a language code."""

    # Django's templates would call it without the language; there, use `.vi`, `.en` or the filter.
    do_not_call_in_templates: ClassVar[bool] = True

    vi: str
    en: str

    def __call__(self, lang: str) -> str:
        return self.en if language(lang) == "en" else self.vi

    def __str__(self) -> str:
        return self.vi

    def to_dict(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}


Terms = Mapping[str, Mapping[str, Text]]
Figures = Mapping[str, Any]
Formatter = Callable[[Any, str, Mapping[str, Text]], str]


@lru_cache(maxsize=8192)
def number(value: int, lang: str) -> str:
    """A whole number with the language's thousands sign."""
    grouped = f"{value:,}"
    return grouped if lang == "en" else grouped.replace(",", ".")


def decimal(value: str, lang: str) -> str:
    """A decimal given as text, with the language's decimal sign."""
    return value if lang == "en" else value.replace(".", ",")


@lru_cache(maxsize=8192)
def day(value: str) -> str:
    """An ISO date as dd/mm/yyyy, the form that both languages use in this field."""
    year, month, date_ = value.split("-")
    return f"{date_}/{month}/{year}"


def decimal_text(numerator: int, denominator: int, digits: int) -> str:
    """The exact fraction rounded half up (away from zero) to so many digits, as text."""
    scaled = (2 * abs(numerator) * 10**digits + denominator) // (2 * denominator)
    whole, rest = divmod(scaled, 10**digits)
    sign = "-" if numerator < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{digits}d}"


def decimal_text_apart(
    numerator: int, denominator: int, limit: tuple[int, int], digits: int, most: int = 15
) -> str:
    """As ``decimal_text``, with as many digits as keep a value that only nears the limit from reading as it."""
    limit_numerator, limit_denominator = limit
    if numerator * limit_denominator == limit_numerator * denominator:
        return decimal_text(numerator, denominator, digits)
    while digits < most:
        text = decimal_text(numerator, denominator, digits)
        if text != decimal_text(limit_numerator, limit_denominator, digits):
            return text
        digits += 1
    return decimal_text(numerator, denominator, most)


def _plain(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    return str(value)


def _number(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    return number(value, lang)


def _decimal(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(decimal(item, lang) for item in value)
    return decimal(str(value), lang)


def _day(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    return day(value)


def _joined(word: str) -> Formatter:
    def join(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
        texts = [str(item) for item in value]
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {terms[word](lang)} {texts[-1]}"

    return join


def _term(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(terms[item](lang) if item in terms else item for item in value)
    return terms[value](lang) if value in terms else str(value)


def _labels(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    """A list of bilingual dictionaries joined with semicolons."""
    return "; ".join(item[lang] for item in value)


def _counted(joiner: str) -> Formatter:
    def join(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
        there = {item: count for item, count in value.items() if count}
        if not there and "none" in terms:
            return terms["none"](lang)
        texts = [
            f"{count:02d} {terms[item](lang) if item in terms else item}"
            for item, count in (there or value).items()
        ]
        return joiner.join(texts) if joiner != "or" else f" {terms['or'](lang)} ".join(texts)

    return join


def _yearly(value: Any, lang: str, terms: Mapping[str, Text]) -> str:
    """Falls by year; a fall below zero is said as a rise, so that no reader meets a negative fall."""
    texts = []
    for year, fall in value.items():
        word, amount = ("rose", fall[1:]) if fall.startswith("-") and "rose" in terms else ("fell", fall)
        said = f"{terms[word](lang)} " if word in terms else ""
        texts.append(f"{year} {said}{decimal(amount, lang)}")
    return "; ".join(texts)


FORMATS: dict[str, tuple[Formatter, str | None]] = {
    "": (_plain, None),
    "n": (_number, None),
    "dec": (_decimal, None),
    "day": (_day, None),
    "or": (_joined("or"), "word"),
    "and": (_joined("and"), "word"),
    "labels": (_labels, None),
    "yearly": (_yearly, "word"),
    "counted": (_counted(", "), "award"),
    "counted_or": (_counted("or"), "award"),
}
"""Named formats and the group of terms that each needs; ``term.GROUP`` names its own group."""

_FIELD = re.compile(r"\{([a-z_]+)(?::([a-z_.]+))?\}")


class Template:
    """One sentence with its fields, cut once."""

    __slots__ = ("_parts", "fields", "fixed")

    def __init__(self, text: str, terms: Terms, lang: str) -> None:
        self._parts: list[tuple[str, str | None, Formatter, Mapping[str, Text]]] = []
        position = 0
        for match in _FIELD.finditer(text):
            formatter, group = _format_of(match.group(2) or "", terms)
            self._parts.append((text[position : match.start()], match.group(1), formatter, group))
            position = match.end()
        tail = text[position:]
        if "{" in tail or any("{" in part[0] or "}" in part[0] for part in self._parts) or "}" in tail:
            raise ShapeError(
                "", "expected fields written as {{name}} or {{name:format}} in {found}", found=repr(text)
            )
        self._parts.append((tail, None, _plain, {}))
        self.fields = frozenset(part[1] for part in self._parts if part[1])
        self.fixed = None if self.fields else tail

    def render(self, figures: Figures, lang: str) -> str:
        """The sentence with its figures; raises ``KeyError`` for a figure that is not given."""
        if self.fixed is not None:
            return self.fixed
        pieces: list[str] = []
        for before, name, formatter, terms in self._parts:
            pieces.append(before)
            if name is not None:
                pieces.append(formatter(figures[name], lang, terms))
        return "".join(pieces)


def _format_of(name: str, terms: Terms) -> tuple[Formatter, Mapping[str, Text]]:
    if name.startswith("term."):
        group = name.removeprefix("term.")
        if group not in terms:
            raise ShapeError(
                "",
                "expected a group of terms after 'term.', one of: {names}; found {found}",
                names=", ".join(terms),
                found=repr(group),
            )
        return _term, terms[group]
    if name not in FORMATS:
        known = ", ".join(key for key in FORMATS if key)
        raise ShapeError(
            "",
            "expected one of the formats {names}, term.GROUP; found {found}",
            names=known,
            found=repr(name),
        )
    formatter, needed = FORMATS[name]
    if needed is None:
        return formatter, {}
    # Counted awards also need the connecting words.
    return formatter, {**terms.get("word", {}), **terms.get(needed, {})}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template in both languages."""

    vi: Template
    en: Template

    def render(self, figures: Figures, lang: str) -> str:
        return (self.en if lang == "en" else self.vi).render(figures, lang)

    @property
    def is_fixed(self) -> bool:
        """Whether it says the same for every dossier."""
        return self.vi.fixed is not None and self.en.fixed is not None


def compile_sentence(text: Text, terms: Terms, label: Text, allowed: Collection[str]) -> Sentence:
    """A checked sentence; ``{label}`` is filled in here because it never changes."""
    sentence = Sentence(
        vi=Template(text.vi.replace("{label}", label.vi), terms, "vi"),
        en=Template(text.en.replace("{label}", label.en), terms, "en"),
    )
    unknown = sorted((sentence.vi.fields | sentence.en.fields) - set(allowed))
    if unknown:
        fields = ", ".join(sorted(allowed)) or "none"
        raise ShapeError(
            "",
            "expected only fields that the check gives ({names}); found {found}",
            names=fields,
            found=", ".join(unknown),
        )
    return sentence
