"""Documents with what they are about, and what a document of one thing would say."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import Hidden, InvalidRequest, NotAllowed
from core.exporting import chunks
from core.permissions import allowed
from councils.models import Meeting
from nominations.models import Proposal
from reports.documents.imprint import Imprint
from reports.documents.minutes import context as minutes
from reports.documents.proposal import context as proposal
from reports.enums import DocumentKind
from reports.models import IssuedDocument, NumberSeries
from reports.permissions import check_can_issue, check_can_preview

Subject = Proposal | Meeting


@dataclass(frozen=True)
class DocumentRow:
    """One issued document as lists show it."""

    document: IssuedDocument
    subject: Subject | None

    @property
    def title(self) -> str:
        return str(self.subject or "")


@dataclass(frozen=True)
class DocumentPage:
    """Everything about the document of one proposal or meeting."""

    kind: DocumentKind
    subject: Subject
    versions: list[IssuedDocument]
    may_preview: bool
    why_not: str
    """Why the person may not issue it now; empty when they may."""

    @property
    def may_issue(self) -> bool:
        return not self.why_not

    @property
    def newest(self) -> IssuedDocument | None:
        return self.versions[0] if self.versions else None


def proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("award_round__movement", "approved_by", "created_by")


def meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related(
        "council__movement", "council__unit__parent__parent", "chair__user", "secretary__user"
    )


_sources: dict[str, Callable[[], QuerySet[Any]]] = {
    DocumentKind.PROPOSAL: proposals,
    DocumentKind.MINUTES: meetings,
}


def subject_for(user: Any, kind: str, pk: int) -> Subject:
    """The proposal or meeting that a document is about; Hidden when the person may not know of it."""
    if kind not in _sources:
        raise Hidden
    found: Subject | None = _sources[kind]().visible_to(user).filter(pk=pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise Hidden
    return found


def find_subject(kind: str, reference: str) -> Subject:
    """The proposal or meeting with this number or reference, whoever asks: for commands.

    Raises InvalidRequest when there is none.
    """
    rows = _sources[kind]()
    found: Subject | None = rows.filter(pk=int(reference)).first() if reference.isdigit() else None
    if found is None and kind == DocumentKind.PROPOSAL:
        found = rows.filter(code__iexact=reference).first()
    if found is None:
        raise InvalidRequest(
            _("There is no %(kind)s “%(reference)s”.") % {"kind": kind, "reference": reference},
            _("Give the number that its address shows, or a proposal's reference."),
        )
    return found


def kind_of(subject: Subject) -> DocumentKind:
    """The kind of document that is made of a proposal or a meeting."""
    return DocumentKind.PROPOSAL if isinstance(subject, Proposal) else DocumentKind.MINUTES


def symbol_of(subject: Subject, day: date) -> str:
    """The symbol of the series in which the subject's document is numbered."""
    return proposal.symbol_of(subject, day) if isinstance(subject, Proposal) else minutes.symbol_of(subject)


def context_of(subject: Subject, imprint: Imprint) -> dict[str, Any]:
    """What the subject's document prints."""
    if isinstance(subject, Proposal):
        return proposal.context_of(subject, imprint)
    return minutes.context_of(subject, imprint)


def preview_imprint(subject: Subject) -> Imprint:
    """Head of a copy that bears no number."""
    day = clock.today()
    return Imprint(symbol=symbol_of(subject, day), day=day)


def next_imprint(subject: Subject) -> Imprint:
    """Head with the number that comes next; another document may still take it first."""
    day = clock.today()
    symbol = symbol_of(subject, day)
    last = (
        NumberSeries.objects.filter(symbol=symbol, year=day.year)
        .values_list("last_number", flat=True)
        .first()
    )
    return Imprint(symbol=symbol, day=day, number=(last or 0) + 1)


def versions_of(subject: Subject) -> list[IssuedDocument]:
    """What was issued of a subject, the newest first."""
    return list(IssuedDocument.objects.of(kind_of(subject), subject.pk).for_list())


def document_page(user: Any, subject: Subject) -> DocumentPage:
    """The page of a subject's document."""
    try:
        check_can_issue(user, subject)
        why_not = ""
    except NotAllowed as refusal:
        why_not = refusal.sentence
    return DocumentPage(
        kind_of(subject), subject, versions_of(subject), allowed(check_can_preview, user, subject), why_not
    )


def documents_for(user: Any, kind: str = "") -> QuerySet[IssuedDocument]:
    """Issued documents that the person may read, the newest first."""
    rows = IssuedDocument.objects.visible_to(user).for_list()
    return rows.filter(kind=kind) if kind else rows


def rows_of(documents: Iterable[IssuedDocument]) -> list[DocumentRow]:
    """Documents with what they are about, in two queries however many there are."""
    listed = list(documents)
    about: dict[tuple[str, int], Subject] = {}
    for kind, source in _sources.items():
        wanted = [document.object_id for document in listed if document.kind == kind]
        about.update({(kind, row.pk): row for row in source().filter(pk__in=wanted)})
    return [DocumentRow(document, about.get((document.kind, document.object_id))) for document in listed]


DOCUMENT_HEAD: list[Any] = [
    gettext_lazy("Number"),
    gettext_lazy("Kind"),
    gettext_lazy("About"),
    gettext_lazy("Version"),
    gettext_lazy("Issued on"),
    gettext_lazy("Issued by"),
    gettext_lazy("Fingerprint"),
]


def document_export(documents: QuerySet[IssuedDocument]) -> Iterator[list[Any]]:
    """A row an issued document."""
    for row in (row for chunk in chunks(documents) for row in rows_of(chunk)):
        one = row.document
        yield [
            str(one),
            one.get_kind_display(),
            row.title,
            one.version,
            one.issued_on,
            str(one.issued_by),
            one.sha256,
        ]
