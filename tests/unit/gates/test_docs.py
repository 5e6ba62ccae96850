"""Pages about the code name nothing that is gone."""

import re
from pathlib import Path

import pytest

from tests.unit.gates.code_names import ROOT, dead_links, dead_names, names_on

PAGES = ("docs/architecture.md", "docs/glossary.md")
READMES = ("README.md", "README.vi.md")
LINKED = (*PAGES, *READMES, "CONTRIBUTING.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_name_on_the_page_leads_to_code(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    assert len(names_on(text)) > 40
    assert dead_names(text) == []


@pytest.mark.parametrize("page", LINKED)
def test_every_link_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    assert dead_links(text, (ROOT / page).parent) == []


def test_readme_leads_to_both_pages() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert all(f"]({page})" in readme for page in PAGES)


def test_both_readmes_name_the_same_accounts_and_commands() -> None:
    english, vietnamese = ((ROOT / page).read_text("utf-8") for page in READMES)
    accounts = [re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE) for text in (english, vietnamese)]

    assert accounts[0] == accounts[1] != []
    assert set(re.findall(r"^make \w+", vietnamese, re.MULTILINE)) == {"make run", "make test"}
    assert "](README.vi.md)" in english
    assert "](README.md)" in vietnamese


def test_readmes_lead_to_every_chapter_of_the_handbook() -> None:
    for page, language in zip(READMES, ("en", "vi"), strict=True):
        text = (ROOT / page).read_text("utf-8")
        chapters = (ROOT / "docs" / "handbook" / language).glob("*.md")

        assert [path.name for path in chapters if f"]({path.relative_to(ROOT)})" not in text] == []


@pytest.mark.parametrize(
    "name",
    [
        "core.audit",
        "core/files.py",
        "reports/documents/",
        "nominations.models.Dossier.award_citation",
        "registry.imports.staged.Finding.code",
        "registry.enums.RowState.ASKED",
        "visible_to",
        "check_can_...",
        "criteria",
        "make check",
        "manage.py verify_audit",
    ],
)
def test_living_name_passes(name: str) -> None:
    assert dead_names(f"It stands in `{name}`.") == []


@pytest.mark.parametrize(
    "name",
    [
        "core.utilities",
        "core/no_file.py",
        "reports/papers/",
        "nominations.models.Dossier.applicant",
        "registry.imports.staged.Finding.title",
        "registry.enums.RowState.ASKED.value.gone",
        "django_settings.models",
        "visible_to_all",
        "check_cannot_...",
        "Application",
        "make tea",
        "manage.py paint_docs",
        "two words",
    ],
)
def test_dead_name_is_told(name: str) -> None:
    assert dead_names(f"It stands in `{name}`.") == [name]


def test_dead_link_is_told(tmp_path: Path) -> None:
    (tmp_path / "there.md").touch()

    dead = dead_links("[a](there.md) [b](gone.md) [c](https://example.vn/x) [d](there.md#part)", tmp_path)

    assert dead == ["gone.md"]
