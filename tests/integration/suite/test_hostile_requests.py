"""What a hostile client sends gets an answer in words, never a failure of ours."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest
from core.files import PAPER_TYPES
from core.spreadsheets.container import read_tables
from core.spreadsheets.problems import WorkbookError
from core.uploads.checking import check_upload
from nominations.enums import Status
from tests.factories import Cast, dossier_at, make_cast, running_round

NUL = "a\x00b"


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """A client signed in as one of the cast."""

    def make(name: str) -> Client:
        client = Client()
        client.force_login(cast[name])
        return client

    return make


@pytest.fixture(autouse=True)
def _databases_refuse_null_characters(db: None) -> Iterator[None]:
    """SQLite takes a null character; fail on it here as PostgreSQL does."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and any(isinstance(one, str) and "\x00" in one for one in params or ()):
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_another_host_is_refused_in_words(client: Client) -> None:
    client.raise_request_exception = False

    response = client.get("/dang-nhap/", headers={"host": "evil.example", "referer": "http://evil.example/"})

    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


@pytest.mark.parametrize("query", ["award=a%00b", "status=a%00b", "q=a%00b", "%00=1"])
def test_null_characters_in_an_address_are_refused(client_of: Callable[[str], Client], query: str) -> None:
    response = client_of("reviewer").get(f"{reverse('nominations:desk')}?{query}")

    assert response.status_code == 400
    assert '<html lang="vi"' in response.content.decode()


def test_null_characters_in_a_draft_are_refused_and_the_draft_stays(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    draft = dossier_at(Status.DRAFT, cast)
    before = draft.achievement

    response = client_of("commune").post(
        reverse("nominations:autosave", args=[draft.code]), {"achievement": NUL, "award_citation": ""}
    )

    draft.refresh_from_db()
    assert response.status_code == 400
    assert draft.achievement == before


def test_null_characters_in_a_choice_of_dossiers_are_refused(client_of: Callable[[str], Client]) -> None:
    response = client_of("lead").post("/ho-so/to-trinh/TTr-2025-0001/danh-sach/", {"dossier": NUL})

    assert response.status_code == 400


def test_a_nominee_number_beyond_counting_is_not_found(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    chosen = {
        "unit": cast.district.pk,
        "award_round": running_round().pk,
        "award": "province_certificate",
        "subject": "commune",
    }

    response = client_of("district").post(reverse("nominations:start"), {**chosen, "nominee": "9" * 5000})

    assert response.status_code == 404


def package(mimetype: bytes = b"application/vnd.oasis.opendocument.spreadsheet", content: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        made.writestr("mimetype", mimetype)
        made.writestr("content.xml", f'<a xmlns:table="t">{content}</a>')
    return target.getvalue()


def locked(data: bytes) -> bytes:
    data = data.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def misnamed(data: bytes) -> bytes:
    data = data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x08")
    return data.replace(b"mimetype", b"\xff\xfemetype")


BROKEN_PACKAGES = {
    "no directory": b"X" * 100 + b"PK\x05\x06\0\0\0\0\x05\0\x05\0\xff\x00\0\0\x10\x00\0\0\0\0",
    "locked": locked(package()),
    "changed after packing": package().replace(b"opendocument", b"opendocumxnt"),
    "a name in no encoding": misnamed(package()),
}


@pytest.mark.parametrize("case", list(BROKEN_PACKAGES))
def test_broken_packages_are_no_papers(case: str) -> None:
    with pytest.raises(InvalidRequest):
        check_upload(SimpleUploadedFile("don.docx", BROKEN_PACKAGES[case]), PAPER_TYPES)


@pytest.mark.parametrize("repeat", ["abc", "9" * 5000])
def test_workbooks_with_nonsense_repeats_are_damaged(repeat: str) -> None:
    workbook = package(content=f'<table:table-row table:number-rows-repeated="{repeat}"/>')

    with pytest.raises(WorkbookError) as refused:
        read_tables(workbook, "ra-soat.ods")

    assert refused.value.code == "file_damaged"


def test_workbooks_with_names_in_no_encoding_are_damaged() -> None:
    with pytest.raises(WorkbookError) as refused:
        read_tables(BROKEN_PACKAGES["a name in no encoding"], "ra-soat.ods")

    assert refused.value.code == "file_damaged"


def test_a_table_as_text_with_an_endless_cell_is_damaged() -> None:
    with pytest.raises(WorkbookError) as refused:
        read_tables(b"a,b\n" + b"x" * 200_000 + b",1\n", "ra-soat.csv")

    assert refused.value.code == "file_damaged"
