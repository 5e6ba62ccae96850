"""A stored file leaves the house under the name and type of what it is, and does nothing in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import FileResponse

from core.exceptions import Hidden
from core.files import DOCX, JPEG, PDF, PNG, serve, store_bytes
from core.models import StoredFile
from tests.factories.files import stored_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = stored_in(tmp_path)


def served(name: str, kind: str, *, inline: bool = False) -> FileResponse:
    stored = store_bytes(content=b"x", name=name, content_type=kind, actor=None)
    # A row of earlier days, whose name was kept as it was typed.
    StoredFile.objects.filter(pk=stored.pk).update(original_name=name)
    stored.refresh_from_db()
    response = serve(stored, inline=inline)
    response.close()
    return response


@pytest.mark.parametrize("kind", [PDF, DOCX, JPEG, PNG])
@pytest.mark.parametrize("inline", [False, True])
def test_every_download_is_sealed(kind: str, inline: bool) -> None:
    response = served("bao-cao.pdf", kind, inline=inline)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    # Its own reader would not start in a sandbox.
    assert policy.endswith("sandbox") is not (inline and kind == PDF)
    assert "script-src" not in policy


def test_name_and_type_follow_what_was_found() -> None:
    response = served("bao-cao\u202efdp.html", PNG)

    assert response["Content-Type"] == PNG
    assert response["Content-Disposition"] == 'attachment; filename="bao-caofdp.png"'


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/x-msdownload", ""])
def test_a_type_that_we_never_find_is_only_bytes_and_never_shown(kind: str) -> None:
    response = served("trang.html", kind, inline=True)

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="trang.bin"'


@pytest.mark.parametrize(("kind", "shown"), [(PDF, True), (JPEG, True), (PNG, True), (DOCX, False)])
def test_only_what_a_browser_draws_itself_is_shown(kind: str, shown: bool) -> None:
    response = served("bao-cao", kind, inline=True)

    assert response["Content-Disposition"].startswith("inline") is shown
    assert ("X-Frame-Options" in response) is shown


def test_nothing_kept_is_nothing_there() -> None:
    with pytest.raises(Hidden):
        serve(None)
