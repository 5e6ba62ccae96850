"""The issuing office's words: from the register first, from `offices.yaml` where it is silent."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.models import User
from core.yaml_files import read_yaml
from councils.models import Council
from registry.enums import UnitKind
from registry.models import Unit

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Office:
    """An office as it stands in the head of its documents."""

    superior: str
    issuer: str
    province: str
    place: str
    abbreviation: str
    council_abbreviation: str
    head_post: str
    deputy_post: str
    archive: str


@dataclass(frozen=True)
class Signer:
    """The signature block: on whose behalf, in which post, and the name where it is recorded."""

    on_behalf: str
    post: str
    name: str


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The data file of office words."""
    found: dict[str, Any] = read_yaml(FOLDER / "offices.yaml")
    return found


@lru_cache(maxsize=1)
def _grounds() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_yaml(FOLDER / "grounds.yaml")
    return found


def grounds_on(day: date, plan_id: str) -> list[str]:
    """The legal grounds of a letter issued on a day under a plan, in the order of citation."""
    return [
        ground["text"]
        for ground in _grounds()
        if ground.get("from", date.min) <= day <= ground.get("until", date.max)
        and plan_id in ground.get("plans", [plan_id])
    ]


def initials(name: str) -> str:
    """An abbreviation such as SLĐTBXH from an office's name."""
    return "".join(word[0].upper() for word in name.split() if word.lower() not in words()["small_words"])


def office_of(unit: Unit) -> Office:
    """The words of the unit that issues; needs `parent` loaded."""
    known = words()["offices"]
    own = {**known["default"], **known.get(unit.key, {})}
    province = _province_of(unit)
    named = _as_inside_a_sentence(province.name)
    return Office(
        superior=own["superior"].format(province=named),
        issuer=unit.name,
        province=named,
        place=province.name_without_title,
        abbreviation=unit.short_name or own.get("abbreviation") or initials(unit.name),
        council_abbreviation=own["council_abbreviation"],
        head_post=own["head_post"],
        deputy_post=own["deputy_post"],
        archive=own["archive"],
    )


def symbol_of_council(council: Council) -> str:
    """The abbreviation of a council in the symbols of its papers."""
    if council.is_of_unit:
        found: str = words()["unit_council_abbreviation"]
        return found
    return office_of(council.unit).council_abbreviation


def head_of(council: Council) -> dict[str, str]:
    """The head of a council's papers: the body above it, and the council.

    Where a unit set it up, the body above is the people's committee of the unit; a department or organisation is itself.
    """
    unit = council.unit
    if unit.kind in {UnitKind.DISTRICT, UnitKind.COMMUNE}:
        return {"superior": f"UBND {_as_inside_a_sentence(unit.name)}", "issuer": council.name}
    return {"superior": unit.name, "issuer": council.name}


def _province_of(unit: Unit) -> Unit:
    above = unit
    while above.kind != UnitKind.PROVINCE and above.parent is not None:
        above = above.parent
    return above


def _as_inside_a_sentence(name: str) -> str:
    """A place's name with its title in small letters: "tỉnh Bình Thuận"."""
    return name[:1].lower() + name[1:]


def signer_of(office: Office, person: User | None) -> Signer:
    """Who signs for the office.

    A deputy signs on behalf of the head. Where no person with one of the two posts is
    recorded, the block bears the head's post and no name: nobody's name is guessed.
    """
    post = (person.position if person else "").casefold()
    if person and post.startswith(office.deputy_post.casefold()):
        return Signer(office.head_post, office.deputy_post, person.full_name)
    if person and post.startswith(office.head_post.casefold()):
        return Signer("", office.head_post, person.full_name)
    return Signer("", office.head_post, "")
