"""A council in session with a poll open, made in the process beside the database, and what became of its poll."""

from datetime import date, time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import User
from councils.enums import Office
from councils.live import moment_of
from councils.models import AgendaItem, Council, CouncilMember, Meeting, Poll, Tally
from councils.services import (
    agree_to_close,
    close_poll,
    declare_interests,
    open_meeting,
    open_poll,
    prepare_meeting,
    set_agenda,
    take_roll,
)
from councils.services.interests import Answer
from councils.services.meetings import Particulars
from criteria.models import PlanVersion
from nominations.enums import EvaluationPurpose, RoundKind, Status
from nominations.models import AwardRound, Dossier, Evaluation, Movement
from registry.enums import UnitKind
from registry.models import Unit

DAY = date(2025, 12, 15)
PLAN = "binh-thuan-2021-2025"
ITEMS = 10


def prepare(members: int) -> dict[str, Any]:
    """A meeting of so many members, all present and signed in, with a poll open on the first of ten items."""
    with clock.playing(DAY):
        council = _council(members)
        seats = list(council.members.select_related("user"))
        chair, secretary = seats[0].user, seats[1].user
        meeting = prepare_meeting(
            council=council,
            particulars=Particulars("Phiên họp", DAY, time(8), "Hội trường", seats[0], seats[1]),
            actor=secretary,
        )
        dossiers = [_dossier(council, number) for number in range(1, ITEMS + 1)]
        items = set_agenda(meeting=meeting, dossiers=dossiers, actor=secretary)
        meeting = open_meeting(meeting=meeting, actor=chair)
        take_roll(meeting=meeting, present=seats, actor=secretary)
        for seat in seats:
            answers = [Answer(item, has_interest=False) for item in items]
            declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)
        item = AgendaItem.objects.select_related("meeting__council", "dossier__award_round__movement").get(
            pk=items[0].pk
        )
        poll = open_poll(item=item, actor=chair)
    return {"meeting": meeting.pk, "poll": poll.pk, "cookies": [_cookie(seat.user) for seat in seats]}


def close(poll: int) -> dict[str, Any]:
    """Close the poll as its chair does, and ask a screen's question once: ballots counted, and queries asked."""
    with clock.playing(DAY):
        row = Poll.objects.select_related("agenda_item__meeting__council", "agenda_item__dossier").get(
            pk=poll
        )
        meeting = row.agenda_item.meeting
        queries, sign_in = _queries(meeting)
        agree_to_close(poll=row, actor=meeting.secretary.user)
        tally: Tally | None = close_poll(poll=row, actor=meeting.chair.user, without_the_rest=True)
    return {"cast": tally.cast if tally else 0, "queries": queries, "sign_in": sign_in}


def _council(members: int) -> Council:
    province = Unit(key="tinh", kind=UnitKind.PROVINCE, name="Tỉnh Bình Thuận", valid_from=date(2021, 1, 1))
    province.save()
    movement = Movement.objects.create(plan_id=PLAN, name="Vì người nghèo", starts_in=2021, ends_in=2025)
    council = Council.objects.create(name="Hội đồng xét khen thưởng", unit=province, movement=movement)
    offices = [Office.CHAIR, Office.SECRETARY] + [Office.MEMBER] * (members - 2)
    for number, office in enumerate(offices):
        user = User(username=f"thanhvien{number:03d}", full_name=f"Nguyễn Văn {number:03d}")
        user.set_unusable_password()
        user.save()
        CouncilMember.objects.create(council=council, user=user, office=office, starts_on=date(2022, 1, 1))
    return council


def _dossier(council: Council, number: int) -> Dossier:
    clerk, _made = User.objects.get_or_create(username="vanthu", defaults={"full_name": "Văn thư"})
    commune = Unit(
        key=f"xa-{number}",
        kind=UnitKind.COMMUNE,
        name=f"Xã Số {number}",
        parent=council.unit,
        valid_from=date(2021, 1, 1),
    )
    commune.save()
    award_round, _made = AwardRound.objects.get_or_create(
        movement=council.movement, kind=RoundKind.ANNUAL, year=2025, opens_on=date(2025, 1, 1)
    )
    dossier = Dossier.objects.create(
        code=f"HS-2025-{number:04d}",
        award_round=award_round,
        award="province_certificate",
        subject="commune",
        nominee_unit=commune,
        nominee_folded=commune.name_folded,
        nominee_sort=commune.name_sort,
        nominating_unit=commune,
        status=Status.ELIGIBLE,
        created_by=clerk,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    version, _made = PlanVersion.objects.get_or_create(
        plan_id=PLAN,
        content_hash="0" * 64,
        defaults={"content": "{}", "engine_version": "1", "created_at": clock.now()},
    )
    Evaluation.objects.create(
        dossier=dossier,
        purpose=EvaluationPurpose.DECIDING,
        plan_version=version,
        engine_version="1",
        as_of=DAY,
        facts={},
        result={"findings": []},
        outcome="eligible",
        created_by=clerk,
        created_at=clock.now(),
    )
    return dossier


def _cookie(user: User) -> str:
    """The cookie of a browser in which the person has just signed in, with a second factor."""
    return f"{settings.SESSION_COOKIE_NAME}={_signed_in(user).session.session_key}"


def _signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    signed_in = client.session
    signed_in["strong"] = True
    signed_in.save()
    return client


def _queries(meeting: Meeting) -> tuple[int, int]:
    """Queries of an unchanged answer beside those of the sign-in, and how many these are."""
    reader = meeting.chair.user
    client = _signed_in(reader)
    moment = moment_of(meeting.pk)
    if moment is None:
        raise RuntimeError("The meeting is gone.")
    address = f"/hoi-dong/phien-hop/{meeting.pk}/man-hinh/?v={moment.mark_for(reader)}"
    client.get(address, headers={"HX-Request": "true"})
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, headers={"HX-Request": "true"})
    if answer.status_code != 204:
        raise RuntimeError(f"The unchanged answer had status {answer.status_code}.")
    of_sign_in = sum(
        any(f'FROM "{table}"' in query["sql"] for table in ("core_browsersession", "core_user"))
        for query in asked
    )
    return len(asked) - of_sign_in, of_sign_in
