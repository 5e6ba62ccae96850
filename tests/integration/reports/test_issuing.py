"""Numbers, versions, hashes, and who may issue."""

import hashlib
import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from core.audit.recording import PendingEntry
from core.audit.writing import append, head
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.files import read_bytes
from core.models import AuditEntry, StoredFile
from councils.enums import MeetingStatus
from nominations.enums import ProposalStatus
from reports import services
from reports.events import Event
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument, NumberSeries
from reports.permissions import check_can_issue
from reports.selectors import content_hash
from reports.services import issue_document
from reports.signing import sign_off
from tests.integration.reports.signing import signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick_renderer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Bytes that name what was rendered, without the renderer; the list holds the numbers asked for."""
    asked: list[str] = []

    def render(kind: str, context: dict, imprint: object) -> bytes:
        asked.append(str(imprint))
        return f"%PDF- {kind} {imprint}".encode()

    monkeypatch.setattr(services, "render_pdf", render)
    return asked


def test_issued_document_keeps_bytes_number_and_hash(
    letter, people, quick_renderer, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = issue_document(subject=letter, actor=people["reviewer"])

    content = read_bytes(document.file)
    document.file.refresh_from_db()
    assert str(document) == "01/TTr-SLĐTBXH"
    assert document.series_year == 2025
    assert content == "%PDF- proposal 01/TTr-SLĐTBXH".encode()
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.file.adopted_at is not None
    assert (
        AuditEntry.objects.get(event=Event.DOCUMENT_ISSUED).subject == f"reports.issueddocument:{document.pk}"
    )


def test_issued_document_keeps_the_head_that_it_prints(letter, people, monkeypatch) -> None:
    printed = {}
    monkeypatch.setattr(
        services, "render_pdf", lambda kind, context, imprint: printed.update(context["record"]) or b"%PDF-"
    )
    append([PendingEntry("thing.done", "thing:1", "system", {})])
    before = head()

    document = issue_document(subject=letter, actor=people["reviewer"])

    assert (document.head_seq, document.head_hash) == (printed["seq"], printed["hash"]) == before
    assert head()[0] == before[0] + 1


def test_each_symbol_and_year_counts_from_one(letter, minutes, people, quick_renderer, settings) -> None:
    first = issue_document(subject=letter, actor=people["reviewer"])
    other_series = signed(minutes.record)
    second = issue_document(subject=letter, actor=people["lead"], reason="Sửa lỗi chính tả")
    settings.FIXED_TODAY = date(2026, 1, 5)
    next_year = issue_document(subject=letter, actor=people["reviewer"], reason="Ban hành lại")

    assert [str(document) for document in (first, other_series, second, next_year)] == [
        "01/TTr-SLĐTBXH",
        "01/BB-HĐXKT",
        "02/TTr-SLĐTBXH",
        "01/TTr-SLĐTBXH",
    ]
    assert [first.version, second.version, next_year.version] == [1, 2, 3]


def test_nothing_is_issued_twice_unasked(letter, people, quick_renderer) -> None:
    issue_document(subject=letter, actor=people["reviewer"])

    with (
        translation.override("en"),
        pytest.raises(InvalidRequest, match="already issued as number 01/TTr-SLĐTBXH"),
    ):
        issue_document(subject=letter, actor=people["reviewer"], reason="   ")

    assert IssuedDocument.objects.count() == 1
    assert len(quick_renderer) == 1


def test_document_is_rendered_again_when_its_number_was_taken(letter, people, monkeypatch) -> None:
    asked = []

    def render(kind: str, context: dict, imprint: object) -> bytes:
        asked.append(str(imprint))
        if len(asked) == 1:
            NumberSeries.objects.create(symbol="TTr-SLĐTBXH", holder="bt.so-ldtbxh", year=2025, last_number=4)
        return b"%PDF- x"

    monkeypatch.setattr(services, "render_pdf", render)

    document = issue_document(subject=letter, actor=people["reviewer"])

    assert asked == ["01/TTr-SLĐTBXH", "05/TTr-SLĐTBXH"]
    assert document.number == 5


@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_issue_one_document(letter, people, monkeypatch) -> None:
    both_rendered = threading.Barrier(2, timeout=20)
    rendered = threading.local()

    def render(kind: str, context: dict, imprint: object) -> bytes:
        if not getattr(rendered, "once", False):
            rendered.once = True
            both_rendered.wait()
        return f"%PDF- {imprint}".encode()

    monkeypatch.setattr(services, "render_pdf", render)
    results: list[object] = []

    def issue(name: str) -> None:
        try:
            results.append(issue_document(subject=letter, actor=people[name]))
        except StaleState as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(name,)) for name in ("reviewer", "lead")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(result).__name__ for result in results) == ["IssuedDocument", "StaleState"]
    assert IssuedDocument.objects.count() == 1
    assert NumberSeries.objects.get().last_number == 1


@pytest.mark.django_db(transaction=True)
def test_two_documents_of_a_series_at_once_get_two_numbers(
    proposal, people, award_round, monkeypatch
) -> None:
    from nominations.models import Proposal  # noqa: PLC0415 -- only here

    other = Proposal.objects.create(
        code="TT-2025-0002",
        award_round=award_round,
        award="province_certificate",
        status=ProposalStatus.APPROVED,
        created_by=people["reviewer"],
        created_at=proposal.created_at,
        approved_by=people["lead"],
        approved_at=proposal.created_at,
    )
    both_rendered = threading.Barrier(2, timeout=20)
    rendered = threading.local()

    def render(kind: str, context: dict, imprint: object) -> bytes:
        if not getattr(rendered, "once", False):
            rendered.once = True
            both_rendered.wait()
        return f"%PDF- {context['title']}".encode()

    monkeypatch.setattr(services, "render_pdf", render)

    def issue(record: Proposal) -> None:
        try:
            issue_document(subject=Subject(kinds()["proposal"], record), actor=people["reviewer"])
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(subject,)) for subject in (proposal, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    issued = list(IssuedDocument.objects.order_by("number"))
    assert [document.number for document in issued] == [1, 2]
    assert [read_bytes(document.file).decode()[-14:] for document in issued] == [
        "01/TTr-SLĐTBXH",
        "02/TTr-SLĐTBXH",
    ]


def test_database_refuses_a_number_twice(letter, people, quick_renderer) -> None:
    document = issue_document(subject=letter, actor=people["reviewer"])
    document.pk, document.version, document.reason = None, 2, "x"

    with pytest.raises(IntegrityError), transaction.atomic():
        document.save(force_insert=True)


PROPOSAL_TABLE = {
    "reviewer": None,
    "lead": None,
    "standing": "issued by the standing office",
    "auditor": "issued by the standing office",
    "officer": "issued by the standing office",
    "chair": "issued by the standing office",
    "outsider": "issued by the standing office",
}
MINUTES_TABLE = {
    "chair": "Not everybody who signs",
    "secretary": "Not everybody who signs",
    "member": "is signed by",
    "reviewer": "is signed by",
    "lead": "is signed by",
    "auditor": "is signed by",
    "outsider": "is signed by",
}


@pytest.mark.parametrize(("who", "sentence"), PROPOSAL_TABLE.items())
def test_who_issues_a_letter(letter, people, who, sentence) -> None:
    if sentence is None:
        check_can_issue(people[who], letter)
        return
    with translation.override("en"), pytest.raises(NotAllowed, match=sentence):
        check_can_issue(people[who], letter)


@pytest.mark.parametrize(("who", "sentence"), MINUTES_TABLE.items())
def test_nobody_issues_minutes_without_all_signatures(minutes, people, who, sentence) -> None:
    with translation.override("en"), pytest.raises(NotAllowed, match=sentence):
        check_can_issue(people[who], minutes)


@pytest.mark.parametrize("status", [ProposalStatus.DRAFT, ProposalStatus.CANCELLED])
def test_letter_of_a_proposal_that_is_not_approved_is_refused(
    proposal, letter, people, status, quick_renderer
) -> None:
    proposal.status = status
    proposal.save()

    with translation.override("en"), pytest.raises(NotAllowed, match="once the leadership has approved it"):
        issue_document(subject=letter, actor=people["reviewer"])
    assert quick_renderer == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("status", [MeetingStatus.PLANNED, MeetingStatus.OPEN])
def test_minutes_of_a_meeting_that_is_not_closed_are_refused(
    meeting, minutes, people, status, quick_renderer
) -> None:
    meeting.status = status
    meeting.save()

    with translation.override("en"), pytest.raises(NotAllowed, match="not closed"):
        sign_off(subject=minutes, actor=people["secretary"], read=content_hash(minutes))
    assert not StoredFile.objects.exists()
