"""The signed head leaves the house every day: to a file outside, and by mail to those who oversee.

Apps above say who gets the mail: the foundations know of no roles.
"""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.audit.heads import Statement, can_sign, read_statements, sign
from core.audit.verifying import first_break
from core.audit.writing import head
from core.models import SignedHead, User
from core.outbox import queue_mail
from core.proving import Flaw, against_statements, entry_name, heads_outside, own_heads
from core.services import keep_signed_head, note_head_written

logger = logging.getLogger(__name__)

_recipients: list[Callable[[], Iterable[User]]] = []


def register_recipients(provider: Callable[[], Iterable[User]]) -> None:
    """Let an app say who gets the signed head by mail."""
    _recipients.append(provider)


def publish_head() -> SignedHead | None:
    """The day's signed head, on its way: kept, appended to the file outside, mailed. None where nothing can be signed.

    Every head that left before, in the database and in the file outside, is compared first, and all that was written
    since the newest of them: a chain that does not hold is not signed, and those who get the mail are told instead.
    Raises OSError when the file outside takes nothing; then it is tried again, and the mail has left all the same.
    """
    if not can_sign():
        return None
    flaw = _flaw_since_last()
    if flaw is not None:
        _tell_of(flaw)
        raise RuntimeError(f"The log does not hold, so no head was signed. {flaw}")
    now = timezone.now()
    kept = SignedHead.objects.filter(day=timezone.localdate()).first() or keep_signed_head(
        statement=sign(*head(), now), day=timezone.localdate()
    )
    _mail(kept)
    for waiting in SignedHead.objects.filter(written_at=None).order_by("day"):
        _append(waiting.statement)
        note_head_written(head=waiting)
    return kept


def _flaw_since_last() -> Flaw | None:
    """The first thing that speaks against signing.

    The database's own heads may be forged or gone together with the log, so those in the file outside count as well. A
    file that is away says nothing: what cannot be written to it is told apart.
    """
    (own, own_faults), (outside, _faults) = own_heads(), heads_outside()
    kept = dict.fromkeys([*own, *outside])
    flaw = next(iter([*own_faults, *against_statements(kept)]), None)
    if flaw is not None:
        return flaw
    broken = first_break(since=max((statement.seq for statement in kept), default=0))
    return None if broken is None else Flaw(entry_name(broken.seq), broken.reason)


def _append(line: str) -> None:
    """Put a line at the end of the file outside, once: a crash may have come between writing and remembering."""
    path = Path(settings.AUDIT_HEADS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if line in before.splitlines():
        return
    with path.open("a", encoding="utf-8") as file:
        # A full disk may have taken half a line: the next one stands apart from it.
        file.write(f"{line}\n" if before.endswith("\n") or not before else f"\n{line}\n")


def _mail(kept: SignedHead) -> None:
    statement = read_statements(kept.statement)[0]
    for person in _all_recipients():
        with translation.override(settings.LANGUAGE_CODE):
            queue_mail(
                key=f"audit-head:{kept.day}:{person.pk}",
                recipient=person.email,
                subject=_("Signed head of the log, %(day)s") % {"day": date_format(kept.day, "d/m/Y")},
                body=_body(statement),
            )


def _body(statement: Statement) -> str:
    return "\n\n".join(
        (
            _("The log holds %(seq)s entries; the hash of the newest is:") % {"seq": statement.seq},
            statement.hash,
            _(
                "Keep this mail. With it anybody can prove that nothing up to this entry was changed or removed "
                "later: save it and run manage.py verify_audit --against FILE. The signed line:"
            ),
            statement.line,
        )
    )


def _tell_of(flaw: Flaw) -> None:
    for person in _all_recipients():
        with translation.override(settings.LANGUAGE_CODE):
            queue_mail(
                key=f"audit-broken:{timezone.localdate()}:{person.pk}",
                recipient=person.email,
                subject=_("The log does not hold"),
                body=_(
                    "When the head of the log was to be signed, this did not hold. %(flaw)s No head was signed. Keep "
                    "a copy of the database as it is, and have manage.py verify_audit run on it. After a restore that "
                    "lost entries, put the file of signed heads aside, as docs/operations.md says."
                )
                % {"flaw": flaw},
            )


def _all_recipients() -> list[User]:
    found = {person.pk: person for provider in _recipients for person in provider()}
    return [person for person in found.values() if person.email and person.is_active]
