"""How the parent reads what the child process tells."""

from datetime import date

import pytest
from django.utils import translation

from core.services import service
from reports import rendering
from reports.documents.imprint import Imprint
from reports.documents.samples import sample
from reports.exceptions import RenderingFailed
from reports.renderer import Ended

IMPRINT = Imprint("TTr-SLĐTBXH", date(2025, 12, 15), 5)


def ended_with(monkeypatch: pytest.MonkeyPatch, status: int, report: str = "") -> None:
    monkeypatch.setattr(rendering, "run_job", lambda *_args: Ended(status, report))


@pytest.mark.parametrize(
    ("status", "report", "sentence"),
    [
        (3, "", "needed more memory"),
        (-6, "", "needed more memory"),
        (1, "MemoryError", "needed more memory"),
        (-24, "", "was not ready after 60 seconds"),
        (-9, "", "was not ready after 60 seconds"),
        (4, "refused address", "could not make the document"),
        (1, "ValueError", "could not make the document"),
    ],
)
def test_each_end_of_the_child_gives_its_sentence(monkeypatch, status, report, sentence) -> None:
    ended_with(monkeypatch, status, report)
    context, imprint = sample("proposal")

    with translation.override("en"), pytest.raises(RenderingFailed, match=sentence):
        rendering.render_pdf("proposal", context, imprint)


@pytest.mark.slow  # starts the renderer
def test_document_that_asks_for_a_foreign_address_is_not_made(monkeypatch) -> None:
    foreign = '<html lang="vi"><head><title>x</title></head><body><img src="http://192.0.2.1/a.png" alt=""></body></html>'
    monkeypatch.setattr(rendering, "render_html", lambda kind, context: foreign)

    with translation.override("en"), pytest.raises(RenderingFailed, match="could not make the document"):
        rendering.render_pdf("proposal", {}, IMPRINT)


@pytest.mark.django_db
def test_rendering_inside_a_service_is_a_fault() -> None:
    @service(unaudited="a test")
    def careless() -> None:
        rendering.render_pdf("proposal", {}, IMPRINT)

    with pytest.raises(RuntimeError, match="inside a service"):
        careless()
