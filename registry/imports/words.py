"""What the words in cells stand for: closed sets of words, read from data with their marks first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.spreadsheets.cells import read_certain_text
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.vocabulary import Vocabulary
from registry.enums import IndividualRole, PolicyLoan, PovertyStatus, Registration, Relationship
from registry.ethnic_groups import ethnic_groups, is_minority
from registry.imports.office_words import HEAD, words_of

# “HN DTTS”: the household is of an ethnic minority besides.
_MINORITY = re.compile(
    r"[\s(,;/–-]*(?:là\s+)?(?:hộ\s+|người\s+)?(?:(?:đồng bào\s+)?dân tộc thiểu số|ĐBDTTS|DTTS)\s*\)?$",
    re.IGNORECASE,
)
_OF_YEAR = re.compile(r"[\s(,;–-]*(?:(?:trong\s+|cuối\s+)?năm\s+)?\b(20[0-9]{2})\s*\)?$", re.IGNORECASE)
# How offices shorten the words of a standing: “HCN mới”, “H. nghèo không có KNLĐ”.
_SHORT = {
    "hn": "hộ nghèo",
    "hcn": "hộ cận nghèo",
    "h": "hộ",
    "knlđ": "khả năng lao động",
    "btxh": "bảo trợ xã hội",
}
_SHORTENED = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b\.?", re.IGNORECASE)
# “Con thứ 2”, “con gái út”: which of the children it is.
_WHICH_CHILD = re.compile(
    r"(con(?:\s+(?:trai|gái|đẻ|ruột))*)\s+(?:thứ\s+\w+|út|cả|đầu|lớn|nhỏ|[0-9]{1,2})", re.IGNORECASE
)


class Words:
    """The words of one kind: what a cell says in them, with what it stands for.

    `values` are what the meanings stand for in a record, else they stand for themselves. The labels of `choices` are
    words too, in both languages: what an export wrote is read back. `unknown` is the problem of other words.
    """

    def __init__(
        self,
        kind: str,
        unknown: str,
        *,
        values: Mapping[str, Any] | None = None,
        choices: type[TextChoices] | None = None,
    ) -> None:
        self.kind = kind
        self.unknown = unknown
        self._values = values
        self._choices = choices

    def read(self, value: Any) -> Any:
        """What the cell stands for, None when it says nothing; raises ``CellProblem`` for words nobody knows."""
        text = read_certain_text(value)
        if not text:
            return None
        found = self.find(text)
        if found is not None:
            return found
        if is_blank(text):
            return None
        raise CellProblem("word_doubtful" if self.readings(text) else self.unknown, value=text)

    def readings(self, text: str) -> tuple[str, ...]:
        """What doubtful words can mean, where they have more meanings than one."""
        return self._doubtful.find(text) or ()

    def options(self) -> list[tuple[str, Any]]:
        """Every meaning with its label, as an office may choose it for its own words."""
        return list(self._choices.choices) if self._choices else []

    def find(self, text: str) -> Any:
        """What the words stand for, None for words nobody knows."""
        meaning = self.vocabulary.find(text)
        return None if meaning is None else self.value_of(meaning)

    def value_of(self, meaning: str) -> Any:
        """What a meaning stands for in a record."""
        return self._values[meaning] if self._values is not None else meaning

    @cached_property
    def vocabulary(self) -> Vocabulary[str]:
        """Word -> meaning."""
        return Vocabulary({**self._labels(), **self.written()})

    def written(self) -> dict[str, str]:
        """The words as offices write them."""
        return dict(words_of(self.kind).words)

    @cached_property
    def _doubtful(self) -> Vocabulary[tuple[str, ...]]:
        return Vocabulary(words_of(self.kind).doubtful)

    def _labels(self) -> dict[str, str]:
        found = {}
        for language in ("vi", "en"):
            with override(language):
                found.update({str(one.label): str(one) for one in self._choices or ()})
        return found


@dataclass(frozen=True, slots=True)
class SaidStanding:
    """A standing whose words say more: of which year it is, or that the household is of an ethnic minority."""

    status: str
    year: int | None = None
    is_minority: bool = False


class StandingWords(Words):
    """The words of households' standings, with or without “hộ” before them, a year or “DTTS” behind them."""

    def find(self, text: str) -> str | SaidStanding | None:
        """The standing; a ``SaidStanding`` where the words say more than that."""
        found = super().find(text)
        if found is not None:
            return str(found)
        rest, minorities = _MINORITY.subn("", text)
        of_year = _OF_YEAR.search(rest)
        rest = rest[: of_year.start()] if of_year else rest
        if not minorities:
            rest, minorities = _MINORITY.subn("", rest)
        if rest == text or not rest:
            written_out = self._written_out(text)
            return self.find(written_out) if written_out else None
        status = super().find(rest)
        if status is None and (written_out := self._written_out(rest)):
            status = super().find(written_out)
        year = int(of_year[1]) if of_year else None
        return SaidStanding(str(status), year, bool(minorities)) if status is not None else None

    @staticmethod
    def _written_out(text: str) -> str:
        """The text with its shortened words whole; empty where there are none."""
        whole = _SHORTENED.sub(lambda found: _SHORT[found[0].rstrip(".").lower()], text)
        return whole if whole != text else ""

    def written(self) -> dict[str, str]:
        """The words, each with “hộ” before it and without."""
        found: dict[str, str] = {}
        for words, meaning in super().written().items():
            bare = words.removeprefix("Hộ ")
            found |= {bare: meaning, f"Hộ {bare[:1].lower()}{bare[1:]}": meaning, words: meaning}
        return found


class PeopleWords(Words):
    """The peoples of Vietnam; what stands in a record is whether they are a minority."""

    def find(self, text: str) -> bool | None:
        """Whether the people is a minority; None for a spelling nobody knows."""
        return is_minority(text)

    def value_of(self, meaning: str) -> bool:
        """Whether the people of the name is a minority."""
        return meaning != ethnic_groups().majority

    def options(self) -> list[tuple[str, Any]]:
        """The peoples by name."""
        return [(name, name) for name in ethnic_groups().names]


class RelationshipWords(Words):
    """What a member of a household is to its head, or that the row is the head's own."""

    def find(self, text: str) -> Any:
        """The relation; which of the children somebody is says nothing more."""
        found = super().find(text)
        child = _WHICH_CHILD.fullmatch(text) if found is None else None
        return super().find(child[1]) if child else found

    def options(self) -> list[tuple[str, Any]]:
        """The head, and every relation to it."""
        return [(HEAD, _("head of the household")), *Relationship.choices]


class PairWords(Words):
    """Words of which there are two meanings only."""

    def options(self) -> list[tuple[str, Any]]:
        """Both meanings."""
        labels = {"yes": _("yes"), "no": _("no"), "woman": _("woman"), "man": _("man")}
        return [(meaning, labels[meaning]) for meaning in self._values or ()]


STANDING_WORDS = StandingWords("standing", "status_unknown", choices=PovertyStatus)
REGISTRATION_WORDS = Words("registration", "registration_unknown", choices=Registration)
LOAN_WORDS = Words("loan", "loan_unknown", choices=PolicyLoan)
CAPACITY_WORDS = Words("capacity", "capacity_unknown", choices=IndividualRole)
YES_NO_WORDS = PairWords("yes_no", "yes_no_unknown", values={"yes": True, "no": False})
SEX_WORDS = PairWords("sex", "sex_unknown", values={"woman": True, "man": False})
TICK_WORDS = PairWords("tick", "tick_unreadable", values={"yes": True, "no": False})
PEOPLE_WORDS = PeopleWords("ethnicity", "ethnicity_unknown")
RELATIONSHIP_WORDS = RelationshipWords("relationship", "relationship_unknown")


@lru_cache(maxsize=8)
def _blanks(kinds: tuple[str, ...]) -> tuple[Vocabulary[str], int]:
    """The words of the kinds, and how long the longest of them is."""
    words = {one: meaning for kind in kinds for one, meaning in words_of(kind).words.items()}
    return Vocabulary(words), max(map(len, words), default=0)


def is_blank(text: str, kinds: tuple[str, ...] = ("blank",)) -> bool:
    """Whether the cell's words say that there is nothing, as columns of these kinds write it."""
    words, longest = _blanks(kinds)
    bare = text.strip()
    return len(bare) <= longest and words.find(bare) is not None
