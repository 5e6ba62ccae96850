"""Interests of members: declared, suggested by the records, settled; and what a recused member does not get."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock, navigation
from core.exceptions import InvalidRequest, NotAllowed
from core.files import PDF, adopt, store_bytes
from core.models import AuditEntry, User
from councils.enums import Ground, MeetingStatus, Office, PollResult
from councils.interests import interests_of
from councils.models import AgendaItem, Attendance, CouncilMember, Declaration, Meeting, Ruling
from councils.services import (
    annul_poll,
    change_office,
    close_meeting,
    close_poll,
    declare_interests,
    hand_out_ballot,
    pass_office,
    set_agenda,
    set_base_rule,
    settle_interest,
    take_item_off,
    take_roll,
)
from councils.services.interests import Answer
from nominations.models import Dossier, Evaluation, FilingSet, Paper
from nominations.selectors.checks import live_results
from registry.enums import Role, SuccessionKind, UnitKind
from registry.models import Account, Individual, Unit, UnitRole, UnitSuccession
from reports.documents.imprint import Imprint
from reports.documents.minutes.context import context_of
from reports.rendering import render_html
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import (
    LONG_AGO,
    House,
    build_house,
    cast,
    cast_all,
    declare_all,
    eligible_dossier,
    invite,
    meeting_in_session,
    person,
    planned_meeting,
    poll_in,
)

pytestmark = pytest.mark.django_db

WHY = "Cháu ruột của chủ hộ"


@pytest.fixture
def meeting(house: House) -> Meeting:
    """In session with two items, everybody there, nobody has declared."""
    return meeting_in_session(house, items=2, declared=False)


def _item(meeting: Meeting, position: int = 1) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting", "dossier").get(meeting=meeting, position=position)


def _say(
    meeting: Meeting,
    seat: CouncilMember,
    *,
    interest: bool,
    reason: str = "",
    actor: User | None = None,
    position: int = 1,
) -> list[Declaration]:
    answer = Answer(_item(meeting, position), has_interest=interest, reason=reason)
    return declare_interests(meeting=meeting, member=seat, answers=[answer], actor=actor or seat.user)


def _as(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def _text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


# What members declare


def test_a_member_declares_on_all_items_at_once_and_the_log_says_so(house: House, meeting: Meeting) -> None:
    seat = house.members[2]
    answers = [
        Answer(_item(meeting, 1), has_interest=True, reason=f"  {WHY} "),
        Answer(_item(meeting, 2), has_interest=False),
    ]

    written = declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)
    again = declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)

    assert [(one.has_interest, one.reason, one.recorded_by) for one in written] == [
        (True, WHY, seat.user),
        (False, "", seat.user),
    ]
    assert again == []
    entry = AuditEntry.objects.get(event="meeting.interests_declared")
    assert entry.actor == f"user:{seat.user_id}"
    found = interests_of(meeting)
    assert [seat.pk for seat in found.recused(_item(meeting, 1))] == [seat.pk]
    assert found.recused(_item(meeting, 2)) == []
    assert found.left_to_declare(seat) == 0
    assert found.left_to_declare(house.members[3]) == 2


def test_the_secretary_records_what_a_member_says_aloud_and_nobody_else_does(
    house: House, meeting: Meeting
) -> None:
    seat = house.members[2]

    (written,) = _say(meeting, seat, interest=True, reason=WHY, actor=house.secretary)

    assert (written.member, written.recorded_by) == (seat, house.secretary)
    for actor in (house.chair, house.members[3].user, house.reviewer, house.lead, house.outsider):
        with pytest.raises(NotAllowed, match="recorded and settled by Người thanhvien1"):
            _say(meeting, seat, interest=False, actor=actor)
    # The secretary's own is recorded by the chair.
    _say(meeting, house.members[1], interest=False, actor=house.chair)
    with pytest.raises(NotAllowed, match="does not sit at this meeting"):
        _say(meeting, _stranger(house), interest=False)


def _stranger(house: House) -> CouncilMember:
    return CouncilMember.objects.create(
        council=house.council, user=person("muon"), office=Office.MEMBER, starts_on=date(2025, 12, 16)
    )


def test_who_keeps_the_record_now_is_asked_and_not_who_did(house: House, meeting: Meeting) -> None:
    pass_office(
        meeting=meeting,
        office="secretary",
        to_member=house.members[4],
        reason="Thư ký ốm",
        actor=house.chair,
    )
    meeting.refresh_from_db()

    _say(meeting, house.members[2], interest=False, actor=house.members[4].user)
    with pytest.raises(NotAllowed, match="settled by Người thanhvien4"):
        _say(meeting, house.members[3], interest=False, actor=house.members[1].user)


def test_an_interest_needs_a_reason_and_is_taken_back_by_the_secretary_with_another(
    house: House, meeting: Meeting
) -> None:
    seat = house.members[2]
    with pytest.raises(InvalidRequest, match="the reason of the interest is empty"):
        _say(meeting, seat, interest=True, reason="  ")
    _say(meeting, seat, interest=False)
    _say(meeting, seat, interest=True, reason=WHY)

    with pytest.raises(NotAllowed, match="Nobody settles an own interest"):
        _say(meeting, seat, interest=False, reason="Nhầm người")
    with pytest.raises(InvalidRequest, match="not said why the interest is taken back"):
        _say(meeting, seat, interest=False, actor=house.secretary)
    _say(meeting, seat, interest=False, reason="Trùng tên, không phải họ hàng", actor=house.secretary)

    declaration = Declaration.objects.get()
    assert (declaration.has_interest, declaration.reason) == (False, "Trùng tên, không phải họ hàng")
    assert declaration.recorded_by == house.secretary


def test_nothing_is_declared_once_the_poll_has_opened_and_again_when_it_was_void(house: House) -> None:
    meeting = meeting_in_session(house)
    poll = poll_in(house, meeting)

    with pytest.raises(NotAllowed, match="does not wait for its poll any more"):
        _say(meeting, house.members[2], interest=True, reason=WHY)
    # The same answer again is no news, so a page that sends all items is not refused.
    assert _say(meeting, house.members[2], interest=False) == []
    annul_poll(poll=poll, reason="Mất điện", actor=house.chair)
    _say(meeting, house.members[2], interest=True, reason=WHY)
    assert poll_in(house, meeting).recused_count == 1


def test_nothing_is_declared_or_settled_after_the_meeting(house: House) -> None:
    meeting = meeting_in_session(house)
    item = _item(meeting)
    take_item_off(item=item, reason="Hoãn", actor=house.chair)
    close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)

    with pytest.raises(NotAllowed, match="its record stands"):
        _say(meeting, house.members[2], interest=True, reason=WHY)
    with pytest.raises(NotAllowed, match="its record stands"):
        settle_interest(
            item=item, member=house.members[2], is_recused=True, reason=WHY, actor=house.secretary
        )


def test_declarations_go_with_the_item_and_along_with_a_new_seat(house: House) -> None:
    dossiers = [eligible_dossier(house, number) for number in (1, 2)]
    meeting = planned_meeting(house, dossiers)
    Meeting.objects.filter(pk=meeting.pk).update(held_on=date(2025, 12, 20))
    meeting.refresh_from_db()
    seat = house.members[2]
    _say(meeting, seat, interest=True, reason=WHY)
    _say(meeting, seat, interest=False, position=2)

    moved = change_office(
        member=seat,
        office=Office.DEPUTY,
        starts_on=date(2025, 12, 16),
        decision="Quyết định số 9",
        actor=house.lead,
    )
    assert set(Declaration.objects.values_list("member", flat=True)) == {moved.pk}
    set_agenda(meeting=meeting, dossiers=dossiers[1:], actor=house.secretary)
    assert [one.has_interest for one in Declaration.objects.all()] == [False]


# What the records suggest


def _agency(house: House, name: str = "Sở Thử", **fields: Any) -> Unit:
    return Unit.objects.create(
        key=name,
        kind=fields.pop("kind", UnitKind.AGENCY),
        name=name,
        parent=house.council.unit,
        valid_from=LONG_AGO,
        **fields,
    )


def _suggested(meeting: Meeting) -> dict[int, tuple[Ground, ...]]:
    """By member, the grounds on the first item."""
    return {one.member.pk: one.grounds for one in interests_of(meeting).suspicions if one.item.position == 1}


def _put_forward(meeting: Meeting, **nominee: Any) -> None:
    """Another nominee for the dossier of the first item."""
    blank = {"nominee_unit": None, "nominee_household": None, "nominee_individual": None}
    Dossier.objects.filter(agenda_items__meeting=meeting, agenda_items__position=1).update(
        **{**blank, **nominee}
    )


def test_works_at_the_nominees_unit_by_account_or_by_role(house: House, meeting: Meeting) -> None:
    agency, other = _agency(house), _agency(house, "Sở Khác")
    by_account, by_role, ended, elsewhere = house.members[2:6]
    Account.objects.create(user=by_account.user, home=agency)
    UnitRole.objects.create(user=by_role.user, role=Role.AGENCY_OFFICER, unit=agency, starts_on=LONG_AGO)
    UnitRole.objects.create(
        user=ended.user,
        role=Role.AGENCY_OFFICER,
        unit=agency,
        starts_on=LONG_AGO,
        ends_on=date(2025, 12, 14),
    )
    Account.objects.create(user=elsewhere.user, home=other)
    assert _suggested(meeting) == {}

    _put_forward(meeting, nominee_unit=agency)

    assert _suggested(meeting) == dict.fromkeys((by_account.pk, by_role.pk), (Ground.WORKS_THERE,))


@pytest.mark.parametrize(
    ("kind", "is_suggested"),
    [(SuccessionKind.MERGED, True), (SuccessionKind.RENAMED, True), (SuccessionKind.SPLIT, False)],
)
def test_a_unit_under_an_earlier_name_or_border_is_the_same_workplace(
    house: House, meeting: Meeting, kind: str, is_suggested: bool
) -> None:
    old, new = _agency(house, "Sở cũ"), _agency(house, "Sở mới")
    company = _agency(house, "Công ty Thử", kind=UnitKind.ENTERPRISE, managing_unit=old)
    UnitSuccession.objects.create(predecessor=old, successor=new, kind=kind, on=date(2025, 7, 1))
    at_old, at_new = house.members[2:4]
    Account.objects.create(user=at_old.user, home=old)
    Account.objects.create(user=at_new.user, home=new)

    for nominee, ground, right in (
        (new, Ground.WORKS_THERE, at_old),
        (old, Ground.WORKS_THERE, at_new),
        (company, Ground.MANAGES, at_new),
    ):
        _put_forward(meeting, nominee_unit=nominee)
        found = _suggested(meeting)
        assert (found.get(right.pk) == (ground,)) is is_suggested
        assert len(found) == (2 if is_suggested else 1), "the unit's own people always"


def test_works_where_the_individual_works(house: House, meeting: Meeting) -> None:
    seat = house.members[2]
    Account.objects.create(user=seat.user, home=house.commune)
    woman = Individual.objects.create(code="CN-1", name="Trần Thị Ngữ", unit=house.commune)
    assert _suggested(meeting) == {}  # A household of the commune is not its officer's workplace.

    _put_forward(meeting, nominee_individual=woman)

    assert _suggested(meeting) == {seat.pk: (Ground.WORKS_THERE,)}


def test_works_at_the_managing_body_or_the_villages_commune(house: House, meeting: Meeting) -> None:
    agency = _agency(house)
    at_agency, at_commune = house.members[2:4]
    Account.objects.create(user=at_agency.user, home=agency)
    Account.objects.create(user=at_commune.user, home=house.commune)
    company = _agency(house, "Công ty Thử", kind=UnitKind.ENTERPRISE, managing_unit=agency)
    village = Unit.objects.create(
        key="thon", kind=UnitKind.VILLAGE, name="Thôn 1", parent=house.commune, valid_from=LONG_AGO
    )

    _put_forward(meeting, nominee_unit=company)
    assert _suggested(meeting) == {at_agency.pk: (Ground.MANAGES,)}
    _put_forward(meeting, nominee_unit=village)
    assert _suggested(meeting) == {at_commune.pk: (Ground.MANAGES,)}
    Unit.objects.filter(pk=company.pk).update(managing_unit=None)
    _put_forward(meeting, nominee_unit=company)
    assert _suggested(meeting) == {}


def test_has_the_nominees_name_whatever_its_marks(house: House, meeting: Meeting) -> None:
    namesake, other = house.members[2].user, house.members[3].user
    namesake.full_name, other.full_name = "NGUYEN VAN 1", "Nguyễn Văn 12"
    namesake.save()
    other.save()

    assert _suggested(meeting) == {house.members[2].pk: (Ground.SAME_NAME,)}


def test_filed_the_dossier_or_its_set_with_this_or_a_merged_account(house: House, meeting: Meeting) -> None:
    filer, former, signer = house.members[2], person("cu"), house.members[3]
    Account.objects.create(user=former, home=house.commune, merged_into=filer.user)
    Dossier.objects.filter(agenda_items__meeting=meeting).update(filed_by=former)
    filing_set = _filing_set(house, filed_by=signer.user)
    Dossier.objects.filter(agenda_items__meeting=meeting, agenda_items__position=1).update(
        filing_set=filing_set
    )

    assert _suggested(meeting) == dict.fromkeys((filer.pk, signer.pk), (Ground.FILED,))


def _filing_set(house: House, filed_by: User) -> FilingSet:
    return FilingSet.objects.create(
        award_round=Dossier.objects.earliest("pk").award_round,
        unit=house.commune,
        filed_on=date(2025, 11, 1),
        filed_by=filed_by,
        created_at=clock.now(),
    )


def test_an_interest_in_the_same_nominee_is_remembered_and_one_in_another_is_not(
    house: House, meeting: Meeting
) -> None:
    first, second = house.members[2:4]
    household = _item(meeting, 1).dossier.nominee_household
    Dossier.objects.filter(agenda_items__meeting=meeting, agenda_items__position=2).update(
        nominee_household=household, award="pm_certificate"
    )
    _say(meeting, first, interest=True, reason=WHY, position=2)
    assert _suggested(meeting) == {first.pk: (Ground.EARLIER,)}

    _say(meeting, second, interest=False, position=2)
    assert _suggested(meeting) == {first.pk: (Ground.EARLIER,)}
    _say(meeting, first, interest=False, reason="Nhầm", position=2, actor=house.secretary)
    assert _suggested(meeting) == {}


@pytest.fixture
def suggested(house: House, meeting: Meeting) -> Meeting:
    """The third member works at the unit that the first item puts forward; all have declared no interest."""
    agency = _agency(house)
    Account.objects.create(user=house.member, home=agency)
    _put_forward(meeting, nominee_unit=agency)
    found = interests_of(meeting)
    for seat in found.seats:
        answers = [Answer(item, has_interest=False) for item in found.items]
        declare_interests(meeting=meeting, member=seat, answers=answers, actor=seat.user)
    return meeting


def test_the_secretary_settles_and_the_chair_does_it_for_the_secretary(
    house: House, suggested: Meeting
) -> None:
    item, seat = _item(suggested), house.members[2]
    for actor in (house.chair, house.members[3].user, house.lead):
        with pytest.raises(NotAllowed, match="recorded and settled by Người thanhvien1"):
            settle_interest(item=item, member=seat, is_recused=True, reason=WHY, actor=actor)
    with pytest.raises(NotAllowed, match="Nobody settles an own interest"):
        settle_interest(item=item, member=seat, is_recused=False, reason=WHY, actor=seat.user)
    with pytest.raises(InvalidRequest, match="The reason is empty"):
        settle_interest(item=item, member=seat, is_recused=True, reason=" ", actor=house.secretary)
    with pytest.raises(NotAllowed, match="suggest no interest of Người thanhvien3"):
        settle_interest(
            item=item, member=house.members[3], is_recused=True, reason=WHY, actor=house.secretary
        )

    ruling = settle_interest(item=item, member=seat, is_recused=True, reason=WHY, actor=house.secretary)
    assert (ruling.ground, ruling.ruled_by) == (Ground.WORKS_THERE, house.secretary)
    assert [seat.pk for seat in interests_of(suggested).recused(item)] == [seat.pk]
    settle_interest(
        item=item, member=seat, is_recused=False, reason="Đã chuyển công tác", actor=house.secretary
    )
    assert interests_of(suggested).recused(item) == []
    assert Ruling.objects.count() == 1
    assert AuditEntry.objects.filter(event="meeting.interest_settled").count() == 2

    Account.objects.create(user=house.secretary, home=Unit.objects.get(key="Sở Thử"))
    with pytest.raises(NotAllowed, match="Nobody settles an own interest"):
        settle_interest(
            item=item, member=house.members[1], is_recused=False, reason=WHY, actor=house.secretary
        )
    settle_interest(item=item, member=house.members[1], is_recused=False, reason=WHY, actor=house.chair)


# What a poll asks, and what a recusal does to it


def test_a_poll_waits_for_the_declarations_of_those_present(house: House, meeting: Meeting) -> None:
    take_roll(meeting=meeting, present=house.members[:8], actor=house.secretary)
    for seat in house.members[:7]:
        _say(meeting, seat, interest=False)

    with pytest.raises(NotAllowed, match="an interest in this item: Người thanhvien7") as refused:
        poll_in(house, meeting)
    assert "thanhvien8" not in refused.value.sentence  # Who is absent is not waited for.
    assert "thanhvien6" not in refused.value.sentence
    _say(meeting, house.members[7], interest=False)
    assert poll_in(house, meeting).ballots_count == 8


def test_a_poll_waits_for_what_the_records_suggest_of_those_present(house: House, suggested: Meeting) -> None:
    with pytest.raises(NotAllowed, match=r"take part in this item: Người thanhvien2 \(works at the nominee"):
        poll_in(house, suggested)
    poll = poll_in(house, suggested, position=2)
    annul_poll(poll=poll, reason="Thử", actor=house.chair)

    take_roll(
        meeting=suggested,
        present=[seat for seat in house.members if seat != house.members[2]],
        actor=house.secretary,
    )
    assert poll_in(house, suggested).ballots_count == 8


@pytest.mark.parametrize("by_ruling", [False, True])
def test_a_recused_member_has_no_ballot_and_stays_in_the_base(
    house: House, suggested: Meeting, by_ruling: bool
) -> None:
    seat = house.members[2]
    if by_ruling:
        settle_interest(
            item=_item(suggested), member=seat, is_recused=True, reason=WHY, actor=house.secretary
        )
    else:
        _say(suggested, seat, interest=True, reason=WHY)
    poll = poll_in(house, suggested)

    assert (poll.members_count, poll.present_count, poll.ballots_count, poll.recused_count) == (9, 9, 8, 1)
    assert poll.papers_required == 5  # Six of nine must come; one of those who came has no paper.
    with pytest.raises(NotAllowed, match="because of an interest"):
        hand_out_ballot(poll=poll, actor=seat.user)
    page = _as(seat.user).get(reverse("councils:ballot", args=[poll.pk]))
    assert page.status_code == 403
    assert "You take no part in this item because of an interest in the nominee" in _text(page)
    assert "so you have no ballot" in _text(_as(seat.user).get(suggested.get_absolute_url()))

    for voter in house.members:
        if voter != seat:
            cast(poll, voter.user, "agree")
    tally = close_poll(poll=poll, actor=house.chair)
    assert tally is not None
    # 80 percent of nine is eight, not seven of eight.
    assert (tally.agree, tally.required, tally.unreturned) == (8, 8, 0)
    assert tally.result == PollResult.RECOMMENDED
    for address in (suggested.get_absolute_url(), reverse("councils:hall", args=[suggested.pk])):
        shown = _text(_as(house.chair).get(address))
        assert "8 / 9" in shown
        assert "1 takes no part" in shown


@pytest.mark.parametrize(
    ("leave", "since", "base", "required"),
    [
        (None, None, 11, 9),
        (True, date(2025, 12, 15), 10, 8),
        (True, date(2025, 12, 16), 11, 9),
        (False, date(2025, 12, 15), 11, 9),
    ],
)
def test_another_base_is_a_dated_parameter_of_the_council(
    db: None, leave: bool | None, since: date | None, base: int, required: int
) -> None:

    house = build_house(members=11)
    if leave is not None and since is not None:
        set_base_rule(
            council=house.council,
            recused_leave_base=True,
            starts_on=since if leave else LONG_AGO,
            legal_basis="Điều 7 Quy chế",
            actor=house.lead,
        )
        if not leave:
            set_base_rule(
                council=house.council,
                recused_leave_base=False,
                starts_on=since,
                legal_basis="Điều 8 Quy chế",
                actor=house.lead,
            )
    meeting = meeting_in_session(house)
    _say(meeting, house.members[10], interest=True, reason=WHY)
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 8 + ["disagree"] * 2)
    tally = close_poll(poll=poll, actor=house.chair)

    assert tally is not None
    assert (poll.members_count, tally.required, tally.has_quorum) == (base, required, True)
    assert (tally.result == PollResult.RECOMMENDED) == (required == 8)
    assert poll.base_basis == ("Điều 7 Quy chế" if base == 10 else "")
    assert poll.all_members == 11


def test_the_base_is_recorded_by_the_leadership_with_its_legal_basis(house: House) -> None:
    rule: dict[str, Any] = {"council": house.council, "recused_leave_base": True, "starts_on": LONG_AGO}
    for actor in (house.reviewer, house.secretary, house.chair):
        with pytest.raises(NotAllowed, match="recorded by the leadership"):
            set_base_rule(**rule, legal_basis="Quy chế", actor=actor)
    with pytest.raises(InvalidRequest, match="needs its legal basis"):
        set_base_rule(**rule, legal_basis=" ", actor=house.lead)
    set_base_rule(**rule, legal_basis="Quy chế", actor=house.lead)
    with pytest.raises(InvalidRequest, match="already starts on that day"):
        set_base_rule(**rule, legal_basis="Quy chế", actor=house.lead)


def test_the_base_is_recorded_on_the_councils_page_and_a_refused_form_keeps_what_was_typed(
    house: House,
) -> None:
    lead, address = _as(house.lead), reverse("councils:base_rule_add", args=[house.council.pk])
    typed = {"recused_leave_base": "yes", "starts_on": "2025-12-15", "legal_basis": "Điều 7 Quy chế"}

    refused = lead.post(address, {**typed, "starts_on": "hôm nay"})
    assert refused.status_code == 422
    assert "Điều 7 Quy chế" in _text(refused)
    assert lead.post(address, typed).status_code == 302
    assert "Leave the base" in _text(_as(house.member).get(house.council.get_absolute_url()))
    twice = lead.post(address, typed)
    assert (twice.status_code, "already starts on that day" in _text(twice)) == (422, True)
    assert _as(house.secretary).post(address, typed).status_code == 403


def test_nobody_left_to_vote_is_said(house: House, meeting: Meeting) -> None:
    for seat in house.members:
        _say(meeting, seat, interest=True, reason=WHY)

    with pytest.raises(NotAllowed, match="Everybody present has an interest"):
        poll_in(house, meeting)


def test_minutes_name_who_took_no_part_and_why(house: House, meeting: Meeting) -> None:
    declare_all(meeting)
    _say(meeting, house.members[2], interest=True, reason="Cháu ruột của chủ hộ.")
    for position in (1, 2):
        poll = poll_in(house, meeting, position)
        cast_all(house, poll, [])
        for seat in house.members:
            if position == 2 or seat != house.members[2]:
                cast(poll, seat.user, "agree")
        close_poll(poll=poll, actor=house.chair)
    close_meeting(meeting=meeting, conclusion="Xong", actor=house.chair)
    meeting.refresh_from_db()

    context = context_of(meeting, Imprint("BB", date(2025, 12, 15), 1))

    first, second = context["items"]
    assert [(one["name"], one["reason"]) for one in first["recusals"]] == [("Người thanhvien2", WHY)]
    assert (first["tally"]["agree"], first["tally"]["members"], first["tally"]["recused"]) == (8, 9, 1)
    assert (second["recusals"], second["tally"]["recused"]) == ([], 0)
    text = " ".join(render_html("minutes", context).split())
    assert f"không tham gia vì có quyền lợi liên quan: Người thanhvien2 ({WHY})." in text
    assert "Đồng ý 8/9, 1 không tham gia." in text
    assert text.count("không tham gia vì có quyền lợi liên quan") == 1


# Papers


@pytest.fixture
def papers(house: House, meeting: Meeting) -> dict[str, str]:
    """Addresses of what belongs to the first item: its dossier's page, a paper of it, and its set's letter."""
    dossier = _item(meeting).dossier
    filing_set = _filing_set(house, filed_by=house.outsider)
    Dossier.objects.filter(pk=dossier.pk).update(filing_set=filing_set)
    # The page draws the findings, so the deciding evaluation holds real ones.
    result = live_results([dossier])[dossier.pk].to_dict()
    Evaluation.objects.filter(dossier=dossier).update(result=result)
    found = {"page": dossier.get_absolute_url()}
    owners: dict[str, dict[str, Any]] = {
        "paper": {"dossier": dossier, "kind": "achievement_report"},
        "letter": {"filing_set": filing_set, "kind": "submission_letter"},
    }
    for name, owner in owners.items():
        stored = store_bytes(
            content=pdf_bytes(name), name=f"{name}.pdf", content_type=PDF, actor=house.outsider
        )
        adopt(stored)
        paper = Paper.objects.create(
            **owner, file=stored, uploaded_by=house.outsider, uploaded_at=clock.now()
        )
        found[name] = reverse("nominations:paper_download", args=[paper.pk])
    return found


def _answers(user: User, papers: dict[str, str]) -> set[int]:
    """Which statuses the addresses answer the person with."""
    client, found = _as(user), set()
    for address in papers.values():
        answer = client.get(address)
        found.add(answer.status_code)
        if answer.streaming:
            answer.getvalue()  # Read to its end, so that its file is closed.
    return found


def test_papers_open_after_the_own_declaration_and_never_for_the_recused(
    house: House, meeting: Meeting, papers: dict[str, str]
) -> None:
    recused, other, silent = house.members[2:5]
    assert _answers(other.user, papers) == {404}

    _say(meeting, recused, interest=True, reason=WHY)
    _say(meeting, other, interest=False)

    assert _answers(recused.user, papers) == {404}
    assert _answers(other.user, papers) == {200}
    assert _answers(silent.user, papers) == {404}
    assert _answers(house.reviewer, papers) == {200}
    _say(meeting, recused, interest=False, reason="Trùng tên", actor=house.secretary)
    assert _answers(recused.user, papers) == {200}


def test_a_ruling_closes_the_papers_too_and_a_closed_meeting_asks_for_no_declaration(
    house: House, suggested: Meeting, papers: dict[str, str]
) -> None:
    recused, silent = house.members[2:4]
    assert _answers(recused.user, papers) == {200}
    settle_interest(item=_item(suggested), member=recused, is_recused=True, reason=WHY, actor=house.secretary)
    assert _answers(recused.user, papers) == {404}
    Declaration.objects.filter(member=silent).delete()
    assert _answers(silent.user, papers) == {404}

    Meeting.objects.filter(pk=suggested.pk).update(status=MeetingStatus.CLOSED)
    assert _answers(recused.user, papers) == {404}
    assert _answers(silent.user, papers) == {200}


def test_who_was_recused_reads_it_again_only_when_it_comes_again_without_an_interest(
    house: House, meeting: Meeting, papers: dict[str, str]
) -> None:
    seat = house.members[2]
    _say(meeting, seat, interest=True, reason=WHY)
    take_item_off(item=_item(meeting), reason="Hoãn", actor=house.chair)
    take_item_off(item=_item(meeting, 2), reason="Hoãn", actor=house.chair)
    close_meeting(meeting=meeting, conclusion="Hoãn", actor=house.chair)
    again = planned_meeting(house, [_item(meeting).dossier])
    invite(house, again)
    assert _answers(seat.user, papers) == {404}

    _say(again, seat, interest=False)
    assert _answers(seat.user, papers) == {200}
    _say(again, seat, interest=True, reason=WHY)
    assert _answers(seat.user, papers) == {404}
    # The others read it by the meeting that is over; a recusal now closes it for them as well.
    other = house.members[3]
    assert _answers(other.user, papers) == {200}
    _say(again, other, interest=True, reason=WHY)
    assert _answers(other.user, papers) == {404}


# Pages


def test_the_agenda_links_a_dossier_for_whom_it_opens(house: House, meeting: Meeting) -> None:
    seat, link = house.members[2], _item(meeting).dossier.get_absolute_url()
    address = meeting.get_absolute_url()

    before = _text(_as(seat.user).get(address))
    _say(meeting, seat, interest=False)
    after = _text(_as(seat.user).get(address))

    assert f'href="{link}"' not in before
    assert "Nguyễn Văn 1" in before
    assert "2 items wait for you" in before
    assert f'href="{link}"' in after
    assert "1 item waits for you" in after
    assert f'href="{link}"' in _text(_as(house.reviewer).get(address))


def test_a_member_declares_on_one_page_and_a_refused_form_keeps_what_was_typed(
    house: House, meeting: Meeting
) -> None:
    client, address = _as(house.member), reverse("councils:declare", args=[meeting.pk])
    first, second = _item(meeting, 1), _item(meeting, 2)
    page = client.get(address)
    assert page.status_code == 200
    assert "In the items that I have not ticked I have no interest" in _text(page)

    without_reason = client.post(address, {f"interest-{first.pk}": "on", f"reason-{second.pk}": WHY})
    assert without_reason.status_code == 422
    shown = _text(without_reason)
    assert "Say what joins the member to the nominee" in shown
    assert "tick the item, or empty the reason" in shown
    assert f'value="{WHY}"' in shown
    assert Declaration.objects.count() == 0
    done = client.post(address, {f"interest-{first.pk}": "on", f"reason-{first.pk}": WHY})

    assert done.url == meeting.get_absolute_url()
    said = {one.item_id: (one.has_interest, one.reason) for one in Declaration.objects.all()}
    assert said == {first.pk: (True, WHY), second.pk: (False, "")}
    again = _text(client.get(address))
    assert "Only the secretary can take a declared interest back" in again
    assert f"interest-{first.pk}" not in again
    assert f"{house.members[2]} takes no part: {WHY}" in _text(
        _as(house.chair).get(meeting.get_absolute_url())
    )


def test_the_secretary_records_and_takes_back_on_the_members_page(house: House, meeting: Meeting) -> None:
    seat, client = house.members[2], _as(house.secretary)
    address = reverse("councils:declare_for", args=[meeting.pk, seat.pk])
    first = _item(meeting)
    assert _as(house.chair).get(address).status_code == 403
    assert _as(house.members[3].user).get(address).status_code == 403
    client.post(address, {f"interest-{first.pk}": "on", f"reason-{first.pk}": WHY})
    assert Declaration.objects.filter(has_interest=True, recorded_by=house.secretary).count() == 1

    kept = client.post(address, {f"reason-{first.pk}": WHY})
    assert (kept.status_code, "Say why the member has no interest" in _text(kept)) == (422, True)
    client.post(address, {f"reason-{first.pk}": "Trùng tên"})
    assert Declaration.objects.get(item=first).reason == "Trùng tên"
    assert not Declaration.objects.get(item=first).has_interest


def test_who_does_not_sit_there_has_nothing_to_declare(house: House, meeting: Meeting) -> None:
    address = reverse("councils:declare", args=[meeting.pk])

    refused = _as(house.reviewer).get(address)
    assert (refused.status_code, "You do not sit at this meeting" in _text(refused)) == (403, True)
    assert _as(house.outsider).get(address).status_code == 404
    Meeting.objects.filter(pk=meeting.pk).update(status=MeetingStatus.CLOSED)
    assert _as(house.member).get(address).status_code == 403


def test_the_secretary_finds_what_waits_and_settles_it_on_one_page(house: House, suggested: Meeting) -> None:
    client, address = _as(house.secretary), reverse("councils:interests", args=[suggested.pk])
    item, seat = _item(suggested), house.members[2]
    meeting_page = _text(client.get(suggested.get_absolute_url()))
    assert "Members who have not declared: 0. Possible interests that wait to be settled: 1." in meeting_page
    page = _text(client.get(address))
    assert "The records say: works at the nominee" in page
    for user in (house.member, house.reviewer, house.lead):
        assert _as(user).get(address).status_code == 403
        assert "Possible interests" not in _text(_as(user).get(suggested.get_absolute_url()))

    rule = reverse("councils:interest_settle", args=[item.pk, seat.pk])
    prefix = f"{item.pk}-{seat.pk}"
    refused = client.post(rule, {f"{prefix}-reason": WHY})
    assert refused.status_code == 422
    assert f'value="{WHY}"' in _text(refused)
    assert _as(house.member).post(rule, {}).status_code == 403
    by_chair = _as(house.chair).post(rule, {f"{prefix}-answer": "out", f"{prefix}-reason": WHY})
    assert by_chair.status_code == 403
    assert WHY not in _text(_as(house.chair).get(address))
    client.post(rule, {f"{prefix}-answer": "out", f"{prefix}-reason": WHY})

    assert Ruling.objects.get().is_recused
    settled = _text(client.get(address))
    assert "Takes no part" in settled
    assert "Nothing waits." in settled


def test_the_home_page_leads_to_the_declaration_until_it_is_made(house: House, meeting: Meeting) -> None:
    seat, address = house.members[2], reverse("councils:declare", args=[meeting.pk])
    assert address in [item.url for item in navigation.work_of(seat.user)]

    _say(meeting, seat, interest=False)
    assert address in [item.url for item in navigation.work_of(seat.user)]
    _say(meeting, seat, interest=True, reason=WHY, position=2)
    assert address not in [item.url for item in navigation.work_of(seat.user)]
    assert address not in [item.url for item in navigation.work_of(house.reviewer)]


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.slow  # Two councils, the larger of twenty members and twelve items.
def test_pages_of_interests_cost_the_same_queries_whatever_the_size(db: None) -> None:

    house = build_house(members=6)
    meeting = meeting_in_session(house, items=2, declared=False)

    def counts() -> dict[str, int]:
        client = _as(house.secretary)
        return {
            name: _queries(client, address)
            for name, address in {
                "meeting": meeting.get_absolute_url(),
                "declare": reverse("councils:declare", args=[meeting.pk]),
                "declare_for": reverse("councils:declare_for", args=[meeting.pk, house.members[2].pk]),
                "interests": reverse("councils:interests", args=[meeting.pk]),
            }.items()
        }

    agency = _agency(house)
    _grow(house, meeting, agency, range(2), range(10, 12))
    small = counts()
    _grow(house, meeting, agency, range(3, 13), range(20, 34))
    large = counts()

    assert interests_of(meeting).pending
    assert small == large


def _grow(house: House, meeting: Meeting, agency: Unit, items: range, members: range) -> None:
    """More items and members at a meeting in session; each new member works at a unit put forward and has declared."""
    for number in items:
        dossier = eligible_dossier(house, 100 + number)
        Dossier.objects.filter(pk=dossier.pk).update(
            nominee_household=None, nominee_unit=_agency(house, f"Sở {number}"), status="on_agenda"
        )
        AgendaItem.objects.create(
            meeting=meeting, dossier=dossier, evaluation=dossier.evaluations.get(), position=100 + number
        )
    for number in members:
        user = person(f"them{number}")
        Account.objects.create(user=user, home=Unit.objects.filter(name__startswith="Sở ").latest("pk"))
        seat = CouncilMember.objects.create(council=house.council, user=user, starts_on=LONG_AGO)
        Attendance.objects.create(meeting=meeting, member=seat)
        for item in meeting.items.all()[:2]:
            Declaration.objects.create(
                item=item,
                member=seat,
                has_interest=number % 2 == 0,
                reason=WHY,
                recorded_by=user,
                declared_at=clock.now() - timedelta(minutes=1),
            )
