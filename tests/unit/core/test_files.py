"""Uploads are judged by content, kept under random names, adopted on commit and swept when unused."""

import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils.translation import override

from core import files
from core.exceptions import InvalidRequest
from core.models import StoredFile
from core.uploads import checking, packages
from tests.factories.files import pdf_bytes, stored_in

pytestmark = pytest.mark.django_db
PDF = pdf_bytes("Báo cáo")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def archive(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return target.getvalue()


def upload(content: bytes, name: str = "bao-cao.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture(autouse=True)
def storage_in(tmp_path, settings):
    settings.STORAGES = stored_in(tmp_path)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PDF, "bao-cao.pdf", files.PDF),
        (PDF, "dat-ten-sai.docx", files.PDF),
        (PNG, "anh.png", files.PNG),
        (archive(word__document_dot_xml="<w/>"), "bao-cao.docx", files.DOCX),
    ],
)
def test_kind_is_read_from_the_content(content: bytes, name: str, expected: str) -> None:
    assert checking.sniff(content) == expected


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"x" * 100, "bao-cao.pdf"),
        (b"<html><script>alert(1)</script></html>", "bao-cao.pdf"),
        (b"", "bao-cao.pdf"),
        (archive(hello_dot_txt="x"), "bao-cao.docx"),
        (archive(word__document_dot_xml="<w/>", word__vbaProject_dot_bin="x"), "bao-cao.docx"),
    ],
)
def test_other_content_is_refused_with_a_sentence(content: bytes, name: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        checking.store_upload(upload=upload(content, name), types=files.PAPER_TYPES, actor=None)

    assert str(refusal.value).endswith(".")
    assert StoredFile.objects.count() == 0


def test_too_large_file_is_refused() -> None:
    with override_settings(UPLOAD_MAX_BYTES=20), pytest.raises(InvalidRequest) as refusal:
        checking.store_upload(upload=upload(PDF), types=files.PAPER_TYPES, actor=None)

    assert "bao-cao.pdf" in str(refusal.value)


def test_document_that_unpacks_to_too_much_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(packages, "MAX_UNPACKED_BYTES", 1000)
    bomb = archive(word__document_dot_xml="0" * 5000)

    with pytest.raises(InvalidRequest):
        checking.store_upload(upload=upload(bomb, "bom.docx"), types=files.PAPER_TYPES, actor=None)


def test_adopted_file_moves_to_its_place_on_commit(django_capture_on_commit_callbacks) -> None:
    stored = checking.store_upload(
        upload=upload(PDF, "../../Báo cáo.pdf"), types=files.PAPER_TYPES, actor=None
    )
    assert stored.storage_name.startswith("incoming/")

    with django_capture_on_commit_callbacks(execute=True):
        files.adopt(stored)

    stored.refresh_from_db()
    assert stored.storage_name.startswith("kept/")
    assert stored.original_name == "Báo cáo.pdf"
    assert files.read_bytes(stored) == PDF
    assert default_storage.listdir("incoming")[1] == []


def test_sweep_removes_only_old_files_that_nothing_refers_to() -> None:
    stored = checking.store_upload(upload=upload(PDF), types=files.PAPER_TYPES, actor=None)

    assert files.sweep(older_than=timedelta(hours=1)) == 0
    assert files.sweep(older_than=timedelta(0)) == 1
    assert not default_storage.exists(stored.storage_name)
    assert StoredFile.objects.count() == 0


def locked_pdf(user: str) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as book:
        book.add_blank_page()
        book.save(target, encryption=pikepdf.Encryption(user=user, owner="chu"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "way"),
    [
        (locked_pdf("mat-khau"), "bao-cao.pdf", "without a password"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "IMG_0001.HEIC", "JPG"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "IMG_0002.jpg", "JPG"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "WordDocument".encode("utf-16-le"),
            "bao-cao.doc",
            ".docx",
        ),
    ],
    ids=["locked PDF", "HEIC", "HEIC under another name", "Word 97"],
)
def test_files_that_offices_make_often_are_refused_with_a_way(content: bytes, name: str, way: str) -> None:
    with override("en"), pytest.raises(InvalidRequest) as refusal:
        checking.check_upload(upload(content, name), files.PAPER_TYPES)

    assert name in refusal.value.message
    assert way in refusal.value.what_to_do


def test_a_pdf_that_only_forbids_printing_is_taken() -> None:
    assert checking.check_upload(upload(locked_pdf("")), files.PAPER_TYPES)[1] == files.PDF
