"""Signing in, proving anew who one is, passwords, and signing out elsewhere.

Hashing a password takes a third of a second on purpose: it is done before the transaction that records what came
of it, since SQLite lets nobody else write meanwhile.
"""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password

from core import audit
from core.events import Event
from core.models import User
from core.passkeys import Place
from core.services import factors, service, throttle

UNKNOWN = "core.user:?"


def holder_of_password(*, username: str, password: str, address: str) -> User | None:
    """The person whose account name and password these are; None when they are nobody's, which is recorded.

    An unknown name takes as long as a wrong password and gets the same answer. Raises TooMany.
    """
    throttle.take(throttle.ADDRESS, address)
    throttle.take(throttle.ACCOUNT, username)
    user = authenticate(None, username=username, password=password)
    if user is None:
        record_failure(username=username, address=address, step="password")
        return None
    throttle.forget(throttle.ACCOUNT, username)
    throttle.give_back(throttle.ADDRESS, address)
    assert isinstance(user, User)  # noqa: S101 -- the only kind of user there is
    return user


@service
def record_failure(*, username: str, address: str, step: str) -> None:
    """Say in the log that a sign-in failed, and that this was the last try for a while.

    A name that is nobody's is not written down: people type their password into the wrong field.
    """
    user = User.objects.filter(username=username).first()
    subject = user or UNKNOWN
    audit.record(Event.SIGN_IN_FAILED, actor=None, subject=subject, step=step, address=address)
    if throttle.is_spent(throttle.ACCOUNT, username):
        audit.record(Event.ACCOUNT_LOCKED, actor=None, subject=subject, step=step, address=address)
    if throttle.is_spent(throttle.ADDRESS, address):
        audit.record(Event.ADDRESS_LOCKED, actor=None, subject=UNKNOWN, address=address)


@service
def record_sign_in(*, user: User, ways: list[str], address: str) -> None:
    """Say in the log that a person signed in, and in which ways they proved who they are."""
    audit.record(Event.SIGNED_IN, actor=user, subject=user, ways=ways, address=address)


@service
def record_sign_out(*, user: User) -> None:
    """Say in the log that a person signed out."""
    audit.record(Event.SIGNED_OUT, actor=user, subject=user)


def is_proof(*, user: User, secret: str, address: str) -> bool:
    """Whether a signed-in person's password or code is theirs; what came of it is recorded. Raises TooMany."""
    throttle.take(throttle.PROOF, str(user.pk))
    good = bool(factors.accept_code(user=user, code=secret)) or check_password(secret, user.password)
    return _say_proof(user, address, good)


def is_signed_proof(
    *, user: User, place: Place, state: dict[str, Any] | None, answer: str, address: str
) -> bool:
    """Whether a signed-in person's passkey signed what was asked; what came of it is recorded. Raises TooMany."""
    throttle.take(throttle.PROOF, str(user.pk))
    good = factors.accept_passkey(user=user, place=place, state=state, answer=answer)
    return _say_proof(user, address, good)


def _say_proof(user: User, address: str, good: bool) -> bool:
    if good:
        throttle.forget(throttle.PROOF, str(user.pk))
        record_proof(user=user, address=address)
    else:
        record_failed_proof(user=user, address=address)
    return good


@service
def record_proof(*, user: User, address: str) -> None:
    """Say in the log that a signed-in person proved anew who they are."""
    audit.record(Event.PROOF_GIVEN, actor=user, subject=user, address=address)


@service
def record_failed_proof(*, user: User, address: str) -> None:
    """Say in the log that somebody at a signed-in person's browser could not prove to be them."""
    audit.record(Event.SIGN_IN_FAILED, actor=user, subject=user, step="proof", address=address)
    if throttle.is_spent(throttle.PROOF, str(user.pk)):
        audit.record(Event.ACCOUNT_LOCKED, actor=user, subject=user, step="proof", address=address)
