"""What the finder may be asked, and the groups that it answers with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import clock
from criteria.engine import Plan
from criteria.engine.standing import Group, Measure
from criteria.selectors import lang
from nominations.enums import RoundStatus
from nominations.finder.search import Found, Search, look_up
from nominations.models import AwardRound
from nominations.permissions import FINDERS
from nominations.selectors.nominees import subjects_of_kind
from registry.enums import UnitKind
from registry.models import Unit
from registry.scopes import HeldRole, scope_of

ALL = "all"
_ORDER = {group: place for place, group in enumerate(Group)}


def rounds_to_look_at(user: Any) -> list[AwardRound]:
    """Rounds of the person's movements, those that run first."""
    rounds = AwardRound.objects.visible_to(user).select_related("movement__unit")
    return sorted(rounds, key=lambda one: not is_running(one))


def is_running(award_round: AwardRound) -> bool:
    """Whether dossiers can be started in the round today."""
    return award_round.status == RoundStatus.OPEN and award_round.opens_on <= clock.today()


def awards_offered(award_round: AwardRound, plan: Plan) -> list[tuple[str, str]]:
    """Awards of the round, those of the province and above first: they have figures to meet."""
    awards = sorted(plan.awards_in(award_round.kind), key=lambda award: award.decided_by_issuer)
    return [(award.id, award.label(lang())) for award in awards]


def own_units(user: Any) -> list[HeldRole]:
    """Units at which the person holds a role that looks for nominees, each once; costs no query."""
    held = {one.unit_id: one for one in scope_of(user).roles if one.role in FINDERS}
    return list(held.values())


def subjects_offered(user: Any, units: Sequence[HeldRole], plan: Plan) -> list[tuple[str, str]]:
    """Subjects of the plan that the person's own units may put forward; all of them at the province."""
    offered = set(plan.subjects)
    if not scope_of(user).whole_province and not any(unit.unit_kind == UnitKind.PROVINCE for unit in units):
        offered = {subject for unit in units for subject in subjects_of_kind(unit.unit_kind, plan)}
    # Communes first: the plan's figures speak of them more than of anybody else.
    ordered = sorted(plan.subjects.values(), key=lambda subject: subject.id != "commune")
    return [(one.id, one.label(lang())) for one in ordered if one.id in offered]


def areas_of(user: Any, units: Sequence[HeldRole]) -> list[Unit]:
    """Districts and communes of the person's area by which the finder is narrowed; none below a district."""
    has_below = any(unit.unit_kind in {UnitKind.PROVINCE, UnitKind.DISTRICT} for unit in units)
    if not has_below and not scope_of(user).whole_province:
        return []
    areas = Unit.objects.visible_to(user).filter(kind__in=(UnitKind.DISTRICT, UnitKind.COMMUNE))
    return list(areas.on(clock.today()).select_related("parent").order_by("kind", "name_sort", "pk"))


@dataclass(frozen=True)
class Answer:
    """What the finder found: how many in each group, and those of the chosen group in order."""

    counts: dict[Group, int]
    chosen: str
    found: list[Found]
    papers: list[str]
    """What whoever is put forward still has to hand in, whatever the figures say."""
    late: str
    """What the check says of a filing day of today, where the deadline is past."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def offered(self) -> list[tuple[Group, int]]:
        """The groups with their counts; the one for people's judgement only where somebody waits on it."""
        return [
            (group, count)
            for group, count in self.counts.items()
            if count or group is not Group.JUDGED or self.chosen == group
        ]


def find(user: Any, search: Search, *, group: str = "", sort: str = "") -> Answer:
    """Everybody asked for, sorted into groups; without a chosen group the first that has anybody."""
    everybody = look_up(user, search, clock.today())
    seen = Counter(one.standing.group for one in everybody)
    counts = {one: seen[one] for one in Group}
    chosen = (
        group if group == ALL or group in set(Group) else next((g for g in Group if counts[g]), Group.MEETS)
    )
    shown = list(everybody) if chosen == ALL else [one for one in everybody if one.standing.group == chosen]
    shown.sort(key=_SORTS.get(sort, _by_need))
    first = everybody[0].standing if everybody else None
    return Answer(
        counts=counts,
        chosen=str(chosen),
        found=shown,
        papers=[finding.label(lang()) for finding in first.papers] if first else [],
        late=first.late.sentence(lang()) if first and first.late else "",
    )


def _by_name(found: Found) -> tuple[Any, ...]:
    return (found.name_sort, found.body)


def _by_place(found: Found) -> tuple[Any, ...]:
    return (found.place.name_sort if found.place else "", found.name_sort, found.body)


def _by_need(found: Found) -> tuple[Any, ...]:
    """Households that are lacking first, then points, then awards: who lacks none of one kind comes before."""
    lacking = dict.fromkeys(Measure, Decimal(0))
    if found.standing.shape.short:
        for one in found.standing.shortfalls:
            lacking[one.measure] += one.amount
    return (_ORDER[found.standing.group], *lacking.values(), found.name_sort, found.body)


_SORTS = {"name": _by_name, "unit": _by_place}
