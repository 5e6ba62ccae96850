"""Findings with what persons added to them: who judged what, and whose word waived it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from criteria.engine import Plan
from criteria.selectors import lang
from nominations.models import Evaluation, Judgement, Waiver
from nominations.selectors.checks import FindingRow, finding_rows, result_of


@dataclass(frozen=True)
class ReasonedFinding:
    """One finding with what persons added to it."""

    row: FindingRow
    judgement: Judgement | None
    waiver: Waiver | None
    authority: str
    """Whose word the waiver took."""


def reasoned_findings(evaluations: Collection[Evaluation]) -> dict[int, list[ReasonedFinding]]:
    """What evaluations rest on, by their key, in two queries: nothing that was judged or waived later.

    Each evaluation needs its dossier with the round and movement loaded.
    """
    dossiers = [evaluation.dossier_id for evaluation in evaluations]
    judged = _by_dossier(
        Judgement.objects.filter(dossier__in=dossiers).select_related("made_by").order_by("made_at", "pk")
    )
    waived = _by_dossier(Waiver.objects.filter(dossier__in=dossiers).select_related("made_by"))
    return {
        evaluation.pk: _of(evaluation, judged[evaluation.dossier_id], waived[evaluation.dossier_id])
        for evaluation in evaluations
    }


def _by_dossier(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(row)
    return found


def _of(evaluation: Evaluation, judgements: list[Judgement], waivers: list[Waiver]) -> list[ReasonedFinding]:
    plan, until = evaluation.dossier.plan, evaluation.created_at
    judged = {row.criterion: row for row in _until(judgements, until)}
    waived = {row.criterion: row for row in _until(waivers, until)}
    return [
        ReasonedFinding(
            row,
            judged.get(row.criterion),
            waiver := waived.get(row.criterion),
            _authority(plan, waiver),
        )
        for row in finding_rows(result_of(evaluation))
    ]


def _until(rows: Iterable[Any], moment: datetime) -> list[Any]:
    return [row for row in rows if row.made_at <= moment]


def _authority(plan: Plan, waiver: Waiver | None) -> str:
    known = plan.authorities.get(waiver.authority) if waiver else None
    return known.label(lang()) if known else ""
