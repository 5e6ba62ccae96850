"""A new kind of document is one folder: a throw-away one is linked, previewed, issued, listed and filtered."""

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

import reports.documents
from reports.kinds import PARTS, homes, kinds

pytestmark = pytest.mark.django_db
NOTICE = {
    "__init__.py": """
from pathlib import Path

from core.exceptions import NotAllowed
from nominations.models import Proposal
from reports.documents.issuing_bodies import IssuingBody
from reports.documents.notice.context import context_of
from reports.kinds import Kind, Layout


def check_can_issue(actor, proposal):
    if actor.username != "reviewer":
        raise NotAllowed("Only the reviewer sends notices.")


KIND = Kind(
    folder=Path(__file__).parent,
    label="Notice of the list",
    layout=Layout.INTERNAL,
    records=lambda: Proposal.objects.all(),
    symbol="TB",
    issuer_of=lambda proposal, day: IssuingBody(
        holder="thu", superior="UBND", issuer="Sở", abbreviation="THU"
    ),
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=lambda proposal: None,
    has_reader=lambda user: user.username == "officer",
    reference="code",
)
""",
    "context.py": """
def context_of(proposal, imprint):
    return {"imprint": imprint, "code": proposal.code, "office": {"superior": "UBND", "issuer": "Sở"}}
""",
    "template.html": """<!doctype html>
<html lang="vi">
<head>
  <title>Thông báo</title>
  <link rel="stylesheet" href="../shared/base.css">
  <link rel="stylesheet" href="style.css">
</head>
<body>
  {% include "shared/head.html" with with_place=False %}
  <h1>Thông báo về tờ trình {{ code }}</h1>
</body>
</html>
""",
    "style.css": "h1 { text-transform: none; }",
    "sample.yaml": "{imprint: {symbol: TB-MAU, day: 2025-12-15}, code: TT-MAU, office: {superior: UBND, issuer: Sở}}",
}


@pytest.fixture
def notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kind in a folder of its own, found beside those of the product."""
    shutil.copytree(homes()[0] / "shared", tmp_path / "kinds" / "shared")
    folder = tmp_path / "kinds" / "notice"
    folder.mkdir()
    for part, text in NOTICE.items():
        (folder / part).write_text(text, encoding="utf-8")
    monkeypatch.setattr(reports.documents, "__path__", [*reports.documents.__path__, str(folder.parent)])
    yield folder
    for module in [name for name in sys.modules if name.startswith("reports.documents.notice")]:
        del sys.modules[module]
    del reports.documents.notice


def text_of(content: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages
    )


def test_the_folder_needs_no_more_than_its_parts() -> None:
    # One file more says its label in Vietnamese: the catalogue.
    assert set(NOTICE) == set(PARTS)
    assert len(PARTS) + 1 <= 6


@pytest.mark.slow  # starts the renderer three times
def test_a_new_folder_is_a_new_document_everywhere(notice, proposal, people, tmp_path) -> None:
    client = Client()
    client.force_login(people["reviewer"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    address = reverse("reports:issue", args=["notice", proposal.pk])

    preview = client.get(reverse("reports:preview", args=["notice", proposal.pk]))
    issued = client.post(address, follow=True)
    listed = client.get(reverse("reports:documents"), {"kind": "notice"})
    others = client.get(reverse("reports:documents"), {"kind": "minutes"})
    call_command("render_document", "notice", out=str(tmp_path / "sample.pdf"))

    assert "Thông báo về tờ trình TT-2025-0001" in text_of(preview.content)
    assert "Issued as number 01/TB-THU." in issued.content.decode()
    assert "Notice of the list" in issued.content.decode()
    assert "01/TB-THU" in listed.content.decode()
    assert "01/TB-THU" not in others.content.decode()
    assert "TT-MAU" in text_of((tmp_path / "sample.pdf").read_bytes())


def test_a_new_document_is_linked_from_what_it_is_about(notice, proposal, people) -> None:
    client = Client()
    client.force_login(people["reviewer"])

    page = client.get(proposal.get_absolute_url()).content.decode()

    for kind in ("notice", "proposal"):
        assert reverse("reports:issue", args=[kind, proposal.pk]) in page
    assert "Notice of the list" in page


def test_a_kind_that_is_taken_away_is_gone(proposal, people) -> None:
    client = Client()
    client.force_login(people["reviewer"])

    assert "notice" not in kinds()
    assert client.get(reverse("reports:issue", args=["notice", proposal.pk])).status_code == 404
