"""Seats begun, ended and passed to another office, from pages and by the deciding paper."""

from collections.abc import Callable
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, Refusal, StaleState
from core.models import AuditEntry, User
from councils.enums import Office
from councils.models import CouncilMember, Meeting
from councils.querysets import has_seat
from councils.services import add_member, change_office, end_seat, prepare_meeting, seats
from registry.enums import Role, UnitKind
from registry.models import Account, Unit, UnitRole
from registry.permissions_accounts import holds_at_province
from registry.services.access import print_slips
from registry.services.roles import grant_role
from tests.integration.councils.building import (
    DAY,
    LONG_AGO,
    House,
    build_house,
    eligible_dossier,
    meeting_in_session,
    particulars,
    person,
    planned_meeting,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db

PAPER = "Quyết định số 77/QĐ-SLĐTBXH ngày 10/12/2025"
YESTERDAY, TOMORROW = date(2025, 12, 14), date(2025, 12, 16)
CAST = ("chair", "secretary", "member", "reviewer", "lead", "auditor", "outsider")
SEES, CHANGES = {"chair", "secretary", "member", "reviewer", "lead", "auditor"}, {"reviewer", "lead"}


def _client(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def _url(name: str, seat: CouncilMember) -> str:
    return reverse(f"councils:{name}", args=[seat.pk])


TYPED: dict[str, dict[str, str]] = {
    "seat_end": {"ends_on": "2025-12-15", "decision": PAPER},
    "seat_office": {"office": Office.DEPUTY, "starts_on": "2025-12-16", "decision": PAPER},
}


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("verb", [*TYPED, "seat"])
def test_who_reaches_a_seat_by_which_verb(house: House, verb: str, who: str) -> None:
    seat, entries = house.members[-1], AuditEntry.objects.count()
    client = _client(getattr(house, who))

    answer = client.post(_url(verb, seat), TYPED[verb]) if verb in TYPED else client.get(_url(verb, seat))

    seat.refresh_from_db()
    if who not in SEES:
        assert answer.status_code == 404
    elif verb == "seat":
        assert answer.status_code == 200
        assert ('method="post"' in answer.content.decode().split("<main")[1]) == (who in CHANGES)
    else:
        assert answer.status_code == (302 if who in CHANGES else 403)
    assert (seat.ends_on is not None) == (verb in TYPED and who in CHANGES)
    assert (AuditEntry.objects.count() > entries) == (verb in TYPED and who in CHANGES)


def test_another_province_does_not_reach_a_seat(house: House) -> None:
    south = Unit.objects.create(key="nam", kind=UnitKind.PROVINCE, name="Tỉnh Nam", valid_from=LONG_AGO)
    client = _client(person("lanhdao.nam", Role.LEAD, south))

    for verb, typed in TYPED.items():
        assert client.post(_url(verb, house.members[-1]), typed).status_code == 404
    assert client.get(_url("seat", house.members[-1])).status_code == 404


def test_an_account_of_another_province_is_none_here(house: House) -> None:
    south = Unit.objects.create(key="nam", kind=UnitKind.PROVINCE, name="Tỉnh Nam", valid_from=LONG_AGO)
    stranger = person("canbo.nam", Role.REVIEWER, south)
    client = _client(house.lead)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    address = reverse("councils:member_add", args=[house.council.pk])
    typed = {
        "username": stranger.username,
        "office": Office.MEMBER,
        "starts_on": "2025-12-15",
        "decision": PAPER,
    }

    refused = client.post(address, typed)

    assert refused.status_code == 422
    assert "No active account has this name" in refused.content.decode()
    assert str(stranger) not in refused.content.decode()
    assert not house.council.members.filter(user=stranger).exists()
    # Whoever holds a role here too belongs here.
    UnitRole.objects.create(user=stranger, role=Role.REVIEWER, unit=house.council.unit, starts_on=LONG_AGO)
    assert client.post(address, typed).status_code == 302


def test_a_seat_begins_and_ends_with_its_papers_and_opens_nothing_afterwards(house: House) -> None:
    client = _client(house.lead)
    client.post(
        reverse("councils:member_add", args=[house.council.pk]),
        {
            "username": house.outsider.username,
            "office": Office.MEMBER,
            "starts_on": "2025-12-01",
            "decision": PAPER,
        },
    )
    seat = house.council.members.get(user=house.outsider)
    sees = has_seat(User.objects.get(pk=house.outsider.pk))

    client.post(_url("seat_end", seat), {"ends_on": "2025-12-14", "decision": "Quyết định số 90"})

    seat.refresh_from_db()
    assert (seat.decision, seat.ended_by, seat.ends_on) == (PAPER, "Quyết định số 90", YESTERDAY)
    assert (sees, has_seat(User.objects.get(pk=house.outsider.pk))) == (True, False)
    page = client.get(seat.get_absolute_url()).content.decode()
    assert PAPER in page
    assert "Quyết định số 90" in page
    assert str(seat) in client.get(seat.council.get_absolute_url()).content.decode()


def test_the_decision_and_the_day_are_asked_for_and_nothing_typed_is_lost(house: House) -> None:
    client, seat = _client(house.lead), house.members[-1]

    bare = client.post(_url("seat_end", seat), {"ends_on": "2025-12-15"})
    wrong = client.post(_url("seat_end", seat), {"ends_on": "2020-01-01", "decision": PAPER})

    assert (bare.status_code, wrong.status_code) == (422, 422)
    assert "would end before it begins" in wrong.content.decode()
    assert PAPER in wrong.content.decode()
    seat.refresh_from_db()
    assert seat.ends_on is None


def test_a_seat_that_leads_a_coming_meeting_is_not_ended(house: House) -> None:
    prepare_meeting(
        council=house.council, particulars=particulars(house, held_on=TOMORROW), actor=house.reviewer
    )

    for seat in house.members[:2]:
        with pytest.raises(InvalidRequest, match=r"is to lead or record the meeting .* on 16/12/2025"):
            end_seat(member=seat, ends_on=DAY, actor=house.lead, decision=PAPER)
        assert end_seat(member=seat, ends_on=TOMORROW, actor=house.lead).ends_on == TOMORROW


def test_a_seat_is_not_ended_before_a_meeting_that_it_sat_in(house: House) -> None:
    meeting_in_session(house)

    with pytest.raises(InvalidRequest, match="is on the roll of the meeting of 15/12/2025"):
        end_seat(member=house.members[-1], ends_on=YESTERDAY, actor=house.lead)
    with pytest.raises(InvalidRequest, match="is on the roll"):
        change_office(
            member=house.members[-1], office=Office.DEPUTY, starts_on=DAY, decision=PAPER, actor=house.lead
        )

    assert end_seat(member=house.members[-1], ends_on=DAY, actor=house.lead).ends_on == DAY


def test_an_ended_seat_is_not_prolonged_and_the_second_hand_is_told(house: House) -> None:
    seat, stale = house.members[-1], CouncilMember.objects.get(pk=house.members[-1].pk)
    end_seat(member=seat, ends_on=YESTERDAY, actor=house.lead, decision=PAPER)

    with pytest.raises(InvalidRequest, match="ends on 14/12/2025 already"):
        end_seat(member=seat, ends_on=DAY, actor=house.lead)
    with pytest.raises(StaleState, match="changed meanwhile"):
        end_seat(member=stale, ends_on=DAY, actor=house.lead)

    seat.refresh_from_db()
    assert (seat.ends_on, seat.ended_by) == (YESTERDAY, PAPER)


def test_another_office_takes_the_coming_meetings_along(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])
    Meeting.objects.update(held_on=TOMORROW)
    old = house.members[1]

    seat = change_office(
        member=old, office=Office.DEPUTY, starts_on=TOMORROW, decision=PAPER, actor=house.lead, position="P"
    )

    meeting.refresh_from_db()
    old.refresh_from_db()
    assert (old.ends_on, old.ended_by) == (DAY, PAPER)
    assert (seat.user, seat.office, seat.position, seat.decision) == (old.user, Office.DEPUTY, "P", PAPER)
    assert (meeting.secretary_id, meeting.chair_id) == (seat.pk, house.members[0].pk)
    events = list(AuditEntry.objects.order_by("-seq").values_list("event", flat=True)[:3])
    assert sorted(events) == ["council.member_added", "council.member_left", "meeting.changed"]


REFUSED: list[tuple[int, dict[str, Any], str]] = [
    (2, {"office": Office.CHAIR}, "chairs this council in that time"),
    (2, {"office": Office.MEMBER}, "has this office and position already"),
    (2, {"starts_on": LONG_AGO}, "The present office began on 01/01/2022"),
    (0, {"office": Office.MEMBER}, "which only a chair or deputy chair may"),
]


@pytest.mark.parametrize(("place", "changes", "sentence"), REFUSED)
def test_an_office_that_clashes_is_refused_and_nothing_is_written(
    house: House, place: int, changes: dict[str, Any], sentence: str
) -> None:
    prepare_meeting(
        council=house.council, particulars=particulars(house, held_on=TOMORROW), actor=house.reviewer
    )
    typed: dict[str, Any] = {"office": Office.DEPUTY, "starts_on": TOMORROW, "decision": PAPER} | changes
    entries = AuditEntry.objects.count()

    with pytest.raises(InvalidRequest, match=sentence):
        change_office(member=house.members[place], actor=house.lead, **typed)

    assert not CouncilMember.objects.exclude(ends_on=None).exists()
    assert (house.council.members.count(), AuditEntry.objects.count()) == (9, entries)


def test_the_chair_passes_on_in_two_steps(house: House) -> None:
    first, second = house.members[0], house.members[2]
    typed: dict[str, Any] = {"starts_on": TOMORROW, "decision": PAPER, "actor": house.lead}

    change_office(member=first, office=Office.MEMBER, **typed)
    chair = change_office(member=second, office=Office.CHAIR, **typed)

    holders = house.council.members.on(TOMORROW).filter(office=Office.CHAIR)
    assert list(holders) == [chair]


def test_a_seat_that_ends_does_not_change_office_afterwards(house: House) -> None:
    seat = end_seat(member=house.members[-1], ends_on=DAY, actor=house.lead)

    with pytest.raises(InvalidRequest, match="ends on 15/12/2025 already"):
        change_office(
            member=seat, office=Office.DEPUTY, starts_on=date(2025, 12, 20), decision=PAPER, actor=house.lead
        )


def test_a_new_meeting_offers_no_seat_that_has_ended(house: House) -> None:
    end_seat(member=house.members[1], ends_on=YESTERDAY, actor=house.lead)
    add_member(
        council=house.council, user=house.outsider, office=Office.SECRETARY, starts_on=DAY, actor=house.lead
    )

    page = _client(house.reviewer).get(reverse("councils:meeting_create", args=[house.council.pk]))

    offered = page.content.decode().split('name="secretary"')[1].split("</select>")[0]
    assert str(house.outsider) in offered
    assert str(house.members[1]) not in offered


def _without_a_chair() -> House:
    house = build_house()
    end_seat(member=house.members[0], ends_on=YESTERDAY, actor=house.lead)
    return house


def _name_two_chairs(house: House, act: Callable[..., Any]) -> list[Any]:
    """Two hands at once, each naming another chair."""
    typed: dict[str, Any] = {"office": Office.CHAIR, "starts_on": DAY, "actor": house.lead}
    return at_once(
        *[partial(act, council=house.council, user=user, **typed) for user in (house.outsider, house.auditor)]
    )


@pytest.mark.slow  # Two real connections meet.
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_make_one_chair() -> None:
    house = _without_a_chair()

    answers = _name_two_chairs(house, add_member)

    assert sorted(type(answer).__name__ for answer in answers) == ["CouncilMember", "InvalidRequest"]
    assert house.council.members.on(DAY).filter(office=Office.CHAIR).count() == 1


@pytest.mark.slow  # Two real connections meet.
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_there_are_two_chairs(monkeypatch: pytest.MonkeyPatch) -> None:
    house, both_looked = _without_a_chair(), Barrier(2)

    def wait_for_the_other(text: str) -> str:
        both_looked.wait(timeout=10)
        return text

    monkeypatch.setattr(seats, "lock_council", lambda pk: None)
    monkeypatch.setattr(seats, "nfc", wait_for_the_other)
    monkeypatch.setattr("core.audit.record", lambda *args, **facts: None)

    _name_two_chairs(house, add_member.__wrapped__)  # type: ignore[attr-defined]

    assert house.council.members.on(DAY).filter(office=Office.CHAIR).count() == 2


def test_whoever_administers_accounts_has_no_seat(house: House) -> None:
    administrator = person("quantri", Role.ADMINISTRATOR, house.council.unit)

    with pytest.raises(InvalidRequest):
        add_member(
            council=house.council, user=administrator, office=Office.MEMBER, starts_on=DAY, actor=house.lead
        )

    assert not CouncilMember.objects.filter(user=administrator).exists()


def test_who_has_a_seat_administers_no_accounts(house: House) -> None:
    with pytest.raises(InvalidRequest):
        grant_role(
            user=house.member, role=Role.ADMINISTRATOR, unit=house.council.unit, starts_on=DAY, actor=None
        )


def test_an_administrator_alone_gets_into_no_members_account(house: House) -> None:
    """A slip for a member would let whoever prints it vote."""
    administrator = person("quantri", Role.ADMINISTRATOR, house.council.unit)
    for user in (administrator, house.member, house.outsider):
        Account.objects.create(user=user, home=house.council.unit)

    with pytest.raises(Refusal):
        print_slips(accounts=[house.member.account], actor=administrator)

    slips = print_slips(accounts=[house.outsider.account], actor=administrator)
    assert len(slips) == 1
    assert holds_at_province(house.member)
    assert not holds_at_province(house.outsider)
