"""How a person gets into their account: one-time links and slips, and the installer's token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed
from core.models import User
from core.outbox import queue_mail
from core.services import service, throttle
from core.services.notices import Change, tell_owner
from core.services.sign_in import record_failure
from registry.enums import CodePurpose
from registry.events import Event
from registry.models import Account, OneTimeCode
from registry.one_time_codes import digest_of, new_code
from registry.permissions_accounts import check_can_change_access, holds_at_province

VALID_FOR = timedelta(hours=24)


class WrongCode(InvalidRequest):
    """No such name and code belong together, as against a password that the rules refuse."""


@dataclass(frozen=True)
class Slip:
    """What is handed over on paper: for whom, the code in clear, until when. Nobody keeps it."""

    account: Account
    code: str
    expires_at: datetime


@service
def send_link(*, account: Account, actor: User) -> OneTimeCode:
    """Mail a one-time link to the address of the account; earlier codes stop opening anything.

    Raises ``InvalidRequest`` without an address, for a blocked account, and where no mail leaves.
    """
    check_can_change_access(actor, account)
    user = account.user
    _check_opens(user)
    if settings.APP_ENV == "demo":
        raise InvalidRequest(_("The demonstration sends no mail."), _("Print a slip instead."))
    if not user.email:
        raise InvalidRequest(
            _("%(person)s has no e-mail address.") % {"person": user},
            _("Print a slip and hand it over, or enter an address first."),
        )
    kept, code = _new_code(CodePurpose.PASSWORD, user, actor)
    address = settings.SITE_URL.rstrip("/") + reverse("one_time_code_link", args=[code])
    with override("vi"):
        queue_mail(
            key=f"account-code-{kept.pk}",
            recipient=user.email,
            subject=_("A new password for your account"),
            body=_(
                "Account name: %(username)s\n\nOpen this address and choose your password:\n%(address)s\n\n"
                "It holds until %(until)s and opens once. If you did not expect it, tell your administrator."
            )
            % {"username": user.username, "address": address, "until": _shown(kept.expires_at)},
            has_secret=True,
        )
    audit.record(Event.CODE_SENT, actor=actor, subject=user, until=kept.expires_at.isoformat())
    return kept


@service
def send_links(*, accounts: Sequence[Account], actor: User) -> None:
    """Mail each of these people a one-time link, or none where one of them cannot get it."""
    for account in accounts:
        send_link(account=account, actor=actor)
    if not accounts:
        audit.nothing_changed()


@service
def print_slips(*, accounts: Sequence[Account], actor: User, token: str = "") -> list[Slip]:
    """New one-time codes to hand over on paper, each shown this once; earlier codes stop opening anything.

    For a holder of a role at the province the installer's `token` is asked for: otherwise an
    administrator could sign in as the one who confirms what they ask for.
    """
    slips = []
    for account in accounts:
        check_can_change_access(actor, account)
        _check_opens(account.user)
        guarded = holds_at_province(account.user)
        if guarded:
            use_installer_token(token=token)
        kept, code = _new_code(CodePurpose.PASSWORD, account.user, actor)
        audit.record(
            Event.CODE_PRINTED,
            actor=actor,
            subject=account.user,
            until=kept.expires_at.isoformat(),
            by_installer_token=guarded,
        )
        slips.append(Slip(account, code, kept.expires_at))
    if not slips:
        audit.nothing_changed()
    return slips


def open_by_code(*, username: str, code: str, password: str, address: str) -> User:
    """Set a password with a one-time code, as `set_password_by_code`, for so many attempts an account and an address.

    Attempts are counted before they are judged and outside the transaction that a refusal undoes. Raises ``TooMany``
    with the same sentence whether the name exists or not.
    """
    throttle.take(throttle.ONE_TIME_FROM_ADDRESS, address)
    throttle.take(throttle.ONE_TIME_OF_ACCOUNT, username.strip())
    try:
        user = set_password_by_code(username=username, code=code, password=password)
    except WrongCode:
        record_failure(username=username.strip(), address=address, step="one-time code")
        raise
    throttle.forget(throttle.ONE_TIME_OF_ACCOUNT, username.strip())
    throttle.give_back(throttle.ONE_TIME_FROM_ADDRESS, address)
    return user


@service
def set_password_by_code(*, username: str, code: str, password: str) -> User:
    """Set the password of the person whose code it is, once.

    One sentence answers a wrong name, a wrong code, a used one and one that ran out. Raises
    ``InvalidRequest`` with what is wrong with the password, and then the code stays good.
    """
    waiting = OneTimeCode.objects.open_for(CodePurpose.PASSWORD).filter(digest=digest_of(code))
    kept = (
        waiting.filter(user__username=username.strip(), user__is_active=True).select_related("user").first()
    )
    if kept is None or kept.user is None:
        raise WrongCode(
            _("This account name and this code do not belong together, or the code was used or ran out."),
            _("Check both, or ask your administrator for a new code."),
        )
    user = kept.user
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidRequest(" ".join(error.messages)) from error
    if waiting.filter(pk=kept.pk).update(used_at=clock.now()) != 1:
        raise InvalidRequest(_("The code was used a moment ago."), _("Sign in with the password set there."))
    user.set_password(password)
    user.save(update_fields=["password"])
    throttle.forget(throttle.ACCOUNT, user.username)
    tell_owner(user, Change.PASSWORD)
    audit.record(Event.CODE_USED, actor=user, subject=user)
    return user


@service
def make_installer_token(*, token: str = "") -> str:
    """A token that its reader may use once within a day, for what one administrator may not do alone.

    Only the machine makes one. `token` keeps a given text, such as one that the installation chose.
    """
    code = token or new_code()
    OneTimeCode.objects.create(
        purpose=CodePurpose.INSTALLER,
        digest=digest_of(code),
        created_at=clock.now(),
        expires_at=clock.now() + VALID_FOR,
    )
    audit.record(Event.TOKEN_MADE, actor=None, subject="system")
    return code


@service(unaudited="whoever asks for the token records what it was used for")
def use_installer_token(*, token: str) -> None:
    """Use the installer's token up; raises ``NotAllowed`` for one that is wrong, used or out of date."""
    waiting = OneTimeCode.objects.open_for(CodePurpose.INSTALLER).filter(digest=digest_of(token))
    if not token.strip() or waiting.update(used_at=clock.now()) != 1:
        raise NotAllowed(
            _("The installer's token is missing, wrong, used or out of date."),
            _("Whoever runs the machine makes a new one: manage.py installer_token."),
        )


@service(unaudited="the command that begins records the first administrator")
def keep_first_code(*, user: User, code: str) -> None:
    """Keep a code that the machine chose as the first administrator's way to a password."""
    _keep_code(CodePurpose.PASSWORD, user, None, code)


@service(unaudited="whoever makes the codes worthless records why")
def forget_codes(*, user: User) -> None:
    """Let every code that still opens the person's account open nothing any more."""
    OneTimeCode.objects.open_for(CodePurpose.PASSWORD).filter(user=user).update(expires_at=clock.now())


def _check_opens(user: User) -> None:
    if not user.is_active:
        raise InvalidRequest(
            _("The account of %(person)s is blocked.") % {"person": user}, _("Unblock it first.")
        )


def _new_code(purpose: CodePurpose, user: User, actor: User | None) -> tuple[OneTimeCode, str]:
    code = new_code()
    return _keep_code(purpose, user, actor, code), code


def _keep_code(purpose: CodePurpose, user: User, actor: User | None, code: str) -> OneTimeCode:
    now = clock.now()
    if OneTimeCode.objects.filter(digest=digest_of(code)).exists():
        raise InvalidRequest(_("This code was given out before."), _("Make a new one."))
    OneTimeCode.objects.open_for(purpose).filter(user=user).update(expires_at=now)
    return OneTimeCode.objects.create(
        purpose=purpose,
        digest=digest_of(code),
        user=user,
        created_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )


def _shown(moment: datetime) -> str:
    return moment.strftime("%d/%m/%Y %H:%M")
