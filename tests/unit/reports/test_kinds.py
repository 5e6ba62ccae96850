"""Each folder of documents describes one kind, whole; what a folder lacks is named."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.functional import Promise

import reports.documents
from reports.documents.samples import sample
from reports.kinds import PARTS, homes, kinds
from reports.models import IssuedDocument
from reports.rendering import render_html

(HOME,) = homes()
# What kinds share, and what is drawn for one reader and never issued.
NO_KINDS = {"shared", "sheets", "__pycache__"}
FOLDERS = sorted(path for path in HOME.iterdir() if path.is_dir() and path.name not in NO_KINDS)


def test_every_folder_is_a_kind() -> None:
    assert list(kinds()) == [folder.name for folder in FOLDERS]
    assert {"minutes", "proposal"} <= set(kinds())


@pytest.mark.parametrize("name", kinds())
def test_kind_has_all_that_is_asked_of_it(name: str) -> None:
    kind = kinds()[name]

    assert kind.folder.parent == HOME
    assert isinstance(kind.label, Promise)
    assert hasattr(kind.records(), "visible_to")
    assert len(name) <= (IssuedDocument._meta.get_field("kind").max_length or 0)
    if kind.reference:
        kind.records().model._meta.get_field(kind.reference)


@pytest.mark.parametrize("name", kinds())
def test_sample_of_a_kind_fills_its_template_in_vietnamese(name: str) -> None:
    context, imprint = sample(name)

    with translation.override("en"):
        html = render_html(name, context)

    assert str(imprint.symbol) in html
    assert '<html lang="vi">' in html
    for address in re.findall(r'href="([^"]+\.css)"', html):
        assert (kinds()[name].folder / address).is_file(), address


@pytest.mark.parametrize("part", PARTS)
def test_folder_that_lacks_a_part_is_refused_with_its_name(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notice"
    folder.mkdir()
    for other in PARTS:
        if other != part:
            (folder / other).touch()
    monkeypatch.setattr(reports.documents, "__path__", [str(tmp_path)])

    with pytest.raises(ImproperlyConfigured, match=f"lacks {re.escape(part)}"):
        kinds()


@pytest.mark.parametrize(
    ("name", "sentence"), [("Notice-2", "cannot name a kind"), ("notice_without_kind", "names no KIND")]
)
def test_folder_that_is_no_kind_is_refused_with_the_reason(
    name: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).mkdir()
    for part in PARTS:
        (tmp_path / name / part).touch()
    monkeypatch.setattr(reports.documents, "__path__", [str(tmp_path)])

    with pytest.raises(ImproperlyConfigured, match=sentence):
        kinds()


@pytest.mark.parametrize("name", sorted(kinds()))
def test_the_page_of_a_document_leads_back_to_what_it_is_about(name: str) -> None:
    assert hasattr(kinds()[name].records().model, "get_absolute_url")
