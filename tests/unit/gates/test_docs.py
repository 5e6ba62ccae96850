"""Pages about the code name nothing that is gone."""

from pathlib import Path

import pytest

from tests.unit.gates.code_names import ROOT, dead_links, dead_names, names_on

PAGES = ("docs/architecture.md", "docs/glossary.md")
LINKED = (*PAGES, "README.md", "CONTRIBUTING.md")


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
