"""How translations are taken over into the catalogue."""

from pathlib import Path

import polib
import pytest

from scripts import catalogues


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one file with one marked text, without libraries."""
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "LIBRARIES", ())
    (tmp_path / "app.py").write_text('from django.utils.translation import gettext as _\n_("Good morning")\n')
    (tmp_path / "locale").mkdir()
    return tmp_path


def _fragment(folder: Path, text: str, wording: str) -> None:
    folder.mkdir(exist_ok=True)
    fragment = polib.POFile()
    fragment.metadata = catalogues.METADATA
    fragment.append(polib.POEntry(msgid=text, msgstr=wording))
    fragment.save(str(folder / "fragment.po"))


@pytest.mark.slow  # Two passes of xgettext.
def test_check_fails_until_the_text_is_translated(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogues.update(None)

    before = catalogues.check()
    told = capsys.readouterr().out
    _fragment(project / "fragments", "Good morning", "Xin chao")
    catalogues.update(project / "fragments")

    assert before == 1
    assert "lacks a translation of 'Good morning'" in told
    assert catalogues.check() == 0


@pytest.mark.slow  # It calls the tools of gettext.
def test_changed_text_loses_its_translation_instead_of_guessing(project: Path) -> None:
    _fragment(project / "fragments", "Good morning", "Xin chao")
    catalogues.update(project / "fragments")
    (project / "app.py").write_text('from django.utils.translation import gettext as _\n_("Good mornings")\n')

    catalogues.update(None)

    (entry,) = polib.pofile(str(project / "locale/vi/LC_MESSAGES/django.po"))
    assert (entry.msgid, entry.msgstr, entry.flags) == ("Good mornings", "", [])


def test_every_library_gap_is_a_text_without_vietnamese_wording() -> None:
    gaps = {entry.msgid for entry in catalogues._library_gaps()}

    assert "Enter a valid domain name." in gaps
    assert "This field is required." not in gaps
    assert "Kyrgyz" not in gaps
