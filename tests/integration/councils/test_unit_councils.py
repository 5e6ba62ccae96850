"""Councils of filing units: who sets them up and sees them, what comes before them, and what follows from their vote."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, User
from core.permissions import allowed
from councils.enums import ItemStanding, Office, Serves
from councils.interests import interests_of
from councils.models import AgendaItem, Council, CouncilMember, Meeting, Poll
from councils.permissions import check_can_consent, check_can_name_stand_in
from councils.recount import recount
from councils.selectors.choosing import dossiers_for
from councils.services import (
    add_member,
    close_meeting,
    open_meeting,
    open_polls,
    prepare_meeting,
    set_agenda,
    set_base_rule,
    set_up_council,
    set_voting_rule,
    take_item_off,
)
from nominations.enums import EvaluationPurpose, RoundStatus, Status
from nominations.models import AwardRound, Evaluation, StatusChange
from nominations.permissions_province import check_can_see_selection
from nominations.services.dossiers import withdraw_dossier
from nominations.services.filing import file_to_district, not_select, return_to_commune
from registry.enums import Role
from registry.models import Household, Unit, UnitRole
from tests.integration.councils.building import (
    DAY,
    cast_all,
    close,
    eligible_dossier,
    particulars,
    planned_meeting,
)
from tests.integration.councils.unit_building import (
    UnitHouse,
    build_unit_house,
    unit_dossier,
    unit_meeting,
    vote,
)

OUTSIDE = (
    "reviewer",
    "lead",
    "standing_body",
    "commune_officer",
    "other_officer",
    "other_commune_officer",
    "agency_officer",
    "overseer",
    "province_member",
)
INSIDE = ("officer", "chair", "member", "auditor")


@pytest.fixture
def units(db: None) -> UnitHouse:
    return build_unit_house()


@pytest.fixture(autouse=True)
def _pages_in_english(client: Client) -> None:
    """Words of pages are compared with those that the code holds."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def someone(units: UnitHouse, who: str) -> User:
    """A person of the house by a name."""
    if who == "province_member":
        return units.province.member
    found: User = getattr(units, who) if hasattr(units, who) else getattr(units.house, who)
    return found


# Who sees it


@pytest.mark.parametrize("who", OUTSIDE)
def test_nobody_beyond_the_unit_sees_its_council(units: UnitHouse, who: str) -> None:
    meeting = planned_meeting(units.house, [unit_dossier(units)])
    actor = someone(units, who)

    assert not Council.objects.visible_to(actor).filter(serves=Serves.UNIT).exists()
    assert not Meeting.objects.visible_to(actor).filter(pk=meeting.pk).exists()
    assert not CouncilMember.objects.visible_to(actor).filter(council=meeting.council).exists()


@pytest.mark.parametrize("who", INSIDE)
def test_the_unit_its_members_and_inspectors_see_it(units: UnitHouse, who: str) -> None:
    meeting = planned_meeting(units.house, [unit_dossier(units)])
    actor = someone(units, who)

    assert Council.objects.visible_to(actor).filter(pk=units.house.council.pk).exists()
    assert Meeting.objects.visible_to(actor).filter(pk=meeting.pk).exists()
    assert CouncilMember.objects.visible_to(actor).filter(council=meeting.council).count() == 5


def test_the_provinces_council_stays_where_it_was(units: UnitHouse) -> None:
    council = units.province.council

    for who in ("reviewer", "lead", "standing_body", "auditor", "province_member"):
        assert Council.objects.visible_to(someone(units, who)).filter(pk=council.pk).exists(), who
    for who in ("officer", "member", "commune_officer"):
        assert not Council.objects.visible_to(someone(units, who)).filter(pk=council.pk).exists(), who


PAGES = ("council_detail", "meeting_create")
MEETING_PAGES = (
    "meeting_detail",
    "meeting_edit",
    "agenda",
    "invitation",
    "case_pack",
    "hall",
    "roll",
    "offices",
)


@pytest.mark.parametrize("who", ["lead", "other_officer", "commune_officer"])
def test_other_units_ask_its_addresses_in_vain(units: UnitHouse, client: Client, who: str) -> None:
    meeting = planned_meeting(units.house, [unit_dossier(units)])
    client.force_login(someone(units, who))

    for name in PAGES:
        assert client.get(reverse(f"councils:{name}", args=[meeting.council_id])).status_code == 404, name
    for name in MEETING_PAGES:
        assert client.get(reverse(f"councils:{name}", args=[meeting.pk])).status_code == 404, name


# Who keeps it


def _set_up(units: UnitHouse, actor: User) -> Any:
    return set_up_council(
        name="Hội đồng huyện",
        unit=units.other_district,
        movement=units.house.council.movement,
        serves=Serves.UNIT,
        actor=actor,
    )


def _add(units: UnitHouse, actor: User) -> Any:
    return add_member(
        council=units.house.council,
        user=units.house.outsider,
        office=Office.MEMBER,
        starts_on=DAY,
        actor=actor,
    )


def _prepare(units: UnitHouse, actor: User) -> Any:
    return prepare_meeting(council=units.house.council, particulars=particulars(units.house), actor=actor)


def _rule(units: UnitHouse, actor: User) -> Any:
    return set_voting_rule(
        council=units.house.council,
        award="province_certificate",
        threshold=70,
        starts_on=DAY,
        legal_basis="Quy chế của huyện, Điều 4",
        actor=actor,
    )


def _base(units: UnitHouse, actor: User) -> Any:
    return set_base_rule(
        council=units.house.council,
        recused_leave_base=True,
        starts_on=DAY,
        legal_basis="Quy chế của huyện, Điều 5",
        actor=actor,
    )


KEEPING: dict[str, tuple[Callable[[UnitHouse, User], Any], set[str], str]] = {
    "set_up": (_set_up, {"other_officer"}, "council.set_up"),
    "add_member": (_add, {"officer"}, "council.member_added"),
    "prepare": (_prepare, {"officer", "secretary"}, "meeting.prepared"),
    "threshold": (_rule, {"officer"}, "council.voting_rule_set"),
    "base": (_base, {"officer"}, "council.base_rule_set"),
}


@pytest.mark.parametrize("who", ["officer", "chair", "secretary", "auditor", *OUTSIDE])
@pytest.mark.parametrize("verb", sorted(KEEPING))
def test_who_keeps_the_council_of_a_unit(units: UnitHouse, verb: str, who: str) -> None:
    act, may, event = KEEPING[verb]
    before = AuditEntry.objects.count()

    if who in may:
        act(units, someone(units, who))
        assert AuditEntry.objects.filter(event=event, seq__gt=before).count() == 1
    else:
        with pytest.raises(NotAllowed) as refusal:
            act(units, someone(units, who))
        assert "officer" in f"{refusal.value}"


def test_a_units_officer_sets_up_no_council_of_the_movement(units: UnitHouse) -> None:
    with pytest.raises(NotAllowed, match="set up by the standing office"):
        set_up_council(
            name="Hội đồng", unit=units.district, movement=units.house.council.movement, actor=units.officer
        )


def test_a_unit_has_one_council_in_a_movement(units: UnitHouse) -> None:
    with pytest.raises(InvalidRequest, match="already has a council for this movement"):
        set_up_council(
            name="Hội đồng thứ hai",
            unit=units.district,
            movement=units.house.council.movement,
            serves=Serves.UNIT,
            actor=units.officer,
        )


def test_the_officer_sets_it_up_on_the_page_and_is_not_asked_which(units: UnitHouse, client: Client) -> None:
    client.force_login(units.other_officer)
    page = client.get(reverse("councils:council_create"))

    answer = client.post(
        reverse("councils:council_create"),
        {
            "name": "Hội đồng Thi đua - Khen thưởng huyện Tuy Phong",
            "unit": units.other_district.pk,
            "movement": units.house.council.movement_id,
            "decision": "12/QĐ-UBND",
        },
    )

    council = Council.objects.get(unit=units.other_district)
    assert "serves" not in page.context["form"].fields
    assert [unit.pk for unit in page.context["form"].fields["unit"].queryset] == [units.other_district.pk]
    assert answer["Location"] == council.get_absolute_url()
    assert council.is_of_unit


def test_the_standing_office_still_sets_up_the_movements_council(units: UnitHouse, client: Client) -> None:
    client.force_login(units.house.lead)

    client.post(
        reverse("councils:council_create"),
        {
            "name": "Hội đồng",
            "unit": units.province.council.unit_id,
            "movement": units.house.council.movement_id,
        },
    )

    assert not Council.objects.get(name="Hội đồng").is_of_unit


def test_whoever_may_set_up_both_is_asked_which(units: UnitHouse, client: Client) -> None:
    UnitRole.objects.create(
        user=units.house.lead, role=Role.DISTRICT_OFFICER, unit=units.other_district, starts_on=DAY
    )
    client.force_login(units.house.lead)
    typed = {
        "name": "Hội đồng huyện Tuy Phong",
        "unit": units.other_district.pk,
        "movement": units.house.council.movement_id,
    }

    refused = client.post(reverse("councils:council_create"), typed)
    client.post(reverse("councils:council_create"), {**typed, "serves": "unit"})

    assert refused.context["form"].errors.keys() == {"serves"}
    assert Council.objects.get(name=typed["name"]).is_of_unit


@pytest.mark.parametrize("check", [check_can_consent, check_can_name_stand_in])
def test_what_the_leadership_decides_elsewhere_the_units_officer_decides(
    units: UnitHouse, check: Callable[[User, Meeting], None]
) -> None:
    meeting = planned_meeting(units.house, [unit_dossier(units)])

    check(units.officer, meeting)
    for who in ("lead", "other_officer", "commune_officer", "chair"):
        with pytest.raises(NotAllowed, match="an officer of the council's unit"):
            check(someone(units, who), meeting)
    # The control: of the movement's council the leadership decides.
    check(units.house.lead, planned_meeting(units.province, []))


# What comes before it


def test_what_lies_at_the_district_comes_before_its_council(units: UnitHouse) -> None:
    filed = unit_dossier(units, 1)
    unit_dossier(units, 2, Status.DRAFT)
    unit_dossier(units, 3, Status.FILED)
    unit_dossier(units, 4, nominating_unit=Unit.objects.get(name="Xã Phú Lạc"))
    own_draft = unit_dossier(units, 5, Status.DRAFT, nominating_unit=units.district)
    eligible_dossier(units.province)

    assert set(dossiers_for(units.house.council)) == {filed, own_draft}


def test_a_commune_takes_its_drafts_that_have_a_report(units: UnitHouse) -> None:
    council = Council.objects.create(
        name="Hội đồng xã",
        unit=units.house.commune,
        movement=units.house.council.movement,
        serves=Serves.UNIT,
    )
    ready, returned = unit_dossier(units, 1, Status.DRAFT), unit_dossier(units, 2, Status.RETURNED)
    without = unit_dossier(units, 3, Status.DRAFT)
    without.papers.all().delete()
    unit_dossier(units, 4)

    assert set(dossiers_for(council)) == {ready, returned}


def test_a_closed_round_has_nothing_for_it(units: UnitHouse) -> None:
    unit_dossier(units)
    AwardRound.objects.update(status=RoundStatus.CLOSED)

    assert not dossiers_for(units.house.council).exists()


def test_the_agenda_moves_no_dossier_and_cites_a_check_of_the_day(units: UnitHouse) -> None:
    dossier = unit_dossier(units)

    meeting = planned_meeting(units.house, [dossier])

    item = meeting.items.get()
    dossier.refresh_from_db()
    assert (dossier.status, item.standing) == (Status.FILED_TO_DISTRICT, ItemStanding.WAITING)
    assert (item.evaluation.purpose, item.evaluation.as_of) == (EvaluationPurpose.UNIT_COUNCIL, DAY)
    assert item.evaluation.result["findings"]
    assert not StatusChange.objects.filter(dossier=dossier).exists()


def test_members_vote_on_the_figures_of_the_day_on_which_it_opens(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = planned_meeting(units.house, [dossier])
    first = meeting.items.get().evaluation_id
    Household.objects.filter(pk=dossier.nominee_household_id).update(
        registration="registered", registered_on=date(2025, 3, 1)
    )

    open_meeting(meeting=meeting, actor=units.house.chair)

    evaluation = meeting.items.get().evaluation
    assert evaluation.pk != first
    assert Evaluation.objects.get(pk=first).facts != evaluation.facts


@pytest.mark.parametrize("kind", ["other", "filed", "eligible"])
def test_what_does_not_lie_here_is_refused(units: UnitHouse, kind: str) -> None:
    dossier = {
        "other": lambda: unit_dossier(units, 7, nominating_unit=Unit.objects.get(name="Xã Phú Lạc")),
        "filed": lambda: unit_dossier(units, 7, Status.FILED),
        "eligible": lambda: eligible_dossier(units.province),
    }[kind]()

    with pytest.raises(InvalidRequest, match="is not one that Huyện Bắc Bình can put before its council"):
        planned_meeting(units.house, [dossier])


def test_one_dossier_waits_on_one_agenda(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    planned_meeting(units.house, [dossier])

    with pytest.raises(InvalidRequest, match="is not one that Huyện Bắc Bình can put"):
        planned_meeting(units.house, [dossier])


def test_the_movements_council_takes_nothing_that_lies_at_a_unit(units: UnitHouse) -> None:
    dossier = unit_dossier(units)

    assert not dossiers_for(units.province.council).exists()
    with pytest.raises(InvalidRequest):
        planned_meeting(units.province, [dossier])


def test_working_at_the_unit_suggests_no_interest(units: UnitHouse) -> None:
    for seat in units.house.members:
        UnitRole.objects.create(
            user=seat.user, role="district_officer", unit=units.district, starts_on=date(2022, 1, 1)
        )
    meeting = planned_meeting(units.house, [unit_dossier(units)])

    assert interests_of(meeting).pending == []


# What follows from the vote


@pytest.mark.parametrize(
    ("agree", "standing"), [(4, ItemStanding.RECOMMENDED), (3, ItemStanding.NOT_RECOMMENDED)]
)
def test_the_item_keeps_the_result_and_the_dossier_stays(
    units: UnitHouse, agree: int, standing: ItemStanding
) -> None:
    dossier = unit_dossier(units)
    meeting = unit_meeting(units, [dossier])

    vote(units, meeting, agree=agree)

    dossier.refresh_from_db()
    item = meeting.items.get()
    assert (item.standing, dossier.status) == (standing, Status.FILED_TO_DISTRICT)
    close_meeting(meeting=meeting, conclusion="Xong", actor=units.house.chair)
    checks = recount(Meeting.objects.get(pk=meeting.pk))
    assert all(check.holds for check in checks)
    # The control: an item that says otherwise than its tally is found.
    AgendaItem.objects.filter(pk=item.pk).update(standing=ItemStanding.WAITING)
    assert not all(check.holds for check in recount(Meeting.objects.get(pk=meeting.pk)))


def test_what_was_not_recommended_is_not_selected_by_the_vote(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    vote(units, unit_meeting(units, [dossier]), agree=3)

    not_select(dossier=dossier, reason="", actor=units.officer)

    dossier.refresh_from_db()
    step = StatusChange.objects.get(dossier=dossier, verb="not_select")
    assert dossier.status == Status.NOT_SELECTED
    assert "3 of 5 members agreed; 4 were needed" in step.note


def test_what_was_recommended_cannot_be_dropped(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    vote(units, unit_meeting(units, [dossier]))

    with pytest.raises(NotAllowed, match="cannot be recorded as not selected") as refusal:
        not_select(dossier=dossier, reason="Không chọn", actor=units.officer)
    assert "5 of 5 members agreed" in str(refusal.value)


def test_a_unit_without_a_vote_goes_on_with_paper(units: UnitHouse) -> None:
    dossier = unit_dossier(units)

    with pytest.raises(InvalidRequest, match="needs a reason"):
        not_select(dossier=dossier, reason="", actor=units.officer)
    not_select(dossier=dossier, reason="Hội đồng họp trên giấy", actor=units.officer)

    dossier.refresh_from_db()
    assert dossier.status == Status.NOT_SELECTED


def test_what_waits_for_the_vote_stays(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    planned_meeting(units.house, [dossier])

    for act in (not_select, return_to_commune):
        with pytest.raises(NotAllowed, match="was not voted on yet"):
            act(dossier=dossier, reason="Lý do", actor=units.officer)


def test_off_the_agenda_it_goes_on_with_paper(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = unit_meeting(units, [dossier])

    take_item_off(item=meeting.items.get(), reason="Thiếu số liệu", actor=units.house.chair)
    return_to_commune(dossier=dossier, reason="Bổ sung số liệu", actor=units.officer)

    dossier.refresh_from_db()
    assert dossier.status == Status.RETURNED


def test_a_communes_council_stands_before_its_filing_to_the_district(units: UnitHouse) -> None:
    dossier = unit_dossier(units, 1, Status.DRAFT)
    Council.objects.filter(pk=units.house.council.pk).update(unit=units.house.commune)
    units.house.council.refresh_from_db()
    meeting = unit_meeting(units, [dossier])

    with pytest.raises(NotAllowed, match="was not voted on yet"):
        file_to_district(dossier=dossier, actor=units.commune_officer)
    vote(units, meeting, agree=3)
    with pytest.raises(
        NotAllowed, match=r"cannot be filed\. The council of Xã Phan Hòa, huyện Bắc Bình did not"
    ):
        file_to_district(dossier=dossier, actor=units.commune_officer)
    open_again = open_polls(
        items=[meeting.items.get()], actor=units.house.chair, again_because="Có thêm tài liệu"
    )
    cast_all(units.house, open_again[0], ["agree"] * 5)
    close(units.house, Poll.objects.get(pk=open_again[0].pk))
    file_to_district(dossier=dossier, actor=units.commune_officer)

    dossier.refresh_from_db()
    assert dossier.status == Status.FILED_TO_DISTRICT
    assert meeting.items.get().standing == ItemStanding.RECOMMENDED
    # Filed on, it is before this council no more.
    with pytest.raises(NotAllowed, match="no longer on the agenda"):
        open_polls(items=[meeting.items.get()], actor=units.house.chair, again_because="Lần nữa")


def test_what_is_withdrawn_during_the_vote_keeps_no_result(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = unit_meeting(units, [dossier])
    poll = open_polls(items=[meeting.items.get()], actor=units.house.chair)[0]
    withdraw_dossier(dossier=dossier, actor=units.commune_officer, reason="Rút")
    cast_all(units.house, poll, ["agree"] * 5)

    close(units.house, Poll.objects.get(pk=poll.pk))

    assert meeting.items.get().standing == ItemStanding.WAITING
    close_meeting(meeting=meeting, conclusion="Xong", actor=units.house.chair)
    assert all(check.holds for check in recount(Meeting.objects.get(pk=meeting.pk)))


def test_an_empty_agenda_gives_dossiers_free(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = planned_meeting(units.house, [dossier])

    set_agenda(meeting=meeting, dossiers=[], actor=units.house.secretary)

    assert list(dossiers_for(units.house.council)) == [dossier]


@pytest.mark.parametrize("who", ["chair", "member", "officer"])
def test_who_sits_on_it_reads_no_selection(units: UnitHouse, who: str) -> None:
    award_round = unit_dossier(units).award_round

    assert not allowed(check_can_see_selection, someone(units, who), award_round)
    assert allowed(check_can_see_selection, units.province.chair, award_round)


# Pages


def test_the_dossiers_page_shows_the_vote_to_the_unit_alone(units: UnitHouse, client: Client) -> None:
    dossier = unit_dossier(units)
    vote(units, unit_meeting(units, [dossier]), agree=3)

    seen = {}
    for who in ("officer", "auditor", "commune_officer"):
        client.force_login(someone(units, who))
        seen[who] = "3 of 5 members agreed" in client.get(dossier.get_absolute_url()).content.decode()

    assert seen == {"officer": True, "auditor": True, "commune_officer": False}


def test_the_district_records_by_the_vote_on_the_page(units: UnitHouse, client: Client) -> None:
    dossier = unit_dossier(units)
    vote(units, unit_meeting(units, [dossier]), agree=3)
    client.force_login(units.officer)
    page = client.get(dossier.get_absolute_url())

    client.post(reverse("nominations:not_select", args=[dossier.code]), {"not_select-reason": ""})

    dossier.refresh_from_db()
    assert not page.context["can_put_in_set"]
    assert page.context["not_select_form"] is not None
    assert dossier.status == Status.NOT_SELECTED


def test_the_rooms_of_a_unit_say_no_word_of_the_provinces_way(units: UnitHouse, client: Client) -> None:
    meeting = planned_meeting(units.house, [unit_dossier(units)])
    client.force_login(units.officer)

    agenda = client.get(reverse("councils:agenda", args=[meeting.pk])).content.decode()

    assert "stays where it is, and can be filed without a vote" in agenda
    assert "stays eligible" not in agenda
    client.force_login(units.house.chair)
    assert client.get(meeting.get_absolute_url()).status_code == 200


def test_officers_find_the_rooms_in_the_menu(units: UnitHouse, client: Client) -> None:
    client.force_login(units.officer)

    page = client.get(reverse("councils:list")).content.decode()

    assert units.house.council.name in page
    assert reverse("councils:council_create") in page
