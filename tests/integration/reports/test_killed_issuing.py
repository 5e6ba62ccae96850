"""A server killed while it issues a document leaves no half document, no lost number, and nothing that stays on the disk."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.files import read_bytes, sweep
from core.models import AuditEntry, StoredFile
from reports.events import Event
from reports.models import IssuedDocument, NumberSeries
from reports.services import issue_document
from tests.processes import killed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,  # starts a process, which renders, and kills it
]

# Where issuing is cut off: when the PDF was drawn, when its bytes were stored, and before number and hash are committed.
CUTS = {
    "drawn": "services.render_pdf = and_hang(services.render_pdf)",
    "stored": "services.store_bytes = and_hang(services.store_bytes)",
    "before the commit": "core_services.append = and_hang(core_services.append)",
}


@pytest.mark.parametrize("cut", CUTS)
def test_issuing_that_was_cut_off_leaves_nothing_and_can_be_done_again(
    cut: str, letter: Any, people: Any, tmp_path: Path
) -> None:
    entries = AuditEntry.objects.count()

    killed_in(f"""
from django.conf import settings
settings.STORAGES["default"] = {{
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {{"location": {str(tmp_path)!r}, "base_url": None}},
}}
from core import services as core_services
from core.models import User
from reports import services
from reports.kinds import Subject, kinds
{CUTS[cut]}
kind = kinds()["{letter.kind.name}"]
services.issue_document(
    subject=Subject(kind, kind.records().get(pk={letter.record.pk})),
    actor=User.objects.get(pk={people["reviewer"].pk}),
)
""")

    assert not IssuedDocument.objects.exists()
    assert AuditEntry.objects.count() == entries
    assert not NumberSeries.objects.exclude(last_number=0).exists()
    assert StoredFile.objects.count() == (0 if cut == "drawn" else 1), "bytes without a document"
    document = issue_document(subject=letter, actor=people["reviewer"])
    assert document.number == 1
    assert hashlib.sha256(read_bytes(document.file)).hexdigest() == document.sha256
    assert AuditEntry.objects.filter(event=Event.DOCUMENT_ISSUED).count() == 1
    removed = sweep(older_than=timedelta(seconds=-1))
    assert removed == (0 if cut == "drawn" else 1), "the cut-off file is swept, the issued one stays"
    assert StoredFile.objects.get() == document.file
    assert sum(1 for path in tmp_path.rglob("*") if path.is_file()) == 1
