"""Questions about people side by side: what the file says and what the register holds, numbers by their last digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.personal_numbers import OLD_DIGITS, mask_sealed
from registry.imports.columns import OfficeResource
from registry.imports.identity import Signs
from registry.imports.known_person import KnownPerson
from registry.imports.people_known import KnownPeople
from registry.imports.person_cells import SaidOfPerson
from registry.imports.staged import AskedRow, Side

# Several records stand under each other in one cell, in the order of the choices.
_UNDER = "\n"
_NUMBERS = {"citizen_number": {}, "old_number": {"digits": OLD_DIGITS}}


def person_sides(
    signs: Signs,
    said: Mapping[str, Any],
    person: SaidOfPerson,
    others: Sequence[KnownPerson],
    known: KnownPeople,
    place_of: Any,
) -> list[Side]:
    """What tells people apart, as the row has it and as each record has it; staged with sealed numbers only."""
    sealed = _sealed(known, others)
    codes = [_codes(one, signs, known) for one in others]
    sides = [
        Side("code", str(said.get("code", "")), _UNDER.join(codes)),
        Side("name", signs.name, _UNDER.join(one.name for one in others)),
        Side("birth_year", _text(signs.birth_year), _UNDER.join(_text(one.birth_year) for one in others)),
        *(
            Side(
                name,
                person.facts.get(f"{name}_sealed", ""),
                _UNDER.join(sealed[one.ref][at] for one in others),
            )
            for at, name in enumerate(_NUMBERS)
        ),
        Side("place", place_of(signs.unit_id), _UNDER.join(place_of(one.unit_id) for one in others)),
        Side("address", str(said.get("address", "")), _UNDER.join(one.address for one in others)),
    ]
    return [side for side in sides if side.in_file or side.in_register.strip(_UNDER)]


def sides_shown(row: AskedRow, resource: type[OfficeResource]) -> list[Side]:
    """The sides of a question as a person reads them.

    The page opens to those who keep the records of the file's area, and to the reviewer: they compare last digits.
    """
    labels = {
        **{name: column.label for name, column in resource.columns().items()},
        "old_number": _("Old number (9 digits)"),
        "place": _("Commune or unit"),
        "address": _("Address"),
    }
    return [
        Side(
            capfirst(str(labels.get(side.label, side.label))),
            *(_UNDER.join(_lines(side.label, value)) for value in (side.in_file, side.in_register)),
        )
        for side in row.sides
    ]


def _lines(label: str, value: str) -> Iterable[str]:
    for line in value.split(_UNDER):
        yield mask_sealed(line, with_last_digits=True, **_NUMBERS[label]) if label in _NUMBERS else line


def _sealed(known: KnownPeople, others: Sequence[KnownPerson]) -> dict[int | str, list[str]]:
    """The sealed numbers of each record, as the register holds them or as an accepted row of the file says."""
    names = [f"{name}_sealed" for name in _NUMBERS]
    keys = [one.ref for one in others if isinstance(one.ref, int)]
    recorded = {row[0]: row[1:] for row in known.model.objects.filter(pk__in=keys).values_list("pk", *names)}
    return {
        one.ref: [
            one.recorded(name) or recorded.get(one.ref, ("",) * len(names))[at]
            for at, name in enumerate(names)
        ]
        for one in others
    }


def _codes(one: KnownPerson, signs: Signs, known: KnownPeople) -> str:
    """The record's own code, and the office's in the row's commune and year."""
    codes = [one.code] if one.code else []
    if signs.office is not None:
        codes += sorted(known.codes_of(one, signs.office.unit_id, signs.office.year))
    return ", ".join(codes)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
