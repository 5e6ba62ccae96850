"""Councils, meetings and agendas: who prepares, what is refused, what the dossiers become."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from councils.enums import MeetingStatus, Office
from councils.models import AgendaItem, Attendance, Council, Meeting
from councils.services import (
    add_member,
    change_meeting,
    close_meeting,
    close_poll,
    end_seat,
    open_meeting,
    prepare_meeting,
    set_agenda,
    set_up_council,
    set_voting_rule,
    take_item_off,
    take_roll,
)
from nominations.enums import Status
from nominations.models import Dossier, Movement
from tests.integration.councils.building import (
    DAY,
    LONG_AGO,
    House,
    cast_all,
    declare_all,
    eligible_dossier,
    invite,
    meeting_in_session,
    particulars,
    person,
    planned_meeting,
    poll_in,
)

CAST = ("chair", "secretary", "member", "reviewer", "lead", "auditor", "outsider")


def _rule(house: House, actor: User) -> Any:
    return set_voting_rule(
        council=house.council,
        award="province_certificate",
        threshold=85,
        starts_on=DAY,
        legal_basis="Quy chế số 12, Điều 5",
        actor=actor,
    )


def _new_member(house: House, actor: User) -> Any:
    return add_member(
        council=house.council, user=house.outsider, office=Office.MEMBER, starts_on=DAY, actor=actor
    )


def _new_council(house: House, actor: User) -> Any:
    return set_up_council(
        name="Hội đồng thứ hai", unit=house.council.unit, movement=house.council.movement, actor=actor
    )


def _planned(house: House) -> Meeting:
    return Meeting.objects.first() or planned_meeting(house, [eligible_dossier(house)])


VERBS: dict[str, tuple[Callable[[House, User], Any], set[str], str]] = {
    "set_up_council": (_new_council, {"reviewer", "lead"}, "council.set_up"),
    "add_member": (_new_member, {"reviewer", "lead"}, "council.member_added"),
    "end_seat": (
        lambda house, actor: end_seat(member=house.members[-1], ends_on=DAY, actor=actor),
        {"reviewer", "lead"},
        "council.member_left",
    ),
    "set_voting_rule": (_rule, {"lead"}, "council.voting_rule_set"),
    "prepare_meeting": (
        lambda house, actor: prepare_meeting(
            council=house.council, particulars=particulars(house), actor=actor
        ),
        {"secretary", "reviewer"},
        "meeting.prepared",
    ),
    "change_meeting": (
        lambda house, actor: change_meeting(
            meeting=_planned(house), particulars=particulars(house, held_on=date(2025, 12, 20)), actor=actor
        ),
        {"secretary", "reviewer"},
        "meeting.changed",
    ),
    "set_agenda": (
        lambda house, actor: set_agenda(meeting=_planned(house), dossiers=[], actor=actor),
        {"secretary", "reviewer"},
        "meeting.agenda_set",
    ),
    "open_meeting": (
        lambda house, actor: open_meeting(meeting=_planned(house), actor=actor),
        {"chair"},
        "meeting.opened",
    ),
}


@pytest.mark.walk
@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_who_may_prepare_what(house: House, verb: str, who: str) -> None:
    act, may, event = VERBS[verb]
    _planned(house)
    before = AuditEntry.objects.count()

    if who in may:
        act(house, getattr(house, who))
        assert AuditEntry.objects.filter(event=event, seq__gt=before).count() == 1
    else:
        with pytest.raises(NotAllowed) as refused:
            act(house, getattr(house, who))
        assert len(str(refused.value)) > 20
        assert AuditEntry.objects.count() == before


def test_agenda_takes_eligible_dossiers_and_gives_back_what_is_left_out(house: House) -> None:
    first, second, third = (eligible_dossier(house, number) for number in (1, 2, 3))
    meeting = planned_meeting(house, [first, second])

    items = set_agenda(meeting=meeting, dossiers=[third, second], actor=house.reviewer)

    assert [(item.position, item.dossier) for item in items] == [(1, third), (2, second)]
    assert all(item.evaluation.dossier_id == item.dossier_id for item in items)
    statuses = dict(Dossier.objects.values_list("code", "status"))
    assert statuses == {
        first.code: Status.ELIGIBLE,
        second.code: Status.ON_AGENDA,
        third.code: Status.ON_AGENDA,
    }


def test_a_dossier_stands_on_one_agenda_and_a_refusal_writes_nothing(house: House) -> None:
    taken, free = eligible_dossier(house, 1), eligible_dossier(house, 2)
    planned_meeting(house, [taken])
    other = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)

    with pytest.raises(NotAllowed):
        set_agenda(meeting=other, dossiers=[free, taken], actor=house.secretary)

    assert not other.items.exists()
    assert Dossier.objects.get(pk=free.pk).status == Status.ELIGIBLE


def test_a_stale_dossier_is_refused_and_nothing_is_half_written(house: House) -> None:
    dossier = eligible_dossier(house)
    meeting = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)
    Dossier.objects.update(status=Status.RECEIVED)

    with pytest.raises(StaleState):
        set_agenda(meeting=meeting, dossiers=[dossier], actor=house.secretary)

    assert not AgendaItem.objects.exists()


def test_a_dossier_of_another_movement_is_refused(house: House) -> None:
    dossier = eligible_dossier(house)
    other = Movement.objects.create(plan_id="khac", name="Phong trào khác", starts_in=2021, ends_in=2025)
    council = Council.objects.create(name="Hội đồng khác", unit=house.council.unit, movement=other)
    fields = {name: value for name, value in particulars(house).__dict__.items() if name != "tellers"}
    Meeting.objects.create(council=council, created_at=dossier.created_at, **fields)

    with pytest.raises(InvalidRequest):
        set_agenda(meeting=Meeting.objects.get(council=council), dossiers=[dossier], actor=house.reviewer)

    assert Dossier.objects.get().status == Status.ELIGIBLE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"held_on": date(2025, 12, 14)}, "has passed"),
        ({"chair": 2}, "neither chair nor deputy"),
        ({"secretary": 0}, "cannot both chair"),
        ({"held_on": date(2021, 1, 1)}, "has passed"),
    ],
)
def test_impossible_particulars_are_refused(house: House, changes: dict[str, Any], sentence: str) -> None:
    seats = {
        name: house.members[value] if name in {"chair", "secretary"} else value
        for name, value in changes.items()
    }

    with pytest.raises(InvalidRequest, match=sentence):
        prepare_meeting(council=house.council, particulars=particulars(house, **seats), actor=house.secretary)

    assert not Meeting.objects.exists()


def test_somebody_who_left_cannot_lead(house: House) -> None:
    end_seat(member=house.members[0], ends_on=date(2025, 12, 14), actor=house.lead)

    with pytest.raises(InvalidRequest, match="does not sit on this council"):
        prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)


def test_a_meeting_opens_on_its_day_only_and_not_without_items(house: House) -> None:
    later = prepare_meeting(
        council=house.council,
        particulars=particulars(house, held_on=date(2025, 12, 18)),
        actor=house.secretary,
    )
    empty = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)

    with pytest.raises(NotAllowed, match="is set for"):
        open_meeting(meeting=later, actor=house.chair)
    with pytest.raises(NotAllowed, match="agenda is empty"):
        open_meeting(meeting=empty, actor=house.chair)


def test_opening_lists_the_members_of_the_day(house: House) -> None:
    end_seat(member=house.members[-1], ends_on=date(2025, 12, 14), actor=house.lead)

    meeting = open_meeting(meeting=planned_meeting(house, [eligible_dossier(house)]), actor=house.chair)

    assert Attendance.objects.filter(meeting=meeting).count() == 8
    assert not Attendance.objects.present().exists()
    with pytest.raises(StaleState):
        open_meeting(meeting=meeting, actor=house.chair)
    with pytest.raises(NotAllowed):
        set_agenda(meeting=meeting, dossiers=[], actor=house.secretary)
    with pytest.raises(NotAllowed):
        change_meeting(meeting=meeting, particulars=particulars(house), actor=house.secretary)
    with pytest.raises(InvalidRequest):
        take_roll(meeting=meeting, present=[house.members[-1]], actor=house.chair)


def test_the_roll_belongs_to_an_open_meeting(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])

    with pytest.raises(NotAllowed, match="has not been opened"):
        take_roll(meeting=meeting, present=[], actor=house.chair)


def test_a_meeting_closes_when_every_item_is_settled(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    poll = poll_in(house, meeting, 1)
    cast_all(house, poll, ["agree"] * 9)

    with pytest.raises(NotAllowed, match="still open"):
        close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)
    close_poll(poll=poll, actor=house.chair)
    with pytest.raises(NotAllowed, match="Item 2"):
        close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)
    take_item_off(item=meeting.items.get(position=2), reason="Chờ xác minh", actor=house.chair)
    with pytest.raises(InvalidRequest, match="conclusion is empty"):
        close_meeting(meeting=meeting, conclusion="  ", actor=house.chair)
    with pytest.raises(NotAllowed, match="Only those who hold an office"):
        close_meeting(meeting=meeting, conclusion="Xong", actor=house.member)
    # What the chair began, the secretary may end.
    closed = close_meeting(meeting=meeting, conclusion="Hội đồng thống nhất", actor=house.secretary)

    assert (closed.status, closed.conclusion) == (MeetingStatus.CLOSED, "Hội đồng thống nhất")
    with pytest.raises(NotAllowed, match="closed"):
        close_meeting(meeting=closed, conclusion="Lại", actor=house.chair)


def test_taking_off_needs_a_reason(house: House) -> None:
    meeting = meeting_in_session(house)

    with pytest.raises(InvalidRequest):
        take_item_off(item=meeting.items.get(), reason=" ", actor=house.chair)

    assert Dossier.objects.get().status == Status.ON_AGENDA


@pytest.mark.parametrize(
    ("office", "user", "sentence"),
    [(Office.MEMBER, "member", "already sits"), (Office.CHAIR, "outsider", "chairs this council")],
)
def test_clashing_seats_are_refused(house: House, office: Office, user: str, sentence: str) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        add_member(
            council=house.council, user=getattr(house, user), office=office, starts_on=DAY, actor=house.lead
        )


def test_a_seat_can_follow_one_that_ended(house: House) -> None:
    end_seat(member=house.members[0], ends_on=date(2025, 12, 14), actor=house.lead)

    seat = add_member(
        council=house.council, user=house.outsider, office=Office.CHAIR, starts_on=DAY, actor=house.lead
    )

    assert seat.office == Office.CHAIR
    with pytest.raises(InvalidRequest):
        end_seat(member=seat, ends_on=LONG_AGO, actor=house.lead)


@pytest.mark.parametrize(
    "changes",
    [{"award": "khac"}, {"threshold": 0}, {"threshold": 101}, {"legal_basis": " "}, {}],
    ids=["unknown award", "zero", "over a hundred", "no basis", "same day twice"],
)
def test_impossible_thresholds_are_refused(house: House, changes: dict[str, Any]) -> None:
    _rule(house, house.lead)
    fields: dict[str, Any] = {
        "council": house.council,
        "award": "province_certificate",
        "threshold": 85,
        "starts_on": DAY,
        "legal_basis": "Quy chế",
        "actor": house.lead,
    }

    with pytest.raises(InvalidRequest):
        set_voting_rule(**(fields | changes))

    assert house.council.voting_rules.count() == 1


def test_members_see_what_is_before_their_council_and_nothing_else(house: House) -> None:
    on_agenda, elsewhere = eligible_dossier(house, 1), eligible_dossier(house, 2)
    meeting = planned_meeting(house, [on_agenda])
    assert not Dossier.objects.visible_to(house.member).exists()
    declare_all(meeting)
    assert not Dossier.objects.visible_to(house.member).exists(), "not before the invitation"
    invite(house, meeting)

    seen = Dossier.objects.visible_to(house.member)

    assert list(seen) == [on_agenda]
    assert elsewhere not in seen
    assert not Dossier.objects.visible_to(person("nguoila")).exists()
    assert not Meeting.objects.visible_to(house.outsider).exists()
