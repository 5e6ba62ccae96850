"""What the log says of accounts: whose they are, where their mail goes, who keeps them, and whether they are open."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_by, said_once
from core.events import Event as CoreEvent
from core.fingerprints import of_account
from core.models import User
from core.proving import Flaw, entry_name, said_again
from registry.events import Event
from registry.models import Account

_TELLING = (
    CoreEvent.ACCOUNT_OPENED,
    *(Event.ACCOUNT_CORRECTED, Event.ACCOUNT_BLOCKED, Event.ACCOUNT_UNBLOCKED, Event.ACCOUNT_MERGED),
    # The first role says where an account is kept that was opened without a home.
    *(Event.ROLE_GRANTED, Event.ROLE_CONFIRMED),
)
_OPENS = {CoreEvent.ACCOUNT_OPENED, Event.ACCOUNT_UNBLOCKED}
_CLOSES = {Event.ACCOUNT_BLOCKED, Event.ACCOUNT_MERGED}
_TELLS_FACTS = {CoreEvent.ACCOUNT_OPENED, Event.ACCOUNT_CORRECTED}


@dataclass
class _Told:
    """How the entries leave an account; facts and home are empty where the last entry about them says none."""

    seq: int = 0
    digest: str = ""
    home: str = ""
    is_open: bool = True
    kept: int | None = None


def accounts_that_differ() -> Iterator[Flaw]:
    """Accounts that are not as the log leaves them, that no entry opened, or that are gone."""
    opened = said_once(CoreEvent.ACCOUNT_OPENED)
    yield from said_again(opened)
    waiting, told = dict(opened.first), _told()
    homes = {
        user: (home, merged)
        for user, home, merged in Account.objects.values_list("user", "home__key", "merged_into").iterator()
    }
    for user in User.objects.order_by("pk").iterator(chunk_size=2000):
        subject = subject_of(user)
        start = waiting.pop(subject, None)
        home, merged = homes.get(user.pk, ("", None))
        reason = (
            _reason(user, told[subject], home) or _merger_reason(merged, _end_of(told, subject))
            if start
            else _(
                "no entry says that it was opened; if an earlier installation made it, manage.py accept_account says so"
            )
        )
        if reason:
            yield Flaw(_("The account %(name)s") % {"name": user.username}, reason, subject)
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the account that it tells of is gone"), entry.subject)


def _told() -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    for said in said_by(*_TELLING):
        _follow(found.setdefault(said.subject, _Told()), said)
    return found


def _follow(one: _Told, said: Said) -> None:
    payload = said.payload or {}
    if said.event in _TELLS_FACTS:
        one.seq, one.digest = said.seq, payload.get("digest", "")
    if said.event == Event.ACCOUNT_CORRECTED:
        one.home = payload.get("home", "")
    else:
        one.home = payload.get("home", one.home)
    if said.event in _OPENS:
        one.is_open = payload.get("is_open", True)
    elif said.event in _CLOSES:
        one.is_open = False
        one.kept = payload.get("kept", one.kept)


def _end_of(told: dict[str, _Told], subject: str) -> int | None:
    """The account in which a merged one ended: where that was merged later, too, the last."""
    kept, seen = told[subject].kept, {subject}
    while kept is not None and (further := f"core.user:{kept}") not in seen:
        seen.add(further)
        after = told[further].kept if further in told else None
        if after is None:
            break
        kept = after
    return kept


def _reason(user: User, told: _Told, home: str) -> str:
    if told.digest and told.digest != of_account(user):
        return _("its name, position, e-mail address or standing is not as entry %(seq)s leaves it") % {
            "seq": told.seq
        }
    if user.is_superuser and not told.digest:
        return _("it stands above all roles, and no entry says so")
    if user.is_active != told.is_open:
        return (
            _("it is open, and the log says that it was blocked")
            if user.is_active
            else _("it is blocked, and no entry says so")
        )
    if told.home and told.home != home:
        return _("it is kept at another unit than the log says")
    return ""


def _merger_reason(merged: int | None, told: int | None) -> str:
    return "" if merged == told else _("the log does not say that it was merged so")
