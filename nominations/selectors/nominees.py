"""Whom a unit may put forward: itself, what lies in its area, and enterprises that it manages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.text import fold
from criteria.engine import Plan
from nominations.models import AwardRound, Dossier
from nominations.permissions import NOMINATORS
from registry.enums import Role, UnitKind
from registry.models import Household, Individual, Unit
from registry.scopes import scope_of
from registry.selectors.ancestry import Ancestry
from registry.selectors.duplicates import may_be_one
from registry.selectors.merging import MergedRecords, records_of

Nominee = Unit | Household | Individual
MOST_OFFERED = 20
_ADMINISTRATIVE = ("district", "commune", "village")
_SUBJECTS_OF = {
    UnitKind.COMMUNE: ("commune", "village", "household", "individual", "enterprise", "agency"),
    UnitKind.DISTRICT: ("district", "commune", "village", "household", "individual", "enterprise", "agency"),
    UnitKind.AGENCY: ("agency", "individual", "enterprise"),
    UnitKind.ENTERPRISE: ("enterprise", "individual"),
}


@dataclass(frozen=True)
class OfferedNominee:
    """One answer of the nominee picker; `taken` names the live dossier that already puts it forward."""

    pk: int
    name: str
    detail: str
    taken: str


def nominating_units(user: Any) -> list[Unit]:
    """Units for which the person may nominate today, in Vietnamese order."""
    ids = scope_of(user).unit_ids(*NOMINATORS)
    return list(Unit.objects.filter(pk__in=ids).select_related("parent").order_by("name_sort", "pk"))


def subjects_for(unit: Unit, plan: Plan) -> list[str]:
    """Subjects of the plan that a unit may put forward, in the plan's order."""
    return subjects_of_kind(unit.kind, plan)


def subjects_offered(units: Iterable[Unit], plan: Plan) -> set[str]:
    """Subjects that one of the units may put forward and has any chance to: few communes have an agency of their own."""
    return {
        subject
        for unit in units
        for subject in subjects_for(unit, plan)
        if subject != UnitKind.AGENCY or nominees_of(unit, subject).exists()
    }


def subjects_of_kind(kind: str, plan: Plan) -> list[str]:
    """Subjects of the plan that units of a kind may put forward, in the plan's order."""
    fitting = _SUBJECTS_OF.get(UnitKind(kind), ())
    return [subject for subject in plan.subjects if subject in fitting]


def nominees_of(unit: Unit, subject: str) -> Any:
    """Everybody whom the unit may put forward as a subject, records of dissolved predecessors included."""
    if subject not in _SUBJECTS_OF.get(UnitKind(unit.kind), ()):
        return Unit.objects.none()
    if subject == "household":
        return Household.objects.current().filter(_inside(unit, "unit__")).select_related("unit__parent")
    if subject == "individual":
        return Individual.objects.current().filter(_inside(unit, "unit__")).select_related("unit__parent")
    units = Unit.objects.filter(kind=subject).select_related("parent")
    if subject == "enterprise":
        return units.filter(_enterprises(unit))
    if subject in _ADMINISTRATIVE:
        return units.filter(_inside(unit, ""))
    return units.filter(path__startswith=unit.path)


@dataclass(frozen=True)
class Reach:
    """Whom a unit may put forward, for asking about many at once."""

    path: str
    paths: tuple[str, ...]
    enterprises: frozenset[int]

    def holds(self, subject: str, unit_id: int, path: str) -> bool:
        """Whether `nominees_of` holds the nominee that is, or is kept by, the unit at the path."""
        if subject == "enterprise":
            return unit_id in self.enterprises
        return path.startswith(self.path if subject == "agency" else self.paths)


def reach_of(unit: Unit) -> Reach:
    """The unit's area, those that became part of it, and its enterprises."""
    enterprises = nominees_of(unit, "enterprise").values_list("pk", flat=True)
    return Reach(unit.path, tuple(paths_inside(unit.pk, unit.path)), frozenset(enterprises))


def _inside(unit: Unit, prefix: str) -> Q:
    """Inside the unit's area, or inside a unit that became part of it."""
    condition = Q(pk__in=[])
    for path in paths_inside(unit.pk, unit.path):
        condition |= Q(**{f"{prefix}path__startswith": path})
    return condition


def paths_inside(unit_id: int, path: str) -> list[str]:
    """The path of a unit's area and those of units whose whole territory it took over."""
    ancestry = Ancestry.read(clock.today())
    followed = ancestry.followed(unit_id, ancestry.whole)
    if len(followed) == 1:
        return [path]
    return [path, *Unit.objects.filter(pk__in=followed[1:]).values_list("path", flat=True)]


def _enterprises(unit: Unit) -> Q:
    """Those it manages; those without a managing body go to the district or commune of their seat."""
    condition = Q(managing_unit__path__startswith=unit.path) | Q(pk=unit.pk)
    if unit.kind in {UnitKind.DISTRICT, UnitKind.COMMUNE}:
        condition |= Q(managing_unit=None) & (
            Q(seat__path__startswith=unit.path) | Q(path__startswith=unit.path)
        )
    return condition


def find_nominees(
    *, unit: Unit, award_round: AwardRound, award: str, subject: str, words: str
) -> tuple[list[OfferedNominee], int]:
    """The first nominees whose name or code holds the words, blind to diacritics, and how many there are."""
    found = nominees_of(unit, subject).matching(fold(words))
    if subject not in {"household", "individual"}:
        found = found.on(clock.today())
    total = found.count()
    shown = list(found.order_by("name_sort", "pk")[:MOST_OFFERED])
    taken = _live_codes(award_round, award, subject, [nominee.pk for nominee in shown])
    return [OfferedNominee(one.pk, one.name, _detail(one), taken.get(one.pk, "")) for one in shown], total


def _live_codes(award_round: AwardRound, award: str, subject: str, keys: Iterable[int]) -> dict[int, str]:
    """The live dossier of each nominee, if there is one, also under a record that was merged into it."""
    field, records = nominee_field(subject), MergedRecords.read()
    kind = field.removeprefix("nominee_")
    wanted = {one: pk for pk in keys for one in records.same(kind, pk)}
    rows = Dossier.objects.live().filter(award_round=award_round, award=award, **{f"{field}__in": wanted})
    return {wanted[pk]: code for pk, code in rows.values_list(f"{field}_id", "code")}


def records_named(nominee: Nominee) -> list[int]:
    """The nominee's own record and those that were merged into it."""
    return [nominee.pk] if isinstance(nominee, Unit) else records_of(nominee)


def is_same_nominee(one: Dossier, other: Dossier) -> bool:
    """Whether two dossiers name the same nominee: records of one person, or a unit and one that it followed whole.

    Records that were merged are one person's, and so are those that the registry finds alike and nobody told apart:
    while both are put forward they cannot be merged. Two units that became one are not each other: each may have been
    put forward for its own work before.
    """
    if one.nominee_unit_id and other.nominee_unit_id:
        ancestry = Ancestry.read(clock.today())
        units = (one.nominee_unit_id, other.nominee_unit_id)
        return any(older in ancestry.followed(newer, ancestry.whole) for newer, older in (units, units[::-1]))
    if one.nominee_unit_id or other.nominee_unit_id:
        return False
    return may_be_one(one.nominee, other.nominee)


def nominee_field(subject: str) -> str:
    """The dossier's column that names a nominee of such a subject."""
    return {"household": "nominee_household", "individual": "nominee_individual"}.get(subject, "nominee_unit")


def _detail(nominee: Nominee) -> str:
    if isinstance(nominee, Unit):
        return nominee.parent.name if nominee.parent else ""
    parts = [nominee.code, nominee.unit.full_name]
    if nominee.birth_year:
        parts.append(_("born %(year)s") % {"year": nominee.birth_year})
    if isinstance(nominee, Individual) and nominee.position:
        parts.append(nominee.position)
    return " · ".join(parts)


def may_add_people(user: Any) -> bool:
    """Whether the person may enter a household or an individual that the picker does not find."""
    return scope_of(user).has(Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER)
