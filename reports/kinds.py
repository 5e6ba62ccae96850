"""The kinds of document. Each describes itself in its folder under `documents/`; nothing else lists them.

A kind's folder holds `__init__.py` (its specification, named KIND), `context.py`, `template.html`, `style.css` and
`sample.yaml`. A folder with these five parts is a kind; its name stands in addresses and in the register.

What is drawn for one reader, and neither numbered nor kept, is no kind: it lies under `documents/sheets/`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from councils.enums import RecordKind
    from reports.documents.imprint import Imprint
    from reports.documents.issuing_bodies import IssuingBody

PACKAGE = "reports.documents"
PARTS = ("__init__.py", "context.py", "template.html", "style.css", "sample.yaml")
NAME = re.compile(r"[a-z][a-z_]{0,19}")


class Layout(StrEnum):
    """By which rules a kind is laid out."""

    DECREE = "decree"
    """Decree 30/2020, annex I: measured in what is drawn."""
    ANNEX = "annex"
    """An annex by the same decree, which goes with a paper that is written elsewhere: it has no head of its own."""
    FORM = "form"
    """A form that another text prescribes."""
    INTERNAL = "internal"
    """For readers of the house."""


@dataclass(frozen=True)
class Kind:
    """What is to know of one kind of document."""

    folder: Path
    label: str | Promise
    layout: Layout
    records: Callable[[], QuerySet[Any]]
    """What such documents are made of, with all that they print; the queryset has `visible_to`."""
    symbol: str
    """The abbreviation of the kind in a document's symbol, such as TTr; empty for an official letter (công văn)."""
    issuer_of: Callable[[Any, date], "IssuingBody"]
    """The body that issues a record's document on a day; raises InvalidRequest where none is recorded."""
    context_of: Callable[[Any, "Imprint"], dict[str, Any]]
    """What a record's document prints."""
    check_can_issue: Callable[[Any, Any], None]
    """Raises NotAllowed when the actor may not issue the record's document now."""
    check_can_preview: Callable[[Any], None]
    """Raises NotAllowed while nothing of the record may be printed."""
    has_reader: Callable[[Any], bool]
    """Whether the register can hold any such document for a person."""
    is_numbered_elsewhere: bool = False
    """The issuing body numbers it in a register of its own: whoever issues it here types the number that it got there."""
    has_lapsed: Callable[[Any], bool] = lambda record: False
    """Whether what was issued of a record holds no more, though nothing replaced it."""
    is_read_by_fewer: bool = False
    """Fewer people read the document than see what it is about: `records` says who, and pages ask before they lead there."""
    reference: str = ""
    """The field by which people name a record, where it has one."""
    signed_as: "RecordKind | None" = None
    """Which record of a meeting it is: then it is issued by its signers' signatures (`reports.signing`) and in no other way."""

    @property
    def name(self) -> str:
        """The word in addresses and in the register."""
        return self.folder.name


@dataclass(frozen=True)
class Subject:
    """What a document is about: a record, and which kind of document is made of it."""

    kind: Kind
    record: Any


def homes() -> tuple[Path, ...]:
    """The folders in which kinds lie."""
    return tuple(Path(path).resolve() for path in import_module(PACKAGE).__path__)


def kinds() -> dict[str, Kind]:
    """Every kind by its name, in the order of names.

    Raises ImproperlyConfigured, with what is expected, when a folder holds some of the parts of a kind and not all.
    """
    return _kinds_in(homes())


@lru_cache(maxsize=4)
def _kinds_in(folders: tuple[Path, ...]) -> dict[str, Kind]:
    inside = (folder for home in folders for folder in home.iterdir() if folder.is_dir())
    found = [folder for folder in inside if any((folder / part).is_file() for part in PARTS)]
    return {folder.name: _read(folder) for folder in sorted(found, key=lambda folder: folder.name)}


def _read(folder: Path) -> Kind:
    if lacking := [part for part in PARTS if not (folder / part).is_file()]:
        raise ImproperlyConfigured(
            f"{folder} lacks {', '.join(lacking)}. The folder of a kind of document holds {', '.join(PARTS)}."
        )
    if not NAME.fullmatch(folder.name):
        raise ImproperlyConfigured(
            f"{folder.name} cannot name a kind of document. Use up to 20 small letters and underscores."
        )
    kind = getattr(import_module(f"{PACKAGE}.{folder.name}"), "KIND", None)
    if not isinstance(kind, Kind):
        raise ImproperlyConfigured(f"{folder / '__init__.py'} names no KIND. Write KIND = Kind(...) there.")
    return kind
