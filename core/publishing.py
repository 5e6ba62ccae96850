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

from core.audit.chain import Break
from core.audit.heads import Statement, can_sign, read_statements, sign
from core.audit.verifying import first_break
from core.audit.writing import head
from core.models import AuditEntry, SignedHead, User
from core.outbox import queue_mail
from core.services import keep_signed_head, note_head_written

logger = logging.getLogger(__name__)

_recipients: list[Callable[[], Iterable[User]]] = []


def register_recipients(provider: Callable[[], Iterable[User]]) -> None:
    """Let an app say who gets the signed head by mail."""
    _recipients.append(provider)


def publish_head() -> SignedHead | None:
    """The day's signed head, on its way: kept, appended to the file outside, mailed. None where nothing can be signed.

    What was signed last is compared first, and all that was written since: a chain that does not hold is not signed,
    and those who get the mail are told instead. Raises OSError when the file outside takes nothing; then it is tried
    again, and the mail has left all the same.
    """
    if not can_sign():
        return None
    broken = _broken_since_last()
    if broken is not None:
        _tell_of(broken)
        raise RuntimeError(f"Entry {broken.seq} does not hold, so no head was signed: {broken.reason}")
    now = timezone.now()
    kept = SignedHead.objects.filter(day=timezone.localdate()).first() or keep_signed_head(
        statement=sign(*head(), now), day=timezone.localdate()
    )
    _mail(kept)
    for waiting in SignedHead.objects.filter(written_at=None).order_by("day"):
        _append(waiting.statement)
        note_head_written(head=waiting)
    return kept


def _broken_since_last() -> Break | None:
    last = SignedHead.objects.first()
    if last is None:
        return first_break()
    statement = read_statements(last.statement)[0]
    entry = AuditEntry.objects.filter(seq=statement.seq).first()
    if statement.seq and (entry is None or entry.hash != statement.hash):
        return Break(statement.seq, _("it is not the one that was signed"))
    return first_break(since=statement.seq)


def _append(line: str) -> None:
    """Put a line at the end of the file outside, once: a crash may have come between writing and remembering."""
    path = Path(settings.AUDIT_HEADS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and line in path.read_text(encoding="utf-8").splitlines():
        return
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


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


def _tell_of(broken: Break) -> None:
    for person in _all_recipients():
        with translation.override(settings.LANGUAGE_CODE):
            queue_mail(
                key=f"audit-broken:{timezone.localdate()}:{person.pk}",
                recipient=person.email,
                subject=_("The log does not hold: entry %(seq)s") % {"seq": broken.seq},
                body=_(
                    "When the head of the log was to be signed, entry %(seq)s did not hold: %(reason)s. No head was "
                    "signed. Keep a copy of the database as it is, and have manage.py verify_audit run on it."
                )
                % {"seq": broken.seq, "reason": broken.reason},
            )


def _all_recipients() -> list[User]:
    found = {person.pk: person for provider in _recipients for person in provider()}
    return [person for person in found.values() if person.email and person.is_active]
