"""Two records of one person side by side, and which records are one person's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import CharField, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.personal_numbers import mask_sealed
from registry.models import Household, HouseholdMember, HouseholdStatus, Individual

P = TypeVar("P", Household, Individual)
KEPT, DROPPED = "kept", "dropped"

# Values that only make sense together are chosen together.
HOUSEHOLD_VALUES = {
    "name": ("name",),
    "birth_year": ("birth_year",),
    "number": ("citizen_number_digest", "citizen_number_sealed"),
    "old_number": ("old_number_digest", "old_number_sealed"),
    "unit": ("unit",),
    "address": ("address",),
    "is_minority": ("is_minority",),
    "registration": ("registration", "registered_on"),
    "policy_loan": ("policy_loan", "policy_loan_source", "policy_loan_confirmed_on"),
    "note": ("note",),
}
INDIVIDUAL_VALUES = {
    "name": ("name",),
    "birth_year": ("birth_year",),
    "number": ("citizen_number_digest", "citizen_number_sealed"),
    "old_number": ("old_number_digest", "old_number_sealed"),
    "unit": ("unit",),
    "position": ("position",),
    "role": ("role",),
    "is_woman": ("is_woman",),
    "note": ("note",),
}
LABELS = {
    "name": gettext_lazy("Full name"),
    "birth_year": gettext_lazy("Year of birth"),
    "number": gettext_lazy("Citizen number"),
    "old_number": gettext_lazy("Old number (9 digits)"),
    "unit": gettext_lazy("Unit"),
    "address": gettext_lazy("Address"),
    "is_minority": gettext_lazy("Ethnic-minority household"),
    "registration": gettext_lazy("Registration to leave poverty"),
    "policy_loan": gettext_lazy("Policy-bank loan"),
    "position": gettext_lazy("Position"),
    "role": gettext_lazy("Capacity"),
    "is_woman": gettext_lazy("Woman"),
    "note": gettext_lazy("Note"),
}
_NUMBERS = frozenset({"number", "old_number"})


@dataclass(frozen=True)
class Difference:
    """One value in which the two records differ, as words; `is_open` when somebody has to choose."""

    key: str
    label: Any
    kept: str
    dropped: str
    is_open: bool


@dataclass(frozen=True)
class Comparison:
    """Everything in which two records of one person differ, and what the kept one would gain."""

    values: tuple[Difference, ...]
    years: tuple[Difference, ...]
    new_years: tuple[int, ...]
    new_members: tuple[HouseholdMember, ...]

    @property
    def open_keys(self) -> set[str]:
        """What somebody has to choose."""
        return {one.key for one in (*self.values, *self.years) if one.is_open}


def values_of(person: Household | Individual) -> dict[str, tuple[str, ...]]:
    """The values that are chosen together, for a kind of record."""
    return HOUSEHOLD_VALUES if isinstance(person, Household) else INDIVIDUAL_VALUES


def compare(kept: P, dropped: P) -> Comparison:
    """The two records side by side. A value that one of them lacks is taken from the other without asking."""
    values = tuple(
        Difference(
            key=key,
            label=LABELS[key],
            kept=_shown(kept, key),
            dropped=_shown(dropped, key),
            is_open=not (is_empty(kept, fields) or is_empty(dropped, fields)),
        )
        for key, fields in values_of(kept).items()
        if _differ(kept, dropped, key, fields)
    )
    if not (isinstance(kept, Household) and isinstance(dropped, Household)):
        return Comparison(values, (), (), ())
    own = {row.year: row for row in kept.statuses.all()}
    other = {row.year: row for row in dropped.statuses.all()}
    years = tuple(
        Difference(f"year_{year}", str(year), _standing(own[year]), _standing(other[year]), is_open=True)
        for year in sorted(own.keys() & other.keys())
        if own[year].status != other[year].status
    )
    return Comparison(values, years, tuple(sorted(other.keys() - own.keys())), new_members(kept, dropped))


def new_members(kept: Household, dropped: Household) -> tuple[HouseholdMember, ...]:
    """Members of the merged record whom the kept one does not name yet."""
    own = list(kept.members.all())
    names = {(member.name_folded, member.birth_year) for member in own}
    numbers = {member.citizen_number_digest for member in own} - {""}
    return tuple(
        member
        for member in dropped.members.all()
        if (member.name_folded, member.birth_year) not in names
        and member.citizen_number_digest not in numbers
    )


def is_empty(person: Household | Individual, fields: tuple[str, ...]) -> bool:
    """Whether none of the values is recorded."""
    return all(getattr(person, field) in (None, "") for field in fields)


def _differ(kept: P, dropped: P, key: str, fields: tuple[str, ...]) -> bool:
    # Two seals of one number differ; its digest says whether it is the same.
    compared = fields[:1] if key in _NUMBERS else fields
    return any(getattr(kept, field) != getattr(dropped, field) for field in compared)


def _shown(person: Household | Individual, key: str) -> str:
    """A value in words, an empty text when it is not recorded; of a citizen number the last digits only."""
    if key in _NUMBERS:
        return mask_sealed(getattr(person, values_of(person)[key][1]), with_last_digits=True)
    if key == "unit":
        return person.unit.full_name
    words = [_word(person, field) for field in values_of(person)[key]]
    return ", ".join(word for word in words if word)


def _word(person: Household | Individual, field: str) -> str:
    value = getattr(person, field)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "d/m/Y")
    display = getattr(person, f"get_{field}_display", None)
    return str(display() if display else value)


def _standing(row: HouseholdStatus) -> str:
    words = f"{row.get_status_display()} ({date_format(row.recognised_on, 'd/m/Y')})"
    return f"{words}, {row.document}" if row.document else words


@dataclass(frozen=True)
class MergedRecords:
    """Which records are one person's: a record and all that were merged with it."""

    kept_as: dict[tuple[str, int], int]
    merged: dict[tuple[str, int], list[int]]

    @classmethod
    def read(cls) -> MergedRecords:
        """All mergers of households and individuals, in one query; there are few."""
        rows = _links(Household, "household").union(_links(Individual, "individual"), all=True)
        kept_as: dict[tuple[str, int], int] = {}
        merged: dict[tuple[str, int], list[int]] = defaultdict(list)
        for kind, dropped, kept in sorted(rows):
            kept_as[kind, dropped] = kept
            merged[kind, kept].append(dropped)
        return cls(kept_as, dict(merged))

    def same(self, kind: str, pk: int) -> list[int]:
        """The record itself and all others of the same person; the one that is kept stands first."""
        kept = self.kept_as.get((kind, pk), pk)
        return [kept, *self.merged.get((kind, kept), ())]

    def dropped(self, kind: str) -> list[int]:
        """Keys of all records of the kind that were merged into others."""
        return [pk for one, pk in self.kept_as if one == kind]


def _links(model: type[Household] | type[Individual], kind: str) -> Any:
    rows = model.objects.filter(merged_into__isnull=False).order_by()
    return rows.values_list(Value(kind, output_field=CharField()), "pk", "merged_into_id")


def records_of(person: Household | Individual) -> list[int]:
    """The record and those that were merged into it: their holds, awards and dossiers are its own."""
    # Unordered: with an order SQLite walks all records by name instead of taking the few that were merged.
    merged = type(person).objects.filter(merged_into=person).order_by()
    return [person.pk, *sorted(merged.values_list("pk", flat=True))]
