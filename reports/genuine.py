"""Whether a copy of a document is what was issued: anybody may ask, by the code that it bears, and learns no more than it says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import get_random_string

from reports.kinds import kinds
from reports.models import IssuedDocument

# Without letters and digits that are taken for each other on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH, GROUP = 12, 4


def new_code() -> str:
    """A code that nobody can guess: 59 bits."""
    return get_random_string(LENGTH, ALPHABET)


def tidy_code(typed: str) -> str:
    """A code as it is kept, from what a person typed off a page."""
    return "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())[:LENGTH]


def in_groups(code: str) -> str:
    """The code as it is printed: ABCD-EFGH-JKMN."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def address_of(code: str) -> str:
    """Where anybody asks about the document of a code."""
    return f"{settings.SITE_URL}{reverse('reports:genuine', args=[code])}"


@dataclass(frozen=True)
class Answer:
    """What everybody may know of an issued document: no more than its head says."""

    document: IssuedDocument
    replaced_by: IssuedDocument | None
    """The newest version, where this one is not."""
    has_lapsed: bool = False
    """Whether it holds no more, though nothing replaced it: a list that was cancelled."""

    @property
    def kind(self) -> str:
        known = kinds().get(self.document.kind)
        return str(known.label) if known else self.document.kind

    @property
    def code(self) -> str:
        return in_groups(self.document.code)

    def is_same(self, pieces: Iterable[bytes]) -> bool:
        """Whether a file, given in pieces, is what was issued, to the last byte."""
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        return digest.hexdigest() == self.document.sha256


def answer_to(typed: str) -> Answer | None:
    """The document of a code as a person typed it; None where there is none."""
    code = tidy_code(typed)
    document = IssuedDocument.objects.filter(code=code).first() if code else None
    if document is None:
        return None
    newest = IssuedDocument.objects.of(document.kind, document.object_id).first()
    return Answer(document, newest if newest and newest.pk != document.pk else None, _has_lapsed(document))


def _has_lapsed(document: IssuedDocument) -> bool:
    kind = kinds().get(document.kind)
    record = kind.records().filter(pk=document.object_id).first() if kind else None
    return kind is not None and record is not None and kind.has_lapsed(record)
