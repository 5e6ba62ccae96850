"""How often something may be tried: a counter for each kind of attempt and each one who tries.

An attempt is counted before it is judged, so that many at once are no way round. The names and addresses are kept
as keyed digests: people type passwords into the name's field.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.exceptions import Refusal
from core.models import Throttle
from core.services import service


@dataclass(frozen=True)
class Limit:
    """So many attempts from the first one on, until the minutes have passed."""

    kind: str
    attempts: int
    minutes: int


ACCOUNT = Limit("account", 10, 15)
# Offices share one address: thirty people may mistype on a Monday morning.
ADDRESS = Limit("address", 100, 15)
CODE = Limit("code", 5, 15)
PROOF = Limit("proof", 10, 15)
ONE_TIME_OF_ACCOUNT = Limit("one-time-account", 10, 15)
ONE_TIME_FROM_ADDRESS = Limit("one-time-address", 100, 15)
RESET_OF_ACCOUNT = Limit("reset-account", 3, 60)
RESET_FROM_ADDRESS = Limit("reset-address", 20, 60)
KEPT = timedelta(days=1)


class TooMany(Refusal):
    """Too many attempts; the same sentence whether the account exists or not (429)."""

    status_code = 429
    title = gettext_lazy("Too many attempts")

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _("There were too many attempts for this account, or from this network address."),
            ngettext("Wait %(count)s minute and try again.", "Wait %(count)s minutes and try again.", minutes)
            % {"count": minutes},
        )
        self.minutes = minutes


def _key(key: str) -> str:
    return salted_hmac("core.throttle", key.casefold(), algorithm="sha256").hexdigest()


@service(unaudited="a counter; failures and locks are recorded where they are known to be one")
def take(limit: Limit, key: str) -> None:
    """Count one attempt. Raises TooMany when none is left."""
    now = timezone.now()
    window = timedelta(minutes=limit.minutes)
    row, _made = Throttle.objects.get_or_create(kind=limit.kind, key=_key(key), defaults={"began_at": now})
    Throttle.objects.filter(pk=row.pk, began_at__lte=now - window).update(attempts=0, began_at=now)
    taken = Throttle.objects.filter(pk=row.pk, attempts__lt=limit.attempts).update(attempts=F("attempts") + 1)
    if not taken:
        row.refresh_from_db(fields=["began_at"])
        raise TooMany(max(1, -(-int((row.began_at + window - now).total_seconds()) // 60)))


@service(unaudited="a counter")
def give_back(limit: Limit, key: str) -> None:
    """Take one attempt off the count: it was no failure."""
    Throttle.objects.filter(kind=limit.kind, key=_key(key), attempts__gt=0).update(attempts=F("attempts") - 1)


@service(unaudited="a counter")
def forget(limit: Limit, key: str) -> None:
    """Begin counting anew: the way back after a new password."""
    Throttle.objects.filter(kind=limit.kind, key=_key(key)).delete()


def is_spent(limit: Limit, key: str) -> bool:
    """Whether the next attempt would be refused."""
    since = timezone.now() - timedelta(minutes=limit.minutes)
    return Throttle.objects.filter(
        kind=limit.kind, key=_key(key), attempts__gte=limit.attempts, began_at__gt=since
    ).exists()


@service(unaudited="counters that no attempt needs any more")
def sweep() -> None:
    """Remove counters of long ago."""
    Throttle.objects.filter(began_at__lt=timezone.now() - KEPT).delete()
