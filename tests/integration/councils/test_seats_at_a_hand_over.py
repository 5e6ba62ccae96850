"""A desk passes to a successor and a seat does not: who is told of the seats that stay, and for how long."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core import clock
from core.exceptions import InvalidRequest
from core.models import User
from councils.enums import Office
from councils.models import Council, CouncilMember
from councils.selectors.seats import REMINDED
from councils.services import end_seat
from nominations.services.rounds import start_movement
from registry.enums import Role
from registry.models import Account, RoleRequest
from registry.services.papers import PaperGiven
from registry.services.passing_on import hand_over, merge_accounts
from registry.services.roles import settle_request
from tests.factories import Cast, make_cast
from tests.factories.nominations import PLAN
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db

PAPER = PaperGiven("12/QĐ-SLĐTBXH", date(2025, 12, 1))
REMINDER, PASSED_OVER = "Have a decision end the seat", "Seats that did not pass with the desk"


def _page(user: User, address: str = "/") -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=user.pk))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get(address).content.decode()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def successor(cast: Cast) -> User:
    return officer(Role.COMMUNE_OFFICER, cast.other_commune, username="xa.ketiep")


def seat_of(cast: Cast, name: str, starts_on: date | None = None) -> CouncilMember:
    council = Council.objects.create(
        name="Hội đồng tỉnh", unit=cast.province, movement=start_movement(plan_id=PLAN)
    )
    return CouncilMember.objects.create(
        council=council,
        user=cast[name],
        office=Office.MEMBER,
        starts_on=starts_on or date(2025, 1, 1),
    )


def pass_desk(cast: Cast, name: str, successor: User) -> None:
    hand_over(
        account=cast[name].account,
        successor=successor.account,
        on=clock.today(),
        actor=cast["administrator"],
        paper=PAPER,
    )


def test_the_hand_over_names_the_seats_that_stay(cast: Cast, successor: User) -> None:
    address = reverse("registry:account_hand_over", args=[cast["commune"].pk])
    assert "Hội đồng tỉnh" not in _page(cast["administrator"], address)

    seat = seat_of(cast, "commune")

    page = _page(cast["administrator"], address)
    assert f"{cast['commune']}: {Office.MEMBER.label} of “Hội đồng tỉnh”, since 01/01/2025" in page
    # The administrator reads no council, so nothing leads there.
    assert seat.get_absolute_url() not in page


def test_office_and_successor_find_them_until_a_decision_ends_the_seat(
    cast: Cast, successor: User, frozen_day: Callable[[date], None]
) -> None:
    seat = seat_of(cast, "commune")
    assert REMINDER not in _page(cast["reviewer"])

    pass_desk(cast, "commune", successor)

    for who in ("reviewer", "lead"):
        page = _page(cast[who])
        assert REMINDER in page
        assert seat.get_absolute_url() in page
    assert PASSED_OVER in _page(successor)
    for other in ("outsider", "auditor", "commune", "administrator"):
        page = _page(cast[other])
        assert REMINDER not in page
        assert PASSED_OVER not in page
    end_seat(
        member=seat, ends_on=clock.today() - timedelta(days=1), actor=cast["lead"], decision="77/QĐ-SLĐTBXH"
    )
    assert REMINDER not in _page(cast["reviewer"])
    assert PASSED_OVER not in _page(successor)


def test_a_seat_that_is_left_on_purpose_is_not_asked_about_for_ever(
    cast: Cast, successor: User, frozen_day: Callable[[date], None]
) -> None:
    seat_of(cast, "commune")
    pass_desk(cast, "commune", successor)

    frozen_day(clock.today() + REMINDED)
    assert REMINDER in _page(cast["reviewer"])
    frozen_day(clock.today() + timedelta(days=1))
    assert REMINDER not in _page(cast["reviewer"])


@pytest.mark.parametrize("confirms", [True, False])
def test_a_hand_over_that_was_refused_reminds_nobody(cast: Cast, confirms: bool) -> None:
    successor = officer(Role.REVIEWER, cast.province, username="tinh.ketiep")
    seat_of(cast, "standing_body")
    pass_desk(cast, "standing_body", successor)

    settle_request(request=RoleRequest.objects.waiting().get(), confirms=confirms, actor=cast["lead"])

    assert (REMINDER in _page(cast["lead"])) == confirms
    assert (PASSED_OVER in _page(successor)) == confirms


def test_an_account_that_is_about_to_sit_is_not_merged_away(cast: Cast, successor: User) -> None:
    seat_of(cast, "commune", starts_on=clock.today() + timedelta(days=3))

    with pytest.raises(InvalidRequest):
        merge_accounts(
            kept=successor.account, dropped=cast["commune"].account, actor=cast["administrator"], paper=PAPER
        )


def test_an_account_with_a_seat_and_no_role_is_not_said_to_find_nothing(cast: Cast) -> None:
    finds_nothing = "whoever signs in with this account finds nothing"
    member = User.objects.create_user("hd.moi", full_name="Nguyễn Văn Mới")
    account = Account.objects.create(user=member, home=cast.province)
    before = _page(cast["administrator"], reverse("registry:account_detail", args=[account.pk]))
    council = Council.objects.create(
        name="Hội đồng tỉnh", unit=cast.province, movement=start_movement(plan_id=PLAN)
    )
    CouncilMember.objects.create(
        council=council, user=member, office=Office.MEMBER, starts_on=date(2025, 1, 1)
    )

    after = _page(cast["administrator"], reverse("registry:account_detail", args=[account.pk]))

    assert finds_nothing in before
    assert finds_nothing not in after
    assert "Hội đồng tỉnh" in after
