"""The register of documents, one thing's document page, preview and download."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.files import DOCX
from core.models import User
from councils.enums import MeetingStatus
from reports import drafts, services
from reports.exceptions import RenderingFailed
from reports.models import IssuedDocument
from reports.services import issue_document
from tests.integration.reports.signing import signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "render_pdf", lambda kind, context, imprint: f"%PDF- {imprint}".encode())
    monkeypatch.setattr(drafts, "render_word", lambda kind, context, imprint: f"PK {imprint}".encode())


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def status_of(client: Client, address: str) -> int:
    """The answer's status; the file behind it is read to its end, which closes it."""
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def test_issue_page_offers_and_issues_once(proposal, people) -> None:
    client = client_of(people["reviewer"])
    address = reverse("reports:issue", args=["proposal", proposal.pk])

    offered = client.get(address)
    issued = client.post(address, follow=True)

    assert "Issue with a number" in offered.content.decode()
    assert "Issued as number 01/TTr-SLĐTBXH." in issued.content.decode()
    assert IssuedDocument.objects.get().issued_by == people["reviewer"]


def test_second_issue_needs_a_reason_and_keeps_what_was_typed(proposal, people) -> None:
    client = client_of(people["reviewer"])
    address = reverse("reports:issue", args=["proposal", proposal.pk])
    client.post(address)

    without = client.post(address, {"reason": ""})
    too_long = client.post(address, {"reason": "dài " * 100})
    with_reason = client.post(address, {"reason": "Sửa ngày"})

    assert without.status_code == 422
    assert too_long.status_code == 422
    assert "dài dài" in too_long.content.decode()
    assert with_reason.status_code == 302
    assert list(IssuedDocument.objects.order_by("pk").values_list("version", "reason")) == [
        (1, ""),
        (2, "Sửa ngày"),
    ]


@pytest.mark.parametrize("versions", [0, 1])
def test_a_rendering_that_fails_says_so_and_keeps_the_reason(
    proposal, people, monkeypatch: pytest.MonkeyPatch, versions: int
) -> None:
    client = client_of(people["reviewer"])
    address = reverse("reports:issue", args=["proposal", proposal.pk])
    if versions:
        client.post(address)

    def fails(kind, context, imprint) -> bytes:
        raise RenderingFailed("The renderer gave nothing.")

    monkeypatch.setattr(services, "render_pdf", fails)
    answer = client.post(address, {"reason": "Sửa ngày"})

    assert answer.status_code == 500
    assert "The renderer gave nothing. Reference " in answer.content.decode()
    assert ("Sửa ngày" in answer.content.decode()) == bool(versions)
    assert IssuedDocument.objects.count() == versions


def test_refused_issue_says_why(meeting, people) -> None:
    address = reverse("reports:issue", args=["minutes", meeting.pk])

    page = client_of(people["reviewer"]).get(address)
    answer = client_of(people["reviewer"]).post(address)

    assert "“Minutes of the meeting” is signed by: Trương Thị Ánh Nguyệt" in page.content.decode()
    assert "Issue with a number" not in page.content.decode()
    assert answer.status_code == 403
    assert not IssuedDocument.objects.exists()


@pytest.mark.walk
@pytest.mark.parametrize(
    ("who", "of_letter", "of_minutes"),
    [
        ("reviewer", 200, 200),
        ("lead", 200, 200),
        ("standing", 200, 200),
        ("auditor", 200, 200),
        ("secretary", 404, 200),
        ("member", 404, 200),
        ("officer", 404, 404),
        ("outsider", 404, 404),
    ],
)
def test_who_reads_previews_and_downloads(letter, minutes, people, who, of_letter, of_minutes) -> None:
    issued = {
        "proposal": issue_document(subject=letter, actor=people["lead"]),
        "minutes": signed(minutes.record),
    }
    client = client_of(people[who])

    for (kind, document), expected in zip(issued.items(), (of_letter, of_minutes), strict=True):
        addresses = [
            reverse("reports:issue", args=[kind, document.object_id]),
            reverse("reports:preview", args=[kind, document.object_id]),
            reverse("reports:download", args=[document.pk]),
        ]
        assert [status_of(client, address) for address in addresses] == [expected] * 3
        # Signed minutes read as they were signed: whoever may read them is told so, and nobody else that they exist.
        draft = 403 if expected == 200 and kind == "minutes" else expected
        assert status_of(client, reverse("reports:draft", args=[kind, document.object_id])) == draft
    listed = client.get(reverse("reports:documents")).content.decode()
    assert ("TTr-SLĐTBXH" in listed, "BB-HĐXKT" in listed) == (of_letter == 200, of_minutes == 200)


def test_download_gives_the_issued_bytes_as_a_pdf(letter, people) -> None:
    document = issue_document(subject=letter, actor=people["lead"])

    response = client_of(people["auditor"]).get(reverse("reports:download", args=[document.pk]))

    assert b"".join(response.streaming_content) == "%PDF- 01/TTr-SLĐTBXH".encode()
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"


def test_draft_to_edit_bears_no_number_even_after_one_was_issued(letter, people) -> None:
    issue_document(subject=letter, actor=people["lead"])

    response = client_of(people["lead"]).get(reverse("reports:draft", args=["proposal", letter.record.pk]))

    assert response.content == "PK /TTr-SLĐTBXH".encode()
    assert response["Content-Type"] == DOCX
    assert f"proposal-{letter.record.pk}.docx" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
    assert IssuedDocument.objects.count() == 1


def test_page_offers_the_draft_and_says_what_it_is_not(letter, minutes, people) -> None:
    client = client_of(people["lead"])

    of_letter = client.get(reverse("reports:issue", args=["proposal", letter.record.pk])).content.decode()
    signed(minutes.record)
    of_minutes = client.get(reverse("reports:issue", args=["minutes", minutes.record.pk])).content.decode()

    assert reverse("reports:draft", args=["proposal", letter.record.pk]) in of_letter
    assert "Draft as DOCX" in of_letter
    assert reverse("reports:draft", args=["minutes", minutes.record.pk]) not in of_minutes


def test_signed_record_has_no_draft_and_says_what_to_do(minutes, people) -> None:
    signed(minutes.record)

    response = client_of(people["lead"]).get(reverse("reports:draft", args=["minutes", minutes.record.pk]))

    assert response.status_code == 403
    assert "The record is signed, so there is no draft of it to edit." in response.content.decode()


def test_no_minutes_are_shown_while_the_meeting_runs(meeting, people) -> None:
    meeting.status = MeetingStatus.OPEN
    meeting.save()

    response = client_of(people["member"]).get(reverse("reports:preview", args=["minutes", meeting.pk]))

    assert response.status_code == 403


def test_unknown_kinds_lead_nowhere(people, proposal) -> None:
    assert client_of(people["lead"]).get(f"/van-ban/decree/{proposal.pk}/").status_code == 404


def test_every_page_needs_sign_in(proposal) -> None:
    for address in (reverse("reports:documents"), reverse("reports:issue", args=["proposal", proposal.pk])):
        assert Client().get(address).status_code == 302


def test_list_asks_as_many_questions_of_30_rows_as_of_one(letter, minutes, people) -> None:
    signed(minutes.record)
    issue_document(subject=letter, actor=people["lead"])
    client = client_of(people["auditor"])
    address = reverse("reports:documents")
    client.get(address)

    with CaptureQueriesContext(connection) as of_two:
        client.get(address)
    for _number in range(28):
        issue_document(subject=letter, actor=people["lead"], reason="Bản khác")
    with CaptureQueriesContext(connection) as of_thirty:
        response = client.get(address)

    assert response.content.decode().count("/tai-ve/") == 30
    assert len(of_thirty) == len(of_two)
    assert len(of_thirty) <= 12
