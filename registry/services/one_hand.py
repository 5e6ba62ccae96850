"""Word to those who confirm roles of a province that one person took such a role away, or closed its holder's account.

Giving takes two hands; taking away must be possible at once, when an account is in wrong hands. So one hand may, the log
marks it, and whoever could have been the second hand hears of it in the same moment.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from core.models import User
from core.outbox import queue_mail
from registry.enums import ROLE_CONFIRMERS
from registry.models import UnitRole
from registry.scopes import province_path


def province_roles_of(user: User) -> list[UnitRole]:
    """The roles that a person holds, today or from a later day on, and that nobody gives alone."""
    held = UnitRole.objects.needing_second_hand().not_over(clock.today()).filter(user=user)
    return list(held.select_related("unit"))


def tell_confirmers(*, of: User, roles: list[UnitRole], what: str, actor: User | None) -> None:
    """Mail the lead and the other administrators of each province concerned, inside the running transaction."""
    for path in sorted({province_path(one.unit.path) for one in roles}):
        held = UnitRole.objects.on(clock.today()).filter(
            role__in=ROLE_CONFIRMERS, unit__path__startswith=path
        )
        people = User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(
            pk=actor.pk if actor else 0
        )
        for person in people.exclude(pk=of.pk).order_by("pk"):
            _mail(person, of, what, actor)


def _mail(person: User, of: User, what: str, actor: User | None) -> None:
    with override(settings.LANGUAGE_CODE):
        queue_mail(
            key=f"one-hand:{of.pk}:{person.pk}:{get_random_string(12)}",
            recipient=person.email,
            subject=_("A role at the province was taken away by one person"),
            body=_(
                "%(what)s\n\nPerson: %(person)s (%(account)s)\nBy: %(actor)s\n\nGiving such a role takes two people; taking it"
                " away takes one, so that an account in wrong hands can be closed at once. If you do not know why, ask,"
                " and look at the log: %(site)s."
            )
            % {
                "what": what,
                "person": of,
                "account": of.username,
                "actor": actor or _("a command at the machine"),
                "site": settings.SITE_URL,
            },
        )
