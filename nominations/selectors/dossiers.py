"""Dossiers as lists and pages read them: all of an area's, those on the appraisal desk, one with its way and history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from core import clock
from core.text import fold
from criteria.engine import NoValue
from criteria.selectors import lang
from nominations.enums import Status
from nominations.models import AwardRound, Dossier, Evaluation, Movement, SupplementRequest
from nominations.permissions import files_to_district
from nominations.querysets import DossierQuerySet
from nominations.selectors.checks import live_results
from nominations.statuses import ON_DESK, WAITING, Step, row_of
from nominations.transitions import VERB_TITLES

SORTS = {
    "newest": ("-created_at", "-pk"),
    "name": ("nominee_sort", "pk"),
    "code": ("code",),
    "changed": ("-updated_at", "-pk"),
}


def award_label(dossier: Dossier) -> str:
    """The award's name in the reader's language; the word itself where the plan no longer knows it."""
    award = dossier.plan.awards.get(dossier.award)
    return award.label(lang()) if award else dossier.award


@dataclass(frozen=True)
class DossierFilters:
    """What a list is narrowed by; empty means all."""

    round_id: int | None = None
    award: str = ""
    status: str = ""
    words: str = ""
    sort: str = "newest"


def list_dossiers(user: Any, filters: DossierFilters) -> DossierQuerySet:
    """Dossiers that the person may know of, narrowed and ordered, with all that a row shows."""
    rows = Dossier.objects.visible_to(user).for_list().matching(fold(filters.words))
    if filters.round_id:
        rows = rows.filter(award_round=filters.round_id)
    if filters.award:
        rows = rows.filter(award=filters.award)
    if filters.status:
        rows = rows.filter(status=filters.status)
    return rows.order_by(*SORTS.get(filters.sort, SORTS["newest"]))


@dataclass(frozen=True)
class DossierRow:
    """One line of a list of dossiers, in the reader's words."""

    dossier: Dossier
    url: str
    nominee: str
    award_label: str
    round_label: str
    unit: str
    status_label: str
    tone: str

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The line of a dossier that was loaded with `for_list`."""
        return cls(
            dossier=dossier,
            url=dossier.get_absolute_url(),
            nominee=dossier.nominee_name,
            award_label=award_label(dossier),
            round_label=str(dossier.award_round),
            unit=str(dossier.nominating_unit),
            status_label=dossier.standing.label,
            tone=dossier.standing.tone,
        )


def dossier_rows(dossiers: Iterable[Dossier]) -> list[DossierRow]:
    """Lines for rows loaded with `for_list`; costs no query."""
    return [DossierRow.of(dossier) for dossier in dossiers]


def awards_of(rounds: Iterable[AwardRound]) -> list[tuple[str, str]]:
    """Awards of the rounds' plans with their names, for a list's filter."""
    plans = {row.plan.content_hash: row.plan for row in rounds}
    return list(
        {
            award.id: award.label(lang())
            for plan in plans.values()
            for award in plan.awards.values()
            if award.is_offered
        }.items()
    )


def counted_by_status(user: Any) -> Mapping[str, int]:
    """How many dossiers that the person may know of stand at each status.

    Asked once per person object, since every menu asks twice.
    """
    known: Mapping[str, int] | None = user.__dict__.get("_dossiers_by_status")
    if known is None:
        rows = Dossier.objects.visible_to(user).order_by().values_list("status").annotate(Count("pk"))
        known = user.__dict__["_dossiers_by_status"] = dict(rows)
    return known


def desk_queue(user: Any, *, status: str = "", words: str = "", award: str = "") -> DossierQuerySet:
    """Dossiers on the desk that a person may know of, the longest waiting first."""
    dossiers = Dossier.objects.visible_to(user)
    wanted: Sequence[str] = WAITING if not status else ON_DESK if status == "all" else (status,)
    newest = Evaluation.objects.filter(dossier=OuterRef("pk")).order_by("-pk")
    asked = SupplementRequest.objects.filter(dossier=OuterRef("pk"), answered_at=None)
    queue = (
        dossiers.filter(status__in=[one for one in wanted if one in ON_DESK])
        .matching(words)
        .annotate(
            newest_outcome=Subquery(newest.values("outcome")[:1]),
            asked_until=Subquery(asked.values("due_on")[:1]),
        )
        .order_by("filed_on", "code")
    )
    if award:
        queue = queue.filter(award=award)
    return queue


@dataclass(frozen=True)
class DeskRow:
    """One line of the desk's list."""

    dossier: Dossier
    award_label: str
    days: int | None
    """Whole days left until the supplement has to be answered."""
    waiting: int | None
    """Whole days that the dossier has lain on the desk since it was filed."""
    outcome: str
    would_be: str
    """What today's figures would say, where that differs; empty otherwise."""


def desk_rows(dossiers: Iterable[Dossier], *, compares: bool = True) -> list[DeskRow]:
    """The page's lines; `compares` works out for all of them at once what today's figures would say.

    Comparing costs a dozen queries, so a page may show its lines first and ask for this after.
    """
    rows = list(dossiers)
    live = live_results(rows) if compares else {}
    found = []
    for dossier in rows:
        frozen = dossier.newest_outcome or ""  # type: ignore[attr-defined]  # annotated by desk_queue
        now = live[dossier.pk].outcome.value if dossier.pk in live else ""
        found.append(
            DeskRow(
                dossier=dossier,
                award_label=award_label(dossier),
                days=days_left(dossier, dossier.asked_until),  # type: ignore[attr-defined]
                waiting=-clock.days_until(dossier.filed_on)
                if dossier.filed_on and dossier.standing.is_waiting
                else None,
                outcome=frozen or now,
                would_be=now if frozen and now and now != frozen else "",
            )
        )
    return found


def days_left(dossier: Dossier, asked_until: date | None) -> int | None:
    """Whole days until the supplement has to be answered; None for anything else on the desk."""
    if dossier.status == Status.SUPPLEMENT and asked_until:
        return clock.days_until(asked_until)
    return None


def neighbours(queue: QuerySet[Dossier], dossier: Dossier) -> tuple[str, str, int, int]:
    """Codes before and after a dossier in the queue, its place, and how many there are; one query.

    A dossier that has just left the queue stands where its filing day and code would put it.
    """
    keys = [(day or date.max, code) for day, code in queue.values_list("filed_on", "code")]
    own = (dossier.filed_on or date.max, dossier.code)
    before = [code for day, code in keys if (day, code) < own]
    after = [code for day, code in keys if (day, code) > own]
    position = len(before) + 1 if own in keys else 0
    return (before[-1] if before else "", after[0] if after else "", position, len(keys))


def deadline_of(award_round: AwardRound, award: str = "", subject: str = "") -> date | None:
    """The last day on which the round takes dossiers, as the plan's own check counts it; None without one.

    Left out, `award` and `subject` stand for any that has a deadline. A decision may have extended the round.
    """
    plan = award_round.plan
    for criterion in plan.criteria.values():
        if criterion.check != "filed_before":
            continue
        if award and not criterion.applies(award, subject, award_round.kind):
            continue
        parameter = criterion.parameter("before", award) if award else criterion.all_parameters()[0]
        try:
            value: Any = parameter.on(clock.today()).value
        except NoValue:
            continue
        month, day = value
        planned = date(award_round.year, month, day) - timedelta(days=1)
        return max(planned, award_round.extended_to or planned)
    return None


def days_to_deadline(award_round: AwardRound, award: str = "", subject: str = "") -> int | None:
    """Whole days to the round's last day; negative once it has passed."""
    last_day = deadline_of(award_round, award, subject)
    return None if last_day is None else clock.days_until(last_day)


_ISSUER_WAY = (Step.DRAFT, Step.DISTRICT, Step.DECISION)


def steps_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The dossier's way as a line: what is done, where it stands, what is to come."""
    award = dossier.plan.awards.get(dossier.award)
    ends_at_issuer = award is not None and award.decided_by_issuer
    way = [
        step
        for step in (_ISSUER_WAY if ends_at_issuer else Step)
        if step is not Step.DISTRICT or files_to_district(dossier.nominating_unit)
    ]
    standing = dossier.standing
    here = way.index(standing.step) if standing.step in way else -1
    now = "stopped" if standing.is_ended else "done" if standing.is_honoured else "now"
    return [
        {
            "label": _("Decision of the issuer") if ends_at_issuer and step is Step.DECISION else step.label,
            "state": now if place == here else "done" if place < here else "todo",
        }
        for place, step in enumerate(way)
    ]


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the dossier's history, as the timeline shows it."""

    when: datetime
    title: str
    who: str
    note: str
    tone: str


def history_of(dossier: Dossier) -> list[HistoryEntry]:
    """Every step of the dossier, newest first, ending with who started it."""
    changes = dossier.changes.select_related("actor").order_by("-at", "-pk")
    entries = [
        HistoryEntry(
            change.at,
            str(VERB_TITLES[change.verb]),
            str(change.actor),
            change.note,
            row_of(change.new_status).tone,
        )
        for change in changes
    ]
    started = HistoryEntry(dossier.created_at, _("Draft started"), str(dossier.created_by), "", "neutral")
    return [*entries, started]


def movement_names(user: Any) -> list[str]:
    """Names of the movements: somebody guessing anybody's password would try them."""
    return list(Movement.objects.values_list("name", flat=True))
