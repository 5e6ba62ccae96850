"""The case pack of a meeting: all that a member reads of each item, on a page, as far as the items are open to the reader."""

from collections import defaultdict
from dataclasses import dataclass

from core.models import User
from councils.interests import items_open_to
from councils.models import AgendaItem, Meeting
from councils.selectors.agenda import nominee_line
from councils.selectors.voting import award_label
from criteria.selectors import lang
from nominations.models import Dossier, Evaluation, SupplementRequest
from nominations.selectors.reasoned import ReasonedFinding, reasoned_findings


@dataclass(frozen=True)
class Case:
    """One item: who is put forward for what, what the check found, what persons judged and waived."""

    item: AgendaItem
    award: str
    subject: str
    findings: list[ReasonedFinding]
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
    def waived(self) -> list[ReasonedFinding]:
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
    for item in items:
        item.evaluation.dossier = item.dossier
    findings = reasoned_findings([item.evaluation for item in items])
    supplements = defaultdict(list)
    asked = SupplementRequest.objects.filter(dossier__in=[item.dossier_id for item in items])
    for request in asked.order_by("asked_at", "pk"):
        supplements[request.dossier_id].append(request)
    cases = [_case(item, findings[item.evaluation_id], supplements[item.dossier_id]) for item in items]
    return CasePack(meeting, cases, meeting.items.count())


def _case(item: AgendaItem, findings: list[ReasonedFinding], supplements: list[SupplementRequest]) -> Case:
    """What the evaluation that the item names rests on: nothing that was asked later."""
    dossier = item.dossier
    plan = dossier.plan
    subject = plan.subjects.get(dossier.subject)
    return Case(
        item=item,
        award=award_label(plan, dossier.award),
        subject=subject.label(lang()) if subject else dossier.subject,
        findings=findings,
        supplements=[row for row in supplements if row.asked_at <= item.evaluation.created_at],
    )
