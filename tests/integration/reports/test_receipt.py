"""The receipt for a dossier: what came, when and from whom; issued at the province, read where the dossier was made."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed
from core.files import PDF, read_bytes, store_bytes
from nominations.enums import Status
from nominations.models import Dossier, Paper, StatusChange
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.services import issue_document
from tests.factories.files import pdf_bytes
from tests.integration.reports.conftest import AT


def _client(user) -> Client:
    client = Client()
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


@pytest.fixture
def received(dossiers, people) -> Dossier:
    """A commune's dossier that a reviewer has received, with a letter that has a number."""
    dossier = dossiers[0]
    Dossier.objects.filter(pk=dossier.pk).update(
        status=Status.RECEIVED, reviewer=people["reviewer"], filed_on=AT.date(), originals=1
    )
    StatusChange.objects.create(
        dossier=dossier,
        verb="receive",
        old_status=Status.FILED,
        new_status=Status.RECEIVED,
        actor=people["reviewer"],
        at=AT,
    )
    stored = store_bytes(content=pdf_bytes("x"), name="a.pdf", content_type=PDF, actor=people["officer"])
    for kind, is_current, number in (
        ("submission_letter", True, "118/TTr"),
        ("achievement_report", False, "old"),
    ):
        Paper.objects.create(
            dossier=dossier,
            kind=kind,
            file=stored,
            is_current=is_current,
            number=number,
            uploaded_by=people["officer"],
            uploaded_at=AT,
        )
    return kinds()["receipt"].records().get(pk=dossier.pk)


def test_the_receipt_names_what_came_when_and_from_whom(undrawn_documents, received, people) -> None:
    document = issue_document(subject=Subject(kinds()["receipt"], received), actor=people["reviewer"])

    text = " ".join(read_bytes(document.file).decode().split())
    assert str(document) == "01/GTN-SLĐTBXH"
    for expected in (
        "HS-2025-0001",
        "Xã Phan Điền",
        "12/12/2025",
        "118/TTr",
        "Huỳnh Anh Tuấn",
        "không xác nhận",
    ):
        assert expected in text
    assert "old" not in text.split("Thành phần hồ sơ")[1]


def test_the_filing_side_reads_it_and_does_not_issue_it(undrawn_documents, received, people) -> None:
    subject = Subject(kinds()["receipt"], received)
    with pytest.raises(NotAllowed):
        issue_document(subject=subject, actor=people["officer"])
    document = issue_document(subject=subject, actor=people["reviewer"])
    address = reverse("reports:issue", args=["receipt", received.pk])
    client = _client(people["officer"])

    dossier_page = client.get(reverse("nominations:detail", args=[received.code]))
    page = client.get(address)

    assert address in dossier_page.content.decode()
    assert "01/GTN-SLĐTBXH" in page.content.decode()
    assert "Issue with a number" not in page.content.decode()
    assert client.post(address).status_code == 403
    file = client.get(reverse("reports:download", args=[document.pk]))
    assert b"".join(file.streaming_content) == read_bytes(document.file)
    file.close()


def test_nobody_else_reads_it(undrawn_documents, received, people) -> None:
    document = issue_document(subject=Subject(kinds()["receipt"], received), actor=people["reviewer"])

    client = _client(people["outsider"])

    assert client.get(reverse("reports:issue", args=["receipt", received.pk])).status_code == 404
    assert client.get(reverse("reports:download", args=[document.pk])).status_code == 404


def test_there_is_none_before_the_dossier_was_received(dossiers, people) -> None:
    subject = Subject(kinds()["receipt"], kinds()["receipt"].records().get(pk=dossiers[1].pk))

    with pytest.raises(NotAllowed):
        issue_document(subject=subject, actor=people["reviewer"])

    page = _client(people["reviewer"]).get(reverse("nominations:detail", args=[dossiers[1].code]))
    assert reverse("reports:issue", args=["receipt", dossiers[1].pk]) not in page.content.decode()
    assert not IssuedDocument.objects.exists()
