"""Ways round the second hand, tried: roles that begin later, the overseer of the province, merged accounts, desks."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from registry.enums import CodePurpose, RequestState, Role
from registry.models import Account, HandOver, OneTimeCode, RoleRequest, Unit, UnitRole
from registry.scopes import scope_of
from registry.selectors.accounts import holders_at_province, requests_to_settle
from registry.selectors.desks import desks_of
from registry.services.access import make_installer_token, print_slips, send_link
from registry.services.accounts import AccountFacts, correct_account, open_person_account
from registry.services.beginning import name_first_lead
from registry.services.papers import PaperGiven
from registry.services.passing_on import hand_over, merge_accounts
from registry.services.roles import end_role, give_role, settle_request
from tests.factories import Cast
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db

PAPER = PaperGiven("12/QĐ-SLĐTBXH", date(2025, 12, 1))
TYPED_PAPER = {"decision_number": "12/QĐ-SLĐTBXH", "decided_on": "2025-12-01"}
TOKEN = "7KQ2-M0RD-9XAB-T4WE"


def fresh(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def newcomer(cast: Cast, home: Unit, username: str = "xa.moi", **facts: Any) -> Account:
    return open_person_account(
        facts=AccountFacts(username, "Lê Thị Mới", home, **facts), actor=cast["administrator"]
    )


def give(cast: Cast, account: Account, role: str, unit: Unit, starts_on: date | None = None) -> Any:
    return give_role(
        user=account.user,
        role=role,
        unit=unit,
        starts_on=starts_on or clock.today(),
        actor=cast["administrator"],
        paper=PAPER,
    )


def in_days(count: int) -> date:
    return clock.today() + timedelta(days=count)


class TestSlips:
    @pytest.mark.parametrize(
        ("role", "begins_in", "takes_token"),
        [
            (Role.LEAD, 1, True),
            (Role.OVERSEER, 0, True),
            (Role.OVERSEER, 30, True),
            (Role.COMMUNE_OFFICER, 1, False),
        ],
    )
    def test_a_slip_for_a_role_at_the_province_takes_the_token_whenever_it_begins(
        self, cast: Cast, role: str, begins_in: int, takes_token: bool
    ) -> None:
        place = cast.commune if role == Role.COMMUNE_OFFICER else cast.province
        account = newcomer(cast, place)
        asked = give(cast, account, role, place, in_days(begins_in))
        if isinstance(asked, RoleRequest):
            settle_request(request=asked, confirms=True, actor=cast["lead"])

        assert (account.pk in holders_at_province([account])) == takes_token
        if takes_token:
            with pytest.raises(NotAllowed):
                print_slips(accounts=[account], actor=cast["administrator"])
        else:
            assert print_slips(accounts=[account], actor=cast["administrator"])

    def test_the_address_of_a_lead_of_tomorrow_takes_the_token(self, cast: Cast) -> None:
        account = newcomer(cast, cast.province)
        asked = give(cast, account, Role.LEAD, cast.province, in_days(1))
        settle_request(request=asked, confirms=True, actor=cast["lead"])

        with pytest.raises(NotAllowed):
            correct_account(
                account=account,
                facts=AccountFacts("xa.moi", "Lê Thị Mới", cast.province, email="khac@example.vn"),
                actor=cast["administrator"],
            )

    @pytest.mark.parametrize(("email", "stays_open"), [("dung@example.vn", False), ("sai@example.vn", True)])
    def test_a_link_to_an_address_that_was_wrong_opens_nothing(
        self, cast: Cast, email: str, stays_open: bool
    ) -> None:
        account = newcomer(cast, cast.commune, email="sai@example.vn")
        send_link(account=account, actor=cast["administrator"])

        correct_account(
            account=account,
            facts=AccountFacts("xa.moi", "Lê Thị Mới", cast.commune, "Công chức", email),
            actor=cast["administrator"],
        )

        assert OneTimeCode.objects.open_for(CodePurpose.PASSWORD).exists() == stays_open


def test_nobody_confirms_with_one_account_what_they_asked_for_with_another(cast: Cast) -> None:
    second = officer(Role.ADMINISTRATOR, cast.province, username="quantri2")
    third = officer(Role.ADMINISTRATOR, cast.province, username="quantri3")
    asked = give_role(
        user=newcomer(cast, cast.province).user,
        role=Role.REVIEWER,
        unit=cast.province,
        starts_on=clock.today(),
        actor=second,
        paper=PAPER,
    )
    assert asked in requests_to_settle(fresh(third))
    merge_accounts(kept=third.account, dropped=second.account, actor=cast["administrator"], paper=PAPER)

    assert asked not in requests_to_settle(fresh(third))
    with pytest.raises(NotAllowed):
        settle_request(request=asked, confirms=True, actor=fresh(third))
    assert settle_request(request=asked, confirms=True, actor=cast["lead"])


class TestDesks:
    def pass_desk(self, cast: Cast, successor: Account, name: str = "reviewer") -> HandOver:
        return hand_over(
            account=fresh(cast[name]).account,
            successor=successor,
            on=clock.today(),
            actor=cast["administrator"],
            paper=PAPER,
        )

    @pytest.mark.parametrize(("confirms", "passes"), [(True, True), (False, False)])
    def test_a_desk_of_the_province_passes_when_its_role_is_confirmed(
        self, cast: Cast, confirms: bool, passes: bool
    ) -> None:
        successor = newcomer(cast, cast.province)
        self.pass_desk(cast, successor)
        assert desks_of(fresh(successor.user)) == {successor.pk}

        settle_request(request=RoleRequest.objects.waiting().get(), confirms=confirms, actor=cast["lead"])

        assert (cast["reviewer"].pk in desks_of(fresh(successor.user))) == passes

    def test_a_desk_is_handed_over_again_on_the_day_of_a_refusal(self, cast: Cast) -> None:
        successor = newcomer(cast, cast.province)
        self.pass_desk(cast, successor)
        settle_request(request=RoleRequest.objects.waiting().get(), confirms=False, actor=cast["lead"])

        self.pass_desk(cast, successor)
        settle_request(request=RoleRequest.objects.waiting().get(), confirms=True, actor=cast["lead"])

        assert cast["reviewer"].pk in desks_of(fresh(successor.user))
        assert HandOver.objects.count() == 1


class TestTakenBack:
    def test_a_role_that_has_not_begun_never_holds(
        self, cast: Cast, frozen_day: Callable[[date], None]
    ) -> None:
        account = newcomer(cast, cast.commune)
        held = give(cast, account, Role.COMMUNE_OFFICER, cast.commune, in_days(5))

        end_role(held=held, ends_on=in_days(4), actor=cast["administrator"], paper=PAPER)

        frozen_day(in_days(5))
        assert not scope_of(fresh(account.user)).roles
        assert AuditEntry.objects.filter(event="role.taken_back", subject=f"core.user:{account.pk}").exists()

    def test_a_role_that_began_keeps_its_first_day(self, cast: Cast) -> None:
        held = give(cast, newcomer(cast, cast.commune), Role.COMMUNE_OFFICER, cast.commune)

        with pytest.raises(InvalidRequest):
            end_role(held=held, ends_on=in_days(-1), actor=cast["administrator"], paper=PAPER)

        assert end_role(held=held, ends_on=in_days(0), actor=cast["administrator"], paper=PAPER)

    def test_a_second_press_is_told(self, cast: Cast) -> None:
        held = give(cast, newcomer(cast, cast.commune), Role.COMMUNE_OFFICER, cast.commune, in_days(5))
        again = UnitRole.objects.get(pk=held.pk)
        end_role(held=held, ends_on=in_days(0), actor=cast["administrator"], paper=PAPER)

        with pytest.raises(StaleState):
            end_role(held=again, ends_on=in_days(0), actor=cast["administrator"], paper=PAPER)

    def test_a_desk_that_begins_later_passes_whole(
        self, cast: Cast, frozen_day: Callable[[date], None]
    ) -> None:
        first, successor = newcomer(cast, cast.commune), newcomer(cast, cast.commune, "xa.moi2")
        give(cast, first, Role.COMMUNE_OFFICER, cast.commune, in_days(5))
        hand_over(account=first, successor=successor, on=in_days(0), actor=cast["administrator"], paper=PAPER)

        frozen_day(in_days(5))
        assert not scope_of(fresh(first.user)).roles
        assert scope_of(fresh(successor.user)).has(Role.COMMUNE_OFFICER)

    def test_what_waits_for_such_a_role_is_refused_with_it(self, cast: Cast) -> None:
        first, successor = newcomer(cast, cast.province), newcomer(cast, cast.province, "tinh.moi2")
        asked = give(cast, first, Role.REVIEWER, cast.province, in_days(5))
        held = settle_request(request=asked, confirms=True, actor=cast["lead"])
        assert held
        hand_over(account=first, successor=successor, on=in_days(0), actor=cast["administrator"], paper=PAPER)

        end_role(held=held, ends_on=in_days(0), actor=cast["administrator"], paper=PAPER)

        assert not RoleRequest.objects.waiting().exists()
        assert RoleRequest.objects.get(user=successor.user).state == RequestState.REFUSED
        assert AuditEntry.objects.filter(event="role.refused").exists()

    def test_the_page_ends_a_dated_role_early_and_takes_one_back(self, cast: Cast, client: Client) -> None:
        account = newcomer(cast, cast.commune)
        dated = give_role(
            user=account.user,
            role=Role.COMMUNE_OFFICER,
            unit=cast.commune,
            starts_on=in_days(-30),
            ends_on=in_days(30),
            actor=cast["administrator"],
            paper=PAPER,
        )
        later = give(cast, account, Role.COMMUNE_OFFICER, cast.other_commune, in_days(5))
        client.force_login(cast["administrator"])

        page = client.get(account.get_absolute_url()).content.decode()
        for held in (dated, later):
            address = reverse("registry:role_end", args=[account.pk, held.pk])
            assert address in page
            typed = {f"role-{held.pk}-{name}": value for name, value in TYPED_PAPER.items()}
            client.post(address, {**typed, f"role-{held.pk}-ends_on": in_days(0).isoformat()})

        assert [(one.pk, one.ends_on) for one in UnitRole.objects.filter(user=account.user)] == [
            (dated.pk, in_days(0))
        ]


ODD_FACTS = [
    ({"full_name": "\u200b\u202e"}, False),
    ({"full_name": "12345"}, False),
    ({"full_name": "A" * 121}, False),
    ({"position": "A" * 121}, False),
    ({"email": "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".vn"}, False),
    ({"email": "khong-phai"}, False),
    ({"full_name": "Nguyễn\u200bVăn A"}, True),
    ({"email": "a@example.vn"}, True),
]


@pytest.mark.parametrize(("facts", "is_kept"), ODD_FACTS)
def test_facts_that_no_person_has_are_refused_everywhere(
    cast: Cast, client: Client, facts: dict[str, str], is_kept: bool
) -> None:
    typed = {"full_name": "Lê Thị Mới", "position": "", "email": "", **facts}
    client.force_login(cast["administrator"])
    form = {**typed, "username": "xa.moi", "home": str(cast.commune.pk)}

    answer = client.post(reverse("registry:account_open"), form)

    assert answer.status_code == (302 if is_kept else 422)
    if is_kept:
        assert "\u200b" not in User.objects.get(username="xa.moi").full_name
    given = AccountFacts("xa.moi2", typed["full_name"], cast.commune, typed["position"], typed["email"])
    account = newcomer(cast, cast.commune, "xa.moi3")
    if is_kept:
        open_person_account(facts=given, actor=cast["administrator"])
        return
    with pytest.raises(InvalidRequest):
        open_person_account(facts=given, actor=cast["administrator"])
    with pytest.raises(InvalidRequest):
        correct_account(account=account, facts=given, actor=cast["administrator"])


BEGINNINGS = [
    {"full_name": "  "},
    {"full_name": "x" * 200},
    {"email": "khong-phai"},
    {"province_name": "   "},
    {"province_name": "x" * 300},
    {"province_name": "Tinh Lam Dong"},
]


@pytest.mark.parametrize("said", BEGINNINGS)
def test_the_first_administrator_is_refused_in_words(tmp_path: Path, said: dict[str, str]) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="utf-8")
    usual = {"username": "quantri", "full_name": "Tạ Minh Khôi", "token_file": str(token)}
    call_command("first_administrator", **{**usual, "province_name": "Tỉnh Lâm Đồng"}, stdout=StringIO())
    users = User.objects.count()
    other = {**usual, "username": "quantri2", "province_name": "Tỉnh Khánh Hòa", **said}
    token.write_text(TOKEN[::-1], encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("first_administrator", **other, stdout=StringIO())

    assert User.objects.count() == users


def test_a_token_that_was_used_is_told(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="utf-8")
    for place, username in (("Tỉnh Lâm Đồng", "quantri"), ("Tỉnh Khánh Hòa", "quantri2")):
        options = {"username": username, "full_name": "Tạ Minh Khôi", "province_name": place}
        if username == "quantri":
            call_command("first_administrator", **options, token_file=str(token), stdout=StringIO())
            continue
        with pytest.raises(CommandError):
            call_command("first_administrator", **options, token_file=str(token), stdout=StringIO())

    assert Unit.objects.count() == 1


def test_a_closed_account_gets_no_role_any_more(cast: Cast) -> None:
    dropped, kept = newcomer(cast, cast.province), newcomer(cast, cast.province, "tinh.giu")
    asked = give(cast, dropped, Role.REVIEWER, cast.province)
    merge_accounts(kept=kept, dropped=dropped, actor=cast["administrator"], paper=PAPER)

    with pytest.raises(InvalidRequest):
        settle_request(request=asked, confirms=True, actor=cast["lead"])
    with pytest.raises(InvalidRequest):
        give(cast, fresh(dropped.user).account, Role.COMMUNE_OFFICER, cast.commune)
    assert settle_request(request=asked, confirms=False, actor=cast["lead"]) is None


def test_no_second_lead_is_named_alone_while_the_first_begins_later(cast: Cast) -> None:
    UnitRole.objects.filter(role=Role.LEAD).delete()
    first, second = newcomer(cast, cast.province), newcomer(cast, cast.province, "tinh.hai")

    def name(account: Account) -> RoleRequest:
        return name_first_lead(
            account=account,
            unit=cast.province,
            starts_on=in_days(30),
            actor=cast["administrator"],
            paper=PAPER,
            token=make_installer_token(),
        )

    settle_request(request=name(first), confirms=True, actor=fresh(first.user))

    with pytest.raises(NotAllowed):
        name(second)


@pytest.mark.parametrize(
    ("typed", "is_set"),
    [(("gio-nui-song-bien-7",) * 2, True), (("gio-nui-song-bien-7", "khac"), False), (("123",) * 2, False)],
)
def test_a_password_set_at_the_machine_is_in_the_log(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, str], is_set: bool
) -> None:
    waiting = iter(typed)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(waiting))
    user = newcomer(cast, cast.commune, email="a@example.vn").user

    if is_set:
        call_command("set_password", user.username, stdout=StringIO())
    else:
        with pytest.raises(CommandError):
            call_command("set_password", user.username, stdout=StringIO())

    said = AuditEntry.objects.filter(subject=f"core.user:{user.pk}", actor="system").exclude(
        event="account.opened"
    )
    assert said.exists() == is_set
    assert fresh(user).has_usable_password() == is_set
    with pytest.raises(CommandError):
        call_command("set_password", "khong-co", stdout=StringIO())
