"""The province's emulation and commendation council votes in the same rooms on what a proposal puts before it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.exceptions import NotAllowed, StaleState
from core.models import User
from core.permissions import allowed
from councils.enums import ItemStanding, Office, PollResult, Serves
from councils.models import AgendaItem, Council, CouncilMember, Meeting, Tally
from councils.permissions import (
    check_can_consent,
    check_can_keep_council,
    check_can_name_stand_in,
    check_can_prepare,
    check_can_set_base_rule,
    check_can_set_up_council,
    check_can_set_voting_rule,
)
from councils.recount import recount
from councils.selectors.agenda import agenda_rows
from councils.selectors.choosing import dossiers_for
from councils.selectors.meetings import state_of
from councils.services import (
    add_member,
    close_meeting,
    close_poll,
    hand_out_ballot,
    open_meeting,
    open_poll,
    prepare_meeting,
    put_in_urn,
    set_agenda,
    set_up_council,
    set_voting_rule,
    take_item_off,
    take_roll,
)
from councils.services.meetings import Particulars
from councils.services.opening import open_polls
from councils.ties import tallies_by_dossier
from councils.words import words_of_councils
from nominations.enums import RoundKind, Status, WayPaperKind
from nominations.models import Dossier, Proposal
from nominations.permissions_province import check_can_see_selection
from nominations.selectors.way import way_of
from nominations.services.proposals import cancel_proposal
from registry.enums import Role, UnitKind
from reports.selectors import content_hash, find_subject
from reports.services import issue_document
from reports.signing import sign_off
from tests.factories import Cast, UserFactory, make_cast
from tests.factories.registry import UnitFactory, give_standing_office, officer
from tests.integration.councils.building import declare_all
from tests.integration.nominations.province import approved_proposal, recommended_individuals
from tests.integration.nominations.way_papers import go, issue, record, voted

DAY, LONG_AGO = date(2025, 12, 15), date(2022, 1, 1)


@dataclass
class Stage:
    """A proposal to the centre with its letter, and the province's council of five."""

    cast: Cast
    proposal: Proposal
    council: Council
    seats: list[CouncilMember]

    @property
    def dossiers(self) -> list[Dossier]:
        return list(
            Dossier.objects.filter(proposal_items__proposal=self.proposal).order_by(
                "proposal_items__position"
            )
        )

    @property
    def chair(self) -> User:
        return self.seats[0].user

    def meeting(self, dossiers: list[Dossier] | None = None) -> Meeting:
        meeting = prepare_meeting(
            council=self.council,
            particulars=Particulars(
                title="Phiên họp Hội đồng Thi đua - Khen thưởng tỉnh",
                held_on=DAY,
                starts_at=time(8, 30),
                place="Phòng họp UBND tỉnh",
                chair=self.seats[0],
                secretary=self.seats[1],
            ),
            actor=self.cast["standing_body"],
        )
        set_agenda(
            meeting=meeting,
            dossiers=self.dossiers if dossiers is None else dossiers,
            actor=self.cast["standing_body"],
        )
        return meeting

    def in_session(self, meeting: Meeting) -> Meeting:
        meeting = open_meeting(meeting=meeting, actor=self.chair)
        take_roll(meeting=meeting, present=self.seats, actor=self.chair)
        declare_all(meeting)
        return meeting

    def vote(self, meeting: Meeting, position: int, agree: int, again_because: str = "") -> Tally:
        rows = AgendaItem.objects.select_related(
            "meeting__council__movement", "dossier__award_round__movement"
        )
        item = rows.get(meeting=meeting, position=position)
        if again_because:
            (poll,) = open_polls(items=[item], actor=self.chair, again_because=again_because)
        else:
            poll = open_poll(item=item, actor=self.chair)
        for number, seat in enumerate(self.seats):
            choice = "agree" if number < agree else "disagree"
            put_in_urn(token=hand_out_ballot(poll=poll, actor=seat.user), choice=choice)
        tally = close_poll(poll=poll, actor=self.chair)
        assert tally is not None
        return tally


@pytest.fixture
def stage(db: None, frozen_day: Callable[[date], None], settings: Any, tmp_path: Any) -> Stage:
    cast = make_cast()
    proposal = approved_proposal(cast, recommended_individuals(cast, 2))
    council = set_up_council(
        name="Hội đồng Thi đua - Khen thưởng tỉnh",
        unit=cast.province,
        movement=proposal.award_round.movement,
        serves=Serves.PROVINCE,
        actor=cast["standing_body"],
    )
    offices = [Office.CHAIR, Office.SECRETARY, Office.MEMBER, Office.MEMBER, Office.MEMBER]
    seats = [
        add_member(
            council=council,
            user=UserFactory(username=f"hdtinh{number}"),
            office=office,
            position="",
            starts_on=LONG_AGO,
            actor=cast["standing_body"],
        )
        for number, office in enumerate(offices)
    ]
    return Stage(cast, proposal, council, seats)


@pytest.mark.slow  # Polls are held in the urn's process.
def test_its_vote_stays_with_the_item_and_the_dossier_stays_proposed(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    set_voting_rule(
        council=stage.council,
        award="pm_certificate",
        threshold=90,
        starts_on=LONG_AGO,
        legal_basis="Quy chế Hội đồng",
        actor=stage.cast["standing_body"],
    )
    meeting = stage.in_session(stage.meeting())
    assert [row.is_waiting for row in agenda_rows(meeting)] == [True, True]

    first, second = stage.vote(meeting, 1, agree=5), stage.vote(meeting, 2, agree=4)

    assert (first.result, second.result) == (PollResult.RECOMMENDED, PollResult.NOT_RECOMMENDED)
    assert second.required == 5
    assert {dossier.status for dossier in stage.dossiers} == {Status.PROPOSED}
    kept = meeting.items.order_by("position").values_list("standing", flat=True)
    assert list(kept) == [ItemStanding.RECOMMENDED, ItemStanding.NOT_RECOMMENDED]
    assert [row.is_waiting for row in agenda_rows(meeting)] == [False, False]
    assert all(row.was_voted_on for row in agenda_rows(meeting))
    closed = close_meeting(meeting=meeting, conclusion="Nhất trí trình.", actor=stage.chair)
    assert state_of(closed).waiting == []
    assert [check for check in recount(closed) if not check.holds] == []
    standing = way_of(stage.proposal).standing("provincial_council")
    assert "are not signed" in standing.lacking
    assert standing.not_agreed == {stage.dossiers[1].pk}
    # The order of preference among the recommended reads the movement's council alone.
    # What units' councils said is told where they file, and this is none of theirs.
    assert words_of_councils({dossier.pk for dossier in stage.dossiers}) == {}
    tallies = tallies_by_dossier([dossier.pk for dossier in stage.dossiers])
    assert [tallies[dossier.pk].agreed.agree for dossier in stage.dossiers] == [8, 8]


@pytest.mark.slow  # Draws the letter and the minutes.
def test_the_way_is_walked_with_the_papers_that_the_house_draws(stage: Stage) -> None:
    give_standing_office(stage.cast.province)
    meeting = voted(stage.cast, stage.proposal, Serves.SELECTION, stage.dossiers)
    with pytest.raises(NotAllowed):
        issue_document(subject=find_subject("proposal", stage.proposal.code), actor=stage.cast["reviewer"])
    issue(stage.cast, "minutes", meeting.pk)
    issue_document(subject=find_subject("proposal", stage.proposal.code), actor=stage.cast["reviewer"])
    of_province = stage.in_session(stage.meeting())
    for position in (1, 2):
        stage.vote(of_province, position, agree=5)
    close_meeting(meeting=of_province, conclusion="Nhất trí trình.", actor=stage.chair)

    subject = find_subject("minutes", str(of_province.pk))
    for seat in (stage.seats[1], stage.seats[0]):
        sign_off(subject=subject, actor=seat.user, read=content_hash(subject))

    standing = way_of(stage.proposal).standing("provincial_council")
    assert standing.is_done
    assert standing.papers[0].label.endswith("BB-HĐTĐKT")
    assert standing.counts == {dossier.pk: (5, 5, 4) for dossier in stage.dossiers}


def test_nothing_comes_before_it_without_the_letter(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="department_letter")

    with pytest.raises(NotAllowed, match="TT-2025-0001"):
        stage.meeting()


def test_only_what_stands_on_an_approved_proposal_to_the_centre_comes_before_it(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    (loose,) = recommended_individuals(stage.cast, 1)
    annual = recommended_individuals(stage.cast, 1, award="province_certificate", kind=RoundKind.ANNUAL)
    approved_proposal(stage.cast, annual)

    assert list(dossiers_for(stage.council)) == stage.dossiers
    for dossier in (loose, *annual):
        with pytest.raises(NotAllowed):
            stage.meeting([Dossier.objects.get(pk=dossier.pk)])


def test_a_dossier_lies_before_one_of_its_meetings(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    stage.meeting()

    assert list(dossiers_for(stage.council)) == []
    with pytest.raises(StaleState):
        stage.meeting()


def test_what_is_left_out_or_taken_off_stays_proposed(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    meeting = stage.meeting()
    set_agenda(meeting=meeting, dossiers=stage.dossiers[:1], actor=stage.cast["standing_body"])
    opened = stage.in_session(meeting)
    take_item_off(item=opened.items.get(), reason="Chờ xác minh.", actor=stage.chair)

    assert {dossier.status for dossier in stage.dossiers} == {Status.PROPOSED}
    assert list(dossiers_for(stage.council)) == stage.dossiers


@pytest.mark.slow  # Polls are held in the urn's process.
def test_another_round_is_held_until_the_provinces_letter_has_gone_out(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    meeting = stage.in_session(stage.meeting())
    stage.vote(meeting, 1, agree=3)
    stage.vote(meeting, 2, agree=5)
    with pytest.raises(StaleState):
        stage.vote(meeting, 1, agree=5)
    assert stage.vote(meeting, 1, agree=5, again_because="Kiểm lại hồ sơ.").result == PollResult.RECOMMENDED
    issue(stage.cast, "minutes", meeting.pk)
    record(stage.cast, stage.proposal, WayPaperKind.PROVINCE_LETTER)

    with pytest.raises(NotAllowed, match="905/TTr-UBND"):
        stage.vote(meeting, 2, agree=1, again_because="Lại lần nữa.")


def test_a_cancelled_proposal_leaves_nothing_to_vote_on(stage: Stage) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    meeting = stage.in_session(stage.meeting())
    cancel_proposal(proposal=stage.proposal, reason="Làm lại.", actor=stage.cast["lead"])

    assert [row.is_waiting for row in agenda_rows(meeting)] == [False, False]
    assert close_meeting(meeting=meeting, conclusion="Không biểu quyết.", actor=stage.chair).closed_at


@pytest.mark.parametrize(
    ("name", "of_selection", "of_province"),
    [
        ("reviewer", True, False),
        ("lead", True, False),
        ("standing_body", False, True),
        ("auditor", False, False),
        ("commune", False, False),
        ("nobody", False, False),
    ],
)
def test_the_standing_body_keeps_it_and_the_standing_office_the_others(
    stage: Stage, name: str, of_selection: bool, of_province: bool
) -> None:
    actor, unit = stage.cast[name], stage.cast.province

    assert allowed(check_can_set_up_council, actor, unit) is of_selection
    assert allowed(check_can_set_up_council, actor, unit, Serves.PROVINCE) is of_province
    for check in (
        check_can_keep_council,
        check_can_set_voting_rule,
        check_can_set_base_rule,
        check_can_prepare,
    ):
        assert allowed(check, actor, stage.council) is of_province
    meeting = Meeting(council=stage.council, chair=stage.seats[0], secretary=stage.seats[1])
    for decided in (check_can_consent, check_can_name_stand_in):
        assert allowed(decided, actor, meeting) is of_province


def test_the_standing_body_of_another_province_keeps_it_not(stage: Stage) -> None:
    elsewhere = UnitFactory(key="lam-dong", kind=UnitKind.PROVINCE, name="Tỉnh Lâm Đồng")
    stranger = officer(Role.STANDING_BODY, elsewhere, username="tdkt-lam-dong")

    assert not allowed(check_can_prepare, stranger, stage.council)
    assert not allowed(check_can_set_up_council, stranger, stage.cast.province, Serves.PROVINCE)


def test_its_rooms_speak_of_proposals_and_of_who_decides_here(stage: Stage, client: Client) -> None:
    go(stage.cast, stage.proposal, until="provincial_council")
    meeting = stage.meeting()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(stage.cast["standing_body"])

    agenda = client.get(reverse("councils:agenda", args=[meeting.pk])).content.decode()
    set_agenda(meeting=meeting, dossiers=[], actor=stage.cast["standing_body"])
    with translation.override("en"), pytest.raises(NotAllowed) as empty:
        open_meeting(meeting=meeting, actor=stage.chair)
    set_agenda(meeting=meeting, dossiers=stage.dossiers, actor=stage.cast["standing_body"])
    stage.in_session(meeting)
    client.force_login(stage.chair)
    offices = client.get(reverse("councils:offices", args=[meeting.pk])).content.decode()

    assert "What you leave out stays on its proposal" in agenda
    assert "eligible" not in agenda
    assert (
        empty.value.what_to_do == "Ask the secretary to put dossiers of an approved proposal on the agenda."
    )
    assert "which the standing body of the province consents to" in offices


def test_its_chair_reads_no_selection(stage: Stage) -> None:
    award_round = stage.proposal.award_round
    of_movement = set_up_council(
        name="Hội đồng xét tặng",
        unit=stage.cast.province,
        movement=award_round.movement,
        serves=Serves.SELECTION,
        actor=stage.cast["lead"],
    )
    seat = add_member(
        council=of_movement,
        user=UserFactory(username="chutich"),
        office=Office.CHAIR,
        position="",
        starts_on=LONG_AGO,
        actor=stage.cast["lead"],
    )

    assert allowed(check_can_see_selection, seat.user, award_round)
    for other in stage.seats:
        assert not allowed(check_can_see_selection, other.user, award_round)
