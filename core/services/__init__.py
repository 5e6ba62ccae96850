"""The `@service` decorator, and the foundations' own writes.

A service is atomic, says in the audit chain what it did, and never sees a request.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import append_only, audit
from core.audit import triggers
from core.audit.heads import Statement
from core.audit.recording import Batch, current_batch, subject_of
from core.audit.verifying import ERASED_ENTRIES
from core.audit.writing import append
from core.events import Event
from core.exceptions import InvalidRequest
from core.fingerprints import of_account
from core.models import (
    AuditEntry,
    AuditPayload,
    KeyFingerprint,
    Look,
    OutboxMessage,
    SignedHead,
    StoredFile,
    User,
)
from core.person_facts import person_facts
from core.personal_numbers import key_fingerprint
from core.replicas import note_write

PERSON_KEY = "person"
"""Under which name the person key's fingerprint is kept."""

P = ParamSpec("P")
R = TypeVar("R")


class NoAuditEntry(RuntimeError):
    """A service ended without saying in the audit chain what it did: a fault of the code."""


@overload
def service(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def service(*, unaudited: str) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def service(function: Any = None, *, unaudited: str = "") -> Any:
    """Make a function a service: atomic, and audited at its outermost exit.

    Entries are collected while it runs and written last, so that the chain's head is
    locked for moments. A service that records nothing raises `NoAuditEntry`, unless it
    says `audit.nothing_changed()` or is declared with `unaudited="the reason"`.
    """
    if function is None:
        return lambda inner: _as_service(inner, unaudited)
    return _as_service(function, "")


def _as_service(function: Callable[..., Any], unaudited: str) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        outer = current_batch.get()
        if outer is not None:
            return _run_inside(outer, function, args, kwargs)
        batch = Batch()
        token = current_batch.set(batch)
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                if batch.entries:
                    append(batch.entries)
                elif not (batch.quiet or unaudited):
                    raise NoAuditEntry(f"{function.__module__}.{function.__name__} recorded no audit entry.")
            note_write()
            return result
        finally:
            current_batch.reset(token)

    run.is_service = True  # type: ignore[attr-defined]
    run.unaudited = unaudited  # type: ignore[attr-defined]
    return run


def _run_inside(outer: Batch, function: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
    kept = len(outer.entries)
    try:
        with transaction.atomic():
            return function(*args, **kwargs)
    except BaseException:
        del outer.entries[kept:]
        raise


@service
def open_account(
    *,
    username: str,
    full_name: str,
    password: str | None,
    actor: User | None,
    position: str = "",
    email: str = "",
    is_demo: bool = False,
    **told: str,
) -> User:
    """Let a person sign in; what they may do comes with a dated role. `told` goes into the entry besides.

    Raises InvalidRequest when the account name is taken or a fact is none, and RuntimeError
    for a demonstration account in production.
    """
    said = person_facts(full_name=full_name, position=position, email=email)
    if is_demo and settings.APP_ENV == "production":
        raise RuntimeError("Production has no demonstration accounts.")
    taken = InvalidRequest(
        _("The account name %(name)s is taken.") % {"name": username}, _("Choose another account name.")
    )
    if User.objects.filter(username=username).exists():
        raise taken
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username,
                password,
                full_name=said.full_name,
                position=said.position,
                email=said.email,
                is_demo=is_demo,
            )
    except IntegrityError as error:
        raise taken from error
    audit.record(
        Event.ACCOUNT_OPENED,
        actor=actor,
        subject=user,
        username=username,
        digest=of_account(user),
        **told,
    )
    return user


@service
def accept_account(*, user: User) -> None:
    """Tell the log of an account that something else than this program opened, as it stands; the machine alone does it.

    Raises InvalidRequest for an account of whose opening the log tells already.
    """
    if AuditEntry.objects.filter(event=Event.ACCOUNT_OPENED, subject=subject_of(user)).exists():
        raise InvalidRequest(
            _("The log tells of the opening of %(name)s already.") % {"name": user.username},
            _("What was changed since is named by manage.py verify_audit, and cannot be accepted."),
        )
    audit.record(
        Event.ACCOUNT_OPENED,
        actor=None,
        subject=user,
        username=user.username,
        digest=of_account(user),
        is_open=user.is_active,
        accepted=True,
    )


@service
def give_demo_password(*, users: Collection[User], password: str, actor: User | None) -> None:
    """One known password for accounts of the demonstration, hashed once: hashing thirty takes ten seconds.

    Raises RuntimeError in production, and for an account that is no demonstration's.
    """
    if settings.APP_ENV == "production" or not all(user.is_demo for user in users):
        raise RuntimeError("A known password is for accounts of the demonstration only.")
    User.objects.filter(pk__in=[user.pk for user in users]).update(password=make_password(password))
    for user in users:
        audit.record(Event.ACCOUNT_PASSWORD_SET, actor=actor, subject=user, demo=True)


@service
def record_backup(*, where: str, **proof: str | int) -> None:
    """Leave in the log that a backup was made and where it lies; whatever makes it calls this last.

    `proof` is what `manage.py backup` knows of it: its SHA-256, the newest entry in it, how many files were damaged.
    """
    audit.record(Event.BACKUP_RECORDED, actor=None, subject="system", where=where[:200], **proof)


@service
def erase_entries(*, entries: Collection[int], basis: str, actor: User | None) -> int:
    """Blank what log entries say, as the law asks; how many were blanked.

    Numbers, hashes, moments and people stay, so the chain still verifies, and an entry names what was blanked and on
    what `basis`. Raises InvalidRequest for an entry that tells of an erasure itself.
    """
    if AuditEntry.objects.filter(pk__in=entries, event=Event.ENTRIES_ERASED).exists():
        raise InvalidRequest(
            _("An entry that tells of an erasure cannot be erased itself."),
            _("Leave it out: it names numbers of entries and nobody."),
        )
    rows = AuditPayload.objects.filter(pk__in=entries).exclude(content="")
    blanked = sorted(rows.values_list("pk", flat=True))
    if not blanked:
        audit.nothing_changed()
        return 0
    rows.update(content="")
    audit.record(
        Event.ENTRIES_ERASED,
        actor=actor,
        subject="core.auditentry",
        basis=basis,
        **{ERASED_ENTRIES: blanked},
    )
    return len(blanked)


@service
def protect_log(*, actor: User | None) -> dict[str, str]:
    """Put the triggers of the log and of what is kept for good back as they were installed; which were not, and how."""
    weak = triggers.weakened(connection)
    if weak:
        triggers.install(connection)
    weak |= append_only.mend(connection)
    if not weak:
        audit.nothing_changed()
        return weak
    audit.record(Event.LOG_PROTECTED, actor=actor, subject="core.auditentry", triggers=weak)
    return weak


@service(unaudited="the head is of the chain itself: an entry would move it on each time")
def keep_signed_head(*, statement: Statement, day: date) -> SignedHead:
    """Keep the day's signed head; the one that another hand kept first when there is one."""
    kept, _made = SignedHead.objects.get_or_create(
        day=day,
        defaults={"seq": statement.seq, "statement": statement.line, "signed_at": statement.moment},
    )
    return kept


@service(unaudited="where a line lies says nothing of what anybody did")
def note_head_written(*, head: SignedHead) -> None:
    """Remember that the file outside took the line."""
    SignedHead.objects.filter(pk=head.pk).update(written_at=timezone.now())


@service
def note_file_checked(*, stored: StoredFile, differs: bool) -> None:
    """Remember what reading a stored file back showed; the log tells when that changed."""
    differed = stored.differs_since is not None
    now = timezone.now()
    since = (stored.differs_since or now) if differs else None
    StoredFile.objects.filter(pk=stored.pk).update(checked_at=now, differs_since=since)
    if differed == differs:
        audit.nothing_changed()
    elif differs:
        audit.record(Event.FILE_DIFFERS, actor=None, subject=stored, sha256=stored.sha256)
    else:
        audit.record(Event.FILE_WHOLE_AGAIN, actor=None, subject=stored, sha256=stored.sha256)


@service
def take_new_person_key(*, actor: User | None) -> None:
    """Let another person key be the right one from now on: numbers sealed before stay unreadable."""
    kept = KeyFingerprint.objects.filter(name=PERSON_KEY).first()
    if kept is not None and kept.fingerprint == key_fingerprint():
        audit.nothing_changed()
        return
    KeyFingerprint.objects.update_or_create(
        name=PERSON_KEY, defaults={"fingerprint": key_fingerprint(), "since": timezone.now()}
    )
    audit.record(Event.PERSON_KEY_CHANGED, actor=actor, subject="core.keyfingerprint")


@service
def erase_looks(*, before: datetime, basis: str, actor: User | None) -> int:
    """Remove the lines that tell who looked at whose data before a moment; how many."""
    count, _models = Look.objects.filter(at__lt=before).delete()
    if not count:
        audit.nothing_changed()
        return 0
    audit.record(
        Event.LOOKS_ERASED,
        actor=actor,
        subject="core.look",
        count=count,
        before=before.isoformat(),
        basis=basis,
    )
    return count


@service
def erase_sent_mail(*, before: datetime, basis: str, actor: User | None) -> int:
    """Blank whom sent mail went to and what it said; its key stays, so that it is never sent again. How many."""
    old = OutboxMessage.objects.filter(sent_at__lt=before).exclude(recipient="")
    count = old.update(recipient="", subject="", body="", calendar="", failure="")
    if not count:
        audit.nothing_changed()
        return 0
    audit.record(
        Event.MAIL_ERASED,
        actor=actor,
        subject="core.outboxmessage",
        count=count,
        before=before.isoformat(),
        basis=basis,
    )
    return count
