"""Who waits for a place of each quota, in which order and why, and where only the council can say who goes up."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from criteria.engine import Plan, QuotaLine
from criteria.engine.plan import AREA, WOMEN
from criteria.engine.preference import (
    AGREEMENT,
    FURTHER_POLL,
    Agreement,
    Contender,
    Edge,
    Place,
    edge_of,
    order_of,
)
from criteria.selectors import lang
from nominations.facts import read_zones
from nominations.models import AwardRound, Dossier
from nominations.selectors.proposals import proposable_awards, quotas_of
from nominations.transitions import sources_of
from registry.enums import UnitKind, Zone
from registry.models import Unit
from registry.selectors.ancestry import Ancestry


@dataclass(frozen=True)
class CouncilTallies:
    """How members voted on a dossier: in the last round on it, and whenever they parted equals."""

    agreed: Agreement
    further: Mapping[int, Agreement] = field(default_factory=dict)
    """By the number of the paper; dossiers with one number stood on it together."""


Tallies = Mapping[int, CouncilTallies]
_tally_sources: list[Callable[[list[int]], Tallies]] = []


def register_tallies(source: Callable[[list[int]], Tallies]) -> None:
    """Let the councils say how members voted, by dossier; the order is taken from it."""
    _tally_sources.append(source)


@dataclass(frozen=True)
class TieWay:
    """Where a person goes to have equals parted, or who does so."""

    words: str
    url: str = ""
    label: str = ""


_tie_ways: list[Callable[[Any, Sequence[Dossier]], Iterator[TieWay]]] = []


def register_tie_way(ways: Callable[[Any, Sequence[Dossier]], Iterator[TieWay]]) -> None:
    """Let the councils say what a person can do about dossiers that only a further vote can part."""
    _tie_ways.append(ways)


def tie_ways(user: Any, dossiers: Sequence[Dossier]) -> list[TieWay]:
    """What the person can do about equals on the last place."""
    return [way for ways in _tie_ways for way in ways(user, dossiers)]


def recommended(award_round: AwardRound, award: str) -> QuerySet[Dossier]:
    """Recommended dossiers of a round and award that no proposal holds."""
    return (
        Dossier.objects.filter(award_round=award_round, award=award, status__in=sources_of("propose"))
        .for_list()
        .order_by("nominee_sort", "pk")
    )


_HARDNESS: dict[str, int] = {Zone.NONE: 0, Zone.ONE: 1, Zone.TWO: 2, Zone.THREE: 3}


@dataclass(frozen=True)
class Facts:
    """A dossier with all that the order looks at."""

    dossier: Dossier
    tallies: CouncilTallies | None
    is_preferred: bool | None
    zone: str | None
    """Empty for a nominee that lies in no commune; None where its commune's zone is not recorded."""

    @property
    def agreed(self) -> Agreement | None:
        return self.tallies.agreed if self.tallies else None

    @property
    def contender(self) -> Contender:
        """As the engine reads it."""
        hardness = None if self.zone is None else _HARDNESS.get(self.zone, 0)
        further = self.tallies.further if self.tallies else {}
        return Contender(self.dossier.pk, self.agreed, self.is_preferred, hardness, further)

    @property
    def words(self) -> str:
        """What the order looks at after the votes, as far as it is known."""
        known = [self._women_in_words()]
        if self.zone is None:
            known.append(_("zone not recorded"))
        elif self.zone:
            known.append(str(Zone(self.zone).label))
        return ", ".join(word for word in known if word)

    def _women_in_words(self) -> str:
        dossier = self.dossier
        if dossier.nominee_individual_id:
            return (
                _("sex not recorded")
                if self.is_preferred is None
                else _("woman")
                if self.is_preferred
                else ""
            )
        if dossier.nominee_household_id:
            return ""
        if dossier.people_count is None or dossier.women_count is None:
            return _("share of women not stated")
        return _("%(women)s of %(people)s are women") % {
            "women": dossier.women_count,
            "people": dossier.people_count,
        }


def facts_of(dossiers: Iterable[Dossier]) -> list[Facts]:
    """What the order looks at, for any number of dossiers in a fixed number of queries."""
    rows = list(dossiers)
    tallies: dict[int, CouncilTallies] = {}
    for source in _tally_sources:
        tallies.update(source([dossier.pk for dossier in rows]))
    zones = _zones(rows)
    return [
        Facts(dossier, tallies.get(dossier.pk), is_preferred(dossier), zones[dossier.pk]) for dossier in rows
    ]


def is_preferred(dossier: Dossier) -> bool | None:
    """Whether the nominee is a woman, or a collective with enough women; None where nothing says so, or the contrary.

    A household is neither.
    """
    person = dossier.nominee_individual
    if person is not None:
        return person.is_woman
    share = dossier.plan.ties.women_share
    if dossier.nominee_household_id or share is None or share.starts[0] > clock.today():
        return False
    if dossier.people_count is None or dossier.women_count is None:
        return None
    return 100 * dossier.women_count >= int(str(share.on(clock.today()).value)) * dossier.people_count


def _zones(dossiers: list[Dossier]) -> dict[int, str | None]:
    """The zone of each nominee's commune on the filing day, also under an earlier name of that commune."""
    communes = {dossier.pk: _commune(dossier.nominee_home) for dossier in dossiers}
    ancestry = Ancestry.read(clock.today())
    same = {pk: ancestry.followed(pk, ancestry.same_body) for pk in communes.values() if pk}
    known = read_zones(Q(unit__in={one for keys in same.values() for one in keys}))
    found: dict[int, str | None] = {}
    for dossier in dossiers:
        commune, day = communes[dossier.pk], dossier.filed_on or clock.today()
        rows = [row for pk in same.get(commune or 0, ()) for row in known.get(pk, ())]
        on_day = (row for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day))
        found[dossier.pk] = "" if commune is None else next((str(row.zone) for row in on_day), None)
    return found


def _commune(home: Unit) -> int | None:
    """The commune that a unit is or lies in; None for districts, agencies and enterprises, which zones do not name."""
    if home.kind == UnitKind.COMMUNE:
        return home.pk
    return home.parent_id if home.kind == UnitKind.VILLAGE else None


@dataclass(frozen=True)
class QuotaBlock:
    """One quota as a block on screen; `pending` are recommended dossiers that no proposal holds yet."""

    title: str
    used: int
    limit: int
    pending: int
    sentence: str


def quota_blocks(award_round: AwardRound, award: str) -> list[QuotaBlock]:
    """The quotas of an award with what is used and what still waits for a proposal."""
    waiting = Counter(recommended(award_round, award).values_list("subject", flat=True))
    return [
        block_of(line, sum(waiting[subject] for subject in line.subjects))
        for line in quotas_of(award_round, award).lines
    ]


def block_of(line: QuotaLine, pending: int) -> QuotaBlock:
    """A quota with so many dossiers that wait for it."""
    sentence = ""
    if line.is_short:
        sentence = _("The plan expects at least %(least)s.") % {"least": line.least}
    elif pending > line.left:
        sentence = _("Recommended: %(pending)s. Free places: %(left)s.") % {
            "pending": pending,
            "left": line.left,
        }
    return QuotaBlock(line.label(lang()), line.used, line.most, pending, sentence)


@dataclass(frozen=True)
class Row:
    """A dossier that waits, with its place among those of its quota and why it stands there."""

    facts: Facts
    number: int
    shared_with: tuple[str, ...]
    """References of those on the same place."""
    reason: str
    is_within: bool
    """Whether the places that are left reach this far by the order alone."""

    @property
    def dossier(self) -> Dossier:
        return self.facts.dossier

    @property
    def subject_label(self) -> str:
        subject = self.dossier.plan.subjects.get(self.dossier.subject)
        return subject.short(lang()) if subject else self.dossier.subject


@dataclass(frozen=True)
class Group:
    """A quota of an award with the dossiers that wait for its places; without a quota, whoever waits outside of all."""

    award: str
    line: QuotaLine | None
    label: str
    rows: tuple[Row, ...]
    edge: Edge | None

    @property
    def waiting(self) -> int:
        return len(self.rows)

    @property
    def block(self) -> QuotaBlock | None:
        return block_of(self.line, self.waiting) if self.line else None

    @cached_property
    def tied(self) -> list[Row]:
        """Those who are equal on the last place that is left."""
        return [row for row in self.rows if self.edge and row.dossier.pk in self.edge.keys]

    @property
    def edge_sentence(self) -> str:
        """What the council has to settle; empty where the order says who goes up."""
        if self.edge is None:
            return ""
        return edge_words(self.edge, {row.dossier.pk: row.facts for row in self.rows})


@dataclass(frozen=True)
class AwardSelection:
    """All quotas of an award with who waits for them."""

    award: str
    label: str
    groups: tuple[Group, ...]

    @property
    def ties(self) -> list[Group]:
        return [group for group in self.groups if group.edge]


def selection_of_round(award_round: AwardRound) -> list[AwardSelection]:
    """Each award of the round that goes up in a proposal."""
    return [
        AwardSelection(award.id, award.label(lang()), groups_of(award_round, award.id))
        for award in proposable_awards(award_round.plan)
        if award_round.kind in award.rounds
    ]


def groups_of(award_round: AwardRound, award: str) -> tuple[Group, ...]:
    """The quotas of an award in the plan's order, with what is used and who waits, in the order of preference."""
    plan = award_round.plan
    facts = facts_of(recommended(award_round, award))
    lines = quotas_of(award_round, award).lines
    groups = [
        _group(
            award,
            line,
            line.label(lang()),
            [one for one in facts if one.dossier.subject in line.subjects],
            plan,
        )
        for line in lines
    ]
    outside = [one for one in facts if not any(one.dossier.subject in line.subjects for line in lines)]
    if outside:
        groups.append(_group(award, None, _("Without a quota"), outside, plan))
    return tuple(groups)


def _group(award: str, line: QuotaLine | None, label: str, facts: Sequence[Facts], plan: Plan) -> Group:
    places = _order(facts, plan)
    left = line.left if line else len(facts)
    edge = edge_of(places, left)
    rows = _rows(places, {one.dossier.pk: one for one in facts}, left)
    return Group(award, line, label, tuple(rows), edge)


def _order(facts: Iterable[Facts], plan: Plan) -> tuple[Place, ...]:
    return order_of([one.contender for one in facts], plan.ties.steps_on(clock.today()))


def _rows(places: Sequence[Place], by_key: Mapping[int, Facts], left: int) -> list[Row]:
    rows, number, before = [], 1, None
    for place in places:
        reach = number + len(place.keys) - 1
        codes = {key: by_key[key].dossier.code for key in place.keys}
        # On one place the order is of no consequence; names keep it readable.
        for key in sorted(place.keys, key=lambda key: (by_key[key].dossier.nominee_sort, key)):
            shared = tuple(code for other, code in codes.items() if other != key)
            reason = reason_of(place, by_key[key], by_key[before] if before else None, shared)
            rows.append(Row(by_key[key], number, shared, reason, is_within=reach <= left))
        number, before = reach + 1, place.keys[0]
    return rows


def reason_of(place: Place, one: Facts, before: Facts | None, shared: Collection[str]) -> str:
    """Why a dossier stands behind the one before it, and what it is equal with."""
    words = [_parting_words(place.parted_by, one, before)] if before else []
    if shared:
        words.append(_("Equal with %(codes)s.") % {"codes": ", ".join(shared)})
    return " ".join(words)


def _parting_words(step: str, one: Facts, before: Facts) -> str:
    plan = one.dossier.plan
    if step == AGREEMENT:
        return _("Fewer agreeing votes than %(code)s.") % {"code": before.dossier.code}
    if step == FURTHER_POLL:
        return _further_words(one, before)
    names = {"code": before.dossier.code, "clause": _clauses(plan)}
    if step == WOMEN:
        return _("Equal votes with %(code)s, where women are preferred (%(clause)s).") % names
    assert step == AREA  # noqa: S101 -- the plan's loader knows no further step
    return _("Equal votes with %(code)s, which lies in a harder area (%(clause)s).") % names


def _further_words(one: Facts, before: Facts) -> str:
    ours, theirs = (each.tallies.further if each.tallies else {} for each in (one, before))
    paper = max(
        ours.keys() & theirs.keys(), key=lambda number: (ours[number].share != theirs[number].share, number)
    )
    return _("Equal with %(code)s; the council voted once more: %(agree)s of %(members)s after %(more)s.") % {
        "code": before.dossier.code,
        "agree": ours[paper].agree,
        "members": ours[paper].members,
        "more": theirs[paper].agree,
    }


def _clauses(plan: Plan) -> str:
    return "; ".join(provision.cite(lang()) for provision in plan.ties.provisions)


def edge_words(edge: Edge, by_key: Mapping[int, Facts]) -> str:
    """Which dossiers are equal on how many places, and what is not known of them."""
    codes = ", ".join(sorted(by_key[key].dossier.code for key in edge.keys))
    words = [
        _("%(codes)s are equal, and only %(left)s of them can go up.") % {"codes": codes, "left": edge.left}
    ]
    if edge.unknown is not None:
        step, keys = edge.unknown
        missing = ", ".join(sorted(by_key[key].dossier.code for key in keys))
        words.append(
            {
                WOMEN: _("Not recorded: sex, or share of women, in %(codes)s."),
                AREA: _("Not recorded: zone of the commune in %(codes)s."),
            }[step]
            % {"codes": missing}
        )
    return " ".join(words)


@dataclass(frozen=True)
class Verdict:
    """What the order says to a choice: equals that only the council can part, and who would be passed over."""

    unsettled: list[str]
    """A sentence for each tie that the choice would settle by itself."""
    passed_over: dict[int, list[str]]
    """Chosen dossiers, with the references of those who wait and go before them."""


def verdict_on(award_round: AwardRound, award: str, chosen: Collection[Dossier]) -> Verdict:
    """Whether the chosen dossiers, on a list already or not, go before all that wait for the same places.

    The order is taken among them and those who wait, over the places that are left without them.
    """
    taken = {dossier.pk: dossier for dossier in chosen}
    waiting = [dossier for dossier in recommended(award_round, award) if dossier.pk not in taken]
    facts = facts_of([*taken.values(), *waiting])
    on_lists = [dossier for dossier in taken.values() if dossier.status not in sources_of("propose")]
    unsettled: list[str] = []
    passed_over: dict[int, list[str]] = {}
    for line in quotas_of(award_round, award).lines:
        group = {one.dossier.pk: one for one in facts if one.dossier.subject in line.subjects}
        places = _order(group.values(), award_round.plan)
        left = line.left + sum(dossier.pk in group for dossier in on_lists)
        edge = edge_of(places, left)
        if edge is not None and not taken.keys().isdisjoint(edge.keys):
            unsettled.append(edge_words(edge, group))
        ahead: list[str] = []
        for place in places:
            for key in place.keys:
                if key in taken and ahead:
                    passed_over[key] = list(ahead)
            ahead += [group[key].dossier.code for key in place.keys if key not in taken]
    return Verdict(unsettled, passed_over)
