"""People and what they may do, for the pages of whoever keeps accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from core import clock
from registry.enums import ROLE_CONFIRMERS, AccountState, Role
from registry.models import Account, CertifiedPerson, ImportFile, RoleRequest, Unit, UnitRole
from registry.querysets import AccountQuerySet
from registry.scopes import accounts_of, provinces_of, under


@dataclass(frozen=True)
class AccountRow:
    """One line of the list: the account, its roles of today, and what stands out about it."""

    account: Account
    roles: Sequence[UnitRole]
    state: AccountState
    is_said_to_have_left: bool


def has_administrator() -> bool:
    """Whether somebody keeps accounts today, in whichever province."""
    held = UnitRole.objects.on(clock.today()).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return held.exists()


def accounts_for_list(
    user: Any, *, words: str = "", role: str = "", state: str = "", unit: Unit | None = None
) -> AccountQuerySet:
    """Accounts that the person sees, narrowed; those merged into another are left out."""
    rows = Account.objects.visible_to(user).filter(merged_into=None).matching(words)
    today = UnitRole.objects.on(clock.today()).filter(user=OuterRef("user"))
    if role:
        rows = rows.filter(Exists(today.filter(role=role)))
    if unit is not None:
        rows = rows.filter(home__path__startswith=unit.path)
    if state == AccountState.BLOCKED:
        rows = rows.filter(user__is_active=False)
    elif state == AccountState.NEVER_IN:
        rows = rows.filter(user__is_active=True, user__last_login=None)
    elif state == AccountState.NO_ROLE:
        rows = rows.filter(~Exists(today), user__is_active=True)
    elif state == AccountState.LEFT:
        rows = rows.filter(Exists(departures().filter(user=OuterRef("user"))))
    return rows.select_related("user", "home__parent").order_by("user__name_sort", "pk")


def account_rows(accounts: Iterable[Account]) -> list[AccountRow]:
    """The accounts with their roles of today; two queries however many."""
    found = list(accounts)
    keys = [one.pk for one in found]
    roles: dict[int, list[UnitRole]] = defaultdict(list)
    for held in UnitRole.objects.on(clock.today()).filter(user__in=keys).select_related("unit__parent"):
        roles[held.user_id].append(held)
    left = set(departures().filter(user__in=keys).values_list("user_id", flat=True))
    return [AccountRow(one, roles[one.pk], state_of(one), one.pk in left) for one in found]


def state_of(account: Account) -> AccountState:
    """How the account stands; needs its user loaded."""
    if not account.user.is_active:
        return AccountState.BLOCKED
    return AccountState.OPEN if account.user.last_login else AccountState.NEVER_IN


def departures() -> Any:
    """People who are said to have left, and whom nobody looked at."""
    return CertifiedPerson.objects.filter(is_right=False, settled_at=None)


def requests_to_settle(user: Any) -> Any:
    """Roles that wait for this person's confirmation."""
    at_province = under(provinces_of(user, *ROLE_CONFIRMERS), "unit__") & Q(by_token=False)
    mine = accounts_of(user) if user.pk else ()
    others = (
        RoleRequest.objects.waiting().filter(at_province).exclude(user__in=mine).exclude(asked_by__in=mine)
    )
    own = RoleRequest.objects.waiting().filter(by_token=True, user=user.pk)
    return (others | own).select_related("user", "unit", "paper", "asked_by", "replaces__user")


def confirmers_of(province: Unit) -> int:
    """How many people of the province can confirm what the other asks for today."""
    held = UnitRole.objects.on(clock.today()).filter(
        role__in=ROLE_CONFIRMERS, unit__path__startswith=province.path, user__is_active=True
    )
    return held.values("user").distinct().count()


def confirmers_to_come(province: Unit) -> int:
    """How many people can confirm what the other asks for, today or from a later day on."""
    held = UnitRole.objects.not_over(clock.today()).filter(
        role__in=ROLE_CONFIRMERS, unit__path__startswith=province.path, user__is_active=True
    )
    return held.values("user").distinct().count()


def people_by_role(user: Any) -> list[tuple[Role, list[UnitRole]]]:
    """Every role with those who hold it today in the provinces that the person sees, by unit."""
    accounts = Account.objects.visible_to(user).values("user")
    held = UnitRole.objects.on(clock.today()).filter(user__in=accounts, user__is_active=True)
    found: dict[str, list[UnitRole]] = defaultdict(list)
    for one in held.select_related("user", "unit__parent").order_by("unit__path", "user__name_sort"):
        found[one.role].append(one)
    return [(role, found[role]) for role in Role]


def accounts_of_file(user: Any, staged: ImportFile) -> AccountQuerySet:
    """Accounts that a loaded list opened and that nobody has used yet."""
    opened = Account.objects.kept_by(user).filter(pk__in=staged.options.get("opened", ()))
    waiting = opened.filter(user__last_login=None, user__is_active=True, merged_into=None)
    return waiting.select_related("user", "home__parent").order_by("home__path", "user__name_sort", "pk")


def holders_at_province(accounts: Iterable[Account]) -> set[int]:
    """Keys of the accounts that hold a role, today or later, which nobody gives alone: their slip takes the token."""
    keys = [one.pk for one in accounts]
    held = UnitRole.objects.needing_second_hand().not_over(clock.today()).filter(user__in=keys)
    return set(held.values_list("user_id", flat=True))
