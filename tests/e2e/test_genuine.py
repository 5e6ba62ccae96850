"""A stranger holds a copy: code, verdict, a changed file named as changed; with scripts and without."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from core.files import PDF, store_bytes
from reports.genuine import in_groups
from reports.models import IssuedDocument
from tests.e2e.browsing import look, send
from tests.e2e.conftest import SignIn
from tests.factories import make_cast
from tests.factories.files import pdf_bytes

CODE = "ABCDEFGHJKMN"


@pytest.fixture
def copies(transactional_db: None, tmp_path: Path) -> tuple[Path, Path]:
    """What was issued, and the same with one byte changed."""
    reviewer = make_cast()["reviewer"]
    content = pdf_bytes("Tờ trình")
    stored = store_bytes(content=content, name="05-TTr.pdf", content_type=PDF, actor=reviewer)
    IssuedDocument.objects.create(
        kind="proposal",
        object_id=1,
        number=5,
        series_year=2025,
        symbol="TTr-SNNMT",
        holder="so",
        issuer="Sở Nông nghiệp và Môi trường",
        file=stored,
        sha256=stored.sha256,
        code=CODE,
        issued_by=reviewer,
        issued_on=date(2025, 12, 12),
        issued_at=datetime(2025, 12, 12, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    )
    same, changed = tmp_path / "05-TTr.pdf", tmp_path / "05-TTr-sua.pdf"
    same.write_bytes(content)
    changed.write_bytes(content.replace(b"%%EOF", b"%%EOg"))
    assert same.read_bytes() != changed.read_bytes()
    return same, changed


def _by_code(page: Page) -> None:
    page.goto(reverse("reports:genuine_search"))
    look(page)
    page.locator("input[name=ma]").fill(in_groups(CODE).lower())
    assert send(page, page.locator("main button[type=submit]")) == 200
    expect(page.locator("h1")).to_have_text("05/TTr-SNNMT")
    expect(page.locator("main")).to_contain_text("Sở Nông nghiệp và Môi trường")
    look(page)


def test_a_copy_is_held_against_what_was_issued(
    copies: tuple[Path, Path], sign_in: SignIn, viewport: ViewportSize
) -> None:
    same, changed = copies
    page = sign_in(viewport=viewport)
    _by_code(page)
    said = page.locator("[data-compared]")

    # The browser says so by itself; nothing is sent.
    page.locator("input[type=file]").set_input_files(changed)
    expect(said).to_contain_text("không phải")
    look(page)
    page.locator("input[type=file]").set_input_files(same)
    expect(said).to_contain_text("đúng là")

    # The server says the same.
    assert send(page, page.locator("main form[method=post] button[type=submit]")) == 200
    expect(page.locator(".note--good")).to_be_visible()
    look(page)
    page.locator("input[type=file]").set_input_files(changed)
    send(page, page.locator("main form[method=post] button[type=submit]"))
    expect(page.locator(".note--bad")).to_be_visible()
    look(page)


def test_without_scripts_the_server_compares(copies: tuple[Path, Path], sign_in: SignIn) -> None:
    _same, changed = copies
    page = sign_in(java_script_enabled=False)
    page.goto(reverse("reports:genuine", args=[CODE]))

    page.locator("input[type=file]").set_input_files(changed)
    send(page, page.locator("main form[method=post] button[type=submit]"))

    expect(page.locator(".note--bad")).to_be_visible()
