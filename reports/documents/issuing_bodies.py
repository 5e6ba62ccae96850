"""The issuing office's words: from the register first, from `issuing_bodies.yaml` where it is silent."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.models import User
from core.yaml_files import read_yaml
from councils.enums import Serves
from councils.models import Council
from nominations.models import Movement
from registry.enums import UnitKind
from registry.models import Unit
from registry.selectors.ancestry import WHOLE_KINDS, as_of
from registry.selectors.duties import standing_office

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class IssuingBody:
    """The body that issues a document, as it stands in the document's head on a day."""

    holder: str
    """Whose series of numbers it is: two bodies with one abbreviation number their papers apart."""
    superior: str
    issuer: str
    abbreviation: str
    issuer_in_head: str = ""
    """The name in two lines, where it is written so."""
    province: str = ""
    place: str = ""
    on_behalf: str = ""
    """The collective body for which its head signs; empty where the head signs for an office."""
    head_post: str = ""
    deputy_post: str = ""
    archive: str = ""
    drafter: str = ""
    """The part of the body that drafts its letters, abbreviated."""

    def symbol_of(self, kind: str) -> str:
        """A document's symbol: TTr-SNNMT; of an official letter, which has no kind, SNNMT-VP."""
        return f"{kind}-{self.abbreviation}" if kind else f"{self.abbreviation}-{self.drafter}"


@dataclass(frozen=True)
class Signer:
    """The signature block: on whose behalf, in which post, and the name where it is recorded."""

    on_behalf: str
    post: str
    name: str


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The data file of office words."""
    found: dict[str, Any] = read_yaml(FOLDER / "issuing_bodies.yaml")
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


def body_of(unit: Unit) -> IssuingBody:
    """The words of the unit that issues; needs `parent` loaded."""
    known = words()
    own = {
        **known["default"],
        **known["kinds"].get(unit.kind, {}),
        **known["forms"].get(unit.form, {}),
        **known["offices"].get(unit.key, {}),
    }
    province = _province_of(unit)
    named = _as_inside_a_sentence(province.name)
    lines = [line.format(unit=_as_inside_a_sentence(unit.name)) for line in own.get("issuer", [])] or [
        unit.name
    ]
    return IssuingBody(
        holder=unit.key,
        superior=own["superior"].format(province=named),
        issuer=" ".join(lines),
        issuer_in_head="\n".join(lines) if len(lines) > 1 else "",
        abbreviation=unit.short_name or own.get("abbreviation") or initials(unit.name),
        province=named,
        place=_place_of(unit),
        on_behalf=own.get("on_behalf", ""),
        head_post=own["head_post"],
        deputy_post=own["deputy_post"],
        archive=own["archive"],
        drafter=own["drafter"],
    )


def has_own_head(office: IssuingBody) -> bool:
    """Whether it is known what the head of the body is called, rather than that it has one."""
    return office.head_post not in {"", words()["default"]["head_post"]}


@lru_cache(maxsize=1)
def head_posts() -> tuple[str, ...]:
    """What the heads of bodies are called here, the longest first."""
    known = words()
    bodies = [body for group in ("kinds", "forms", "offices") for body in known[group].values()]
    return tuple(sorted({body["head_post"] for body in bodies}, key=lambda post: (-len(post), post)))


def standing_office_of(movement: Movement, day: date) -> IssuingBody:
    """The standing office of the movement's province on a day: who issues its letters then.

    Raises InvalidRequest where none is recorded, or the recorded one does not exist any more.
    """
    unit = _standing_office(movement, day)
    if unit is None:
        raise InvalidRequest(
            _("It is not recorded which body is the standing office of %(province)s on %(day)s.")
            % {"province": _home_of(movement) or movement, "day": day.strftime("%d/%m/%Y")},
            _("Have it recorded on the page of the province, under “Record the standing office”."),
        )
    return body_of(unit)


def peoples_committee_of(movement: Movement, day: date) -> IssuingBody:
    """The People's Committee of the movement's province on a day, under the name that the province bears then."""
    province = _home_of(movement)
    if province is None:
        raise InvalidRequest(
            _("No province is in the register."), _("Have it entered on the page of units, then try again.")
        )
    return body_of(as_of(province, day, WHOLE_KINDS))


def _standing_office(movement: Movement, day: date) -> Unit | None:
    """Where the province went up in another one, that one's office."""
    province = _home_of(movement)
    if province is None:
        return None
    offices = (standing_office(place, day) for place in (as_of(province, day, WHOLE_KINDS), province))
    return next((unit for unit in offices if unit is not None and unit.exists_on(day)), None)


def _home_of(movement: Movement) -> Unit | None:
    """The movement's province."""
    return movement.unit or home_of_all()


def home_of_all() -> Unit | None:
    """The province of movements that name none: the first of the register."""
    return Unit.objects.filter(kind=UnitKind.PROVINCE).order_by("pk").first()


def lines_on(lines: list[Any], day: date, **names: str) -> list[str]:
    """Addressees or recipients that hold on a day: plain words, or a mapping of `text` with `from` and `until`."""
    dated = [line if isinstance(line, dict) else {"text": line} for line in lines]
    return [
        line["text"].format(**names)
        for line in dated
        if line.get("from", date.min) <= day <= line.get("until", date.max)
    ]


def body_of_council(council: Council, day: date) -> IssuingBody:
    """A council as the head of its papers names it on a day: the body above it, and the council.

    Above the movement's council stands the standing office of the day, which set it up; above a council of a place the
    people's committee; a department or organisation is itself.
    """
    unit = as_of(council.unit, day)
    if council.serves == Serves.SELECTION:
        unit = _standing_office(council.movement, day) or unit
    is_of_place = unit.kind in {UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE}
    return IssuingBody(
        holder=f"council-{council.pk}",
        superior=f"UBND {_as_inside_a_sentence(unit.name)}" if is_of_place else unit.name,
        issuer=council.name,
        abbreviation=words()["councils"][council.serves],
        archive=words()["council_archive"],
    )


def _place_of(unit: Unit) -> str:
    """Where a body dates its papers: a district or commune at home, whatever else at the province."""
    home = unit if unit.kind in {UnitKind.DISTRICT, UnitKind.COMMUNE} else _province_of(unit)
    return home.name_without_title


def _province_of(unit: Unit) -> Unit:
    above = unit
    while above.kind != UnitKind.PROVINCE and above.parent is not None:
        above = above.parent
    return above


def _as_inside_a_sentence(name: str) -> str:
    """A place's name with its title in small letters: "tỉnh Bình Thuận"."""
    return name[:1].lower() + name[1:]


def signer_of(office: IssuingBody, person: User | None) -> Signer:
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
