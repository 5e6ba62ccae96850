"""The chapters: alike in both languages, and true to the pages by every word in bold and every picture."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from core import handbook
from core.handbook import CHAPTERS, FIRST_LANGUAGE, anchor_of, folder, page_of, search
from core.help_links import registered_help
from tests.e2e.handbook_pictures import MOST_BYTES, SCENES, Album
from tests.handbook_text import (
    IMAGES,
    LANGUAGES,
    SLUGS,
    captions,
    links,
    parts,
    places,
    shape,
    wordings,
)

PICTURED = sorted({caption.picture for slug in SLUGS for caption in captions(slug, FIRST_LANGUAGE)})


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    """The wordings of the Vietnamese catalogue."""
    return wordings(Path(settings.BASE_DIR) / "locale" / "vi" / "LC_MESSAGES" / "django.mo")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_is_there_and_no_other(language: str) -> None:
    found = {path.stem for path in (folder() / language).glob("*.md")}

    assert found == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_shape(slug: str) -> None:
    assert shape(slug, "en") == shape(slug, "vi")


@pytest.mark.parametrize("slug", SLUGS)
def test_sections_have_addresses_of_their_own(slug: str) -> None:
    anchors = [section.anchor for section in page_of(slug, "vi").sections]

    assert all(anchors)
    assert len(set(anchors)) == len(anchors)
    assert [section.anchor for section in page_of(slug, "en").sections] == anchors


@pytest.mark.parametrize("slug", SLUGS)
def test_bold_words_are_words_of_the_pages(slug: str, said: dict[str, set[str]]) -> None:
    for english, vietnamese in zip(parts(slug, "en"), parts(slug, "vi"), strict=True):
        assert len(english.bold) == len(vietnamese.bold), f"{vietnamese.title}: {vietnamese.bold}"
        for words, shown in zip(english.bold, vietnamese.bold, strict=True):
            assert shown in said.get(words, ()), f"{vietnamese.title}: {words!r} is not shown as {shown!r}"


def test_a_word_that_no_page_says_is_told(said: dict[str, set[str]]) -> None:
    assert said["File to the district"] == {"Gửi lên huyện"}
    assert "Send to the district" not in said
    assert len(said["%(count)s thing is tried again now."]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_links_lead_to_sections_or_files(slug: str, language: str) -> None:
    for target in links(slug, language):
        path, _hash, anchor = target.partition("#")
        inside = Path(path).stem + (f"#{anchor}" if anchor else "")
        outside = folder() / language / path

        assert inside in places() or (not anchor and outside.exists()), target


@pytest.mark.parametrize("name", sorted(registered_help()))
def test_pages_lead_to_sections_that_are_there(name: str) -> None:
    assert set(registered_help()[name]) <= places()


def test_every_picture_is_made_by_the_browser_and_stands_in_a_chapter() -> None:
    files = {path.name for path in IMAGES.glob("*.webp")}

    assert set(PICTURED) == {f"{scene.name}.webp" for scene in SCENES}
    assert files == set(PICTURED)
    assert set(handbook.pictures()) == set(PICTURED)


@pytest.mark.parametrize("picture", PICTURED)
def test_pictures_are_small_and_as_large_as_is_said(picture: str) -> None:
    told = handbook.pictures()[picture]

    with Image.open(IMAGES / picture) as image:
        assert (image.format, image.width, image.height) == ("WEBP", told["width"], told["height"])
    assert (IMAGES / picture).stat().st_size < MOST_BYTES


@pytest.mark.parametrize("slug", SLUGS)
def test_captions_name_what_stood_on_the_pictured_page(slug: str) -> None:
    for caption in captions(slug, FIRST_LANGUAGE):
        assert caption.alt
        assert caption.bold, f"{caption.picture}: the caption names nothing that the picture shows"
        assert set(caption.bold) <= set(handbook.pictures()[caption.picture]["named"]), caption.picture


def test_pictures_are_told_in_a_readable_order() -> None:
    text = (IMAGES / handbook.PICTURES).read_text("utf-8")

    assert text == json.dumps(handbook.pictures(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_a_page_that_says_something_else_than_its_picture_is_told() -> None:
    album = Album(None, {}, told=deepcopy(handbook.pictures()))  # type: ignore[arg-type]
    assert album.differences() == []

    words = album.told["kiem-tra-va-gui.webp"]["words"]
    words[words.index("Gửi lên huyện")] = "Nộp lên huyện"
    album.told["chua-chup.webp"] = {"words": [], "named": []}

    assert album.differences() == [
        "kiem-tra-va-gui.webp: new: Nộp lên huyện",
        "kiem-tra-va-gui.webp: gone: Gửi lên huyện",
        "chua-chup.webp was never taken",
    ]


def test_html_of_a_chapter_would_be_shown_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        (tmp_path / language / "x.md").write_text(
            "# X\n\n## A\n\n<script>alert(1)</script> [y](javascript:alert(1)) <b>z</b>\n", "utf-8"
        )
    monkeypatch.setattr(handbook, "folder", lambda: tmp_path)

    html = page_of.__wrapped__("x", "vi").sections[0].html

    assert "<script" not in html
    assert "<b>" not in html
    assert "href" not in html


def test_files_that_only_the_repository_has_are_no_links() -> None:
    html = "".join(section.html for section in page_of("van-hanh", "vi").sections)

    assert "<code>docs/threat-model.md</code>" in html
    assert "../../" not in html


def test_a_picture_stands_with_its_caption() -> None:
    section = next(one for one in page_of("cap-xa", "vi").sections if one.anchor == "kiem-tra-va-gui")

    assert '<figure class="figure-card"><a href="/static/handbook/kiem-tra-va-gui.webp">' in section.html
    assert "<figcaption>Nút <strong>Gửi lên huyện</strong>" in section.html


@pytest.mark.parametrize("words", ["gửi lên huyện", "GUI LEN HUYEN", "gui huyen"])
def test_search_is_blind_to_diacritics_and_case(words: str) -> None:
    found = search(words, "vi", CHAPTERS)

    assert "/tro-giup/cap-xa/#kiem-tra-va-gui" in [hit.url for hit in found]


def test_search_shows_the_words_as_they_are_written() -> None:
    hit = next(
        one for one in search("gui len huyen", "vi", CHAPTERS) if one.section.anchor == "kiem-tra-va-gui"
    )

    assert hit.words == "Gửi lên huyện."
    assert hit.before.endswith("Bấm")
    assert hit.after


def test_headings_come_first_and_nothing_is_found_for_nothing() -> None:
    found = search("số định danh", "vi", CHAPTERS)

    assert found[0].section.title == "Số định danh cá nhân"
    assert search("  ", "vi", CHAPTERS) == []
    assert search("khôngcóchữnày", "vi", CHAPTERS) == []
    assert search("citizen", "en", CHAPTERS) != []


def test_addresses_are_headings_without_diacritics() -> None:
    assert anchor_of("Đóng bỏ phiếu và kiểm phiếu") == "dong-bo-phieu-va-kiem-phieu"
