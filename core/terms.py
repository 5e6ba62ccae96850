"""How long personal data is kept and how fast its owners are answered: dated data, each value with its reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language, ngettext

from core.yaml_files import read_yaml

DATA = Path(__file__).parent / "data" / "personal_data.yaml"
_MOST = 1000
_MEASURES_IN_WORDS: dict[str, Callable[[int], str]] = {
    "years": lambda count: ngettext("%(count)s year", "%(count)s years", count) % {"count": count},
    "days": lambda count: ngettext("%(count)s day", "%(count)s days", count) % {"count": count},
    "working_days": lambda count: (
        ngettext("%(count)s working day", "%(count)s working days", count) % {"count": count}
    ),
    "hours": lambda count: ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count},
}
# A term of keeping counts back from a day, one of answering on from a moment.
_MEASURES_OF = {"retention": ("years", "days"), "deadlines": ("days", "working_days", "hours")}
_NEEDED = {"reference", "assumption", "verified_on"}
_WEEKEND = 5


@dataclass(frozen=True)
class TermValue:
    """One dated value: an amount of one measure, where it comes from, and whether it is the office's own assumption."""

    starts_on: date
    measure: str
    amount: int
    reference: str
    assumption: bool
    verified_on: date

    @property
    def in_words(self) -> str:
        """The amount with its measure."""
        return _MEASURES_IN_WORDS[self.measure](self.amount)

    def after(self, moment: datetime) -> datetime:
        """When the term that begins at a moment ends. Working days are Monday to Friday: holidays are not known."""
        if self.measure == "hours":
            return moment + timedelta(hours=self.amount)
        if self.measure == "working_days":
            return _working_days_after(moment, self.amount)
        return moment + timedelta(days=self.amount)

    def before(self, day: date) -> date:
        """The day so many years or days before; 28 February where a leap day has none."""
        if self.measure == "days":
            return day - timedelta(days=self.amount)
        try:
            return day.replace(year=day.year - self.amount)
        except ValueError:
            return day.replace(year=day.year - self.amount, day=28)


def _working_days_after(moment: datetime, amount: int) -> datetime:
    while amount:
        moment += timedelta(days=1)
        amount -= moment.weekday() < _WEEKEND
    return moment


@dataclass(frozen=True)
class Term:
    """One kind of term with its values, the earliest first."""

    name: str
    labels: Mapping[str, str]
    values: tuple[TermValue, ...]

    @property
    def label(self) -> str:
        """What it is called in the reader's language."""
        return self.labels["en" if (get_language() or "").startswith("en") else "vi"]

    def on(self, day: date) -> TermValue | None:
        """The value in force on a day; None before the first."""
        return next((value for value in reversed(self.values) if value.starts_on <= day), None)


def retention() -> Mapping[str, Term]:
    """How long each kind of data is kept."""
    return _read(DATA)["retention"]


def deadlines() -> Mapping[str, Term]:
    """How fast requests and breaches are answered."""
    return _read(DATA)["deadlines"]


@lru_cache(maxsize=2)
def _read(path: Path) -> dict[str, dict[str, Term]]:
    content = read_yaml(path)
    return {
        part: {
            name: _term(f"{path.name}, {part}.{name}", name, entry, measures)
            for name, entry in content[part].items()
        }
        for part, measures in _MEASURES_OF.items()
    }


def _term(where: str, name: str, entry: dict[str, Any], measures: tuple[str, ...]) -> Term:
    values = tuple(_value(where, day, value, measures) for day, value in sorted(entry["values"].items()))
    return Term(name, {"vi": entry["vi"], "en": entry["en"]}, values)


def _value(where: str, day: date, value: dict[str, Any], allowed: tuple[str, ...]) -> TermValue:
    measures = [measure for measure in allowed if measure in value]
    if len(measures) != 1 or set(value) != {*_NEEDED, *measures} or not value["reference"]:
        raise ImproperlyConfigured(
            f"{where}, value of {day}: write one of {', '.join(allowed)}, and {', '.join(sorted(_NEEDED))}."
        )
    amount = value[measures[0]]
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount < _MOST:
        raise ImproperlyConfigured(
            f"{where}, value of {day}: {measures[0]} is a whole number from 1 to {_MOST - 1}."
        )
    return TermValue(
        starts_on=day,
        measure=measures[0],
        amount=amount,
        reference=value["reference"],
        assumption=value["assumption"],
        verified_on=value["verified_on"],
    )
