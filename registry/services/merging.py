"""Two records of one person become one: the kept record gains, the merged one stays as history; and back again."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.services import service
from registry.events import Event
from registry.merging_checks import obstacles, undo_obstacles
from registry.models import Household, HouseholdMember, HouseholdStatus, Individual
from registry.permissions_people import check_can_merge, check_can_undo_merger
from registry.selectors.merging import Comparison, compare, is_empty, new_members, values_of
from registry.services.apart import keep_apart

P = TypeVar("P", Household, Individual)
# Column -> what the kept record held before, and what it took.
Changes = dict[str, tuple[Any, Any]]
# A year, its standing before (None where there was none), and the standing taken.
Years = tuple[int, dict[str, Any] | None, dict[str, Any]]
_YEAR_FIELDS = ("status", "recognised_on", "document", "import_file_id")
_MEMBER_FIELDS = (
    *("name", "birth_year", "is_woman", "relationship_to_head"),
    *("citizen_number_sealed", "citizen_number_digest", "old_number_sealed", "old_number_digest"),
)


@dataclass(frozen=True)
class Taken:
    """What a merger changed in the kept record, kept with the merged one so that it can be taken back.

    `members` are keys of copies that were made; `along` are records that had been merged into the merged one before.
    """

    changes: Changes = field(default_factory=dict)
    years: list[Years] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    along: list[int] = field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it: numbers are sealed, days are ISO text."""
        stored: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_plain))
        return stored


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
    changes = _take_values(kept, dropped, take)
    members = _take_members(kept, dropped)
    years = _take_years(kept, dropped, difference, take)
    _put_away(kept, dropped, Taken(changes, years, members))
    audit.record(
        Event.HOUSEHOLD_MERGED,
        actor=actor,
        subject=kept,
        merged=dropped.pk,
        taken=_keys_of(kept, changes),
        years_taken=sorted(one.label for one in difference.years if one.key in take),
        years_added=list(difference.new_years),
        members_added=len(members),
    )
    return kept


@service
def merge_individuals(
    *, kept: Individual, dropped: Individual, take: Collection[str] = (), actor: Any = None
) -> Individual:
    """Make two records of one person one; see `merge_households`."""
    kept, dropped = _locked(Individual, kept, dropped)
    _prepare(kept, dropped, take, actor)
    changes = _take_values(kept, dropped, take)
    _put_away(kept, dropped, Taken(changes))
    taken = _keys_of(kept, changes)
    audit.record(Event.INDIVIDUAL_MERGED, actor=actor, subject=kept, merged=dropped.pk, taken=taken)
    return kept


@service
def undo_merger(*, dropped: P, actor: Any = None) -> P:
    """Take a merger back: the merged record counts for itself again, and the kept one gives back what it took.

    What somebody changed since in the kept record stays as it is. The two are remembered as different people.
    Raises ``NotAllowed``, ``InvalidRequest`` when something rests on the merger by now.
    """
    model: Any = type(dropped)
    if dropped.merged_into_id is None:
        raise InvalidRequest(_("This record is not merged into another."))
    kept, dropped = _locked(model, model.objects.get(pk=dropped.merged_into_id), dropped)
    if dropped.merged_into_id != kept.pk:
        raise StaleState(_("This merger was changed meanwhile."), _("Open the record again."))
    check_can_undo_merger(actor, kept, dropped)
    in_the_way = undo_obstacles(kept, dropped, actor)
    if in_the_way:
        raise InvalidRequest(" ".join(in_the_way))
    taken = Taken(**(dropped.merged_taken or {}))
    left = _give_back_values(kept, taken.changes)
    if isinstance(kept, Household):
        left += _give_back_years(kept, taken.years)
        HouseholdMember.objects.filter(household=kept, pk__in=taken.members).delete()
    model.objects.filter(pk__in=taken.along, merged_into=kept).update(merged_into=dropped)
    model.objects.filter(pk=dropped.pk).update(merged_into=None, merged_at=None, merged_taken=None)
    dropped.refresh_from_db()
    keep_apart(dropped, [kept], actor)
    event = Event.HOUSEHOLD_UNMERGED if isinstance(kept, Household) else Event.INDIVIDUAL_UNMERGED
    audit.record(event, actor=actor, subject=kept, unmerged=dropped.pk, kept_as_changed_since=left)
    return dropped


def _locked(model: type[P], kept: P, dropped: P) -> tuple[P, P]:
    """Both rows as they stand now, held until the end, so that two mergers of one record cannot cross.

    Locked first and read with their units afterwards: PostgreSQL joins before it waits, and a record that moved
    meanwhile would match no unit and be gone.
    """
    both = model.objects.filter(pk__in=(kept.pk, dropped.pk)).order_by("pk")
    list(both.select_for_update().values_list("pk"))
    found = {row.pk: row for row in both.select_related("unit__parent")}
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


def _take_values(kept: P, dropped: P, take: Collection[str]) -> Changes:
    """Take what was chosen and what is lacking; each field taken with what it held before and holds now."""
    changes: Changes = {}
    for key, fields in values_of(kept).items():
        if key in take or (is_empty(kept, fields) and not is_empty(dropped, fields)):
            for field in fields:
                column = _field(kept, field).attname
                changes[column] = (getattr(kept, column), getattr(dropped, column))
                setattr(kept, column, getattr(dropped, column))
    kept.save()
    return changes


def _keys_of(kept: Household | Individual, changes: Changes) -> list[str]:
    """The values that were taken, as the form names them."""
    columns = {
        key: {_field(kept, field).attname for field in fields} for key, fields in values_of(kept).items()
    }
    return [key for key, fields in columns.items() if fields & changes.keys()]


def _take_years(
    kept: Household, dropped: Household, difference: Comparison, take: Collection[str]
) -> list[Years]:
    """Take the years that were chosen and those that are lacking; each with what it held before and holds now."""
    own = {row.year: row for row in kept.statuses.all()}
    chosen = {int(one.label) for one in difference.years if one.key in take}
    taken: list[Years] = []
    for row in dropped.statuses.filter(year__in={*difference.new_years, *chosen}):
        target = own.get(row.year)
        before = _year(target) if target else None
        target = target or HouseholdStatus(household=kept, year=row.year)
        for name in _YEAR_FIELDS:
            setattr(target, name, getattr(row, name))
        target.save()
        taken.append((row.year, before, _year(target)))
    return taken


def _year(row: HouseholdStatus) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _YEAR_FIELDS}


def _take_members(kept: Household, dropped: Household) -> list[int]:
    """Copies of the members whom the kept record does not name; their keys."""
    added = []
    for member in new_members(kept, dropped):
        copy = HouseholdMember(household=kept)
        for name in _MEMBER_FIELDS:
            setattr(copy, name, getattr(member, name))
        copy.save()
        added.append(copy.pk)
    return added


def _put_away(kept: P, dropped: P, taken: Taken) -> None:
    """Mark the merged record; what was merged into it before follows, so that one step leads to the kept one."""
    model, now = type(kept), clock.now()
    earlier = model.objects.filter(merged_into=dropped)
    taken.along.extend(earlier.order_by("pk").values_list("pk", flat=True))
    earlier.update(merged_into=kept)
    model.objects.filter(pk=dropped.pk).update(merged_into=kept, merged_at=now, merged_taken=taken.stored())


def _give_back_values(kept: P, changes: Changes) -> list[str]:
    """Give back each value that still is as it was taken; the names of those that were changed since."""
    left = []
    for column, (before, taken) in changes.items():
        field = _field(kept, column)
        if getattr(kept, column) != field.to_python(taken):
            left.append(column)
            continue
        setattr(kept, column, field.to_python(before))
    kept.save()
    return left


def _give_back_years(kept: Household, years: list[Years]) -> list[str]:
    own = {row.year: row for row in kept.statuses.all()}
    left = []
    for year, before, taken in years:
        row = own.get(year)
        if row is None or any(_plain(value) != taken[name] for name, value in _year(row).items()):
            left.append(str(year))
        elif before is None:
            row.delete()
        else:
            for name, value in before.items():
                setattr(row, name, _field(row, name).to_python(value))
            row.save()
    return left


def _field(record: Any, name: str) -> Any:
    """A column of the record's own; models know other kinds of fields as well."""
    return record._meta.get_field(name)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
