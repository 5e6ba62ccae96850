"""What waits for an officer, what the menu counts, and what the search box finds among dossiers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.navigation import SearchHit, WorkItem
from core.permissions import allowed
from nominations.enums import Status
from nominations.models import AwardRound, Dossier, FilingSet, SupplementRequest
from nominations.permissions import NOMINATORS, acts_for_nominator, check_can_nominate, present_form
from nominations.querysets import DossierQuerySet
from nominations.selectors.checks import live_results
from nominations.selectors.dossiers import award_label, deadline_of
from nominations.selectors.filing import lacking_of, visible_sets
from nominations.statuses import WITH_FILING_SIDE, Step, Turn
from registry.enums import Role
from registry.scopes import scope_of

MOST_HITS = 10
MOST_SINGLE_DRAFTS = 5


def nominates(user: Any) -> bool:
    """Whether the person puts dossiers forward, for the menu."""
    return allowed(check_can_nominate, user)


def files_to_province(user: Any) -> bool:
    """Whether the person may have a set of their own, for the menu.

    A commune under a district has none; its path tells without a query that a unit stands between
    it and the province.
    """
    return any(
        held.role in {Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER}
        or (held.role == Role.COMMUNE_OFFICER and held.unit_path.strip("/").count("/") <= 1)
        for held in scope_of(user).roles
    )


def work_of_filing(user: Any) -> Iterable[WorkItem]:
    """Supplements to answer, returned dossiers, what communes filed, sets to file, drafts."""
    if not nominates(user):
        return []
    by_status: dict[str, list[Dossier]] = defaultdict(list)
    for dossier in _unfinished(user):
        if _is_mine(user, dossier):
            by_status[dossier.status].append(dossier)
    return [
        *_supplements(by_status[Status.SUPPLEMENT]),
        *(_returned(dossier) for dossier in by_status[Status.RETURNED]),
        *_from_communes(user, by_status[Status.FILED_TO_DISTRICT]),
        *_sets(user),
        *_drafts(by_status[Status.DRAFT]),
    ]


def _is_mine(user: Any, dossier: Dossier) -> bool:
    """Drafts and returned dossiers wait for the unit that writes them, the others for every office above it too."""
    if dossier.standing.step is Step.DRAFT:
        return present_form(dossier.nominating_unit).pk in scope_of(user).unit_ids(*NOMINATORS)
    return dossier.standing.turn is Turn.DISTRICT or acts_for_nominator(user, dossier.nominating_unit)


def _unfinished(user: Any) -> DossierQuerySet:
    rows = Dossier.objects.visible_to(user).filter(status__in=WITH_FILING_SIDE).for_list()
    return rows.select_related("nominating_unit__parent").order_by("-updated_at")[:200]


def _line(dossier: Dossier) -> str:
    return f"{dossier.code} · {dossier.nominee_name} · {award_label(dossier)}"


def _supplements(dossiers: list[Dossier]) -> Iterable[WorkItem]:
    asked = SupplementRequest.objects.filter(dossier__in=dossiers, answered_at=None) if dossiers else []
    by_key = {dossier.pk: dossier for dossier in dossiers}
    for request in asked:
        dossier = by_key[request.dossier_id]
        yield WorkItem(
            title=_("Answer the supplement that the province asked for"),
            detail=_line(dossier),
            url=dossier.get_absolute_url(),
            button=_("Answer"),
            due_on=request.due_on,
        )


def _returned(dossier: Dossier) -> WorkItem:
    return WorkItem(
        title=_("Mend the dossier that the district returned"),
        detail=_line(dossier),
        url=dossier.get_absolute_url(),
        button=_("Mend"),
        due_on=deadline_of(dossier.award_round, dossier.award, dossier.subject),
    )


def _from_communes(user: Any, dossiers: list[Dossier]) -> Iterable[WorkItem]:
    """One line a round for the district: how many wait, and how many of them are complete."""
    if not scope_of(user).has(Role.DISTRICT_OFFICER):
        return
    rounds: dict[AwardRound, list[Dossier]] = defaultdict(list)
    for dossier in dossiers:
        if dossier.filing_set_id is None:
            rounds[dossier.award_round].append(dossier)
    results = live_results([dossier for rows in rounds.values() for dossier in rows])
    for award_round, rows in rounds.items():
        complete = sum(not lacking_of(dossier, results[dossier.pk]) for dossier in rows)
        title = ngettext(
            "Look through the dossier that a commune filed",
            "Look through %(count)s dossiers that communes filed",
            len(rows),
        )
        yield WorkItem(
            title=title % {"count": len(rows)},
            detail=_("%(round)s · %(complete)s complete, %(lacking)s still lack papers")
            % {"round": award_round, "complete": complete, "lacking": len(rows) - complete},
            url=reverse("nominations:list")
            + f"?award_round={award_round.pk}&status={Status.FILED_TO_DISTRICT.value}",
            button=_("Look through"),
            due_on=deadline_of(award_round),
        )


def _sets(user: Any) -> Iterable[WorkItem]:
    own = scope_of(user).unit_ids(*NOMINATORS)
    waiting = visible_sets(user).filter(unit__in=own, filed_on=None, dossiers__isnull=False).distinct()
    counts = Counter(Dossier.objects.filter(filing_set__in=waiting).values_list("filing_set", flat=True))
    for filing_set in waiting:
        yield _set_item(filing_set, counts[filing_set.pk])


def _set_item(filing_set: FilingSet, count: int) -> WorkItem:
    title = ngettext(
        "File the set with one dossier to the province",
        "File the set with %(count)s dossiers to the province",
        count,
    )
    return WorkItem(
        title=title % {"count": count},
        detail=f"{filing_set.unit} · {filing_set.award_round}",
        url=reverse("nominations:set_detail", args=[filing_set.pk]),
        button=_("Open the set"),
        due_on=deadline_of(filing_set.award_round),
    )


def _drafts(dossiers: list[Dossier]) -> Iterable[WorkItem]:
    for dossier in dossiers[:MOST_SINGLE_DRAFTS]:
        yield WorkItem(
            title=_("Finish the draft and file it"),
            detail=_line(dossier),
            url=reverse("nominations:edit", args=[dossier.code]),
            button=_("Go on"),
            due_on=_due(dossier),
            weight=1,
        )
    further = len(dossiers) - MOST_SINGLE_DRAFTS
    if further > 0:
        title = ngettext("Finish one further draft", "Finish %(count)s further drafts", further)
        yield WorkItem(
            title=title % {"count": further},
            detail="",
            url=reverse("nominations:list") + f"?status={Status.DRAFT.value}",
            button=_("See the drafts"),
            due_on=_due(dossiers[MOST_SINGLE_DRAFTS]),
            weight=2,
        )


def _due(dossier: Dossier) -> date | None:
    return deadline_of(dossier.award_round, dossier.award, dossier.subject)


def search_dossiers(user: Any, words: str) -> Iterable[SearchHit]:
    """Dossiers that the person may know of, by reference or nominee."""
    for dossier in Dossier.objects.visible_to(user).for_list().matching(words)[:MOST_HITS]:
        yield SearchHit(
            title=dossier.nominee_name,
            detail=f"{dossier.code} · {award_label(dossier)} · {dossier.standing.label}",
            url=dossier.get_absolute_url(),
            kind=gettext_lazy("Dossier"),
        )
