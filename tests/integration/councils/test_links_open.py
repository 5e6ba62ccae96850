"""Every link that a person sees on the pages of a meeting opens for that person: in each phase, in each state of a member."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from core.files import PDF, adopt, store_bytes
from core.models import User
from councils.models import AgendaItem, Meeting
from councils.services import (
    close_meeting,
    declare_interests,
    open_meeting,
    open_poll,
    take_item_off,
    take_roll,
)
from councils.services.interests import Answer
from nominations.models import Paper
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import (
    House,
    cast_all,
    close,
    eligible_dossier,
    invite,
    planned_meeting,
)
from tests.integration.councils.links import closed_links

pytestmark = pytest.mark.django_db

PHASES = ("planned", "invited", "poll open", "closed")


@pytest.fixture
def meeting(house: House, full_results: Callable[[], None]) -> Meeting:
    """In preparation with two items, each with a paper."""
    made = planned_meeting(house, [eligible_dossier(house, 1), eligible_dossier(house, 2)])
    full_results()
    for item in made.items.select_related("dossier"):
        stored = store_bytes(content=pdf_bytes("Giấy"), name="a.pdf", content_type=PDF, actor=house.outsider)
        adopt(stored)
        Paper.objects.create(
            dossier=item.dossier,
            kind="achievement_report",
            file=stored,
            uploaded_by=house.outsider,
            uploaded_at=made.created_at,
        )
    return made


def _declare(house: House, meeting: Meeting) -> None:
    """The third member has an interest in the first item, the fourth says nothing, all others have none."""
    items = list(AgendaItem.objects.filter(meeting=meeting).order_by("position"))
    for seat in house.members:
        if seat == house.members[3]:
            continue
        is_recused = seat == house.members[2]
        answers = [
            Answer(items[0], has_interest=is_recused, reason="Họ hàng" if is_recused else ""),
            Answer(items[1], has_interest=False),
        ]
        declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)


def _bring_to(house: House, meeting: Meeting, phase: str) -> Meeting:
    """The fourth member is absent, so that a poll can be opened without that declaration."""
    reached = PHASES.index(phase)
    if reached >= PHASES.index("invited"):
        invite(house, meeting)
        _declare(house, meeting)
    if reached >= PHASES.index("poll open"):
        meeting = open_meeting(meeting=meeting, actor=house.chair)
        here = [seat for seat in house.members if seat != house.members[3]]
        take_roll(meeting=meeting, present=here, actor=house.secretary)
        poll = open_poll(item=meeting.items.get(position=1), actor=house.chair)
    if phase == "closed":
        cast_all(house, poll, ["agree", "agree"])
        for seat in house.members[4:]:
            cast_all(_only(house, seat), poll, ["agree"])
        close(house, poll)
        take_item_off(item=meeting.items.get(position=2), reason="Hoãn", actor=house.chair)
        meeting = close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)
    return meeting


def _only(house: House, seat: object) -> House:
    return House(**{**vars(house), "members": [seat]})


def _people(house: House) -> dict[str, User]:
    """One for each way in which a person stands to the meeting."""
    return {
        "chair": house.chair,
        "secretary": house.secretary,
        "recused on one item": house.members[2].user,
        "undeclared and absent": house.members[3].user,
        "declared": house.members[4].user,
        "reviewer": house.reviewer,
        "lead": house.lead,
        "auditor": house.auditor,
    }


@pytest.mark.walk
@pytest.mark.slow  # It opens every page of a meeting for eight people.
@pytest.mark.parametrize("phase", PHASES)
def test_every_link_opens_for_whoever_sees_it(
    house: House, meeting: Meeting, phase: str, undrawn_documents: None
) -> None:
    meeting = _bring_to(house, meeting, phase)
    start, pack = meeting.get_absolute_url(), reverse("councils:case_pack", args=[meeting.pk])

    closed, opened = [], {}
    for who, user in _people(house).items():
        found, opened[who] = closed_links(User.objects.get(pk=user.pk), start, pack)
        closed += [f"{who}: {one}" for one in found]

    assert closed == [], "\n".join(closed)
    # Controls: the walk went somewhere, and those who see more were led further.
    dossier = meeting.items.get(position=1).dossier.get_absolute_url()
    assert all(start in addresses for addresses in opened.values())
    assert dossier in opened["reviewer"]
    assert dossier not in opened["recused on one item"]
    assert (dossier in opened["declared"]) == (phase != "planned")
    assert (dossier in opened["undeclared and absent"]) == (phase == "closed")


def test_a_link_that_does_not_open_is_found(
    house: House, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the walk: a link that everybody is shown, and that opens for some."""
    monkeypatch.setattr("councils.views.meetings._readable", lambda user, shown: {
        item.dossier_id for item in shown.items.all()
    })  # fmt: skip

    closed, _opened = closed_links(house.member, meeting.get_absolute_url())

    assert len(closed) == 2
    assert all("answers 404" in one for one in closed)
