"""Accounts and roles that somebody changes in the database itself are named, and what their administrators do is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core import clock
from core.audit.recording import PendingEntry
from core.audit.writing import append
from core.models import AuditEntry, User
from core.proving import flaws
from councils.models import Council, CouncilMember
from councils.proofs.seats import seats_that_differ
from nominations.services.rounds import start_movement
from registry.enums import RequestState, Role
from registry.models import Account, DecidingPaper, HandOver, RoleRequest, UnitRole
from registry.proofs.accounts import accounts_that_differ
from registry.proofs.roles import roles_that_differ
from registry.services.accounts import (
    AccountFacts,
    block_account,
    correct_account,
    open_person_account,
    unblock_account,
)
from registry.services.papers import PaperGiven
from registry.services.passing_on import hand_over, merge_accounts
from registry.services.roles import end_role, give_role, settle_request
from tests.factories import Cast, make_cast
from tests.factories.log import log_people
from tests.factories.nominations import PLAN
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db
PAPER = PaperGiven("12/QĐ-SLĐTBXH", date(2025, 12, 1))
OTHER_PAPER = PaperGiven("15/QĐ-SLĐTBXH", date(2025, 12, 10))
TODAY = date(2025, 12, 15)


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Any:
    """The cast as the log tells of it, a clerk whom a service let in, and a reviewer whom two hands did."""
    frozen_day(TODAY)
    cast = make_cast()
    log_people()
    with translation.override("en"):
        cast.people["clerk"] = let_in(cast, "xa.moi", Role.COMMUNE_OFFICER, cast.commune)
        cast.people["expert"] = let_in(cast, "so.moi", Role.REVIEWER, cast.province)
        settle_request(request=RoleRequest.objects.get(), confirms=True, actor=cast["lead"])
        yield cast


def let_in(cast: Cast, username: str, role: Role, unit: Any) -> User:
    facts = AccountFacts(username, "Lê Thị Mới", unit, email=f"{username}@example.vn")
    account = open_person_account(facts=facts, actor=cast["administrator"])
    give_role(
        user=account.user, role=role, unit=unit, starts_on=TODAY, actor=cast["administrator"], paper=PAPER
    )
    return User.objects.get(pk=account.pk)


def told() -> str:
    return "\n".join(str(flaw) for flaw in flaws(in_full=False))


def test_people_whom_nobody_touched_are_whole(cast: Cast) -> None:
    assert told() == ""
    assert (RoleRequest.objects.count(), UnitRole.objects.exclude(confirmed_by=None).count()) == (1, 1)


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"role": Role.DISTRICT_OFFICER}, "no entry says that it was given from this day"),
        ({"starts_on": date(2024, 1, 1)}, "no entry says that it was given from this day"),
        ({"ends_on": date(2030, 1, 1)}, "it does not end on the day that the log says"),
        ({"paper": None}, "its paper, or who gave it, is not as entry "),
        ({"given_by": None}, "its paper, or who gave it, is not as entry "),
    ],
)
def test_a_role_that_was_changed_is_named(cast: Cast, forged: dict[str, Any], sentence: str) -> None:
    UnitRole.objects.filter(user=cast["clerk"]).update(**forged)

    said = told()

    assert "The role “" in said
    assert sentence in said


def test_a_role_at_another_unit_or_of_another_person_is_named(cast: Cast) -> None:
    UnitRole.objects.filter(user=cast["clerk"]).update(unit=cast.other_commune)

    said = told()

    assert " of Lê Thị Mới at Xã Phú Lạc: no entry says that it was given from this day." in said
    assert "the role that it tells of is gone" in said
    UnitRole.objects.filter(user=cast["clerk"]).update(unit=cast.commune, user=cast["nobody"])
    assert f" of {cast['nobody']} at Xã Phan Điền: no entry says that it was given" in told()


def test_a_role_slipped_in_is_named(cast: Cast) -> None:
    UnitRole.objects.create(user=cast["nobody"], role=Role.LEAD, unit=cast.province, starts_on=TODAY)

    assert "at Tỉnh Bình Thuận: no entry says that it was given from this day." in told()


def test_a_role_that_is_gone_is_named(cast: Cast) -> None:
    UnitRole.objects.filter(user=cast["clerk"]).delete()

    assert told().endswith(": the role that it tells of is gone.")


@pytest.mark.parametrize("by", ["administrator", None])
def test_a_confirmation_of_another_hand_is_named(cast: Cast, by: str | None) -> None:
    UnitRole.objects.filter(user=cast["expert"]).update(confirmed_by=cast[by] if by else None)

    assert "it was not confirmed by who entry " in told()


def test_a_role_that_nobody_confirmed_is_named(cast: Cast) -> None:
    UnitRole.objects.filter(user=cast["clerk"]).update(confirmed_by=cast["lead"])

    assert "no entry says that it was confirmed" in told()


def test_an_end_taken_back_in_the_database_is_named(cast: Cast) -> None:
    held = UnitRole.objects.get(user=cast["clerk"])
    end_role(held=held, ends_on=TODAY, actor=cast["administrator"], paper=OTHER_PAPER)
    assert told() == ""

    UnitRole.objects.filter(pk=held.pk).update(ends_on=None)

    assert "it does not end on the day that the log says" in told()
    UnitRole.objects.filter(pk=held.pk).update(ends_on=TODAY, ending_paper=held.paper)
    assert "the paper by which it ended is not as entry " in told()


def test_an_entry_that_gives_a_role_again_or_lengthens_it_counts_for_nothing(cast: Cast) -> None:
    held = UnitRole.objects.get(user=cast["clerk"])
    end_role(held=held, ends_on=TODAY, actor=cast["administrator"], paper=OTHER_PAPER)
    given = AuditEntry.objects.select_related("payload").get(event="role.granted", actor__startswith="user:")
    ended = AuditEntry.objects.get(event="role.ended")
    UnitRole.objects.filter(pk=held.pk).update(ends_on=date(2030, 1, 1))
    longer = {"role": held.role, "unit": held.unit.key, "from_day": "2025-12-15", "until_day": "2030-01-01"}

    append([PendingEntry(one.event, one.subject, one.actor, longer) for one in (given, ended)])

    said = told()
    assert f"it gives again the role that entry {given.seq} gave" in said
    assert "it does not end on the day that the log says" in said


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"role": Role.LEAD}, "it is not as entry "),
        ({"starts_on": date(2024, 1, 1)}, "it is not as entry "),
        ({"asked_by": None}, "it was not asked for by who entry "),
        ({"by_token": True}, "it was not asked for by who entry "),
        ({"state": RequestState.REFUSED}, "the log does not say that it was answered so"),
        ({"settled_by": None}, "the log does not say that it was answered so"),
    ],
)
def test_a_role_asked_for_that_was_changed_is_named(
    cast: Cast, forged: dict[str, Any], sentence: str
) -> None:
    RoleRequest.objects.update(**forged)

    said = told()

    assert said.startswith("The role “")
    assert sentence in said


def test_a_role_asked_for_that_was_slipped_in_or_is_gone_is_named(cast: Cast) -> None:
    request = RoleRequest.objects.get()
    RoleRequest.objects.filter(pk=request.pk).update(user=cast["nobody"])
    assert "it is not as entry " in told()

    RoleRequest.objects.all().delete()
    assert "the role asked for that it tells of is gone" in told()

    RoleRequest.objects.create(
        user=cast["nobody"],
        role=Role.LEAD,
        unit=cast.province,
        starts_on=TODAY,
        paper=DecidingPaper.objects.first(),
        asked_at=clock.now(),
    )
    assert "no entry says that it was asked for" in told()


@pytest.mark.parametrize(
    "forged",
    [
        {"email": "ke.gian@example.vn"},
        {"full_name": "Ai Đó"},
        {"position": "Giám đốc"},
        {"username": "ai.do"},
        {"is_superuser": True},
    ],
)
def test_what_is_recorded_of_an_account_cannot_be_changed_unseen(cast: Cast, forged: dict[str, Any]) -> None:
    User.objects.filter(pk=cast["clerk"].pk).update(**forged)

    said = told()

    assert said.startswith("The account ")
    assert "its name, position, e-mail address or standing is not as entry " in said


def test_a_superuser_is_named_where_earlier_versions_told_less(cast: Cast) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(is_superuser=True)

    assert told() == "The account lead: it stands above all roles, and no entry says so."


def test_an_account_opened_or_blocked_again_in_the_database_is_named(cast: Cast) -> None:
    block_account(account=cast["clerk"].account, reason="Nghỉ việc", actor=cast["administrator"])
    assert told() == ""

    User.objects.filter(pk=cast["clerk"].pk).update(is_active=True)

    assert told() == "The account xa.moi: it is open, and the log says that it was blocked."
    unblocked = User.objects.filter(pk=cast["clerk"].pk)
    unblocked.update(is_active=False)
    unblock_account(account=cast["clerk"].account, reason="Đi làm lại", actor=cast["administrator"])
    unblocked.update(is_active=False)
    assert told() == "The account xa.moi: it is blocked, and no entry says so."


def test_an_account_kept_elsewhere_is_named(cast: Cast) -> None:
    Account.objects.filter(user=cast["clerk"]).update(home=cast.other_commune)

    assert told() == "The account xa.moi: it is kept at another unit than the log says."


def test_an_account_merged_in_the_database_is_named(cast: Cast) -> None:
    Account.objects.filter(user=cast["clerk"]).update(merged_into=cast["expert"])

    assert told() == "The account xa.moi: the log does not say that it was merged so."


def test_an_account_slipped_in_is_named_and_can_be_accepted_by_the_machine(cast: Cast) -> None:
    User.objects.create_superuser("cuu.quan.tri", None, full_name="Quản trị cũ")
    assert told().startswith("The account cuu.quan.tri: no entry says that it was opened; if an earlier")

    out = StringIO()
    call_command("accept_account", "cuu.quan.tri", stdout=out)

    assert "cuu.quan.tri" in out.getvalue()
    assert told() == ""
    User.objects.filter(username="cuu.quan.tri").update(email="ke.gian@example.vn")
    assert "its name, position, e-mail address or standing is not as entry " in told()
    with pytest.raises(CommandError, match=r"tells of the opening of cuu\.quan\.tri already"):
        call_command("accept_account", "cuu.quan.tri")
    with pytest.raises(CommandError, match=r"There is no account khong\.co"):
        call_command("accept_account", "khong.co")


@pytest.mark.parametrize("proof", [accounts_that_differ, roles_that_differ, seats_that_differ])
def test_the_check_asks_no_more_often_of_many_than_of_few(cast: Cast, proof: Callable[[], Any]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert list(proof()) == []
        return len(queries)

    few = asked()
    council = Council.objects.create(
        name="Hội đồng", unit=cast.province, movement=start_movement(plan_id=PLAN)
    )
    for number in range(30):
        user = officer(Role.COMMUNE_OFFICER, cast.commune, username=f"xa.{number}")
        CouncilMember.objects.create(council=council, user=user, starts_on=TODAY)
    log_people()

    assert asked() == few


def test_a_desk_handed_over_in_the_database_is_named(cast: Cast) -> None:
    hand_over(
        account=cast["clerk"].account,
        successor=cast["expert"].account,
        on=TODAY,
        actor=cast["administrator"],
        paper=PAPER,
    )
    hand_over_again(cast)
    assert told() == ""

    HandOver.objects.update(created_by=cast["lead"])
    assert "its paper, or who recorded it, is not as entry " in told()

    HandOver.objects.update(created_by=cast["administrator"], successor=cast["nobody"])
    said = told()
    assert f"The desk of Lê Thị Mới, handed over to {cast['nobody']} on 15/12/2025: no entry says" in said
    assert "the handed-over desk that it tells of is gone" in said


def hand_over_again(cast: Cast) -> None:
    """The same two on the same day, by another paper, once the person holds a role again."""
    give_role(
        user=cast["clerk"],
        role=Role.COMMUNE_OFFICER,
        unit=cast.other_commune,
        starts_on=TODAY,
        actor=cast["administrator"],
        paper=OTHER_PAPER,
    )
    hand_over(
        account=cast["clerk"].account,
        successor=cast["expert"].account,
        on=TODAY,
        actor=cast["administrator"],
        paper=OTHER_PAPER,
    )


def test_what_administrators_do_raises_no_alarm(cast: Cast, frozen_day: Callable[[date], None]) -> None:
    administrator, clerk = cast["administrator"], cast["clerk"]
    facts = AccountFacts("xa.moi2", "Lê Thị Mới Hai", cast.other_commune, "Công chức", "hai@example.vn")
    correct_account(account=clerk.account, facts=facts, actor=administrator)
    successor = let_in(cast, "xa.sau", Role.COMMUNE_OFFICER, cast.other_commune)
    later = TODAY + timedelta(days=7)
    hand_over(
        account=clerk.account, successor=successor.account, on=later, actor=administrator, paper=OTHER_PAPER
    )
    hand_over(
        account=cast["expert"].account,
        successor=successor.account,
        on=later,
        actor=administrator,
        paper=OTHER_PAPER,
    )
    assert told() == ""

    frozen_day(later)
    settle_request(request=RoleRequest.objects.waiting().get(), confirms=True, actor=cast["lead"])
    assert told() == ""

    next_year = later + timedelta(days=365)
    taken = let_in_from(cast, administrator, cast["outsider"], next_year)
    end_role(held=taken, ends_on=later, actor=administrator, paper=OTHER_PAPER)
    assert not UnitRole.objects.filter(pk=taken.pk).exists()
    let_in_from(cast, administrator, cast["outsider"], next_year)
    assert told() == ""

    first, second = (let_in(cast, name, Role.COMMUNE_OFFICER, cast.commune) for name in ("xa.mot", "xa.hai"))
    third = let_in(cast, "xa.ba", Role.COMMUNE_OFFICER, cast.other_commune)
    for kept, dropped in ((second, first), (third, second)):
        merge_accounts(kept=kept.account, dropped=dropped.account, actor=administrator, paper=OTHER_PAPER)
        kept.refresh_from_db()
    assert Account.objects.filter(merged_into=third).count() == 2
    assert told() == ""


def let_in_from(cast: Cast, administrator: User, user: User, day: date) -> UnitRole:
    given = give_role(
        user=user,
        role=Role.COMMUNE_OFFICER,
        unit=cast.commune,
        starts_on=day,
        actor=administrator,
        paper=OTHER_PAPER,
    )
    assert isinstance(given, UnitRole)
    return given
