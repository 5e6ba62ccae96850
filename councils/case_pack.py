"""The case pack of a meeting: all that a member reads of each item, on a page, as far as the items are open to the reader."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.models import User
from councils.interests import items_open_to
from councils.models import AgendaItem, Meeting
from councils.selectors.agenda import nominee_line
from councils.selectors.voting import award_label
from criteria.engine import Plan
from criteria.selectors import lang
from nominations.models import Dossier, Evaluation, Judgement, SupplementRequest, Waiver
from nominations.selectors.checks import FindingRow, finding_rows, result_of


@dataclass(frozen=True)
class CaseFinding:
    """One finding with what persons added to it."""

    row: FindingRow
    judgement: Judgement | None
    waiver: Waiver | None
    authority: str
    """Whose word the waiver took."""


@dataclass(frozen=True)
class Case:
    """One item: who is put forward for what, what the check found, what persons judged and waived."""

    item: AgendaItem
    award: str
    subject: str
    findings: list[CaseFinding]
    supplements: list[SupplementRequest]

    @property
    def dossier(self) -> Dossier:
        return self.item.dossier

    @property
    def evaluation(self) -> Evaluation:
        """What the appraisal was concluded on; whoever made it concluded."""
        return self.item.evaluation

    @property
    def nominee(self) -> str:
        return nominee_line(self.dossier)

    @property
    def waived(self) -> list[CaseFinding]:
        """What was not met and accepted all the same."""
        return [finding for finding in self.findings if finding.waiver]


@dataclass(frozen=True)
class CasePack:
    """The cases that are open to one reader, in the agenda's order, and how many items the agenda has."""

    meeting: Meeting
    cases: list[Case]
    item_count: int

    @property
    def closed_count(self) -> int:
        """Items that the reader does not read."""
        return self.item_count - len(self.cases)


def case_pack(meeting: Meeting, reader: User) -> CasePack:
    """What a person may read of a meeting's items, in a constant number of queries."""
    items = list(
        items_open_to(reader, meeting)
        .select_related(
            "dossier__award_round__movement",
            "dossier__nominee_unit__parent",
            "dossier__nominee_household__unit__parent",
            "dossier__nominee_individual__unit__parent",
            "dossier__nominating_unit__parent",
            "evaluation__created_by",
        )
        .defer("evaluation__facts")
        .order_by("position", "pk")
    )
    dossiers = [item.dossier_id for item in items]
    judgements = _by_dossier(
        Judgement.objects.filter(dossier__in=dossiers).select_related("made_by").order_by("made_at", "pk")
    )
    waivers = _by_dossier(Waiver.objects.filter(dossier__in=dossiers).select_related("made_by"))
    supplements = _by_dossier(
        SupplementRequest.objects.filter(dossier__in=dossiers).order_by("asked_at", "pk")
    )
    cases = [
        _case(item, judgements[item.dossier_id], waivers[item.dossier_id], supplements[item.dossier_id])
        for item in items
    ]
    return CasePack(meeting, cases, meeting.items.count())


def _by_dossier(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(row)
    return found


def _case(
    item: AgendaItem,
    judgements: list[Judgement],
    waivers: list[Waiver],
    supplements: list[SupplementRequest],
) -> Case:
    """What the evaluation that the item names rests on: nothing that was judged or waived later."""
    dossier, until = item.dossier, item.evaluation.created_at
    plan = dossier.plan
    judged = {row.criterion: row for row in _until(judgements, until)}
    waived = {row.criterion: row for row in _until(waivers, until)}
    subject = plan.subjects.get(dossier.subject)
    return Case(
        item=item,
        award=award_label(plan, dossier.award),
        subject=subject.label(lang()) if subject else dossier.subject,
        findings=[
            CaseFinding(
                row, judged.get(row.criterion), waiver := waived.get(row.criterion), _authority(plan, waiver)
            )
            for row in finding_rows(result_of(item.evaluation))
        ],
        supplements=[row for row in supplements if row.asked_at <= until],
    )


def _until(rows: Iterable[Any], moment: datetime) -> list[Any]:
    return [row for row in rows if row.made_at <= moment]


def _authority(plan: Plan, waiver: Waiver | None) -> str:
    known = plan.authorities.get(waiver.authority) if waiver else None
    return known.label(lang()) if known else ""
