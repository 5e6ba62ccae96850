"""What every submission of nominees says in its annexes: the list in groups, quotas and prizes, a page on each nominee."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from councils.models import AgendaItem
from nominations.models import Proposal, ProposalItem
from reports.documents.nominees import (
    COLLECTIVE,
    HOUSEHOLD,
    INDIVIDUAL,
    kind_of,
    nominee_row,
    tally_row,
    without_gaps,
)
from reports.documents.shares import prize_rows, quota_rows
from reports.documents.summaries import summaries_of

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
LABELS = {COLLECTIVE: "Tập thể", HOUSEHOLD: "Hộ gia đình", INDIVIDUAL: "Cá nhân"}

Items = Sequence[ProposalItem]
AgendaItems = Mapping[int, AgendaItem]
"""The item by which the movement's council voted, by dossier."""


def annexes_of(
    proposal: Proposal, items: Items, agenda_items: AgendaItems, day: date, left_out: Iterable[str] = ()
) -> dict[str, Any]:
    """What the annexes print; `left_out` are the subjects of nominees on the list who do not go up."""
    return {
        "counts": counts_of(items),
        "groups": groups_of(proposal, items, agenda_items),
        "quotas": quota_rows(proposal, left_out, day),
        "prizes": prize_rows(proposal, items, day),
        "summaries": summaries_of(items, agenda_items),
    }


def counts_of(items: Items) -> dict[str, int]:
    """How many collectives, households and individuals a list has."""
    return {kind: sum(kind_of(item.dossier) == kind for item in items) for kind in LABELS}


def groups_of(proposal: Proposal, items: Items, agenda_items: AgendaItems) -> list[dict[str, Any]]:
    """The parts of the list, empty ones left out: the groups for which the plan counts places, in its order.

    Where the plan counts collectives, households and individuals together, each stands in a part of its own; whatever no
    quota counts follows by the same three kinds.
    """
    parts: list[tuple[str, list[ProposalItem]]] = []
    left = list(items)
    for quota in proposal.award_round.plan.quotas_for(proposal.award):
        counted = [item for item in left if item.dossier.subject in quota.subjects]
        left = [item for item in left if item not in counted]
        is_plain = len(quota.subjects) == 1 or _are_collectives(quota.subjects, proposal)
        parts += [(quota.label.vi, counted)] if is_plain else _by_kind(counted)
    parts += _by_kind(left)
    return _numbered([(label, [_row(item, agenda_items) for item in rows]) for label, rows in parts if rows])


def groups_by_kind(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of nominees in collectives, households and individuals, empty parts left out."""
    parts = [(label, [row for row in rows if row["kind"] == kind]) for kind, label in LABELS.items()]
    return _numbered([part for part in parts if part[1]])


def _numbered(parts: Sequence[tuple[str, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    return [
        {"numeral": roman(place), "label": label, "rows": rows}
        for place, (label, rows) in enumerate(parts, start=1)
    ]


def roman(number: int) -> str:
    """A number from 1 on as parts of official texts are counted: IV, XII."""
    found = ""
    for value, letters in _ROMAN:
        found += letters * (number // value)
        number %= value
    return found


def _are_collectives(subjects: Sequence[str], proposal: Proposal) -> bool:
    known = proposal.award_round.plan.subjects
    return all(known[subject].collective for subject in subjects)


def _by_kind(items: Items) -> list[tuple[str, list[ProposalItem]]]:
    return [
        (label, [item for item in items if kind_of(item.dossier) == kind]) for kind, label in LABELS.items()
    ]


def _row(item: ProposalItem, agenda_items: AgendaItems) -> dict[str, Any]:
    counted = agenda_items.get(item.dossier_id)
    return {
        **nominee_row(item.dossier, item.evaluation),
        "summary": without_gaps(item.dossier.award_citation or item.dossier.achievement),
        "tally": tally_row(counted.live_poll) if counted else None,
    }
