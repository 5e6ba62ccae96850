"""Documents with what they are about, and what a document of one thing would say."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.audit.writing import head
from core.exceptions import Hidden, InvalidRequest, Refusal
from core.exporting import chunks
from core.navigation import PageLink
from core.permissions import allowed
from core.spreadsheets.writing import Column, ListResource
from councils.models import Meeting
from councils.records import RecordState, check_is_closed, record_state
from reports.documents.imprint import Imprint
from reports.genuine import new_code
from reports.kinds import Kind, Subject, kinds
from reports.models import IssuedDocument, NumberSeries
from reports.permissions import check_can_issue, check_can_preview


@dataclass(frozen=True)
class DocumentRow:
    """One issued document as lists show it."""

    document: IssuedDocument
    record: Any
    """What it is about; None when that is gone."""

    @property
    def kind(self) -> Kind:
        return kinds()[self.document.kind]

    @property
    def title(self) -> str:
        return str(self.record or "")


@dataclass(frozen=True)
class DocumentPage:
    """Everything about one document of one subject."""

    kind: Kind
    subject: Any
    versions: list[IssuedDocument]
    may_preview: bool
    why_not: str
    """Why the person may not issue it now; empty when they may."""

    signing: RecordState | None = None
    """How far its signing is; None for a kind that needs none."""

    @property
    def may_issue(self) -> bool:
        return not self.why_not and self.signing is None

    @property
    def is_frozen(self) -> bool:
        return self.signing is not None and self.signing.is_frozen

    @property
    def newest(self) -> IssuedDocument | None:
        return self.versions[0] if self.versions else None


def subject_for(user: Any, kind: str, pk: int) -> Subject:
    """What a document of this kind is about; Hidden when the person may not know of it."""
    known = kinds().get(kind)
    record = known.records().visible_to(user).filter(pk=pk).first() if known else None  # type: ignore[attr-defined]
    if known is None or record is None:
        raise Hidden
    return Subject(known, record)


def find_subject(kind: str, reference: str) -> Subject:
    """The subject with this number or reference, whoever asks: for commands.

    Raises InvalidRequest when there is none.
    """
    known = kinds()[kind]
    rows = known.records()
    record = rows.filter(pk=int(reference)).first() if reference.isdigit() else None
    if record is None and known.reference:
        record = rows.filter(**{f"{known.reference}__iexact": reference}).first()
    if record is None:
        raise InvalidRequest(
            _("There is no %(kind)s “%(reference)s”.") % {"kind": kind, "reference": reference},
            _("Give the number that its address shows, or its reference where it has one."),
        )
    return Subject(known, record)


def links_about(record: Any, user: Any) -> list[PageLink]:
    """The pages of documents that are made of a record, as far as there is anything to print and the person reads it."""
    subjects = [
        Subject(kind, record) for kind in kinds().values() if isinstance(record, kind.records().model)
    ]
    links = [
        PageLink(subject.kind.label, reverse("reports:issue", args=[subject.kind.name, record.pk]))
        for subject in subjects
        if allowed(check_can_preview, subject) and _is_read_by(user, subject)
    ]
    if isinstance(record, Meeting) and allowed(check_is_closed, record):
        links.append(PageLink(_("Recount the meeting"), reverse("reports:meeting_recount", args=[record.pk])))
    return links


def _is_read_by(user: Any, subject: Subject) -> bool:
    """Whether somebody who sees a record reads its document."""
    kind, record = subject.kind, subject.record
    return not kind.is_read_by_fewer or kind.records().visible_to(user).filter(pk=record.pk).exists()  # type: ignore[attr-defined]


def context_of(subject: Subject, imprint: Imprint) -> dict[str, Any]:
    """What the subject's document prints; `record` is the log's head at this moment, which every kind prints."""
    seq, newest = head()
    return {**subject.kind.context_of(subject.record, imprint), "record": {"seq": seq, "hash": newest}}


def preview_imprint(subject: Subject, day: date | None = None) -> Imprint:
    """Head of a copy that bears no number, as of a day (default today).

    Raises InvalidRequest where it is not recorded who issues the document then.
    """
    day = day or clock.today()
    office = subject.kind.issuer_of(subject.record, day)
    return Imprint(
        symbol=office.symbol_of(subject.kind.symbol),
        day=day,
        holder=office.holder,
        issuer=office.issuer,
    )


def next_imprint(subject: Subject) -> Imprint:
    """Head with the number that comes next; another document may still take it first."""
    blank = preview_imprint(subject)
    series = NumberSeries.objects.filter(symbol=blank.symbol, holder=blank.holder, year=blank.day.year)
    last = series.values_list("last_number", flat=True).first()
    return replace(blank, number=(last or 0) + 1, code=new_code())


def given_imprint(subject: Subject, number: int, day: date) -> Imprint:
    """Head with the number and day that the issuing body gave; raises InvalidRequest when another document bears it."""
    imprint = replace(preview_imprint(subject, day), number=number, code=new_code())
    same = IssuedDocument.objects.filter(
        symbol=imprint.symbol, holder=imprint.holder, series_year=imprint.day.year, number=number
    )
    if same.exists():
        raise InvalidRequest(
            _("Number %(number)s of this year is another document's.") % {"number": imprint},
            _("Look at the letter itself, and enter the number that stands on it."),
        )
    return imprint


def versions_of(subject: Subject) -> list[IssuedDocument]:
    """What was issued of a subject, the newest first."""
    return list(IssuedDocument.objects.of(subject.kind.name, subject.record.pk).for_list())


def document_page(user: Any, subject: Subject) -> DocumentPage:
    """The page of a subject's document."""
    try:
        check_can_issue(user, subject)
        why_not = ""
    except Refusal as refusal:
        why_not = refusal.sentence
    may_preview = allowed(check_can_preview, subject)
    return DocumentPage(
        subject.kind, subject.record, versions_of(subject), may_preview, why_not, signing_of(subject)
    )


def signing_of(subject: Subject) -> RecordState | None:
    """How far the signing of a subject's document is; None for a kind that needs none."""
    kind = subject.kind
    return record_state(subject.record, kind.signed_as) if kind.signed_as else None


def frozen_document(subject: Subject) -> IssuedDocument | None:
    """The signed document of a record that is frozen: it reads as these bytes, and as no others."""
    state = signing_of(subject)
    return versions_of(subject)[0] if state is not None and state.is_frozen else None


def content_hash(subject: Subject) -> str:
    """What the subject's document says, without number, day and head of the log: two signers sign the same."""
    imprint = replace(preview_imprint(subject), day=date.min)
    said = subject.kind.context_of(subject.record, imprint)
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def documents_for(user: Any, kind: str = "") -> QuerySet[IssuedDocument]:
    """Issued documents that the person may read, the newest first."""
    rows = IssuedDocument.objects.visible_to(user).for_list()
    return rows.filter(kind=kind) if kind else rows


def rows_of(documents: Iterable[IssuedDocument]) -> list[DocumentRow]:
    """Documents with what they are about, in one query a kind however many there are."""
    listed = list(documents)
    about: dict[tuple[str, int], Any] = {}
    for kind in kinds().values():
        wanted = [document.object_id for document in listed if document.kind == kind.name]
        about.update({(kind.name, row.pk): row for row in kind.records().filter(pk__in=wanted)})
    return [DocumentRow(document, about.get((document.kind, document.object_id))) for document in listed]


class DocumentListResource(ListResource):
    """A row an issued document."""

    number = Column("document", gettext_lazy("Number"))
    kind = Column("kind__label", gettext_lazy("Kind"))
    about = Column("title", gettext_lazy("About"))
    version = Column("document__version", gettext_lazy("Version"))
    issued_on = Column("document__issued_on", gettext_lazy("Issued on"))
    issued_by = Column("document__issued_by", gettext_lazy("Issued by"))
    fingerprint = Column("document__sha256", gettext_lazy("Fingerprint"))

    def records(self, found: QuerySet[IssuedDocument]) -> Iterator[DocumentRow]:
        """Documents with what they are about."""
        return (row for chunk in chunks(found) for row in rows_of(chunk))


def numbered(words: str) -> Q:
    """Documents that bear a number as it is printed: 05/TTr-SLĐTBXH."""
    number, _slash, symbol = words.partition("/")
    return Q(number=int(number), symbol__iexact=symbol) if number.isdecimal() and symbol else Q(pk=None)
