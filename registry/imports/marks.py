"""By what loading knows again whom a preview meant: nothing is written onto whom another hand made somebody else."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.db.models.functions import Coalesce

from registry.models import Household, HouseholdCode, HouseholdMember, Individual

# What says who somebody is. No preview shows a record that was merged, so that says the same of all of them.
OF_PEOPLE = ("unit_id", "name", "birth_year", "citizen_number_digest", "old_number_digest")
# A household's address names its village, where the register holds none.
OF_HOUSEHOLDS = (*OF_PEOPLE, "address")
OF_MEMBERS = ("name", "birth_year", "citizen_number_digest", "old_number_digest")
_HELD_AT_ONCE = 5000

P = TypeVar("P", Household, Individual)


def mark_of(values: Iterable[Any]) -> str:
    """A short checksum of what says who somebody is: it tells a change, and no secret rests on it."""
    return format(zlib.crc32("\n".join(map(str, values)).encode()), "08x")


def columns_of(model: type[P]) -> tuple[str, ...]:
    """The columns of which a record's mark is made."""
    return OF_HOUSEHOLDS if model is Household else OF_PEOPLE


def mark_of_member(member: HouseholdMember) -> str:
    """The mark of a member of a household, which itself is known by its own."""
    return mark_of(getattr(member, name) for name in OF_MEMBERS)


def are_as_shown(model: type[P], shown: Mapping[int, str]) -> bool:
    """Hold records until the transaction ends; whether each still is whom its mark in `shown`, by key, was made of.

    They are held in one order, so that loading and merging never wait for each other.
    """
    keys = sorted(shown)
    columns = columns_of(model)
    for first in range(0, len(keys), _HELD_AT_ONCE):
        some = keys[first : first + _HELD_AT_ONCE]
        held = model._default_manager.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
        found = {
            key: mark_of(values)
            for key, kept, *values in held.values_list("pk", "merged_into", *columns)
            if kept is None
        }
        if any(found.get(key) != shown[key] for key in some):
            return False
    return True


class CodeShown(NamedTuple):
    """A household's key, and the code by which its office named it for a year."""

    key: int
    year: int
    code: str


def mark_of_code(year: int, code: str) -> str:
    """An office's code as a mark keeps it."""
    return f"{year}:{code}"


def code_shown(key: int, mark: str) -> CodeShown:
    """What `mark_of_code` kept of a household's code."""
    year, _colon, code = mark.partition(":")
    return CodeShown(key, int(year), code)


def are_coded_as_shown(shown: Collection[CodeShown]) -> bool:
    """Whether each household still bears the code by which rows found it; a merged household's codes are the kept one's."""
    keys = sorted({one.key for one in shown})
    borne: set[CodeShown] = set()
    bearer = Coalesce("household__merged_into", "household")
    for first in range(0, len(keys), _HELD_AT_ONCE):
        codes = HouseholdCode.objects.annotate(bearer=bearer).filter(
            bearer__in=keys[first : first + _HELD_AT_ONCE]
        )
        borne.update(map(CodeShown._make, codes.values_list("bearer", "year", "code")))
    return borne.issuperset(shown)
