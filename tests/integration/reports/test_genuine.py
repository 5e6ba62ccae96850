"""Whoever holds a copy of a document learns whether it is genuine, and nothing else."""

import hashlib
import re

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.files import read_bytes
from nominations.models import Proposal
from reports.documents.drawings import check_mark_of
from reports.genuine import ALPHABET, LENGTH, address_of, in_groups, new_code, tidy_code
from reports.models import IssuedDocument
from reports.public_views import COPIES, GUESSES
from reports.services import issue_document, render_preview


@pytest.fixture
def stranger(db: None) -> Client:
    client = Client()
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def issued(undrawn_documents, letter, people) -> IssuedDocument:
    return issue_document(subject=letter, actor=people["reviewer"])


def _address(document: IssuedDocument) -> str:
    return reverse("reports:genuine", args=[document.code])


def test_the_code_and_its_address_stand_on_the_document(issued) -> None:
    text = read_bytes(issued.file).decode()

    assert set(issued.code) <= set(ALPHABET)
    assert len(issued.code) == LENGTH
    assert in_groups(issued.code) in text
    assert address_of(issued.code) in text
    assert check_mark_of(address_of(issued.code)) in text
    assert issued.issuer == "Sở Lao động - Thương binh và Xã hội"


def test_a_draft_bears_no_code(undrawn_documents, letter) -> None:
    assert "Mã kiểm tra" not in render_preview(subject=letter).decode()


def test_two_documents_have_two_codes(undrawn_documents, letter, people, issued) -> None:
    again = issue_document(subject=letter, actor=people["reviewer"], reason="Sửa danh sách")

    assert again.code != issued.code


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()

    assert tidy_code(f"  {in_groups(code).lower()} ") == code
    assert tidy_code("") == ""


def test_a_stranger_reads_what_the_head_says_and_nothing_of_anybody(stranger, issued, proposal) -> None:
    answer = stranger.get(
        reverse("reports:genuine_search"), {"ma": in_groups(issued.code).lower()}, follow=True
    )

    page = answer.content.decode()
    for shown in (
        "01/TTr-SLĐTBXH",
        "15/12/2025",
        "Sở Lao động - Thương binh và Xã hội",
        "Valid",
        issued.sha256[:32],
    ):
        assert shown in page
    hidden = [proposal.code, "HS-2025", "Mang Thị Lựu", "Trần Thị Ngữ", "Huỳnh Anh Tuấn", "Ngô Đình Lộc"]
    assert [word for word in hidden if word in page] == []
    assert not re.search(r"\bHGD-1\b", page)


def test_a_replaced_document_says_so(stranger, undrawn_documents, letter, people, issued) -> None:
    again = issue_document(subject=letter, actor=people["reviewer"], reason="Sửa danh sách")

    old, new = (stranger.get(_address(one)).content.decode() for one in (issued, again))

    assert f"replaced by {again}" in old
    assert "Valid" not in old
    assert "Valid" in new
    assert "Sửa danh sách" not in old + new


def test_what_was_cancelled_is_not_called_valid(stranger, issued, proposal) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(status="cancelled")

    page = stranger.get(_address(issued)).content.decode()

    assert "No longer in force" in page
    assert "Valid" not in page


@pytest.mark.parametrize("typed", ["ĐABC-DEFG-HJKM", "ạ", "   ", "<b>", "x" * 40])
def test_whatever_is_typed_gets_an_answer(stranger, typed) -> None:
    answer = stranger.get(reverse("reports:genuine_search"), {"ma": typed}, follow=True)

    assert answer.status_code in {404, 422}


def test_a_copy_is_the_same_or_it_is_not(stranger, issued) -> None:
    content = read_bytes(issued.file)
    assert hashlib.sha256(content).hexdigest() == issued.sha256

    def compared(copy: bytes) -> str:
        upload = SimpleUploadedFile("to-trinh.pdf", copy, "application/pdf")
        return stranger.post(_address(issued), {"copy": upload}).content.decode()

    same, other = 'class="note note--good"', 'class="note note--bad"'
    assert same in compared(content)
    # One byte is enough, and so is an empty file.
    for changed in (content[:-1] + bytes([content[-1] ^ 1]), content + b"\n", b""):
        page = compared(changed)
        assert other in page
        assert same not in page


def test_without_a_file_it_is_asked_for(stranger, issued) -> None:
    answer = stranger.post(_address(issued))

    assert answer.status_code == 422
    assert "note--" not in answer.content.decode()


def test_a_file_that_is_too_large_is_refused(stranger, issued, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10

    answer = stranger.post(_address(issued), {"copy": SimpleUploadedFile("x.pdf", b"x" * 11)})

    assert answer.status_code == 422
    assert "larger than any document" in answer.content.decode()


def test_a_code_of_no_document_is_said_so_and_many_are_stopped(stranger, issued) -> None:
    nothing = reverse("reports:genuine", args=["ABCDEFGHJKMN"])

    first = stranger.get(nothing)
    answers = [stranger.get(nothing).status_code for _again in range(GUESSES.attempts)]

    assert first.status_code == 404
    assert "No document bears this code" in first.content.decode()
    assert set(answers[:-1]) == {404}
    assert answers[-1] == 429
    # Who knows a code is not stopped by others who guess at the same office.
    assert stranger.get(_address(issued)).status_code == 200


def test_copies_are_compared_so_often_and_no_more(stranger, issued, monkeypatch) -> None:
    monkeypatch.setattr("reports.public_views.COPIES", type(COPIES)("document-copy", 2, 15))

    answers = [
        stranger.post(_address(issued), {"copy": SimpleUploadedFile("x.pdf", b"x")}).status_code
        for _again in range(3)
    ]

    assert answers == [200, 200, 429]


def test_documents_of_before_have_no_page(stranger, issued) -> None:
    IssuedDocument.objects.update(code="")

    assert stranger.get(reverse("reports:genuine", args=["-"])).status_code == 404


def test_the_register_leads_to_it(issued, people) -> None:
    client = Client()
    client.force_login(people["auditor"])

    assert _address(issued) in client.get(issued.get_absolute_url()).content.decode()
