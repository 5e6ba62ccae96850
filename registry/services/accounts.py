"""Accounts opened, corrected, blocked and opened again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest, StaleState
from core.fingerprints import of_account
from core.models import User
from core.person_facts import person_facts
from core.services import open_account, service
from core.services.notices import Change, tell_owner
from core.text import nfc
from registry.events import Event
from registry.models import Account, Unit
from registry.permissions_accounts import (
    check_can_change_access,
    check_can_keep_account,
    check_can_keep_at,
    holds_at_province,
)
from registry.role_writing import USERNAME
from registry.services.access import forget_codes, use_installer_token
from registry.services.one_hand import province_roles_of, tell_confirmers


@dataclass(frozen=True)
class AccountFacts:
    """What is recorded of a person who signs in."""

    username: str
    full_name: str
    home: Unit
    position: str = ""
    email: str = ""


@service
def open_person_account(*, facts: AccountFacts, actor: User | None, is_demo: bool = False) -> Account:
    """An account at a unit, without a password: a link or a slip opens it, roles say what it may do.

    Raises ``InvalidRequest`` for an account name that is taken or cannot be typed on every keyboard.
    """
    check_can_keep_at(actor, facts.home)
    check_username(facts.username)
    user = open_account(
        username=facts.username,
        full_name=facts.full_name,
        position=facts.position,
        email=facts.email,
        password=None,
        is_demo=is_demo,
        actor=actor,
        home=facts.home.key,
    )
    return Account.objects.create(user=user, home=facts.home)


def check_username(username: str) -> None:
    """Raise ``InvalidRequest`` for an account name with signs that some keyboard lacks."""
    if not USERNAME.fullmatch(username):
        raise InvalidRequest(
            _("“%(name)s” is no account name.") % {"name": username},
            _("Use small letters without marks, digits, dots and hyphens, three or more: xa.phandien."),
        )


@service
def correct_account(*, account: Account, facts: AccountFacts, actor: User, token: str = "") -> Account:
    """Correct what is recorded of a person; the account name may change while nobody else has it.

    With another e-mail address, links and slips of before open nothing any more: one lies in a mailbox that was wrong.
    A new e-mail address for a holder of a role at the province takes the installer's `token`:
    otherwise an administrator could have that person's link sent to themselves.
    """
    check_can_keep_account(actor, account)
    check_can_keep_at(actor, facts.home)
    check_username(facts.username)
    user = account.user
    if User.objects.filter(username=facts.username).exclude(pk=user.pk).exists():
        raise InvalidRequest(
            _("The account name %(name)s is taken.") % {"name": facts.username},
            _("Choose another account name."),
        )
    said = person_facts(full_name=facts.full_name, position=facts.position, email=facts.email)
    new: dict[str, Any] = {"username": facts.username, **asdict(said)}
    changed = [name for name, value in new.items() if getattr(user, name) != value]
    if "email" in changed and holds_at_province(user):
        use_installer_token(token=token)
    if account.home_id != facts.home.pk:
        changed.append("home")
        account.home = facts.home
        account.save(update_fields=["home"])
    if not changed:
        audit.nothing_changed()
        return account
    earlier_address = user.email
    for name, value in new.items():
        setattr(user, name, value)
    user.save()
    if "email" in changed:
        forget_codes(user=user)
        tell_owner(user, Change.EMAIL, at=earlier_address)
    audit.record(
        Event.ACCOUNT_CORRECTED,
        actor=actor,
        subject=user,
        changed=sorted(changed),
        digest=of_account(user),
        home=account.home.key,
    )
    return account


@service
def block_account(*, account: Account, reason: str, actor: User) -> None:
    """Keep a person from signing in, from this moment on; their roles and what they did stay.

    Who holds a role at the province may be kept out by one hand: the log marks it, and the lead and the other
    administrators are told. Raises ``StaleState`` when the account is blocked already.
    """
    check_can_change_access(actor, account)
    if User.objects.filter(pk=account.user_id, is_active=True).update(is_active=False) != 1:
        raise StaleState(_("The account is blocked already."))
    roles = province_roles_of(account.user)
    said = {"by_one_person": True} if roles else {}
    audit.record(
        Event.ACCOUNT_BLOCKED, actor=actor, subject=account.user, reason=_clean(reason)[:200], **said
    )
    if roles:
        tell_confirmers(of=account.user, roles=roles, what=_("The account was blocked."), actor=actor)


@service
def unblock_account(*, account: Account, reason: str, actor: User) -> None:
    """Let a person sign in again. Raises ``InvalidRequest`` for an account that was merged into another."""
    check_can_change_access(actor, account)
    if account.merged_into_id is not None:
        raise InvalidRequest(
            _("This account was merged into %(other)s of the same person and stays closed.")
            % {"other": account.merged_into},
            _("Use the account that was kept."),
        )
    if User.objects.filter(pk=account.user_id, is_active=False).update(is_active=True) != 1:
        raise StaleState(_("The account is open already."))
    audit.record(Event.ACCOUNT_UNBLOCKED, actor=actor, subject=account.user, reason=_clean(reason)[:200])


def _clean(text: str) -> str:
    return nfc(" ".join(text.split()))
