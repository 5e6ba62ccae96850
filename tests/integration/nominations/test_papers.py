"""Papers: type by content, size, versions, half uploads, and who may read them."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from core.exceptions import InvalidRequest, StaleState
from core.files import PAPER_TYPES, read_bytes, sweep
from core.models import AuditEntry, StoredFile
from core.uploads.checking import store_upload
from nominations.enums import Status
from nominations.models import Paper
from nominations.services import papers
from nominations.services.papers import mark_not_required, receive_paper, remove_paper
from tests.factories import Cast, attach, dossier_at, filed_set, pdf
from tests.factories.files import stored_in

ClientOf = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    """Each test counts its own files."""
    settings.STORAGES = stored_in(tmp_path / "files")


def upload_of(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def macro_document() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/vbaProject.bin", "x")
    return buffer.getvalue()


REFUSED = {
    "a program called PDF": upload_of(b"MZ\x90\x00program", "bao-cao.pdf"),
    "empty": upload_of(b"", "bao-cao.pdf"),
    "a page": upload_of(b"<html><script>alert(1)</script>", "bao-cao.pdf"),
    "macros": upload_of(macro_document(), "bao-cao.docx"),
    "a zip": upload_of(b"PK\x05\x06" + b"\x00" * 18, "bao-cao.zip"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_wrong_file_is_refused_and_what_was_typed_stays(cast: Cast, client_of: ClientOf, case: str) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    upload = REFUSED[case]
    upload.seek(0)

    response = client_of("commune").post(
        reverse("nominations:paper_upload", args=[dossier.code]),
        {
            "kind": "achievement_report",
            "achievement_report-upload": upload,
            "achievement_report-number": "12/BC-UBND",
        },
    )

    assert response.status_code == 422
    assert 'value="12/BC-UBND"' in response.content.decode()
    assert not Paper.objects.exists()
    assert not StoredFile.objects.exists()


def test_too_large_file_is_refused_with_both_sizes(cast: Cast, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    dossier = dossier_at(Status.DRAFT, cast)
    upload = upload_of(b"%PDF-1.4" + b"0" * (1024 * 1024), "lon.pdf")

    with pytest.raises(InvalidRequest, match=r"lon\.pdf.*2.*1"):
        receive_paper(owner=dossier, kind="achievement_report", uploads=[upload], actor=cast["commune"])

    assert not StoredFile.objects.exists()


def test_kind_that_the_plan_does_not_ask_for_is_refused(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    for kind in ("submission_letter", "confirmation_tax", "waiver_paper", "nothing"):
        with pytest.raises(InvalidRequest):
            receive_paper(owner=dossier, kind=kind, uploads=[pdf()], actor=cast["commune"])


def test_upload_that_fails_half_way_leaves_nothing_attached_and_is_swept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("the machine stopped")

    monkeypatch.setattr(papers, "adopt", fail)
    with pytest.raises(OSError, match="stopped"):
        receive_paper(owner=dossier, kind="achievement_report", uploads=[pdf()], actor=cast["commune"])
    stored = StoredFile.objects.get()
    StoredFile.objects.update(created_at=stored.created_at - timedelta(days=2))

    removed = sweep()

    assert removed == 1
    assert not Paper.objects.exists()
    assert not default_storage.exists(stored.storage_name)


def test_file_is_adopted_when_the_transaction_commits(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    with django_capture_on_commit_callbacks(execute=True):
        paper = attach(dossier, "achievement_report", cast["commune"])

    stored = StoredFile.objects.get(pk=paper.file_id)
    assert stored.adopted_at is not None
    assert stored.storage_name.startswith("kept/")
    assert default_storage.exists(stored.storage_name)


def test_replaced_paper_is_a_new_version_and_the_same_file_again_is_not(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    first = attach(dossier, "achievement_report", cast["commune"])
    count = AuditEntry.objects.count()

    again = attach(dossier, "achievement_report", cast["commune"])
    unchanged = AuditEntry.objects.count() == count
    second = receive_paper(
        owner=dossier, kind="achievement_report", uploads=[pdf(text="bản hai")], actor=cast["commune"]
    )

    assert again.pk == first.pk
    assert unchanged
    assert second.version == 2
    assert list(dossier.papers.filter(is_current=True)) == [second]


def test_paper_taken_out_stays_in_the_history(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    paper = attach(dossier, "achievement_report", cast["commune"])

    remove_paper(paper=paper, actor=cast["commune"])
    count = AuditEntry.objects.count()
    remove_paper(paper=paper, actor=cast["commune"])

    assert list(dossier.papers.values_list("is_current", flat=True)) == [False]
    assert AuditEntry.objects.count() == count


def test_report_cannot_be_excused(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    with pytest.raises(InvalidRequest):
        mark_not_required(
            dossier=dossier, kind="achievement_report", reason="Không có.", actor=cast["commune"]
        )


def answer_to(client: Client, address: str, **query: str) -> Any:
    """The answer, read to its end so that its file is closed."""
    response = client.get(address, query)
    if response.streaming:
        response.getvalue()
    return response


READERS = {
    "commune": 200,
    "district": 200,
    "overseer": 404,
    "auditor": 200,
    "outsider": 404,
    "other_district": 404,
    "agency": 404,
    "nobody": 404,
    "administrator": 404,
}


@pytest.mark.parametrize(("who", "status"), list(READERS.items()))
def test_paper_is_served_to_those_who_know_of_the_dossier(
    cast: Cast, client_of: ClientOf, who: str, status: int
) -> None:
    paper = attach(dossier_at(Status.DRAFT, cast), "achievement_report", cast["commune"])

    assert (
        answer_to(client_of(who), reverse("nominations:paper_download", args=[paper.pk])).status_code
        == status
    )


def test_overseer_reads_the_papers_of_what_was_filed(cast: Cast, client_of: ClientOf) -> None:
    paper = dossier_at(Status.FILED_TO_DISTRICT, cast).papers.get()

    answer = answer_to(client_of("overseer"), reverse("nominations:paper_download", args=[paper.pk]))

    assert answer.status_code == 200


def test_papers_of_the_set_name_other_nominees_and_stay_with_the_district_and_the_province(
    cast: Cast, client_of: ClientOf
) -> None:
    filing_set = filed_set(cast, [dossier_at(Status.FILED_TO_DISTRICT, cast)])
    letter = filing_set.papers.get(kind="submission_letter")
    address = reverse("nominations:paper_download", args=[letter.pk])

    answers = {
        who: answer_to(client_of(who), address).status_code
        for who in ("commune", "district", "reviewer", "outsider")
    }

    assert answers == {"commune": 404, "district": 200, "reviewer": 200, "outsider": 404}
    dossier = filing_set.dossiers.get()
    page = client_of("commune").get(dossier.get_absolute_url()).content.decode()
    assert f"paper={letter.pk}" not in page


def test_served_file_is_shown_in_the_browser_only_when_asked(cast: Cast, client_of: ClientOf) -> None:
    paper = attach(dossier_at(Status.DRAFT, cast), "achievement_report", cast["commune"])
    address = reverse("nominations:paper_download", args=[paper.pk])
    client = client_of("commune")

    download, shown = answer_to(client, address), answer_to(client, address, xem="1")

    assert download["Content-Disposition"].startswith("attachment")
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Type"] == "application/pdf"


def photo(colour: str, name: str, mode: str = "RGB", kind: str = "JPEG") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new(mode, (60, 80), colour).save(target, kind)
    return SimpleUploadedFile(name, target.getvalue())


def pages_of(paper: Paper) -> int:
    assert paper.file is not None
    with pikepdf.open(io.BytesIO(read_bytes(paper.file))) as book:
        return len(book.pages)


def test_photos_chosen_together_are_the_pages_of_one_paper(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    photos = [photo("red", "page1.jpg"), photo("green", "page2.jpg"), photo("blue", "page3.jpg")]

    answer = client_of("commune").post(
        reverse("nominations:paper_upload", args=[dossier.code]),
        {"kind": "achievement_report", "achievement_report-upload": photos},
    )

    assert answer.status_code == 302
    paper = Paper.objects.get()
    assert (paper.version, pages_of(paper), paper.file.content_type) == (1, 3, "application/pdf")
    assert [page.file.original_name for page in paper.pages.all()] == ["page1.jpg", "page2.jpg", "page3.jpg"]


def test_photos_sent_one_after_the_other_go_on_with_the_pages(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client = client_of("commune")
    address = reverse("nominations:paper_upload", args=[dossier.code])
    lead = "achievement_report"

    client.post(address, {"kind": lead, f"{lead}-upload": photo("red", "page1.jpg")})
    for colour, name in (("green", "page2.jpg"), ("blue", "page3.png")):
        kind = "PNG" if name.endswith("png") else "JPEG"
        mode = "RGBA" if kind == "PNG" else "RGB"
        client.post(
            address,
            {"kind": lead, f"{lead}-upload": photo(colour, name, mode, kind), f"{lead}-goes_on": "yes"},
        )

    current = Paper.objects.get(is_current=True)
    assert (current.version, pages_of(current)) == (3, 3)
    again = {"kind": lead, f"{lead}-upload": photo("green", "page2.jpg"), f"{lead}-goes_on": "yes"}
    client.post(address, again)
    assert Paper.objects.get(is_current=True) == current
    client.post(address, {**again, f"{lead}-upload": photo("red", "moi.jpg"), f"{lead}-goes_on": "no"})
    replaced = Paper.objects.get(is_current=True)
    assert (replaced.version, replaced.file.original_name) == (4, "moi.jpg")


def test_a_page_that_another_hand_overtook_is_not_lost_silently(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    lead = "achievement_report"
    first = receive_paper(owner=dossier, kind=lead, uploads=[photo("red", "1.jpg")], actor=cast["commune"])
    receive_paper(owner=dossier, kind=lead, uploads=[photo("blue", "2.jpg")], actor=cast["commune"])
    pages = [first.file, store_upload(upload=photo("green", "3.jpg"), types=PAPER_TYPES, actor=None)]

    with pytest.raises(StaleState):
        papers.attach_paper(
            owner=dossier, kind=lead, stored=pages[1], pages=pages, follows=first, actor=cast["commune"]
        )

    assert Paper.objects.get(is_current=True).version == 2


def test_a_document_is_no_page_of_photos(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    with override("en"), pytest.raises(InvalidRequest, match="photos"):
        receive_paper(
            owner=dossier,
            kind="achievement_report",
            uploads=[pdf(), photo("red", "1.jpg")],
            actor=cast["commune"],
        )

    assert not StoredFile.objects.exists()


def test_a_broken_photo_stops_the_paper_with_a_sentence(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    broken = SimpleUploadedFile("2.jpg", photo("red", "1.jpg").read()[:40])

    with override("en"), pytest.raises(InvalidRequest, match="cannot be read"):
        receive_paper(
            owner=dossier,
            kind="achievement_report",
            uploads=[photo("red", "1.jpg"), broken],
            actor=cast["commune"],
        )

    assert not Paper.objects.exists()
