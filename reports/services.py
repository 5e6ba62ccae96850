"""Issuing a document: rendered first, kept first, then numbered in one short transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.files import PDF, adopt, store_bytes
from core.models import StoredFile, User
from core.services import service
from core.text import tidy
from reports.documents.imprint import Imprint
from reports.events import Event
from reports.exceptions import NumberTaken
from reports.kinds import Subject
from reports.models import IssuedDocument, NumberSeries
from reports.permissions import check_can_issue
from reports.rendering import render_pdf
from reports.selectors import context_of, given_imprint, next_imprint, preview_imprint, versions_of

# How often a document is rendered anew when others keep taking its number.
MOST_ATTEMPTS = 5


def render_preview(*, subject: Subject) -> bytes:
    """The document as it would read now, marked as a draft and without a number. Writes nothing."""
    imprint = preview_imprint(subject)
    return render_pdf(subject.kind.name, context_of(subject, imprint), imprint)


def issue_document(
    *,
    subject: Subject,
    actor: User,
    reason: str = "",
    number: int | None = None,
    day: date | None = None,
) -> IssuedDocument:
    """The document, numbered and kept for good.

    The number is printed in the document, so the document is rendered for the number that comes
    next and rendered again when another one took it meanwhile. Rendering happens outside any
    transaction. Raises InvalidRequest when one was already issued and no `reason` for another
    is given, StaleState when another hand issues it at the same moment, RenderingFailed when
    the renderer gives up, NotAllowed for a kind that its signers issue (`reports.signing`).
    `number` and `day` belong to kinds that are numbered elsewhere: what stands on the letter. InvalidRequest without them,
    when the number is taken, or for a day to come.
    """
    if subject.kind.signed_as is not None:
        raise NotAllowed(
            _("This document is issued when everybody who signs it has signed it off."),
            _("Sign it off on its page; the last signature gives it its number."),
        )
    check_can_issue(actor, subject)
    given = _given(number, day) if subject.kind.is_numbered_elsewhere else None
    if given is None and number is not None:
        raise InvalidRequest(_("This document gets its number here."))
    return number_and_keep(
        subject=subject, why=_reason_for(subject, reason), actor=actor, record=record_issue, given=given
    )


def _given(number: int | None, day: date | None) -> tuple[int, date]:
    """Number and day as the issuing body wrote them."""
    if number is None or day is None:
        raise InvalidRequest(
            _("The number or the day that the issuing body gave is missing."),
            _("Enter both as they stand on the letter, the number without its symbol."),
        )
    if day > clock.today():
        raise InvalidRequest(
            _("%(day)s is still to come.") % {"day": day.strftime("%d/%m/%Y")},
            _("Enter the day that stands on the letter."),
        )
    return number, day


def number_and_keep(
    *,
    subject: Subject,
    why: str,
    actor: User,
    record: Callable[..., IssuedDocument],
    given: tuple[int, date] | None = None,
) -> IssuedDocument:
    """The document rendered with the number that comes next, kept, and recorded by `record` in one transaction.

    `why` is the reason of a further version, empty for the first. `record` is `record_issue`, or what calls it. Number and
    day that were `given` elsewhere are taken as they are.
    """
    for _attempt in range(MOST_ATTEMPTS):
        version = len(versions_of(subject)) + 1
        if (version > 1) != bool(why):
            raise _already_issued(subject)
        imprint = next_imprint(subject) if given is None else given_imprint(subject, *given)
        context = context_of(subject, imprint)
        content = render_pdf(subject.kind.name, context, imprint)
        stored = store_bytes(content=content, name=_file_name(imprint), content_type=PDF, actor=actor)
        try:
            return record(
                subject=subject,
                imprint=imprint,
                issue=Issue(stored, version, why, context["record"]["seq"], context["record"]["hash"]),
                actor=actor,
            )
        except NumberTaken:
            continue
    raise StaleState(
        _("Other documents of the same series are being issued at this moment."), _("Try again in a minute.")
    )


def _reason_for(subject: Subject, reason: str) -> str:
    """The reason for a further version; empty for the first one."""
    versions = versions_of(subject)
    why = tidy(reason)
    if not versions:
        return ""
    if not why:
        raise InvalidRequest(
            _("This document was already issued as number %(number)s.") % {"number": versions[0]},
            _("Download it, or give the reason for which another version with a new number is needed."),
        )
    limit = IssuedDocument._meta.get_field("reason").max_length or 0
    if len(why) > limit:
        raise InvalidRequest(
            _("The reason is longer than %(limit)s characters.") % {"limit": limit}, _("Shorten it.")
        )
    return why


def _already_issued(subject: Subject) -> StaleState:
    return StaleState(
        _("Somebody else has just issued this document as number %(number)s.")
        % {"number": versions_of(subject)[0]},
        _("Download that one; nothing was issued twice."),
    )


def _file_name(imprint: Imprint) -> str:
    """A name that every file system takes: 05-TTr-SLĐTBXH.pdf."""
    return f"{imprint.number_text}-{imprint.symbol}.pdf"


@dataclass(frozen=True)
class Issue:
    """What one issuing keeps: the bytes, which version they are and why, and the log's head that they print."""

    stored: StoredFile
    version: int
    reason: str
    head_seq: int
    head_hash: str


def _take_number(imprint: Imprint, number: int) -> None:
    """Move the series on to this number; raises NumberTaken when another document took it."""
    series: dict[str, Any] = {
        "symbol": imprint.symbol,
        "holder": imprint.holder,
        "year": imprint.day.year,
    }
    NumberSeries.objects.get_or_create(**series)
    moved = NumberSeries.objects.filter(**series, last_number=number - 1).update(last_number=number)
    if moved != 1:
        raise NumberTaken


@service
def record_issue(*, subject: Subject, imprint: Imprint, issue: Issue, actor: User) -> IssuedDocument:
    """Take the number, keep the bytes' hash, adopt the file.

    The series' row is moved on only if it still stands where the document was rendered for;
    that write holds the row until the transaction ends. Raises NumberTaken otherwise, and
    when the same version was issued by another hand.
    """
    check_can_issue(actor, subject)
    year = imprint.day.year
    number = imprint.number or 0
    if not subject.kind.is_numbered_elsewhere:
        _take_number(imprint, number)
    kind = subject.kind.name
    if IssuedDocument.objects.of(kind, subject.record.pk).filter(version=issue.version).exists():
        raise NumberTaken
    try:
        document = IssuedDocument.objects.create(
            kind=kind,
            object_id=subject.record.pk,
            version=issue.version,
            reason=issue.reason,
            number=number,
            series_year=year,
            symbol=imprint.symbol,
            holder=imprint.holder,
            file=issue.stored,
            sha256=issue.stored.sha256,
            head_seq=issue.head_seq,
            head_hash=issue.head_hash,
            issuer=imprint.issuer,
            code=imprint.code,
            issued_by=actor,
            issued_on=imprint.day,
            issued_at=clock.now(),
        )
    except IntegrityError:
        raise NumberTaken from None
    adopt(issue.stored)
    audit.record(
        Event.DOCUMENT_ISSUED,
        actor=actor,
        subject=document,
        about=f"{subject.record._meta.label_lower}:{subject.record.pk}",
        number=str(document),
        year=year,
        version=issue.version,
        reason=issue.reason,
        sha256=issue.stored.sha256,
    )
    return document
