"""Who is there: events with names and times, and every count taken from them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from councils.enums import PresenceKind
from councils.models import PresenceEvent
from councils.roll import least_present, roll_of
from councils.selectors.voting import quorum_of
from councils.services import close_poll, strike_presence, take_roll
from tests.integration.councils.building import (
    House,
    cast_all,
    eligible_dossier,
    meeting_in_session,
    planned_meeting,
    poll_in,
)

pytestmark = pytest.mark.django_db


def _kinds(house: House, seat: int) -> list[str]:
    events = PresenceEvent.objects.filter(attendance__member=house.members[seat])
    return list(events.order_by("pk").values_list("kind", flat=True))


def test_each_change_is_an_event_and_nothing_else_is(house: House) -> None:
    meeting = meeting_in_session(house, absent=2)
    last, late = house.members[8], house.members[7]
    assert _kinds(house, 8) == [PresenceKind.ABSENT]

    take_roll(meeting=meeting, present=house.members[:7], excused=[last], actor=house.secretary)
    take_roll(meeting=meeting, present=[*house.members[1:7], late], excused=[last], actor=house.secretary)
    take_roll(meeting=meeting, present=house.members[:8], excused=[last], actor=house.secretary)
    before = PresenceEvent.objects.count()
    nothing = take_roll(meeting=meeting, present=house.members[:8], excused=[last], actor=house.secretary)

    assert nothing == []
    assert PresenceEvent.objects.count() == before
    assert _kinds(house, 0) == [PresenceKind.CAME, PresenceKind.LEFT, PresenceKind.BACK]
    assert _kinds(house, 7) == [PresenceKind.ABSENT, PresenceKind.CAME]
    assert _kinds(house, 8) == [PresenceKind.ABSENT, PresenceKind.EXCUSED]
    assert quorum_of(meeting).present == 8
    lines = {line.member: line for line in roll_of(meeting)}
    assert (lines[last].came, lines[last].is_excused, lines[house.members[0]].is_here) == (False, True, True)


def test_a_time_can_be_told_afterwards_but_not_foretold_nor_turned_round(house: House) -> None:
    meeting = meeting_in_session(house)
    opened = PresenceEvent.objects.latest("at").at

    with pytest.raises(InvalidRequest, match="not come yet"):
        take_roll(
            meeting=meeting,
            present=house.members[:8],
            at=clock.now() + timedelta(minutes=5),
            actor=house.chair,
        )
    with pytest.raises(
        InvalidRequest, match=f"Something later is recorded already, at {localtime(opened):%H:%M}"
    ):
        take_roll(
            meeting=meeting, present=house.members[:8], at=opened - timedelta(minutes=2), actor=house.chair
        )
    with pytest.raises(InvalidRequest, match="before the day"):
        take_roll(meeting=meeting, present=[], at=datetime(2025, 12, 14, 2, tzinfo=UTC), actor=house.chair)
    # A time is typed to the minute; within the minute of the latest event it is that event's.
    typed = opened.replace(second=0, microsecond=0)
    events = take_roll(meeting=meeting, present=house.members[:8], at=typed, actor=house.chair)

    assert [(event.kind, event.at) for event in events] == [(PresenceKind.LEFT, opened)]


def test_a_mistaken_event_is_struck_out_and_stays(house: House) -> None:
    meeting = meeting_in_session(house, absent=1)
    take_roll(meeting=meeting, present=house.members, actor=house.secretary)
    mistaken = PresenceEvent.objects.get(attendance__member=house.members[8], kind=PresenceKind.CAME)
    first = PresenceEvent.objects.get(attendance__member=house.members[8], kind=PresenceKind.ABSENT)
    assert quorum_of(meeting).present == 9
    with pytest.raises(StaleState, match="Something else"):
        strike_presence(event=first, actor=house.secretary)
    with pytest.raises(NotAllowed):
        strike_presence(event=mistaken, actor=house.member)

    strike_presence(event=mistaken, actor=house.secretary)

    assert quorum_of(meeting).present == 8
    mistaken.refresh_from_db()
    assert mistaken.struck_by == house.secretary
    with pytest.raises(StaleState):
        strike_presence(event=mistaken, actor=house.secretary)


def test_what_a_poll_rested_on_is_not_struck_out(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 9)
    close_poll(poll=poll, actor=house.chair)
    event = PresenceEvent.objects.filter(attendance__member=house.members[8]).get()

    with pytest.raises(NotAllowed, match="rested on it"):
        strike_presence(event=event, actor=house.secretary)

    assert quorum_of(meeting).present == 9


def test_the_fewest_present_at_any_opening_and_closing(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    assert least_present(meeting) is None
    poll = poll_in(house, meeting, 1)
    cast_all(house, poll, ["agree"] * 9)
    take_roll(meeting=meeting, present=house.members[:6], actor=house.chair)
    close_poll(poll=poll, actor=house.chair)
    take_roll(meeting=meeting, present=house.members[:8], actor=house.chair)
    poll = poll_in(house, meeting, 2)
    cast_all(house, poll, ["agree"] * 8)
    close_poll(poll=poll, actor=house.chair)

    assert least_present(meeting) == 6


def test_the_page_shows_what_was_recorded_and_keeps_what_was_ticked(house: House) -> None:
    meeting = meeting_in_session(house, absent=1)
    client, address = Client(), reverse("councils:roll", args=[meeting.pk])
    client.force_login(house.secretary)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    ticked = [str(seat.pk) for seat in house.members[:7]]

    both = client.post(address, {"present": ticked, "excused": ticked[:1]})
    done = client.post(
        address, {"present": ticked, "excused": [str(house.members[8].pk)], "at": ""}, follow=True
    )
    page = client.get(address).content.decode()

    assert both.status_code == 422
    assert "cannot be present and absent with leave at once" in both.content.decode()
    assert both.content.decode().count("checked") == 7
    assert "The roll is taken." in done.content.decode()
    assert page.count("checked") == 8
    assert "Absent with leave" in page
    event = PresenceEvent.objects.filter(kind=PresenceKind.LEFT).get()
    struck = client.post(reverse("councils:presence_strike", args=[event.pk]), follow=True)
    assert "Struck out as mistaken by" in struck.content.decode()


def test_the_roll_is_asked_in_few_queries(house: House, django_assert_max_num_queries: object) -> None:
    meeting = meeting_in_session(house)

    with django_assert_max_num_queries(2):  # type: ignore[operator]
        assert len(roll_of(meeting)) == 9


def test_before_the_meeting_opens_nobody_is_there(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])

    assert roll_of(meeting) == []
    assert quorum_of(meeting).present == 0
