"""Papers of a dossier and of a filing set: attached in versions, confirmed, excused, taken away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.files import (
    PAPER_TYPES,
    PDF,
    PHOTO_TYPES,
    adopt,
    read_bytes,
    store_bytes,
)
from core.models import StoredFile, User
from core.services import service
from core.text import nfc
from core.uploads.checking import check_upload
from core.uploads.photos import photos_as_pdf
from nominations.enums import Status
from nominations.events import Event
from nominations.fingerprints import of_paper
from nominations.models import Dossier, FilingSet, Paper, PaperPage
from nominations.permissions import (
    check_can_attach,
    check_can_change_set,
    check_can_confirm,
    check_can_supplement_set,
)
from nominations.selectors.papers import may_be_excused, photographed_pages

Owner = Dossier | FilingSet


@dataclass(frozen=True)
class PaperDetails:
    """What a document says about itself, and who confirmed it."""

    number: str = ""
    dated_on: date | None = None
    confirmed_by: str = ""
    reason: str = ""
    """Why it stands for the minutes that were signed in a meeting of the unit's council."""


def receive_paper(
    *,
    owner: Owner,
    kind: str,
    uploads: Sequence[File],
    actor: User,
    details: PaperDetails = PaperDetails(),
    goes_on: bool = False,
) -> Paper:
    """Check and keep uploads, then attach them as one paper.

    Several files are the photographed pages of one paper, in the order in which they come; with `goes_on` they follow
    the photos that the paper has already. The bytes are kept before the transaction that attaches them: when that
    fails, the files stay unadopted and are swept, and nothing is half attached.
    """
    _check_owner(actor, owner)
    _check_kind(owner, kind)
    checked = [check_upload(upload, PAPER_TYPES) for upload in uploads]
    if len(checked) > 1 or goes_on:
        _check_photos(content_type for _content, content_type in checked)
    stored = [
        store_bytes(content=content, name=upload.name or "", content_type=content_type, actor=actor)
        for upload, (content, content_type) in zip(uploads, checked, strict=True)
    ]
    follows = _papers(owner, kind).filter(is_current=True).first() if goes_on else None
    earlier = photographed_pages(follows)
    known = {one.sha256 for one in earlier}
    pages = [*earlier, *(one for one in stored if one.sha256 not in known)]
    if len(pages) == 1:
        return attach_paper(owner=owner, kind=kind, stored=pages[0], actor=actor, details=details)
    whole = store_bytes(
        content=photos_as_pdf([read_bytes(one) for one in pages]),
        name=f"{PurePath(pages[0].original_name).stem}.pdf",
        content_type=PDF,
        actor=actor,
    )
    return attach_paper(
        owner=owner, kind=kind, stored=whole, actor=actor, details=details, pages=pages, follows=follows
    )


def _check_photos(content_types: Iterable[str]) -> None:
    if not PHOTO_TYPES.issuperset(content_types):
        raise InvalidRequest(
            _("Only photos (JPG, PNG) can be put together as pages of one paper."),
            _("Attach one PDF or DOCX file, or photos alone."),
        )


@service
def attach_paper(
    *,
    owner: Owner,
    kind: str,
    stored: StoredFile,
    actor: User,
    details: PaperDetails = PaperDetails(),
    pages: Sequence[StoredFile] = (),
    follows: Paper | None = None,
) -> Paper:
    """Make a stored file the current version of a kind of paper; earlier versions stay readable.

    `pages` are the photos of which the file was put together; they are kept beside it. `follows` is the version whose
    photos they go on from; raises ``StaleState`` when another came meanwhile. The same file or the same photos again (a
    second press of the button) change nothing.
    """
    _check_owner(actor, owner)
    _check_kind(owner, kind)
    _check_date(details)
    _lock(owner)
    current = _papers(owner, kind).filter(is_current=True).select_related("file").first()
    if current is not None and current.file is not None and _is_same(current, stored, pages, details):
        audit.nothing_changed()
        return current
    if current is not None:
        _check_may_replace(current, details)
    if follows is not None and current != follows:
        raise StaleState(
            _("Somebody else has just attached the same kind of paper."),
            _("Open the page again and look at theirs."),
        )
    paper = _new_version(owner, kind, actor, stored, details)
    PaperPage.objects.bulk_create(
        PaperPage(paper=paper, position=position, file=page) for position, page in enumerate(pages, 1)
    )
    for one in (stored, *pages):
        adopt(one)
    audit.record(
        Event.PAPER_ATTACHED,
        actor=actor,
        subject=owner,
        paper=paper.pk,
        kind=kind,
        version=paper.version,
        sha256=stored.sha256,
        size=stored.size,
        content_type=stored.content_type,
        pages=[page.sha256 for page in pages],
        confirmed_by=paper.confirmed_by,
        digest=of_paper(paper),
    )
    return paper


def _check_may_replace(current: Paper, details: PaperDetails) -> None:
    """What two people signed in a meeting gives way to an upload for a reason alone."""
    if current.from_meeting and not details.reason.strip():
        raise InvalidRequest(
            _("This paper was signed in the meeting “%(meeting)s”, so replacing it needs a reason.")
            % {"meeting": current.from_meeting},
            _("Write why the file that you attach stands for it; both stay in the history."),
        )


def _check_owner(actor: User, owner: Owner) -> None:
    if isinstance(owner, Dossier):
        check_can_attach(actor, owner)
    else:
        check_can_supplement_set(actor, owner)


def _check_kind(owner: Owner, kind: str) -> None:
    plan = owner.award_round.plan
    known = plan.papers.get(kind)
    fits = known is not None and (
        known.attached_by == "filing_body"
        if isinstance(owner, FilingSet)
        else known.attached_by in {"nominee", "commune"}
        and known.applies(owner.award, owner.subject, owner.award_round.kind)
    )
    if not fits:
        raise InvalidRequest(
            _("The plan asks for no such paper here."),
            _("Choose one of the kinds of paper that the page lists."),
        )


def _check_date(details: PaperDetails) -> None:
    if details.dated_on is not None and details.dated_on > clock.today():
        raise InvalidRequest(_("The paper is dated in the future."), _("Check the day on the paper."))


def _lock(owner: Owner) -> None:
    # SQLite ignores select_for_update; IMMEDIATE mode in settings gives the lock.
    if isinstance(owner, FilingSet):
        FilingSet.objects.select_for_update().get(pk=owner.pk)
        return
    fresh = Dossier.objects.select_for_update().get(pk=owner.pk)
    if fresh.status != owner.status:
        raise StaleState(
            _("Dossier %(code)s is “%(status)s” by now.")
            % {"code": owner.code, "status": Status(fresh.status).label},
            _("Open the dossier again; the paper was not attached."),
        )


def _papers(owner: Owner, kind: str) -> QuerySet[Paper]:
    return owner.papers.filter(kind=kind)


def _is_same(current: Paper, stored: StoredFile, pages: Sequence[StoredFile], details: PaperDetails) -> bool:
    same_pages = [page.file.sha256 for page in current.pages.select_related("file")] == [
        page.sha256 for page in pages
    ]
    return (
        current.file is not None
        and same_pages
        # Photos put together a second time give other bytes; the photos themselves tell.
        and (bool(pages) or current.file.sha256 == stored.sha256)
        and current.number == nfc(details.number).strip()
        and current.dated_on == details.dated_on
        and current.confirmed_by == nfc(details.confirmed_by).strip()
    )


def _new_version(
    owner: Owner, kind: str, actor: User, stored: StoredFile | None, details: PaperDetails, reason: str = ""
) -> Paper:
    last = _papers(owner, kind).aggregate(last=Max("version"))["last"] or 0
    replaces_signed = _papers(owner, kind).filter(is_current=True).exclude(from_meeting="").exists()
    _papers(owner, kind).filter(is_current=True).update(is_current=False)
    confirmed_by = nfc(details.confirmed_by).strip()
    try:
        with transaction.atomic():
            return Paper.objects.create(
                dossier=owner if isinstance(owner, Dossier) else None,
                filing_set=owner if isinstance(owner, FilingSet) else None,
                kind=kind,
                version=last + 1,
                file=stored,
                number=nfc(details.number).strip(),
                dated_on=details.dated_on,
                is_confirmed=bool(confirmed_by),
                confirmed_by=confirmed_by,
                not_required_reason=reason,
                replaced_because=nfc(details.reason).strip()[:300] if replaces_signed else "",
                uploaded_by=actor,
                uploaded_at=clock.now(),
            )
    except IntegrityError:
        raise StaleState(
            _("Somebody else has just attached the same kind of paper."),
            _("Open the page again and look at theirs."),
        ) from None


@service
def confirm_report(*, paper: Paper, confirmed_by: str, actor: User) -> Paper:
    """Record who confirmed a report: party committee, authority or managing body (plan part III.3.b)."""
    check_can_confirm(actor, paper)
    name = nfc(confirmed_by).strip()
    if not name:
        raise InvalidRequest(
            _("A confirmation needs the name of the body that gave it."),
            _("Write which party committee, authority or managing body confirmed the report."),
        )
    changed = Paper.objects.filter(pk=paper.pk, is_current=True, file__isnull=False).update(
        is_confirmed=True, confirmed_by=name
    )
    if changed != 1:
        raise StaleState(
            _("A newer version of this paper is there."), _("Open the dossier again and look at it.")
        )
    paper.is_confirmed, paper.confirmed_by = True, name
    audit.record(Event.PAPER_CONFIRMED, actor=actor, subject=paper.dossier, paper=paper.pk, confirmed_by=name)
    return paper


@service
def mark_not_required(*, dossier: Dossier, kind: str, reason: str, actor: User) -> Paper:
    """Record in the place of a paper why it is not required."""
    check_can_attach(actor, dossier)
    _check_kind(dossier, kind)
    if not may_be_excused(dossier.plan.papers[kind]):
        raise InvalidRequest(
            _("This paper cannot be left out."),
            _("Only confirmations of other offices may be recorded as not required."),
        )
    written = nfc(reason).strip()
    if not written:
        raise InvalidRequest(
            _("Leaving out a paper needs a reason."),
            _("Write why this nominee does not need it, then send again."),
        )
    _lock(dossier)
    current = _papers(dossier, kind).filter(is_current=True).first()
    if current is not None and current.file_id is None and current.not_required_reason == written[:300]:
        audit.nothing_changed()
        return current
    paper = _new_version(dossier, kind, actor, None, PaperDetails(), written[:300])
    audit.record(
        Event.PAPER_ATTACHED,
        actor=actor,
        subject=dossier,
        paper=paper.pk,
        kind=kind,
        version=paper.version,
        not_required=True,
        digest=of_paper(paper),
    )
    return paper


@service
def remove_paper(*, paper: Paper, actor: User) -> None:
    """Take a paper out of the dossier or set; its bytes stay in the history of versions."""
    owner = paper.dossier or paper.filing_set
    if owner is None:
        raise InvalidRequest(_("This paper belongs to nothing."))
    if isinstance(owner, FilingSet):
        check_can_change_set(actor, owner)
    else:
        check_can_attach(actor, owner)
    _check_kind(owner, paper.kind)
    if Paper.objects.filter(pk=paper.pk, is_current=True).update(is_current=False) != 1:
        audit.nothing_changed()
        return
    paper.is_current = False
    audit.record(
        Event.PAPER_REMOVED,
        actor=actor,
        subject=owner,
        paper=paper.pk,
        kind=paper.kind,
        version=paper.version,
    )
