"""The design system's tags: what they write, and that every page keeps to their rules."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core import navigation
from core.templatetags import ui
from tests.gallery.samples import SampleBallot, SampleForm, samples

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STYLES = Path(settings.BASE_DIR) / "static" / "css"
PAGES = sorted(TEMPLATES.rglob("*.html"))


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "places", "vietnamese", "english"),
    [
        (1062, None, "1.062", "1,062"),
        (1234567, None, "1.234.567", "1,234,567"),
        (0, None, "0", "0"),
        (-1500, None, "-1.500", "-1,500"),
        (Decimal("55.90"), None, "55,9", "55.9"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (55.9, None, "55,9", "55.9"),
        (Decimal("55.95"), 1, "56,0", "56.0"),
        (Decimal("0.25"), 1, "0,3", "0.3"),
        (7, 2, "7,00", "7.00"),
        (None, None, "—", "—"),
        ("", 1, "—", "—"),
    ],
)
def test_number_uses_the_languages_separators(value, places, vietnamese, english):
    with translation.override("vi"):
        assert ui.number(value, places) == vietnamese
    with translation.override("en"):
        assert ui.number(value, places) == english


def test_percent_reads_a_share():
    with translation.override("vi"):
        assert ui.percent(Decimal("0.559")) == "55,9%"
        assert ui.percent(Decimal("0.16085"), 2) == "16,09%"
        assert ui.percent(None) == "—"


def test_day_and_moment_read_as_offices_write_them():
    late_evening_in_london = datetime(2025, 12, 14, 18, 5, tzinfo=UTC)

    assert ui.day(date(2025, 12, 5)) == "05/12/2025"
    assert ui.day(late_evening_in_london) == "15/12/2025"
    assert ui.moment(late_evening_in_london) == "15/12/2025 01:05"
    assert ui.day(None) == ui.moment(None) == "—"


def test_icon_is_silent_unless_it_is_named():
    silent = draw('{% icon "house" %}')
    named = draw('{% icon "house" size=20 css="big" label=words %}', words="Trang <đầu>")

    assert 'aria-hidden="true"' in silent
    assert "<path" in silent
    assert 'class="icon big" width="20"' in named
    assert 'aria-label="Trang &lt;đầu&gt;"' in named


@pytest.mark.parametrize("name", ["no-such-icon", "../../../package", "a b"])
def test_unknown_icon_draws_nothing(name):
    assert draw("{% icon name %}", name=name) == ""


def test_chip_is_a_word_with_a_shape_and_escapes_the_word():
    html = draw("{% chip word tone %}", word="<b>Đủ</b>", tone="good")

    assert html.startswith('<span class="chip chip--good"><svg')
    assert "&lt;b&gt;Đủ&lt;/b&gt;" in html


def test_chip_with_an_unknown_tone_is_neutral():
    assert 'class="chip chip--neutral"' in draw("{% chip 'x' tone %}", tone='"><script>')


@pytest.mark.parametrize("status", ui.FINDING_WORDS)
def test_every_finding_status_has_word_tone_and_shape(status):
    html = draw("{% finding_chip status %}", status=status)

    assert ui.finding_tone(status) in ui.TONE_ICONS
    assert str(ui.finding_label(status)) != status
    assert "<path" in html


def test_unknown_finding_status_is_neutral_and_keeps_its_word():
    assert ui.finding_tone("other") == "neutral"
    assert ui.finding_label("other") == "other"


@pytest.mark.parametrize(
    ("days", "look", "figure"),
    [(-2, "late", "2"), (0, "now", "0"), (7, "now", "7"), (8, "calm", "8"), (1200, "calm", "1.200")],
)
def test_days_left_box_grows_louder(days, look, figure):
    with translation.override("vi"):
        html = draw("{% days_left days %}", days=days)

    assert f"days--{look}" in html
    assert f">{figure}</span>" in html


def test_days_left_without_a_day_is_not_urgent():
    assert "days--none" in draw("{% days_left None %}")


def test_bar_marks_the_threshold_and_never_leaves_its_track():
    html = draw("{% bar 171 388 194 'good' %}")
    over = draw("{% bar 900 388 %}")

    assert 'width="44.07%"' in html
    assert html.count('x1="50.00%"') == 2
    assert 'width="100.00%"' in over
    assert "bar__mark" not in over


def test_bar_writes_plain_points_in_vietnamese():
    with translation.override("vi"):
        assert 'width="12.50%"' in draw("{% bar 1 8 %}")


@pytest.mark.parametrize("figures", ["None 388", "171 None", "'' ''"])
def test_bar_without_figures_is_absent(figures):
    assert draw("{% bar " + figures + " %}") == ""


def test_bar_of_nothing_is_empty():
    assert 'width="0.00%"' in draw("{% bar 3 0 %}")


def test_bar_speaks_when_it_is_labelled():
    assert 'role="img" aria-label="A &amp; B"' in draw("{% bar 1 2 label=words %}", words="A & B")


def test_quota_shows_one_block_a_place():
    html = draw("{% quota_blocks 9 15 2 %}")

    assert [html.count(f"quota__{state}") for state in ("used", "pending", "free")] == [9, 2, 4]


def test_quota_beyond_its_limit_fills_every_block_and_no_more():
    html = draw("{% quota_blocks 16 15 3 %}")

    assert [html.count(f"quota__{state}") for state in ("used", "pending", "free")] == [15, 0, 0]


def test_quota_too_large_to_count_is_a_bar():
    assert "bar__fill" in draw("{% quota_blocks 20 60 %}")
    assert draw("{% quota_blocks 0 0 %}") == ""


def test_query_update_keeps_the_filters():
    request = RequestFactory().get("/", {"q": "phan rí & cửa", "page": "3", "kind": "c"})

    html = draw("{% query_update page=2 kind=None %}", request=request)

    assert html == "?q=phan+r%C3%AD+%26+c%E1%BB%ADa&amp;page=2"


@pytest.mark.parametrize(("query", "in_force"), [("", False), ("?page=2&q=", False), ("?page=2&q=x", True)])
def test_filters_are_in_force_when_the_address_narrows(query: str, in_force: bool):
    assert ui.filters_in_force(RequestFactory().get(f"/{query}")) is in_force
    assert ui.filters_in_force(None) is False


def test_query_update_without_a_request_starts_a_query():
    assert draw("{% query_update page=2 q='' %}") == "?page=2"


def test_form_joins_label_help_and_error_to_its_field():
    form = SampleForm({"name": ""}, auto_id="sample_%s")

    html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))

    field = re.search(r'<input[^>]*id="sample_name"[^>]*>', html).group()
    assert 'aria-describedby="sample_name_helptext sample_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="sample_name_helptext"' in html
    assert 'id="sample_name_error"' in html
    assert '<label for="sample_name"' in html
    assert 'href="#sample_name"' in html
    assert "data-error-summary" in html


def test_form_names_what_is_optional_and_stays_quiet_before_it_is_sent():
    with translation.override("en"):
        html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(
            Context({"form": SampleForm()})
        )

    assert html.count("(optional)") == sum(not field.required for field in SampleForm().fields.values())
    assert "data-error-summary" not in html


def test_radio_cards_preselect_nothing():
    html = render_to_string("includes/radio_cards.html", {"field": SampleBallot()["choice"]})

    assert html.count('type="radio"') == 2
    assert "checked" not in html


def test_finding_shows_word_sentence_figure_and_clause():
    html = render_to_string("includes/finding.html", samples()["findings"][0])

    assert 'class="finding finding--good"' in html
    assert "bar__mark" in html
    assert "III.1.c" in html


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_page_has_no_inline_style_script_or_handler(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|hx-vals='js:", text)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_page_names_only_icons_that_exist(path):
    names = re.findall(r"{% icon \"([^\"]+)\"", path.read_text(encoding="utf-8"))

    assert [name for name in names if not ui.icon_drawing(name)] == []


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [
        ("ink", "paper", 7.0),
        ("ink-soft", "paper", 4.5),
        ("ink-soft", "card", 4.5),
        ("petrol", "paper", 4.5),
        ("petrol", "petrol-soft", 4.5),
        ("lacquer", "card", 4.5),
        ("lacquer", "lacquer-soft", 4.5),
        ("gold-ink", "gold-soft", 4.5),
        ("leaf", "leaf-soft", 4.5),
        ("clay", "clay-soft", 4.5),
        ("ink", "petrol-mid", 4.5),
        ("line-strong", "paper", 3.0),
        ("gold", "paper", 3.0),
    ],
)
def test_colours_stand_apart(front, ground, least):
    tokens = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]+);", (STYLES / "tokens.css").read_text(encoding="utf-8"))
    )
    high, low = sorted((luminance(tokens[front]), luminance(tokens[ground])), reverse=True)

    assert (high + 0.05) / (low + 0.05) >= least


def test_menu_names_only_icons_that_exist():
    names = {item.icon for item in navigation._items}

    assert [name for name in names if not ui.icon_drawing(name)] == []
