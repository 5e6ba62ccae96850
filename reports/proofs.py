"""What the log says of issued documents, held against their bytes' hashes and the heads that they print."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit.verifying import said_once
from core.proving import Flaw, KnownHead, Proof, against_heads, entry_name, register_proof, said_again
from reports.events import Event
from reports.models import IssuedDocument


def install() -> None:
    """Register with the foundations."""
    register_proof(
        Proof(gettext_lazy("issued documents"), IssuedDocument.objects.count, documents_that_differ)
    )


def documents_that_differ() -> Iterator[Flaw]:
    """Documents whose file is not the one that the log names, that are gone, or whose printed head the log lost."""
    said = said_once(Event.DOCUMENT_ISSUED)
    yield from said_again(said)
    issued = dict(said.first)
    heads = []
    for document in IssuedDocument.objects.select_related("file").order_by("pk").iterator():
        name = _("Document %(number)s") % {"number": document}
        entry = issued.pop(f"reports.issueddocument:{document.pk}", None)
        # A document lies where the person belongs who issued it.
        whose = f"core.user:{document.issued_by_id}"
        if entry is None:
            yield Flaw(name, _("no entry says that it was issued"), whose)
        elif not entry.payload or {document.sha256, document.file.sha256} != {entry.payload.get("sha256")}:
            reason = _("its bytes are not those that entry %(seq)s names") % {"seq": entry.seq}
            yield Flaw(name, reason, whose)
        elif _is_marked_otherwise(document, entry.payload):
            reason = _("its number, year or version is not as entry %(seq)s names it") % {"seq": entry.seq}
            yield Flaw(name, reason, whose)
        if document.head_hash:
            heads.append(KnownHead(name, document.head_seq, document.head_hash, whose))
    for entry in issued.values():
        yield Flaw(entry_name(entry.seq), _("the document that it tells of is gone"))
    yield from against_heads(heads)


def _is_marked_otherwise(document: IssuedDocument, said: Mapping[str, Any]) -> bool:
    """Whether number, symbol, year or version differ from what the entry says; earlier versions said less."""
    kept = {"number": str(document), "year": document.series_year, "version": document.version}
    return any(said.get(name, value) != value for name, value in kept.items())
