"""Each status of a handed-in file is told once: a row, and pages and services read it there."""

import pytest
from django.conf import settings

from core.templatetags.ui import TONE_ICONS
from registry.enums import ImportStatus
from registry.models import ImportFile
from registry.statuses import OPEN, ROWS, WAITING

pytestmark = pytest.mark.unit


def test_every_status_has_exactly_one_row_in_the_order_of_the_enum() -> None:
    assert [row.status for row in ROWS] == list(ImportStatus)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.status.value)
def test_a_file_stands_as_the_row_of_its_status_says_in_a_tone_that_is_drawn(row) -> None:
    assert ImportFile(status=row.status.value).standing is row
    assert row.label == str(ImportStatus(row.status).label)
    assert row.tone in TONE_ICONS


def test_what_waits_may_be_set_aside_and_what_came_to_an_end_may_not() -> None:
    assert set(WAITING) < set(OPEN)
    assert {ImportStatus.CONFIRMED, ImportStatus.DISCARDED}.isdisjoint(OPEN)


def test_no_page_chooses_the_tone_of_a_status_itself() -> None:
    pages = sorted(settings.BASE_DIR.glob("templates/registry/**/*.html"))

    assert pages
    assert [page.name for page in pages if "chip file.get_status_display" in page.read_text("utf-8")] == []
    assert [page.name for page in pages if "chip staged.get_status_display" in page.read_text("utf-8")] == []
