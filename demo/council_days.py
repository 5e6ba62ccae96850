"""The award council: set up, called together, voting by secret ballot as its members did."""

import random
from datetime import date, time
from functools import partial

from councils.enums import Choice, Office, Serves
from councils.interests import interests_of
from councils.models import AgendaItem, CouncilMember, Meeting
from councils.services import (
    add_member,
    close_meeting,
    close_poll,
    declare_interests,
    hand_out_ballot,
    open_meeting,
    open_poll,
    prepare_meeting,
    put_in_urn,
    send_invitation,
    set_agenda,
    set_up_council,
    set_voting_rule,
    settle_interest,
    take_item_off,
    take_roll,
)
from councils.services.interests import Answer
from councils.services.meetings import Particulars
from demo.cast import COUNCIL
from demo.data_files import MeetingLine, read_yaml
from demo.stage import PLAN, Stage

CHAIR, SECRETARY = COUNCIL[0][0], COUNCIL[1][0]
# Whoever plays this member finds the declaration before the dossiers of the meeting to come.
YET_TO_DECLARE = COUNCIL[3][0]
SET_UP_ON = date(2022, 9, 5)
# Of the province's council: who leads it in the chair's absence, who keeps it, and who else sits on it.
PROVINCE_LEADER, PROVINCE_KEEPER = "hd.tv09", "noivu.thuongtruc"
PROVINCE_MEMBERS = ("hd.tv05", "hd.tv06", "hd.tv07", "hd.tv08", "hd.tv11", "hd.tv12", "hd.tv14")
STARTS_AT = time(8, 0)
_WORDS = read_yaml("council.yaml")


def plan_council(stage: Stage) -> None:
    """The movement's council with its fifteen members and its own threshold."""
    stage.diary.on(SET_UP_ON, lambda: _set_up(stage))


def _set_up(stage: Stage) -> None:
    lead = stage.people["so.lanhdao"]
    council = set_up_council(
        name=_WORDS["name"],
        unit=stage.units["bt.so-ldtbxh"],
        movement=stage.movements[PLAN],
        decision=_WORDS["decision"],
        actor=lead,
    )
    offices = {CHAIR: Office.CHAIR, SECRETARY: Office.SECRETARY, COUNCIL[2][0]: Office.DEPUTY}
    for username, _name, position in COUNCIL:
        add_member(
            council=council,
            user=stage.people[username],
            office=offices.get(username, Office.MEMBER),
            position=position,
            starts_on=SET_UP_ON,
            actor=lead,
        )
    for award, threshold in _WORDS["thresholds"].items():
        set_voting_rule(
            council=council,
            award=award,
            threshold=threshold,
            starts_on=SET_UP_ON,
            legal_basis=_WORDS["legal_basis"],
            actor=lead,
        )
    stage.councils[PLAN] = council


def plan_province_council(stage: Stage) -> None:
    """The province's emulation and commendation council, which votes on what goes to the Prime Minister."""
    stage.diary.on(SET_UP_ON, lambda: _set_up_province(stage))


def _set_up_province(stage: Stage) -> None:
    keeper = stage.people[PROVINCE_KEEPER]
    given = _WORDS["province"]
    council = set_up_council(
        name=given["name"],
        unit=stage.units["bt.ban-tdkt"],
        movement=stage.movements[PLAN],
        decision=given["decision"],
        serves=Serves.PROVINCE,
        actor=keeper,
    )
    offices = {PROVINCE_LEADER: Office.DEPUTY, PROVINCE_KEEPER: Office.SECRETARY}
    for username in (PROVINCE_LEADER, PROVINCE_KEEPER, *PROVINCE_MEMBERS):
        add_member(
            council=council,
            user=stage.people[username],
            office=offices.get(username, Office.MEMBER),
            position=given["positions"].get(username, ""),
            starts_on=SET_UP_ON,
            actor=keeper,
        )
    set_voting_rule(
        council=council,
        award="pm_certificate",
        threshold=given["threshold"],
        starts_on=SET_UP_ON,
        legal_basis=given["legal_basis"],
        actor=keeper,
    )


def plan_meeting(stage: Stage, key: str, line: MeetingLine) -> None:
    """Prepared by the secretary; held as far as its items have ballots."""
    stage.diary.on(line.prepared_on, lambda: _prepare(stage, key, line))
    if not any(line.items.values()):
        stage.diary.on(line.prepared_on, lambda: _declare(_meeting(stage, key), without=YET_TO_DECLARE))
        return
    stage.diary.on(line.held_on, lambda: _open(stage, key, line))
    for dossier, ballots in line.items.items():
        if ballots is None:
            stage.diary.on(line.held_on, partial(_take_off, stage, key, line, dossier))
        else:
            stage.diary.on(line.held_on, partial(_cast_ballots, stage, key, line, dossier, ballots))
    stage.diary.on(
        line.held_on,
        lambda: close_meeting(
            meeting=_meeting(stage, key), conclusion=line.conclusion, actor=stage.people[CHAIR]
        ),
    )


def _seats(stage: Stage) -> dict[str, CouncilMember]:
    return {seat.user.username: seat for seat in stage.councils[PLAN].members.select_related("user")}


def _meeting(stage: Stage, key: str) -> Meeting:
    return Meeting.objects.select_related("council__movement", "chair__user", "secretary__user").get(
        pk=stage.meetings[key].pk
    )


def _prepare(stage: Stage, key: str, line: MeetingLine) -> None:
    seats, secretary = _seats(stage), stage.people[SECRETARY]
    stage.meetings[key] = prepare_meeting(
        council=stage.councils[PLAN],
        particulars=Particulars(
            title=line.title,
            held_on=line.held_on,
            starts_at=STARTS_AT,
            place=_WORDS["place"],
            chair=seats[CHAIR],
            secretary=seats[SECRETARY],
        ),
        actor=secretary,
    )
    set_agenda(
        meeting=stage.meetings[key],
        dossiers=[stage.dossier(dossier) for dossier in line.items],
        actor=secretary,
    )
    send_invitation(meeting=stage.meetings[key], actor=secretary)


def _open(stage: Stage, key: str, line: MeetingLine) -> None:
    meeting = open_meeting(meeting=_meeting(stage, key), actor=stage.people[CHAIR])
    present = [seat for username, seat in _seats(stage).items() if username not in line.absent]
    take_roll(meeting=meeting, present=present, actor=stage.people[SECRETARY])
    _declare(meeting)


def _declare(meeting: Meeting, without: str = "") -> None:
    """Each member but one declares no interest; what the records suggest is settled so that everybody takes part."""
    found = interests_of(meeting)
    for seat in found.seats:
        if seat.user.username == without:
            continue
        answers = [Answer(item, has_interest=False) for item in found.items]
        declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)
    for one in found.pending:
        keeper = meeting.chair if one.member == meeting.secretary else meeting.secretary
        settle_interest(
            item=one.item,
            member=one.member,
            is_recused=False,
            reason=_WORDS["no_interest"],
            actor=keeper.user,
        )


def _item(stage: Stage, key: str, dossier: str) -> AgendaItem:
    rows = AgendaItem.objects.select_related(
        "meeting__council__movement",
        "meeting__chair__user",
        "meeting__secretary__user",
        "dossier__award_round__movement",
    )
    return rows.get(meeting=stage.meetings[key], dossier=stage.dossiers[dossier])


def _take_off(stage: Stage, key: str, line: MeetingLine, dossier: str) -> None:
    take_item_off(item=_item(stage, key, dossier), reason=line.taken_off[dossier], actor=stage.people[CHAIR])


def _cast_ballots(stage: Stage, key: str, line: MeetingLine, dossier: str, ballots: list[int]) -> None:
    """Everybody present casts a ballot; who cast which is drawn anew each time and kept nowhere."""
    poll = open_poll(item=_item(stage, key, dossier), actor=stage.people[CHAIR])
    agree, disagree, blank = ballots
    choices = [Choice.AGREE] * agree + [Choice.DISAGREE] * disagree + [Choice.BLANK] * blank
    random.shuffle(choices)
    present = [username for username, _name, _position in COUNCIL if username not in line.absent]
    for username, choice in zip(present, choices, strict=False):
        put_in_urn(token=hand_out_ballot(poll=poll, actor=stage.people[username]), choice=choice)
    poll.refresh_from_db()
    close_poll(poll=poll, actor=stage.people[CHAIR])
