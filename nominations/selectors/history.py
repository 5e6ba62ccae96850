"""Award history as people look it up: filtered, searched, added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from criteria.engine import Plan
from criteria.selectors import lang
from nominations.models import Dossier, Movement, PriorAward
from registry.models import Household, Individual, Unit

NOMINEE_KINDS = ("unit", "household", "individual")


@dataclass(frozen=True)
class HistoryFilter:
    """What a person asks of the history; empty fields ask nothing."""

    year: int | None = None
    award: str = ""
    kind: str = ""
    movement: int | None = None
    words: str = ""


def awards_found(user: Any, asked: HistoryFilter) -> QuerySet[PriorAward]:
    """Awards inside the person's area, newest decision first, with all that a row shows."""
    found = PriorAward.objects.visible_to(user).select_related(
        "unit__parent",
        "household__unit__parent",
        "individual__unit__parent",
        "movement",
        "dossier",
        "decision__file",
    )
    if asked.year:
        found = found.filter(round_year=asked.year)
    if asked.award:
        found = found.filter(award=asked.award)
    if asked.kind in NOMINEE_KINDS:
        found = found.filter(**{f"{asked.kind}__isnull": False})
    if asked.movement:
        found = found.filter(movement=asked.movement)
    if asked.words:
        found = found.filter(
            Q(unit__name_folded__contains=asked.words)
            | Q(household__name_folded__contains=asked.words)
            | Q(individual__name_folded__contains=asked.words)
            | Q(decision_number__icontains=asked.words)
        )
    return found.order_by("-decided_on", "-pk")


@dataclass(frozen=True)
class Totals:
    """How many awards were found, how many of them stand, and the money of those."""

    count: int
    standing: int
    money: int


def totals_of(found: QuerySet[PriorAward]) -> Totals:
    """Counts and money of a search; revoked awards are counted and cost nothing."""
    row = found.order_by().aggregate(
        count=Count("pk"),
        standing=Count("pk", filter=Q(revoked_on=None)),
        money=Sum("prize_amount", filter=Q(revoked_on=None)),
    )
    return Totals(row["count"], row["standing"], row["money"] or 0)


def years_of(user: Any) -> list[int]:
    """Round years in which the person's area has awards, newest first."""
    years = PriorAward.objects.visible_to(user).order_by("-round_year").values_list("round_year", flat=True)
    return list(years.distinct())


def plans(user: Any = None) -> list[Plan]:
    """Plans of the movements that run where the person acts; of all for commands, which pass nobody."""
    movements = Movement.objects.all() if user is None else Movement.objects.visible_to(user)
    return [movement.plan for movement in movements]


def award_choices(user: Any = None) -> list[tuple[str, str]]:
    """Every award that one of the person's movements knows, by its name."""
    names: dict[str, str] = {}
    for plan in plans(user):
        for award in plan.awards.values():
            names.setdefault(award.id, award.label(lang()))
    return list(names.items())


@dataclass(frozen=True)
class HistoryRow:
    """One award on the page."""

    award: PriorAward
    label: str
    name: str
    place: str
    dossier: Dossier | None
    """The dossier on which it was given, where there is one that the person may know of."""


def history_rows(
    awards: Iterable[PriorAward], user: Any, labels: dict[str, str] | None = None
) -> list[HistoryRow]:
    """The page's rows; one query beyond those of `awards`, for the dossiers that the person may open.

    `labels` are the awards' names where the caller has read them already.
    """
    rows = list(awards)
    labels = labels if labels is not None else dict(award_choices(user))
    about = [award.dossier_id for award in rows if award.dossier_id]
    known = set(Dossier.objects.visible_to(user).filter(pk__in=about).values_list("pk", flat=True))
    return [_row(award, labels, known) for award in rows]


def _row(award: PriorAward, labels: dict[str, str], known: set[int]) -> HistoryRow:
    label = labels.get(award.award, award.award)
    dossier = award.dossier if award.dossier_id in known else None
    if award.unit is not None:
        place = award.unit.parent.name if award.unit.parent else ""
        return HistoryRow(award, label, award.unit.name, place, dossier)
    who = award.household or award.individual
    return HistoryRow(award, label, str(who), who.unit.full_name if who else "", dossier)


@dataclass(frozen=True)
class NomineeHit:
    """A unit, household or individual that may be the one an earlier award was given to."""

    kind: str
    pk: int
    name: str
    place: str


def nominees_found(user: Any, folded: str, most: int = 12) -> list[NomineeHit]:
    """Nominees whose name holds the words, inside the person's area; a few of each kind."""
    if len(folded) < 2:
        return []
    units = (
        Unit.objects.visible_to(user)
        .matching(folded)
        .exclude(kind="province")
        .select_related("parent")[:most]
    )
    hits = [NomineeHit("unit", unit.pk, unit.full_name, unit.get_kind_display()) for unit in units]
    for kind, model in (("household", Household), ("individual", Individual)):
        people = (
            model.objects.visible_to(user).current().matching(folded).select_related("unit__parent")[:most]
        )
        hits.extend(NomineeHit(kind, one.pk, one.name, one.unit.full_name) for one in people)
    return hits


def nominee_named(user: Any, kind: str, pk: int) -> Unit | Household | Individual | None:
    """The nominee that a form names, if the person may know of it."""
    models: dict[str, Any] = {"unit": Unit, "household": Household, "individual": Individual}
    if kind not in models:
        return None
    found: Unit | Household | Individual | None = models[kind].objects.visible_to(user).filter(pk=pk).first()
    return found
