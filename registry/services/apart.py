"""Two records that look like one person's and are not: remembered once somebody compared them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest
from core.services import service
from registry.events import Event
from registry.models import Household, Individual
from registry.permissions_people import check_can_tell_apart
from registry.selectors.apart import PAIRS

Person = Household | Individual


def keep_apart(person: Person, others: Iterable[Person], actor: Any) -> list[int]:
    """Remember within the caller's service that the record is none of the others; the keys of those told apart now."""
    pairs: Any = PAIRS[type(person)]._default_manager
    now, told = clock.now(), []
    for other in others:
        first, second = sorted((person.pk, other.pk))
        _pair, is_new = pairs.get_or_create(
            first_id=first, second_id=second, defaults={"said_by": actor, "said_at": now}
        )
        if is_new:
            told.append(other.pk)
    return told


@service
def tell_apart(*, people: Sequence[Person], actor: Any = None) -> None:
    """Remember that the records are each of another person: they are not shown as likely duplicates again."""
    if len({person.pk for person in people}) < 2:
        raise InvalidRequest(
            _("One record cannot be told apart from itself."), _("Tick two records or more.")
        )
    check_can_tell_apart(actor, *people)
    told = [keep_apart(one, [other], actor) for one, other in combinations(people, 2)]
    if not any(told):
        audit.nothing_changed()
        return
    keys = sorted(person.pk for person in people)
    audit.record(Event.PEOPLE_TOLD_APART, actor=actor, subject=people[0], records=keys)


@service
def forget_apart(*, person: Person, other: Person, actor: Any = None) -> None:
    """Take back that two records are of different people: they may be shown as likely duplicates again."""
    check_can_tell_apart(actor, person, other)
    both = (person.pk, other.pk)
    pairs: Any = PAIRS[type(person)]._default_manager
    gone, _rows = pairs.filter(first__in=both, second__in=both).delete()
    if not gone:
        audit.nothing_changed()
        return
    audit.record(Event.PEOPLE_TOLD_APART_NO_MORE, actor=actor, subject=person, other=other.pk)
