"""A council, its members and eligible dossiers, ready to meet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from core import clock
from core.models import User
from councils.enums import Office
from councils.interests import interests_of
from councils.models import (
    AgendaItem,
    Ballot,
    Council,
    CouncilMember,
    Declaration,
    Invitation,
    Meeting,
    Participation,
    Poll,
    Tally,
)
from councils.selectors.papers import has_voted, place_of
from councils.services import (
    agree_to_close,
    close_poll,
    hand_out_ballot,
    open_meeting,
    open_poll,
    prepare_meeting,
    put_in_urn,
    send_invitation,
    set_agenda,
    settle_interest,
    take_roll,
)
from councils.services.meetings import Particulars
from councils.urn.client import CastAnswer, papers_in
from criteria.models import PlanVersion
from nominations.enums import EvaluationPurpose, RoundKind, Status
from nominations.models import AwardRound, Dossier, Evaluation, Movement
from registry.enums import Role, UnitKind
from registry.models import Household, Unit, UnitRole
from tests.factories.evaluations import checked
from tests.factories.log import log_people, logged
from tests.factories.registry import give_standing_office

PLAN = "binh-thuan-2021-2025"
DAY = date(2025, 12, 15)
LONG_AGO = date(2022, 1, 1)


@dataclass
class House:
    """The province with its council and the people around it."""

    council: Council
    members: list[CouncilMember]
    reviewer: User
    lead: User
    auditor: User
    outsider: User
    commune: Unit

    @property
    def chair(self) -> User:
        return self.members[0].user

    @property
    def secretary(self) -> User:
        return self.members[1].user

    @property
    def member(self) -> User:
        return self.members[2].user


def person(username: str, role: Role | None = None, unit: Unit | None = None) -> User:
    """A person, holding a role when one is named."""
    user = User.objects.create_user(username, "mat-khau-dai", full_name=f"Người {username}")
    if role and unit:
        UnitRole.objects.create(user=user, role=role, unit=unit, starts_on=LONG_AGO)
    return user


def build_house(members: int = 9) -> House:
    """A council of so many members, chair first, then the secretary."""
    province = Unit.objects.create(
        key="tinh", kind=UnitKind.PROVINCE, name="Tỉnh Bình Thuận", valid_from=LONG_AGO
    )
    give_standing_office(province)
    commune = Unit.objects.create(
        key="xa", kind=UnitKind.COMMUNE, name="Xã Phan Điền", parent=province, valid_from=LONG_AGO
    )
    movement = Movement.objects.create(plan_id=PLAN, name="Vì người nghèo", starts_in=2021, ends_in=2025)
    council = Council.objects.create(name="Hội đồng xét khen thưởng", unit=province, movement=movement)
    offices = [Office.CHAIR, Office.SECRETARY] + [Office.MEMBER] * (members - 2)
    seats = [
        CouncilMember.objects.create(
            council=council, user=person(f"thanhvien{number}"), office=office, starts_on=LONG_AGO
        )
        for number, office in enumerate(offices)
    ]
    return House(
        council=council,
        members=seats,
        reviewer=person("thamdinh", Role.REVIEWER, province),
        lead=person("lanhdao", Role.LEAD, province),
        auditor=person("thanhtra", Role.AUDITOR, province),
        outsider=person("nguoingoai", Role.COMMUNE_OFFICER, commune),
        commune=commune,
    )


def eligible_dossier(house: House, number: int = 1) -> Dossier:
    """An eligible dossier of a household, with its deciding evaluation."""
    award_round, _made = AwardRound.objects.get_or_create(
        movement=house.council.movement, kind=RoundKind.ANNUAL, year=2025, opens_on=LONG_AGO
    )
    household = Household.objects.create(code=f"HO-{number}", name=f"Nguyễn Văn {number}", unit=house.commune)
    dossier = Dossier.objects.create(
        code=f"HS-2025-{number:04d}",
        award_round=award_round,
        award="province_certificate",
        subject="household",
        nominee_household=household,
        nominee_folded=household.name_folded,
        nominee_sort=household.name_sort,
        nominating_unit=house.commune,
        status=Status.ELIGIBLE,
        created_by=house.outsider,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    version, _made = PlanVersion.objects.get_or_create(
        plan_id=PLAN,
        content_hash=hashlib.sha256(b"{}").hexdigest(),
        defaults={"content": "{}", "engine_version": "1", "created_at": clock.now()},
    )
    Evaluation.objects.create(
        dossier=dossier,
        purpose=EvaluationPurpose.DECIDING,
        plan_version=version,
        engine_version="1",
        as_of=DAY,
        **checked("household"),
        outcome="eligible",
        created_by=house.reviewer,
        created_at=clock.now(),
    )
    return dossier


def particulars(house: House, **changes: Any) -> Particulars:
    """An ordinary meeting of today."""
    fields: dict[str, Any] = {
        "title": "Phiên họp xét khen thưởng",
        "held_on": DAY,
        "starts_at": time(8, 30),
        "place": "Phòng họp số 2",
        "chair": house.members[0],
        "secretary": house.members[1],
    }
    return Particulars(**(fields | changes))


def planned_meeting(house: House, dossiers: Sequence[Dossier]) -> Meeting:
    """A meeting in preparation with these dossiers on its agenda."""
    meeting = prepare_meeting(council=house.council, particulars=particulars(house), actor=house.secretary)
    set_agenda(meeting=meeting, dossiers=dossiers, actor=house.secretary)
    return meeting


def invite(house: House, meeting: Meeting) -> Invitation:
    """The secretary invites the members; from now on each reads the papers after the own declaration."""
    return send_invitation(meeting=meeting, actor=house.secretary)


def declare_all(meeting: Meeting) -> None:
    """Every member has declared no interest, and whatever the records suggest is settled so that all take part.

    The rows are written at once, as a stage: half of the tests begin here, and the service has tests of its own.
    """
    found = interests_of(meeting)
    Declaration.objects.bulk_create(
        Declaration(
            item=item, member=seat, has_interest=False, recorded_by=seat.user, declared_at=clock.now()
        )
        for seat in found.seats
        for item in found.items
        if found.owes(item, seat)
    )
    for one in found.pending:
        keeper = meeting.chair if one.member == meeting.secretary else meeting.secretary
        settle_interest(
            item=one.item, member=one.member, is_recused=False, reason="Không liên quan", actor=keeper.user
        )


def meeting_in_session(
    house: House, items: int = 1, absent: int = 0, declared: bool = True, logs: bool = False
) -> Meeting:
    """An open meeting with its roll taken and, unless told otherwise, all declared; the last members are absent.

    `logs` says whether the log tells of its dossiers, as whoever verifies it expects.
    """
    dossiers = [eligible_dossier(house, number) for number in range(1, items + 1)]
    meeting = planned_meeting(house, [logged(one) for one in dossiers] if logs else dossiers)
    meeting = open_meeting(meeting=meeting, actor=house.chair)
    take_roll(meeting=meeting, present=house.members[: len(house.members) - absent], actor=house.secretary)
    if declared:
        declare_all(meeting)
    if logs:
        log_people()
    return meeting


def poll_in(house: House, meeting: Meeting, position: int = 1) -> Poll:
    """The poll on an item, opened by the chair."""
    return open_poll(item=AgendaItem.objects.get(meeting=meeting, position=position), actor=house.chair)


def cast(poll: Poll, user: User, choice: str) -> CastAnswer:
    """A member asks for the ballot and sends the paper; a member whose paper is in gets no second one."""
    token = hand_out_ballot(poll=poll, actor=user)
    return put_in_urn(token=token, choice=choice) if token else CastAnswer.ALREADY_IN_THE_URN


def cast_all(house: House, poll: Poll, choices: Sequence[str]) -> None:
    """Members cast these choices, one each, in the order of their seats."""
    for member, choice in zip(house.members, choices, strict=False):
        cast(poll, member.user, choice)


def close(house: House, poll: Poll) -> Tally | None:
    """The chair closes; when ballots are missing, the secretary has agreed that those left will not vote."""
    if papers_in(place_of(poll)) < poll.ballots_count:
        agree_to_close(poll=poll, actor=house.secretary)
    return close_poll(poll=poll, actor=house.chair, without_the_rest=True)


def lose_urn(poll: Poll) -> None:
    """The urn's process dies and another one stands there: it does not know the poll."""
    Poll.objects.filter(pk=poll.pk).update(urn_epoch="0" * 32)
    poll.refresh_from_db()


def counts(poll: Poll) -> tuple[int, int]:
    """Papers and members who have voted: in the urn while the poll is open, in the database once it is closed."""
    poll.refresh_from_db()
    if poll.is_open:
        papers, voters = papers_in(place_of(poll)), poll.participations.select_related("poll")
        return papers, sum(has_voted(voter) for voter in voters)
    return (
        Ballot.objects.filter(poll=poll).count(),
        Participation.objects.filter(poll=poll, has_voted=True).count(),
    )
