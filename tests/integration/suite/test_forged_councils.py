"""Seats, rules, meetings and interests that somebody changes in the database itself are named; a council's own work is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from core import clock
from core.proving import flaws
from councils.enums import Choice, Ground, MeetingOffice, MeetingStatus, Office
from councils.models import (
    Adjournment,
    AgendaItem,
    Attendance,
    BaseRule,
    Council,
    CouncilMember,
    Declaration,
    Meeting,
    Participation,
    Poll,
    PresenceEvent,
    Ruling,
    Teller,
    VotingRule,
)
from councils.services import (
    add_member,
    adjourn_meeting,
    change_meeting,
    change_office,
    close_meeting,
    close_poll,
    declare_interests,
    end_seat,
    open_meeting,
    pass_office,
    prepare_meeting,
    resume_meeting,
    set_agenda,
    set_base_rule,
    set_up_council,
    set_voting_rule,
    settle_interest,
    take_item_off,
    take_roll,
)
from councils.services.interests import Answer
from nominations.models import Dossier
from registry.models import Account
from tests.factories.log import log_people, logged
from tests.integration.councils.building import (
    DAY,
    House,
    build_house,
    cast_all,
    eligible_dossier,
    meeting_in_session,
    particulars,
    person,
    planned_meeting,
    poll_in,
)

pytestmark = pytest.mark.django_db
PAPER = "Quyết định số 77/QĐ-SLĐTBXH ngày 10/12/2025"
BASIS = "Quy chế số 5/QC-HĐ, Điều 9"
LATER = date(2025, 12, 20)


@pytest.fixture
def house(frozen_day: Callable[[date], None]) -> Iterator[House]:
    """A council of nine of which the log tells, with a seat and two rules that services gave it."""
    frozen_day(DAY)
    house = build_house()
    with translation.override("en"):
        log_people()
        guest = person("khach")
        log_people()
        add_member(
            council=house.council,
            user=guest,
            office=Office.MEMBER,
            starts_on=DAY,
            ends_on=date(2026, 6, 30),
            position="Phó Chủ tịch Hội Nông dân",
            decision=PAPER,
            actor=house.lead,
        )
        set_voting_rule(
            council=house.council,
            award="province_certificate",
            threshold=80,
            starts_on=DAY,
            legal_basis=BASIS,
            actor=house.lead,
        )
        set_base_rule(
            council=house.council,
            recused_leave_base=False,
            starts_on=DAY,
            legal_basis=BASIS,
            actor=house.lead,
        )
        yield house


def told(*, in_full: bool = False) -> str:
    return "\n".join(str(flaw) for flaw in flaws(in_full=in_full))


@pytest.fixture
def guest(house: House) -> CouncilMember:
    return CouncilMember.objects.get(user__username="khach")


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"office": Office.DEPUTY}, "its person, office, first day or decision is not as entry "),
        ({"starts_on": date(2025, 1, 1)}, "its person, office, first day or decision is not as entry "),
        ({"position": "Chủ tịch"}, "its person, office, first day or decision is not as entry "),
        ({"decision": "99/QĐ"}, "its person, office, first day or decision is not as entry "),
        ({"ends_on": date(2030, 1, 1)}, "it does not end on the day that entry "),
        ({"ends_on": None}, "it does not end on the day that entry "),
    ],
)
def test_a_seat_that_was_changed_is_named(
    house: House, guest: CouncilMember, forged: dict[str, Any], sentence: str
) -> None:
    assert told() == ""

    CouncilMember.objects.filter(pk=guest.pk).update(**forged)

    said = told()
    assert said.startswith("The seat of Người khach on the council Hội đồng xét khen thưởng: ")
    assert sentence in said


def test_a_seat_of_another_person_slipped_in_or_gone_is_named(house: House, guest: CouncilMember) -> None:
    CouncilMember.objects.filter(pk=guest.pk).update(user=house.outsider)
    assert "its person, office, first day or decision is not as entry " in told()

    CouncilMember.objects.filter(pk=guest.pk).delete()
    assert "the seat that it tells of is gone" in told()

    CouncilMember.objects.create(council=house.council, user=house.outsider, starts_on=DAY)
    assert "The seat of Người nguoingoai on the council Hội đồng xét khen thưởng: no entry says" in told()


def test_a_seat_that_ended_otherwise_is_named(house: House, guest: CouncilMember) -> None:
    end_seat(member=guest, ends_on=LATER, actor=house.lead, decision=PAPER)
    assert told() == ""

    CouncilMember.objects.filter(pk=guest.pk).update(ends_on=date(2026, 6, 30))

    assert "it does not end as entry " in told()


@pytest.mark.parametrize(
    "forged", [{"threshold": 50}, {"legal_basis": "Quy chế khác"}, {"starts_on": date(2025, 1, 1)}]
)
def test_a_threshold_that_was_changed_is_named(house: House, forged: dict[str, Any]) -> None:
    VotingRule.objects.update(**forged)

    assert told().startswith("A voting rule of the council Hội đồng xét khen thưởng, from ")


@pytest.mark.parametrize("forged", [{"recused_leave_base": True}, {"legal_basis": "Quy chế khác"}])
def test_a_base_of_votes_that_was_changed_is_named(house: House, forged: dict[str, Any]) -> None:
    BaseRule.objects.update(**forged)

    assert told().startswith("A voting rule of the council Hội đồng xét khen thưởng, from ")


def test_a_rule_that_is_gone_or_slipped_in_is_named(house: House) -> None:
    VotingRule.objects.all().delete()
    assert "the voting rule that it tells of is gone" in told()

    VotingRule.objects.create(
        council=house.council, award="pm_certificate", threshold=1, starts_on=DAY, legal_basis="Không"
    )
    assert "from 15/12/2025: no entry says that it was set." in told()


@pytest.mark.parametrize("forged", [{"decision": "Quyết định khác"}, {"name": "Hội đồng khác"}])
def test_a_council_that_was_changed_is_named(house: House, forged: dict[str, Any]) -> None:
    council = set_up_council(
        name="Hội đồng thứ hai",
        unit=house.council.unit,
        movement=house.council.movement,
        decision=PAPER,
        actor=house.lead,
    )
    assert told() == ""

    Council.objects.filter(pk=council.pk).update(**forged)

    assert "its name, unit, task or decision is not as entry " in told()
    Council.objects.filter(pk=council.pk).delete()
    assert "the council that it tells of is gone" in told()


@pytest.fixture
def session(house: House) -> Meeting:
    """A meeting in session on two items, whose members have declared, recused or not, by the services."""
    dossiers = [eligible_dossier(house, number) for number in (1, 2)]
    # The second nominee is the commune where the third member works.
    Dossier.objects.filter(pk=dossiers[1].pk).update(nominee_household=None, nominee_unit=house.commune)
    dossiers[1].refresh_from_db()
    for dossier in dossiers:
        logged(dossier)
    Account.objects.create(user=house.member, home=house.commune)
    meeting = planned_meeting(house, dossiers)
    meeting = open_meeting(meeting=meeting, actor=house.chair)
    take_roll(meeting=meeting, present=house.members, actor=house.secretary)
    first, second = meeting.items.order_by("position")
    for seat in house.council.members.on(DAY):
        has_one = seat == house.members[3]
        answers = [
            Answer(first, has_interest=has_one, reason="Anh em ruột" if has_one else ""),
            Answer(second, has_interest=False),
        ]
        declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)
    return Meeting.objects.get(pk=meeting.pk)


def test_a_meeting_that_nobody_touched_is_whole(session: Meeting) -> None:
    assert told(in_full=True) == ""
    assert Declaration.objects.filter(has_interest=True).count() == 1


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"place": "Nơi khác"}, "its name, day, hour, place, chair or secretary is not as the log leaves it"),
        ({"title": "Phiên khác"}, "its name, day, hour, place, chair or secretary is not as the log"),
        ({"starts_at": time(7)}, "its name, day, hour, place, chair or secretary is not as the log"),
        ({"held_on": date(2025, 12, 1)}, "its name, day, hour, place, chair or secretary is not as the log"),
        ({"status": MeetingStatus.CLOSED}, "the log does not say that it is “"),
    ],
)
def test_particulars_of_a_meeting_that_were_changed_are_named(
    session: Meeting, forged: dict[str, Any], sentence: str
) -> None:
    Meeting.objects.update(**forged)

    said = told()

    assert said.startswith("The meeting ")
    assert sentence in said


@pytest.mark.parametrize("office", ["chair", "secretary"])
def test_another_chair_or_secretary_is_named(session: Meeting, house: House, office: str) -> None:
    Meeting.objects.update(**{office: house.members[4]})

    assert "chair or secretary is not as the log leaves it" in told()


def test_an_agenda_in_another_order_or_with_other_items_is_named(session: Meeting) -> None:
    first = AgendaItem.objects.get(position=1)
    AgendaItem.objects.filter(pk=first.pk).update(position=9)
    assert "its agenda, or the order of it, is not the one that the log says" in told()

    AgendaItem.objects.filter(pk=first.pk).update(
        position=1, taken_off_at=clock.now(), taken_off_reason="Không rõ"
    )
    assert "other items were taken off its agenda than the log says" in told()


def test_an_item_that_rests_on_another_check_is_named(session: Meeting) -> None:
    first, second = AgendaItem.objects.order_by("position")
    AgendaItem.objects.filter(pk=first.pk).update(evaluation=second.evaluation)

    assert "an item rests on another check than the log says" in told()


def test_a_meeting_slipped_in_or_gone_is_named(session: Meeting, house: House) -> None:
    prepare_meeting(
        council=house.council, particulars=particulars(house, held_on=LATER), actor=house.secretary
    )
    assert told() == ""
    Meeting.objects.filter(held_on=LATER).delete()
    assert "the meeting that it tells of is gone" in told()

    Meeting.objects.create(
        council=house.council,
        title="Phiên lạ",
        held_on=LATER,
        starts_at=time(8),
        place="Đâu đó",
        chair=house.members[0],
        secretary=house.members[1],
        created_at=clock.now(),
    )
    assert "The meeting Phiên lạ of 20/12/2025: no entry says that it was prepared." in told()


def test_somebody_slipped_onto_the_roll_or_the_counting_team_is_named(session: Meeting, house: House) -> None:
    seat = CouncilMember.objects.get(user__username="khach")
    Teller.objects.create(meeting=session, member=seat, named_at=clock.now())
    assert "somebody counts its papers whom the log does not name" in told()

    PresenceEvent.objects.filter(attendance__member=seat).delete()
    Attendance.objects.filter(member=seat).delete()
    assert "other members stand on its roll than the log says" in told()


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"has_interest": False}, "it is not what entry "),
        ({"reason": "Quen biết"}, "it is not what entry "),
    ],
)
def test_an_interest_that_was_changed_is_named(
    session: Meeting, forged: dict[str, Any], sentence: str
) -> None:
    Declaration.objects.filter(has_interest=True).update(**forged)

    said = told()

    assert said.startswith("The interest of Người thanhvien3 in item 1 (meeting ")
    assert sentence in said


def test_an_interest_of_another_hand_gone_or_slipped_in_is_named(session: Meeting, house: House) -> None:
    said_by_member = Declaration.objects.filter(has_interest=True)
    said_by_member.update(recorded_by=house.outsider)
    assert "it was not recorded by who entry " in told()

    said_by_member.update(
        member=CouncilMember.objects.create(council=house.council, user=house.lead, starts_on=DAY)
    )
    assert "no entry says what was declared" in told()

    said_by_member.delete()
    assert "an interest of a member that it tells of is gone" in told()


def test_what_was_settled_of_an_interest_cannot_be_changed_unseen(session: Meeting, house: House) -> None:
    ruling = settle_interest(
        item=AgendaItem.objects.get(position=2),
        member=house.members[2],
        is_recused=True,
        reason="Cùng nơi làm việc",
        actor=house.secretary,
    )
    assert told() == ""

    Ruling.objects.update(is_recused=False)
    assert "in item 2 (meeting " in told()
    assert "it was not settled as entry " in told()

    Ruling.objects.update(is_recused=True, ruled_by=house.lead)
    assert "it was not settled by who entry " in told()

    Ruling.objects.update(ruled_by=ruling.ruled_by, member=house.members[5])
    assert "no entry says that it was settled" in told()
    assert "what it settled of an interest is gone" in told()
    assert ruling.ground == Ground.WORKS_THERE


@pytest.mark.parametrize("forged", [{"base_basis": "Quy chế khác"}, {"papers_required": 1}])
def test_the_rules_of_a_poll_that_were_changed_are_named(house: House, forged: dict[str, Any]) -> None:
    meeting = meeting_in_session(house, logs=True)
    poll = poll_in(house, meeting)
    assert told() == ""

    Poll.objects.filter(pk=poll.pk).update(**forged)

    assert "its dossier, members or threshold are not as entry " in told()


def test_verification_in_full_counts_meetings_again(house: House) -> None:
    meeting = meeting_in_session(house, logs=True)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [Choice.AGREE] * 9)
    close_poll(poll=poll, actor=house.chair)
    close_meeting(meeting=meeting, actor=house.chair, conclusion="Thống nhất.")
    assert verify().endswith(".\n")

    Participation.objects.filter(member=house.members[4]).update(has_voted=False)

    with pytest.raises(
        CommandError, match=r"The recount of the meeting Phiên họp xét khen thưởng .*members who voted"
    ):
        verify()
    assert "meetings not counted again" in verify("--quick"), "the control: no other proof knows of it"


def verify(*words: str) -> str:
    out = StringIO()
    call_command("verify_audit", *words, stdout=out)
    return out.getvalue()


def test_what_a_council_does_raises_no_alarm(house: House, frozen_day: Callable[[date], None]) -> None:
    dossiers = [logged(eligible_dossier(house, number)) for number in (1, 2, 3)]
    teller, deputy = house.members[5], house.members[6]
    change_office(
        member=deputy, office=Office.DEPUTY, starts_on=date(2025, 12, 16), decision=PAPER, actor=house.lead
    )
    told_of = particulars(house, held_on=LATER, tellers=(teller, house.members[7]))
    meeting = prepare_meeting(council=house.council, particulars=told_of, actor=house.secretary)
    set_agenda(meeting=meeting, dossiers=dossiers, actor=house.secretary)
    item = meeting.items.get(position=2)
    declare_interests(
        meeting=meeting,
        member=teller,
        answers=[Answer(item, has_interest=True, reason="Họ hàng")],
        actor=teller.user,
    )
    set_agenda(meeting=meeting, dossiers=[dossiers[2], dossiers[1]], actor=house.secretary)
    change_meeting(
        meeting=meeting,
        particulars=particulars(house, held_on=LATER, place="Hội trường", tellers=(teller, house.members[7])),
        actor=house.secretary,
    )
    assert told() == ""

    # The teller's declaration and the counting go along with the new seat; another member's seat ends.
    change_office(
        member=teller, office=Office.DEPUTY, starts_on=date(2025, 12, 18), decision=PAPER, actor=house.lead
    )
    end_seat(member=house.members[7], ends_on=date(2025, 12, 17), actor=house.lead, decision=PAPER)
    assert told() == ""

    frozen_day(LATER)
    meeting = open_meeting(meeting=Meeting.objects.get(pk=meeting.pk), actor=house.chair)
    seats = list(house.council.members.on(LATER))
    take_roll(meeting=meeting, present=seats, actor=house.secretary)
    lead = CouncilMember.objects.get(user=deputy.user, starts_on=date(2025, 12, 16))
    pass_office(
        meeting=meeting, office=MeetingOffice.CHAIR, to_member=lead, reason="Bận việc", actor=house.chair
    )
    pass_office(
        meeting=meeting,
        office=MeetingOffice.SECRETARY,
        to_member=house.members[3],
        reason="Ốm",
        actor=lead.user,
    )
    take_item_off(item=meeting.items.get(position=1), reason="Thiếu giấy tờ", actor=lead.user)
    for day in (date(2025, 12, 21), date(2025, 12, 22)):
        adjourn_meeting(
            meeting=meeting, reason="Hết giờ", resumes_on=day, resumes_at=time(8), actor=lead.user
        )
    assert told(in_full=True) == ""

    frozen_day(date(2025, 12, 22))
    add_member(
        council=house.council, user=house.outsider, office=Office.MEMBER, starts_on=DAY, actor=house.lead
    )
    meeting = resume_meeting(meeting=Meeting.objects.get(pk=meeting.pk), actor=lead.user)
    assert told(in_full=True) == ""
    assert meeting.attendances.filter(member__user=house.outsider).exists(), "who joined stands on the roll"
    Adjournment.objects.update(resumes_on=date(2025, 12, 31))
    assert "it was adjourned otherwise than the log says" in told()
