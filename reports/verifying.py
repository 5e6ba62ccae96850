"""A meeting counted again, with the signed documents that were made of it."""

from collections.abc import Iterator
from hashlib import sha256

from django.utils.translation import gettext as _

from core.audit.verifying import said_once
from core.files import read_bytes
from core.models import AuditEntry
from councils.enums import RecordKind
from councils.models import Meeting
from councils.recount import Check, recount
from reports.events import Event
from reports.models import IssuedDocument


def checks_of(meeting: Meeting) -> list[Check]:
    """Every check of a meeting: its rows, what was signed, and the bytes, hashes and heads of its documents.

    Raises StorageAway when the documents cannot be read.
    """
    checks = recount(meeting)
    for record in RecordKind:
        checks += _of_documents(meeting, record)
    return checks


def _of_documents(meeting: Meeting, record: RecordKind) -> Iterator[Check]:
    documents = list(IssuedDocument.objects.of(record.value, meeting.pk).select_related("file"))
    signed = _signed_versions(meeting, record)
    # One that was issued before records were signed has no signatures, and stands beside them.
    yield Check(
        _("%(record)s: signed versions") % {"record": record.label},
        _("the signatures"),
        str(signed),
        _("the documents"),
        str(min(signed, len(documents))),
    )
    said = said_once(Event.DOCUMENT_ISSUED).first if documents else {}
    for document in documents:
        entry = said.get(f"reports.issueddocument:{document.pk}")
        payload = (entry.payload if entry else None) or {}
        yield from _of_document(record, document, str(payload.get("sha256", _("no entry"))))


def _signed_versions(meeting: Meeting, record: RecordKind) -> int:
    """How many versions of a record bear both signatures."""
    standing = meeting.signatures.filter(record=record, taken_back_at=None)
    versions = list(standing.values_list("version", flat=True))
    return sum(versions.count(version) >= 2 for version in set(versions))


def _of_document(record: RecordKind, document: IssuedDocument, logged: str) -> Iterator[Check]:
    name = _("%(record)s %(number)s") % {"record": record.label, "number": document}
    yield Check(
        _("%(name)s: bytes") % {"name": name},
        _("the hash that was kept"),
        document.sha256,
        _("the file"),
        _hash_of(document),
    )
    yield Check(
        _("%(name)s: hash") % {"name": name},
        _("the log"),
        logged,
        _("the register"),
        document.sha256,
    )
    head = AuditEntry.objects.filter(seq=document.head_seq).values_list("hash", flat=True).first()
    yield Check(
        _("%(name)s: head of the log, entry %(seq)s") % {"name": name, "seq": document.head_seq},
        _("printed"),
        document.head_hash,
        _("the log"),
        head or _("gone"),
    )


def _hash_of(document: IssuedDocument) -> str:
    try:
        return sha256(read_bytes(document.file)).hexdigest()
    except FileNotFoundError:
        return _("gone")
