"""Records that may be of one person: the same citizen number, or the same name and year of birth in one commune."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.text import fold
from registry.enums import UnitKind
from registry.models import Household, HouseholdMember, Individual, Unit
from registry.scopes import scope_of
from registry.selectors.apart import keys_apart_from, pairs_apart, without_those_apart
from registry.selectors.homes import Homes, at_homes, home_of
from registry.selectors.people import with_latest_standing

P = TypeVar("P", Household, Individual)
NUMBER, MEMBER, NAME = "number", "member", "name"
REASONS = {
    NUMBER: _("the same citizen number"),
    MEMBER: _("a member of it bears this citizen number"),
    NAME: _("the same name and year of birth in the same commune"),
}
MOST_SHOWN = 10


@dataclass(frozen=True)
class Sought:
    """What is about to be recorded of a person, as far as it tells people apart."""

    name: str
    birth_year: int | None
    unit: Unit
    number_digest: str = ""


@dataclass(frozen=True)
class Match:
    """A record that may be of the same person, and why."""

    person: Household | Individual
    reason: str

    @property
    def reason_words(self) -> Any:
        """Why, in words."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class UnseenMatch:
    """A record outside the reader's area: only that there is one, why, and which office to ask."""

    reason: str
    office: str

    @property
    def reason_words(self) -> Any:
        """Why, in words."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class Matches:
    """What was found, and a mark by which a confirmation knows that it speaks of these and no others."""

    seen: tuple[Match, ...]
    unseen: tuple[UnseenMatch, ...]
    mark: str

    def __bool__(self) -> bool:
        return bool(self.seen or self.unseen)


def find_duplicates(
    model: type[Household] | type[Individual], sought: Sought, *, user: Any, leaving_out: int | None = None
) -> Matches:
    """Current records that may be of the person about to be recorded; details only of those the user sees.

    A year of birth that nobody recorded tells nobody apart; a record that was told apart from the one being corrected
    (`leaving_out`) is no duplicate of it. Takes the same few queries however many there are.
    """
    rows: dict[int, Match] = {}
    known = {leaving_out, *keys_apart_from(model, leaving_out)} if leaving_out is not None else set()
    for reason, condition in _conditions(model, sought):
        people = model.objects.current().filter(condition).exclude(pk__in=known)
        for person in people.select_related("unit__parent").order_by("name_sort", "pk")[:MOST_SHOWN]:
            rows.setdefault(person.pk, Match(person, reason))
    scope = scope_of(user)
    seen = [match for match in rows.values() if scope.covers(match.person.unit.path)]
    hidden = [match for match in rows.values() if not scope.covers(match.person.unit.path)]
    offices = _offices([match.person.unit for match in hidden])
    unseen = {UnseenMatch(match.reason, offices[match.person.unit_id]) for match in hidden}
    mark = salted_hmac("registry.duplicates", repr(sorted((pk, row.reason) for pk, row in rows.items())))
    ordered = sorted(unseen, key=lambda match: (match.office, match.reason))
    return Matches(tuple(seen), tuple(ordered), mark.hexdigest()[:24])


def _conditions(model: type[Household] | type[Individual], sought: Sought) -> Iterable[tuple[str, Q]]:
    """What makes two records alike, the strongest first."""
    if sought.number_digest:
        yield NUMBER, Q(citizen_number_digest=sought.number_digest)
        if model is Household:
            members = HouseholdMember.objects.filter(citizen_number_digest=sought.number_digest)
            yield MEMBER, Q(pk__in=members.values("household_id"))
    folded = fold(sought.name)
    if folded:
        homes = Homes.read().related(home_of(sought.unit))
        years = Q() if sought.birth_year is None else Q(birth_year=sought.birth_year) | Q(birth_year=None)
        yield NAME, Q(name_folded=folded) & years & at_homes(homes)


_IN_NO_COMMUNE = frozenset({UnitKind.AGENCY, UnitKind.ENTERPRISE, UnitKind.DISTRICT, UnitKind.PROVINCE})


def may_be_one(one: Household | Individual, other: Household | Individual) -> bool:
    """Whether two records are one person's: merged, or alike by the signs of `find_duplicates` and not told apart.

    Where one of them is kept by a body that lies in no commune, the same name and recorded year of birth are sign enough:
    an agency records its people without saying where they live.
    """
    model = type(one)
    if not isinstance(other, model):
        return False
    if (one.merged_into_id or one.pk) == (other.merged_into_id or other.pk):
        return True
    if other.pk in keys_apart_from(model, one.pk):
        return False
    alike = Q(pk__in=[])
    for _reason, condition in _conditions(
        model, Sought(one.name, one.birth_year, one.unit, one.citizen_number_digest)
    ):
        alike |= condition
    if one.birth_year is not None and any(person.unit.kind in _IN_NO_COMMUNE for person in (one, other)):
        alike |= Q(name_folded=one.name_folded, birth_year=one.birth_year)
    return model.objects.filter(alike, pk=other.pk).exists()


def _offices(units: Sequence[Unit]) -> dict[int, str]:
    """Whom one asks about a record of each unit: its district, or its commune where there is none; one query."""
    paths = {unit.pk: [int(pk) for pk in unit.path.strip("/").split("/")] for unit in units}
    above = Unit.objects.in_bulk({pk for path in paths.values() for pk in path}) if paths else {}
    return {unit.pk: _office([above[pk] for pk in paths[unit.pk] if pk in above]) for unit in units}


def _office(line: Sequence[Unit]) -> str:
    for wanted in (UnitKind.DISTRICT, UnitKind.COMMUNE):
        for unit in line:
            if unit.kind == wanted:
                return unit.name
    return line[-1].name


@dataclass(frozen=True)
class GroupKeys:
    """Keys of records that may be of one person, and why."""

    reason: str
    pks: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """Records that may be of one person, as the list shows them."""

    reason: str
    people: tuple[Any, ...]

    @property
    def reason_words(self) -> Any:
        """Why, in words."""
        return REASONS[self.reason]


def duplicate_keys(model: type[P], user: Any) -> list[GroupKeys]:
    """All groups of likely duplicates that the person sees, those of one number first; four queries.

    Records that somebody told apart are in no group with each other alone.
    """
    people = model.objects.visible_to(user).current()
    found: dict[tuple[int, ...], str] = {}
    apart = pairs_apart(model)
    for reason, groups in ((NUMBER, _by_number(people)), (NAME, _by_name(people))):
        for pks in groups:
            open_ones = without_those_apart(pks, apart) if apart else pks
            if open_ones:
                found.setdefault(open_ones, reason)
    return [GroupKeys(reason, pks) for pks, reason in found.items()]


def _by_number(people: QuerySet[Any]) -> list[tuple[int, ...]]:
    numbered = people.exclude(citizen_number_digest="")
    shared = (
        numbered.order_by().values("citizen_number_digest").annotate(shared=Count("pk")).filter(shared__gt=1)
    )
    groups: dict[str, list[int]] = defaultdict(list)
    rows = numbered.filter(citizen_number_digest__in=shared.values("citizen_number_digest")).order_by(
        "name_sort", "pk"
    )
    for pk, found in rows.values_list("pk", "citizen_number_digest"):
        groups[found].append(pk)
    return [tuple(pks) for pks in groups.values()]


def _by_name(people: QuerySet[Any]) -> list[tuple[int, ...]]:
    """Groups of one name and one commune as it stands now; within it, of one year of birth where years are known."""
    homes = Homes.read()
    home = Case(When(unit__kind=UnitKind.VILLAGE, then=F("unit__parent_id")), default=F("unit_id"))
    # Most names of a province are somebody else's too, so asking the database for repeated ones saves nothing.
    rows = people.order_by("name_sort", "pk")
    namesakes: dict[tuple[str, int], list[tuple[int, int | None]]] = defaultdict(list)
    present: dict[int, tuple[int, ...]] = {}
    for pk, folded, year, place in rows.values_list("pk", "name_folded", "birth_year", home):
        for unit in present.setdefault(place, homes.present(place)):
            namesakes[folded, unit].append((pk, year))
    return [group for people_there in namesakes.values() for group in _by_year(people_there)]


def _by_year(namesakes: Sequence[tuple[int, int | None]]) -> Iterable[tuple[int, ...]]:
    """A record without a year of birth may be any of its namesakes; otherwise years part them."""
    if any(year is None for _pk, year in namesakes):
        if len(namesakes) > 1:
            yield tuple(pk for pk, _year in namesakes)
        return
    years: dict[int | None, list[int]] = defaultdict(list)
    for pk, year in namesakes:
        years[year].append(pk)
    for pks in years.values():
        if len(pks) > 1:
            yield tuple(pks)


def load_groups(model: type[P], keys: Sequence[GroupKeys]) -> list[Group]:
    """The groups with their records, in one query; households come with their latest standing."""
    wanted = {pk for group in keys for pk in group.pks}
    people: Any = model.objects.filter(pk__in=wanted).select_related("unit__parent")
    if model is Household:
        people = with_latest_standing(people)
    found = {person.pk: person for person in people}
    return [Group(group.reason, tuple(found[pk] for pk in group.pks if pk in found)) for group in keys]
