"""Two records of one person become one: the kept record gains, the merged one stays as history."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest
from core.services import service
from registry.events import Event
from registry.merging_checks import obstacles
from registry.models import Household, HouseholdMember, HouseholdStatus, Individual
from registry.permissions_people import check_can_merge
from registry.selectors.merging import Comparison, compare, is_empty, new_members, values_of

P = TypeVar("P", Household, Individual)


@service
def merge_households(
    *, kept: Household, dropped: Household, take: Collection[str] = (), actor: Any = None
) -> Household:
    """Make two records of one household one.

    `take` names the values and years (`year_2023`) that come from the merged record where both have one; what
    the kept record lacks it takes by itself: values, years, members. The merged record keeps all its rows, its
    holds, awards and dossiers, which count for the kept one from now on.
    Raises ``NotAllowed``, ``InvalidRequest`` when something stands in the way.
    """
    kept, dropped = _locked(Household, kept, dropped)
    difference = _prepare(kept, dropped, take, actor)
    taken = _take_values(kept, dropped, take)
    members = _take_members(kept, dropped)
    _take_years(kept, dropped, difference, take)
    _put_away(kept, dropped)
    audit.record(
        Event.HOUSEHOLD_MERGED,
        actor=actor,
        subject=kept,
        merged=dropped.pk,
        taken=taken,
        years_taken=sorted(one.label for one in difference.years if one.key in take),
        years_added=list(difference.new_years),
        members_added=members,
    )
    return kept


@service
def merge_individuals(
    *, kept: Individual, dropped: Individual, take: Collection[str] = (), actor: Any = None
) -> Individual:
    """Make two records of one person one; see `merge_households`."""
    kept, dropped = _locked(Individual, kept, dropped)
    _prepare(kept, dropped, take, actor)
    taken = _take_values(kept, dropped, take)
    _put_away(kept, dropped)
    audit.record(Event.INDIVIDUAL_MERGED, actor=actor, subject=kept, merged=dropped.pk, taken=taken)
    return kept


def _locked(model: type[P], kept: P, dropped: P) -> tuple[P, P]:
    """Both rows as they stand now, held until the end, so that two mergers of one record cannot cross."""
    rows = model.objects.select_for_update(of=("self",)).select_related("unit__parent")
    found = {row.pk: row for row in rows.filter(pk__in=(kept.pk, dropped.pk)).order_by("pk")}
    return found[kept.pk], found[dropped.pk]


def _prepare(kept: P, dropped: P, take: Collection[str], actor: Any) -> Comparison:
    if kept.pk == dropped.pk:
        raise InvalidRequest(_("A record cannot be merged with itself."), _("Choose another record."))
    check_can_merge(actor, kept, dropped)
    in_the_way = obstacles(kept, dropped, actor)
    if in_the_way:
        raise InvalidRequest(" ".join(in_the_way))
    difference = compare(kept, dropped)
    if not set(take) <= difference.open_keys:
        raise InvalidRequest(
            _("The records have changed since the page was opened."), _("Compare them again, then merge.")
        )
    return difference


def _take_values(kept: P, dropped: P, take: Collection[str]) -> list[str]:
    """Take what was chosen and what is lacking; the names of the values taken."""
    taken = []
    for key, fields in values_of(kept).items():
        if key in take or (is_empty(kept, fields) and not is_empty(dropped, fields)):
            for field in fields:
                setattr(kept, field, getattr(dropped, field))
            taken.append(key)
    kept.save()
    return taken


def _take_years(kept: Household, dropped: Household, difference: Comparison, take: Collection[str]) -> None:
    own = {row.year: row for row in kept.statuses.all()}
    chosen = {int(one.label) for one in difference.years if one.key in take}
    for row in dropped.statuses.filter(year__in={*difference.new_years, *chosen}):
        target = own.get(row.year) or HouseholdStatus(household=kept, year=row.year)
        target.status, target.recognised_on = row.status, row.recognised_on
        target.document, target.import_file = row.document, row.import_file
        target.save()


def _take_members(kept: Household, dropped: Household) -> int:
    added = new_members(kept, dropped)
    for member in added:
        HouseholdMember(
            household=kept,
            name=member.name,
            birth_year=member.birth_year,
            is_woman=member.is_woman,
            relationship_to_head=member.relationship_to_head,
            citizen_number_sealed=member.citizen_number_sealed,
            citizen_number_digest=member.citizen_number_digest,
        ).save()
    return len(added)


def _put_away(kept: P, dropped: P) -> None:
    """Mark the merged record; what was merged into it before follows, so that one step leads to the kept one."""
    model, now = type(kept), clock.now()
    model.objects.filter(merged_into=dropped).update(merged_into=kept)
    model.objects.filter(pk=dropped.pk).update(merged_into=kept, merged_at=now)
