"""Passwords that people change themselves, or choose anew through a link by mail; and signing out elsewhere."""

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from core import audit
from core.events import Event
from core.exceptions import InvalidRequest
from core.models import BrowserSession, User
from core.services import service, throttle
from core.services.notices import Change, tell_owner
from core.services.sign_in import record_failed_proof


def change_password(*, user: User, old: str, new: str, keep: str | None, address: str) -> None:
    """Give a person the password of their choice; every browser but the one with session key `keep` is signed out.

    Raises InvalidRequest when the old one is wrong, which is recorded, and TooMany.
    """
    throttle.take(throttle.PROOF, str(user.pk))
    if not check_password(old, user.password):
        record_failed_proof(user=user, address=address)
        raise InvalidRequest(
            _("The old password is not right."), _("Type the password that you sign in with today.")
        )
    throttle.forget(throttle.PROOF, str(user.pk))
    _store_changed(user=user, hashed=make_password(new), keep=keep)


def choose_password(*, user: User, new: str, at_machine: bool = False) -> None:
    """Give a person the password that they chose through a link: all browsers are signed out, a lock is lifted.

    `at_machine` says that a command did it, which the log tells apart.
    """
    _store_chosen(user=user, hashed=make_password(new), at_machine=at_machine)


@service
def _store_changed(*, user: User, hashed: str, keep: str | None) -> None:
    _store(user, hashed)
    BrowserSession.objects.filter(user=user).exclude(session_key=keep).delete()
    audit.record(Event.PASSWORD_CHANGED, actor=user, subject=user)


@service
def _store_chosen(*, user: User, hashed: str, at_machine: bool) -> None:
    _store(user, hashed)
    BrowserSession.objects.filter(user=user).delete()
    throttle.forget(throttle.ACCOUNT, user.username)
    throttle.forget(throttle.PROOF, str(user.pk))
    said = {"at_machine": True} if at_machine else {}
    audit.record(Event.PASSWORD_RESET, actor=None if at_machine else user, subject=user, **said)


def _store(user: User, hashed: str) -> None:
    user.password = hashed
    user.save(update_fields=["password"])
    tell_owner(user, Change.PASSWORD)


@service
def sign_out_elsewhere(*, user: User, keep: str | None) -> int:
    """End a person's sign-in in every browser but the one with session key `keep`; how many ended."""
    count, _rows = BrowserSession.objects.filter(user=user).exclude(session_key=keep).delete()
    if count:
        audit.record(Event.SIGNED_OUT_ELSEWHERE, actor=user, subject=user, browsers=count)
    else:
        audit.nothing_changed()
    return count
