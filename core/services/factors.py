"""Second proofs at sign-in: set up, accepted once, removed."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, factors, passkeys
from core.events import Event
from core.exceptions import InvalidRequest
from core.models import BrowserSession, CodeApp, Passkey, RecoveryCode, User
from core.selectors import has_factor, known_keys
from core.services import service
from core.services.notices import Change, tell_owner

MAX_PASSKEYS = 10


@service(unaudited="the sign-in or proof that the code was for is recorded by its caller")
def accept_code(*, user: User, code: str) -> str:
    """What kind of code this is of the person's: of their `app`, a `recovery` code, or none. Each is good once."""
    plain = "".join(code.split())
    if plain.isascii() and plain.isdecimal() and len(plain) == factors.DIGITS:
        return "app" if _is_app_code(user, plain) else ""
    waiting = RecoveryCode.objects.filter(user=user, digest__in=factors.recovery_digests(code), used_at=None)
    used = waiting.update(used_at=timezone.now())
    return "recovery" if used else ""


def _is_app_code(user: User, code: str) -> bool:
    app = CodeApp.objects.filter(user=user).first()
    secret = factors.open_secret(app.sealed_secret) if app else None
    step = factors.step_of(secret, code) if secret else None
    if app is None or step is None:
        return False
    if CodeApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) != 1:
        return False
    if secret and factors.is_sealed_by_an_earlier_key(app.sealed_secret):
        CodeApp.objects.filter(pk=app.pk).update(sealed_secret=factors.seal_secret(secret))
    return True


@service(unaudited="the sign-in or proof that the key was for is recorded by its caller")
def accept_passkey(*, user: User, place: passkeys.Place, state: dict[str, Any] | None, answer: str) -> bool:
    """Whether one of the person's passkeys signed what was asked.

    A key that counts must count upwards: one that does not was copied.
    """
    if state is None:
        return False
    signed = passkeys.signed_answer(place, state, answer, known=known_keys(user, place.host))
    if signed is None:
        return False
    count = signed.sign_count
    is_newer = Q(sign_count__lt=count) if count else Q(sign_count=0)
    keys = Passkey.objects.filter(is_newer, user=user, credential_id=signed.credential_id)
    return keys.update(sign_count=count) == 1


@service
def add_code_app(*, user: User, secret: bytes, code: str) -> None:
    """Let a person prove who they are with an authenticator app, in place of one they had.

    Raises InvalidRequest when the app's first code is not good: the secret was not taken over, or a clock is wrong.
    """
    step = factors.step_of(secret, "".join(code.split()))
    if step is None:
        raise InvalidRequest(
            _("The code is not the one that belongs to this secret now."),
            _("Check that the phone's clock sets itself, then type the code that it shows at this moment."),
        )
    CodeApp.objects.update_or_create(
        user=user,
        defaults={
            "sealed_secret": factors.seal_secret(secret),
            "last_step": step,
            "added_at": timezone.now(),
        },
    )
    audit.record(Event.FACTOR_ADDED, actor=user, subject=user, factor="app")
    tell_owner(user, Change.APP_ADDED)


@service
def remove_code_app(*, user: User) -> None:
    """Take a person's authenticator app away; a stale second press changes nothing."""
    removed, _rows = CodeApp.objects.filter(user=user).delete()
    if removed:
        audit.record(Event.FACTOR_REMOVED, actor=user, subject=user, factor="app")
        tell_owner(user, Change.APP_REMOVED)
        _drop_lone_recovery_codes(user)
    else:
        audit.nothing_changed()


@service
def make_recovery_codes(*, user: User) -> list[str]:
    """New recovery codes in place of all earlier ones; this is the only time that they can be read."""
    codes = factors.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=factors.recovery_digest(code)) for code in codes
    )
    audit.record(Event.RECOVERY_CODES_MADE, actor=user, subject=user, count=len(codes))
    tell_owner(user, Change.RECOVERY_CODES)
    return codes


@service
def add_passkey(
    *, user: User, name: str, place: passkeys.Place, state: dict[str, Any] | None, answer: str
) -> Passkey:
    """Let a person prove who they are with a passkey that their browser has just made. Raises InvalidRequest."""
    made = passkeys.made_key(place, state, answer) if state else None
    if made is None or Passkey.objects.filter(credential_id=made[0]).exists():
        raise InvalidRequest(
            _("The browser's answer does not belong to this question."),
            _("Reload the page and make the passkey again."),
        )
    if Passkey.objects.filter(user=user).count() >= MAX_PASSKEYS:
        raise InvalidRequest(
            _("You have as many passkeys as can be kept."), _("Remove one that you no longer use.")
        )
    credential_id, public_half, sign_count = made
    key = Passkey.objects.create(
        user=user,
        name=name,
        host=place.host,
        credential_id=credential_id,
        public_half=public_half,
        sign_count=sign_count,
        added_at=timezone.now(),
    )
    audit.record(Event.FACTOR_ADDED, actor=user, subject=user, factor="passkey", name=name)
    tell_owner(user, Change.PASSKEY_ADDED)
    return key


@service
def remove_passkey(*, user: User, key: Passkey) -> None:
    """Take one of a person's passkeys away."""
    audit.record(Event.FACTOR_REMOVED, actor=user, subject=user, factor="passkey", name=key.name)
    tell_owner(user, Change.PASSKEY_REMOVED)
    key.delete()
    _drop_lone_recovery_codes(user)


def _drop_lone_recovery_codes(user: User) -> None:
    """Recovery codes stand in for a second proof; without one they would be the only one."""
    if not has_factor(user):
        RecoveryCode.objects.filter(user=user).delete()


@service
def remove_all_factors(*, user: User, actor: User | None) -> None:
    """Take every second proof away from a person who has lost them all, and sign them out everywhere."""
    CodeApp.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    BrowserSession.objects.filter(user=user).delete()
    audit.record(Event.FACTOR_REMOVED, actor=actor, subject=user, factor="all")
    tell_owner(user, Change.ALL_REMOVED)
