"""A meeting that goes on, counted again: what is known so far holds, and no paper is opened."""

from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from councils.enums import Choice
from tests.integration.councils.building import House, build_house, cast_all, meeting_in_session, poll_in
from tests.integration.reports.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None, frozen_day: Callable[[date], None]) -> Iterator[House]:
    with translation.override("en"):
        yield build_house()


def test_a_running_meeting_holds_and_opens_no_paper(house: House) -> None:
    meeting = meeting_in_session(house)
    cast_all(house, poll_in(house, meeting), [Choice.AGREE] * 3)

    told = StringIO()
    call_command("verify_meeting", str(meeting.pk), stdout=told)

    assert "checks hold." in told.getvalue()
    assert "Agree 3" not in told.getvalue()


def test_a_running_meeting_has_no_page_of_its_count(house: House) -> None:
    meeting = meeting_in_session(house)

    answer = client_of(house.auditor).get(reverse("reports:meeting_recount", args=[meeting.pk]))

    assert answer.status_code == 403
