"""Invitations: who sends them, what they say and do not say, what a change brings, and when the papers open."""

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import navigation
from core.exceptions import NotAllowed, StaleState
from core.files import PDF, adopt, store_bytes
from core.models import AuditEntry, OutboxMessage, User
from core.outbox import send_outbox
from councils.invitations import invited_to
from councils.models import CouncilMember, Invitation, Invitee, Meeting
from councils.services import (
    add_member,
    change_meeting,
    open_meeting,
    prepare_meeting,
    send_invitation,
    set_agenda,
)
from nominations.models import Dossier, FilingSet, Paper
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import (
    DAY,
    LONG_AGO,
    House,
    declare_all,
    eligible_dossier,
    invite,
    particulars,
    person,
    planned_meeting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(house: House) -> Meeting:
    """In preparation with two items; every member but the last has an address for mail."""
    for seat in house.members[:-1]:
        User.objects.filter(pk=seat.user_id).update(email=f"{seat.user.username}@example.vn")
    return planned_meeting(house, [eligible_dossier(house, 1), eligible_dossier(house, 2)])


def _as(user: Any, language: str = "en") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user)
    return client


def _text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def _calendar_lines(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def _change(house: House, meeting: Meeting, **changes: Any) -> Meeting:
    return change_meeting(meeting=meeting, particulars=particulars(house, **changes), actor=house.secretary)


# Sending


@pytest.mark.parametrize(
    ("who", "may"),
    [
        *(("secretary", True), ("reviewer", True), ("chair", False), ("member", False)),
        *(("lead", False), ("auditor", False), ("outsider", False)),
    ],
)
def test_who_prepares_the_meeting_sends_the_invitation(
    house: House, meeting: Meeting, who: str, may: bool
) -> None:
    actor = getattr(house, who)
    if may:
        send_invitation(meeting=meeting, actor=actor)
        return

    with pytest.raises(NotAllowed, match="prepared by the council's secretary or a reviewer"):
        send_invitation(meeting=meeting, actor=actor)

    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_who_was_invited_when_and_by_whom_is_kept_and_logged(house: House, meeting: Meeting) -> None:
    invitation = invite(house, meeting)

    assert (invitation.sequence, invitation.sent_by, invitation.place) == (
        0,
        house.secretary,
        "Phòng họp số 2",
    )
    assert (invitation.held_on, invitation.starts_at) == (DAY, time(8, 30))
    assert {one.member for one in invitation.invitees.all()} == set(house.members)
    assert [one.member for one in invitation.invitees.filter(by_mail=False)] == [house.members[-1]]
    entry = AuditEntry.objects.get(event="meeting.invitation_sent")
    said = json.loads(entry.payload.content)
    assert said["members"] == [one.member_id for one in invitation.invitees.all()]
    assert said["without_mail"] == [house.members[-1].pk]


def test_mail_names_the_meeting_and_no_nominee(house: House, meeting: Meeting) -> None:
    invite(house, meeting)

    messages = list(OutboxMessage.objects.all())
    assert {message.recipient for message in messages} == {
        f"{seat.user.username}@example.vn" for seat in house.members[:-1]
    }
    for message in messages:
        whole = f"{message.subject} {message.body} {message.calendar}"
        for said in (meeting.council.name, meeting.title, "15/12/2025", "08:30", "Phòng họp số 2"):
            assert said in f"{message.subject} {message.body}", said
        assert f"{settings.SITE_URL}{meeting.get_absolute_url()}" in message.body
        for dossier in Dossier.objects.all():
            assert dossier.code not in whole
            assert dossier.nominee.name not in whole


def test_mail_carries_the_calendar_file_to_the_octet(house: House, meeting: Meeting) -> None:
    invite(house, meeting)
    assert send_outbox.call() == len(house.members) - 1

    sent = next(one for one in mail.outbox if one.to == ["thanhvien2@example.vn"])
    part = sent.message().get_payload()[1]
    file = part.get_payload(decode=True).decode()

    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename().endswith(".ics")
    assert file == OutboxMessage.objects.get(recipient="thanhvien2@example.vn").calendar
    assert "DTSTART:20251215T013000Z" in _calendar_lines(file)


def test_an_empty_agenda_or_a_day_that_has_passed_invites_nobody(house: House, meeting: Meeting) -> None:
    set_agenda(meeting=meeting, dossiers=[], actor=house.secretary)
    with pytest.raises(NotAllowed, match="agenda is empty"):
        invite(house, meeting)

    set_agenda(meeting=meeting, dossiers=list(Dossier.objects.all()), actor=house.secretary)
    Meeting.objects.filter(pk=meeting.pk).update(held_on=DAY - timedelta(days=1))
    with pytest.raises(NotAllowed, match="day of the meeting has passed"):
        invite(house, meeting)

    Meeting.objects.filter(pk=meeting.pk).update(held_on=DAY)
    assert invite(house, meeting).sequence == 0


def test_a_meeting_that_has_opened_invites_nobody_any_more(house: House, meeting: Meeting) -> None:
    open_meeting(meeting=meeting, actor=house.chair)

    with pytest.raises(NotAllowed, match="has been opened"):
        invite(house, meeting)


def test_sent_again_it_goes_to_those_who_joined_since_and_to_nobody_else(
    house: House, meeting: Meeting
) -> None:
    invite(house, meeting)
    with pytest.raises(StaleState, match="sent to every member"):
        invite(house, meeting)
    newcomer = add_member(
        council=house.council, user=person("nguoimoi"), office="member", position="", starts_on=LONG_AGO,
        decision="", actor=house.lead,
    )  # fmt: skip
    before = OutboxMessage.objects.count()

    late = invite(house, meeting)

    assert late.sequence == 0
    assert [one.member for one in late.invitees.all()] == [newcomer]
    assert OutboxMessage.objects.count() == before
    assert not invited_to(meeting).left


# Changes


@pytest.mark.parametrize(
    "changes",
    [{"held_on": DAY + timedelta(days=1)}, {"starts_at": time(9, 0)}, {"place": "Hội trường"}],
    ids=["day", "hour", "place"],
)
def test_another_day_hour_or_place_sends_a_new_one_with_a_higher_number(
    house: House, meeting: Meeting, changes: dict[str, Any]
) -> None:
    invite(house, meeting)
    first = _calendar_lines(OutboxMessage.objects.latest("pk").calendar)

    _change(house, meeting, **changes)

    second = _calendar_lines(OutboxMessage.objects.latest("pk").calendar)
    latest = Invitation.objects.latest("pk")
    assert latest.sequence == 1
    assert Invitee.objects.filter(invitation=latest).count() == len(house.members)
    assert OutboxMessage.objects.count() == 2 * (len(house.members) - 1)
    assert "SEQUENCE:0" in first
    assert "SEQUENCE:1" in second
    assert [line for line in first if line.startswith("UID:")] == [
        line for line in second if line.startswith("UID:")
    ]


def test_who_does_not_sit_on_the_new_day_is_told_not_to_come(house: House, meeting: Meeting) -> None:
    invite(house, meeting)
    leaving = house.members[4]
    CouncilMember.objects.filter(pk=leaving.pk).update(ends_on=DAY)

    _change(house, meeting, held_on=DAY + timedelta(days=3))
    _change(house, meeting, held_on=DAY + timedelta(days=4))

    told = OutboxMessage.objects.filter(recipient=User.objects.get(pk=leaving.user_id).email)
    assert [
        {"METHOD:PUBLISH", "METHOD:CANCEL"} & set(_calendar_lines(one.calendar))
        for one in told.order_by("pk")
    ] == [
        {"METHOD:PUBLISH"},
        {"METHOD:CANCEL"},
    ], "invited once, called off once"
    off = told.latest("pk")
    assert {"SEQUENCE:1", "STATUS:CANCELLED"} <= set(_calendar_lines(off.calendar))
    assert meeting.title in off.body
    assert not any(item.dossier.code in off.body for item in meeting.items.select_related("dossier"))
    entry = AuditEntry.objects.filter(event="meeting.invitation_sent").order_by("pk")[1]
    assert json.loads(entry.payload.content)["no_longer"] == [leaving.pk]
    send_outbox.call()
    parts = [one.message().get_payload()[1] for one in mail.outbox if one.to == [off.recipient]]
    assert [part.get_param("method") for part in parts] == ["PUBLISH", "CANCEL"]


def test_what_changes_no_day_hour_or_place_sends_nothing(house: House, meeting: Meeting) -> None:
    invite(house, meeting)

    _change(house, meeting, title="Phiên họp cuối năm")

    assert Invitation.objects.count() == 1


def test_a_change_before_the_invitation_sends_nothing(house: House, meeting: Meeting) -> None:
    _change(house, meeting, starts_at=time(9, 0))

    assert not Invitation.objects.exists()


def test_two_meetings_are_two_events(house: House, meeting: Meeting) -> None:
    other = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)
    set_agenda(meeting=other, dossiers=[eligible_dossier(house, 3)], actor=house.secretary)
    invite(house, meeting)
    invite(house, other)

    uids = {
        line
        for message in OutboxMessage.objects.all()
        for line in _calendar_lines(message.calendar)
        if line.startswith("UID:")
    }

    assert len(uids) == 2


def test_the_form_says_before_that_a_change_sends_a_new_one(house: House, meeting: Meeting) -> None:
    address, words = (
        reverse("councils:meeting_edit", args=[meeting.pk]),
        "sends each of them a new invitation",
    )
    assert words not in _text(_as(house.secretary).get(address))

    invite(house, meeting)

    assert words in _text(_as(house.secretary).get(address))


# When the papers open


@pytest.fixture
def papers(house: House, meeting: Meeting, full_results: Callable[[], None]) -> dict[str, str]:
    """Addresses of the first item's dossier, its own paper and a paper of its set."""
    full_results()
    dossier = meeting.items.get(position=1).dossier
    owner = FilingSet.objects.create(
        award_round=dossier.award_round, unit=house.commune, filed_on=DAY, filed_by=house.outsider,
        created_at=meeting.created_at,
    )  # fmt: skip
    Dossier.objects.filter(pk=dossier.pk).update(filing_set=owner)

    def paper(**of: Any) -> str:
        stored = store_bytes(content=pdf_bytes("Giấy"), name="a.pdf", content_type=PDF, actor=house.outsider)
        adopt(stored)
        made = Paper.objects.create(
            kind="achievement_report",
            file=stored,
            uploaded_by=house.outsider,
            uploaded_at=meeting.created_at,
            **of,
        )
        return reverse("nominations:paper_download", args=[made.pk])

    return {
        "dossier": dossier.get_absolute_url(),
        "paper": paper(dossier=dossier),
        "paper of the set": paper(filing_set=owner),
    }


def _answers(user: User, papers: dict[str, str]) -> set[int]:
    client, found = _as(user), set()
    for address in papers.values():
        answer = client.get(address)
        found.add(answer.status_code)
        if answer.streaming:
            answer.getvalue()  # Read to its end, so that its file is closed.
    return found


def test_papers_open_from_the_invitation_on_after_the_declaration(
    house: House, meeting: Meeting, papers: dict[str, str]
) -> None:
    member = house.member
    assert _answers(member, papers) == {404}, "not before the invitation"
    declare_all(meeting)
    assert _answers(member, papers) == {404}, "nor by a declaration before it"

    invite(house, meeting)
    assert _answers(member, papers) == {200}


def test_the_invitation_alone_opens_nothing(house: House, meeting: Meeting, papers: dict[str, str]) -> None:
    invite(house, meeting)
    assert _answers(house.member, papers) == {404}

    declare_all(meeting)
    assert _answers(house.member, papers) == {200}


def test_a_meeting_that_goes_on_opens_its_papers_without_an_invitation(
    house: House, meeting: Meeting, papers: dict[str, str]
) -> None:
    meeting = open_meeting(meeting=meeting, actor=house.chair)
    declare_all(meeting)

    assert _answers(house.member, papers) == {200}


def test_roles_of_the_province_read_before_the_invitation_as_ever(
    house: House, meeting: Meeting, papers: dict[str, str]
) -> None:
    assert _as(house.reviewer).get(papers["dossier"]).status_code == 200


# Pages


def test_the_secretary_sends_it_from_its_page_and_learns_whom_to_tell(house: House, meeting: Meeting) -> None:
    client, address = _as(house.secretary), reverse("councils:invitation", args=[meeting.pk])
    before = _text(client.get(address))
    assert "To be told otherwise" in before
    assert "Send the invitation" in before

    answer = client.post(address, follow=True)

    after = _text(answer)
    assert answer.status_code == 200
    assert "The invitation is sent." in after
    assert str(house.members[-1]) in after.split("To be told otherwise")[1].split("</section>")[0]
    assert str(house.members[0]) not in after.split("To be told otherwise")[1].split("</section>")[0]
    assert "Send the invitation" not in after
    again = client.post(address)
    assert again.status_code == 409
    assert "sent to every member" in _text(again)


def test_an_empty_agenda_offers_the_agenda_and_no_button(house: House, meeting: Meeting) -> None:
    set_agenda(meeting=meeting, dossiers=[], actor=house.secretary)

    page = _text(_as(house.secretary).get(reverse("councils:invitation", args=[meeting.pk])))

    assert "The agenda is still empty." in page
    assert "Send the invitation" not in page


@pytest.mark.parametrize("who", ["chair", "member", "auditor"])
def test_who_does_not_prepare_gets_a_reason(house: House, meeting: Meeting, who: str) -> None:
    assert _as(getattr(house, who)).get(reverse("councils:invitation", args=[meeting.pk])).status_code == 403
    page = _text(_as(getattr(house, who)).get(meeting.get_absolute_url()))
    assert reverse("councils:invitation", args=[meeting.pk]) not in page


def test_the_calendar_file_is_there_from_the_invitation_on_for_who_knows_of_the_meeting(
    house: House, meeting: Meeting
) -> None:
    address = reverse("councils:calendar", args=[meeting.pk])
    assert _as(house.member).get(address).status_code == 404
    assert address not in _text(_as(house.member).get(meeting.get_absolute_url()))
    invite(house, meeting)
    _change(house, meeting, held_on=date(2025, 12, 20))

    answer = _as(house.member).get(address)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert {"SEQUENCE:1", "DTSTART:20251220T013000Z", "METHOD:PUBLISH"} <= set(
        _calendar_lines(answer.content.decode())
    )
    assert address in _text(_as(house.member).get(meeting.get_absolute_url()))
    assert _as(house.outsider).get(address).status_code == 404


def _work(user: User) -> list[str]:
    return [str(item.title) for item in navigation.work_of(User.objects.get(pk=user.pk))]


def test_home_asks_the_secretary_to_invite_and_then_the_members_to_come(
    house: House, meeting: Meeting
) -> None:
    assert "Invite the members to the meeting" in _work(house.secretary)
    assert _work(house.member) == []

    invite(house, meeting)

    assert "Invite the members to the meeting" not in _work(house.secretary)
    assert _work(house.member) == [
        "Declare your interests before you read the dossiers",
        "You are invited to the meeting",
    ]


def test_home_asks_for_an_agenda_first(house: House) -> None:
    prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)

    assert _work(house.secretary) == ["Prepare the agenda of the meeting"]


@pytest.mark.parametrize("members", [3, 30])
def test_the_page_costs_the_same_for_few_members_and_many(
    house: House, meeting: Meeting, members: int
) -> None:
    for number in range(members):
        CouncilMember.objects.create(
            council=house.council, user=person(f"them{number}"), office="member", starts_on=LONG_AGO
        )
    invite(house, meeting)
    client, address = _as(house.secretary), reverse("councils:invitation", args=[meeting.pk])
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    assert len(queries) == PAGE_QUERIES


PAGE_QUERIES = 10
