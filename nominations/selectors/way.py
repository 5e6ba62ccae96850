"""The way of a proposal from its approval to the decision: what the plan asks for, what is there, what is next.

Some papers lie in apps above this one: minutes, letters, the provincial council's counts. Those apps say so themselves
(`register_step`), as a `Standing` of the proposal.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from criteria.engine import Award, WayStep, first_lacking
from criteria.plan_words import WAY_STEPS
from criteria.selectors import lang
from nominations.enums import ProposalStatus, WayPaperKind
from nominations.models import Decision, Dossier, Movement, Proposal, ProposalItem, WayPaper


@dataclass(frozen=True)
class Reference:
    """A paper as a step names it; without an address it is only named."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Standing:
    """How far one step of a proposal is. While something lacks, `lacking` is the sentence that names it."""

    lacking: str = ""
    what_to_do: str = ""
    day: date | None = None
    papers: tuple[Reference, ...] = ()
    not_agreed: frozenset[int] = frozenset()
    """Dossiers, by key, that the step's vote did not agree to."""
    counts: Mapping[int, tuple[int, int, int]] = field(default_factory=dict)
    """By dossier: how many agreed, of how many members, and how many had to."""
    by: str = ""
    at: datetime | None = None

    @property
    def is_done(self) -> bool:
        return not self.lacking


Source = Callable[[Proposal], Standing]
_sources: dict[str, Source] = {}


def register_step(step: str, source: Source) -> None:
    """Let a higher app say how far one step of a proposal is, by the papers that lie there."""
    _sources[step] = source


@dataclass(frozen=True)
class Supplement:
    """What the centre asked for, and the answer once there is one."""

    asked: WayPaper
    answered: WayPaper | None


@dataclass(frozen=True)
class StepRow:
    """One step as the proposal's page shows it."""

    step: WayStep
    standing: Standing
    is_next: bool
    paper: WayPaper | None = None

    @property
    def name(self) -> str:
        return str(WAY_STEPS[self.step.id])

    @property
    def sent_by(self) -> str:
        """How the file was sent, in the plan's words; empty of other steps."""
        chosen = self.paper.sent_by if self.paper else ""
        return next((one.label(lang()) for one in self.step.sent_by if one.id == chosen), "")


@dataclass(frozen=True)
class Way:
    """The whole way of a proposal, as it stands now."""

    proposal: Proposal
    award: Award | None
    papers: list[WayPaper]
    """Those that stand, in the order in which they were recorded."""
    decision: Decision | None
    _known: dict[str, Standing] = field(default_factory=dict)

    def standing(self, step: str) -> Standing:
        """How far a step is."""
        if step not in self._known:
            self._known[step] = self._read(step)
        return self._known[step]

    def _read(self, step: str) -> Standing:
        if step == "decision":
            return _of_decision(self.decision, self.open_supplement)
        if step in _OWN:
            return _of_paper(self.proposal, self.paper(_OWN[step]), _OWN[step])
        return _sources[step](self.proposal)

    @property
    def steps(self) -> tuple[WayStep, ...]:
        return self.award.way if self.award else ()

    @property
    def is_open(self) -> bool:
        """Whether the way is being gone: the list was approved, and is neither decided on nor cancelled."""
        return self.proposal.status == ProposalStatus.APPROVED

    def paper(self, kind: WayPaperKind, turn: int = 0) -> WayPaper | None:
        return next((paper for paper in self.papers if (paper.kind, paper.turn) == (kind, turn)), None)

    @property
    def last_paper(self) -> WayPaper | None:
        """The paper that was recorded last: the only one that can be corrected, and only before the decision."""
        return self.papers[-1] if self.papers and self.decision is None else None

    @property
    def supplements(self) -> list[Supplement]:
        """What the centre asked for, in its order."""
        return [
            Supplement(paper, self.paper(WayPaperKind.SUPPLEMENT_ANSWERED, paper.turn))
            for paper in self.papers
            if paper.kind == WayPaperKind.SUPPLEMENT_ASKED
        ]

    @property
    def open_supplement(self) -> WayPaper | None:
        """The supplement that waits for its answer."""
        return next((one.asked for one in self.supplements if one.answered is None), None)

    @property
    def next_step(self) -> WayStep | None:
        """The first step whose paper is not there."""
        return self.lacking_before("")

    def lacking_before(self, step: str) -> WayStep | None:
        """The first step that is not done, of those before a step."""
        done: Collection[str] = _Done(self)
        return first_lacking(self.award, done, step) if self.award else None

    @property
    def sending(self) -> WayStep | None:
        """The step that sends the file to the centre, with the ways of sending; None where the award has none."""
        return self.award.step("sending") if self.award else None

    @property
    def next_kind(self) -> WayPaperKind | None:
        """What the standing body can record now: the next step's paper, or what the centre asked for and its answer."""
        if not self.is_open:
            return None
        following = self.next_step
        if following is None or following.id != "decision":
            return _OWN.get(following.id) if following else None
        if self.sending is None:
            return None
        return WayPaperKind.SUPPLEMENT_ANSWERED if self.open_supplement else WayPaperKind.SUPPLEMENT_ASKED

    @property
    def counts(self) -> Mapping[int, tuple[int, int, int]]:
        """By dossier, how many members of the provincial council agreed, of how many, and how many had to."""
        if self.award is None or self.award.step("provincial_council") is None:
            return {}
        return self.standing("provincial_council").counts

    @property
    def not_agreed(self) -> frozenset[int]:
        """Dossiers on the list to which the provincial council did not agree."""
        if self.award is None or self.award.step("provincial_council") is None:
            return frozenset()
        return self.standing("provincial_council").not_agreed

    @property
    def rows(self) -> list[StepRow]:
        """Every step in its order."""
        following = self.next_step if self.is_open else None
        return [
            StepRow(
                step,
                self.standing(step.id),
                is_next=following is step,
                paper=self.paper(_OWN[step.id]) if step.id in _OWN else None,
            )
            for step in self.steps
        ]


class _Done(Collection[str]):
    """The steps that are done, each looked at only when it is asked for."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def __contains__(self, step: object) -> bool:
        return self._way.standing(str(step)).is_done

    def __iter__(self) -> Any:
        return (step.id for step in self._way.steps if step.id in self)

    def __len__(self) -> int:
        return sum(1 for _step in self)


_OWN = {
    "province_letter": WayPaperKind.PROVINCE_LETTER,
    "sending": WayPaperKind.SENDING,
}
"""Steps whose paper is recorded here."""


def way_of(proposal: Proposal) -> Way:
    """The way of a proposal; needs its round and movement loaded."""
    papers = standing_papers(proposal)
    decision = Decision.objects.filter(proposal=proposal).first()
    return Way(proposal, proposal.award_round.plan.awards.get(proposal.award), list(papers), decision)


def standing_papers(proposal: Proposal) -> QuerySet[WayPaper]:
    """The papers of a proposal's way that stand, in the order in which they were first recorded."""
    return (
        proposal.way_papers.filter(stands=True)
        .select_related("file", "recorded_by", "corrects")
        .order_by("pk")
    )


def corrected_papers(proposal: Proposal) -> QuerySet[WayPaper]:
    """Papers that gave way to another, the oldest first, with what corrected them."""
    rows = proposal.way_papers.filter(stands=False).select_related("recorded_by", "corrected_by__recorded_by")
    return rows.order_by("pk")


def _of_paper(proposal: Proposal, paper: WayPaper | None, kind: WayPaperKind) -> Standing:
    if paper is None:
        return Standing(
            lacking=_lacking_words(kind) % {"code": proposal.code},
            what_to_do=_("The standing body records it on the proposal's page."),
        )
    return Standing(
        day=paper.dated_on,
        papers=(reference_of(paper),),
        by=str(paper.recorded_by),
        at=paper.recorded_at,
    )


def _lacking_words(kind: WayPaperKind) -> str:
    if kind == WayPaperKind.PROVINCE_LETTER:
        return _("The letter of the provincial People's Committee on proposal %(code)s is not recorded.")
    return _("That the file of proposal %(code)s was sent to the centre is not recorded.")


def reference_of(paper: WayPaper) -> Reference:
    """A recorded paper with the address of its file."""
    url = reverse("nominations:way_file", args=[paper.pk]) if paper.file_id else ""
    return Reference(paper.number or _("file"), url) if paper.number or url else Reference("")


def _of_decision(decision: Decision | None, waiting: WayPaper | None) -> Standing:
    if decision is None and waiting is not None:
        return Standing(
            lacking=_("The supplement that the centre asked for on %(day)s is not answered.")
            % {"day": waiting.dated_on.strftime("%d/%m/%Y")},
            what_to_do=_("Record the answer with its paper first."),
        )
    if decision is None:
        return Standing(lacking=_("The decision is not recorded."))
    url = reverse("nominations:decision_file", args=[decision.pk]) if decision.file_id else ""
    return Standing(
        day=decision.decided_on,
        papers=(Reference(decision.number, url),),
        by=str(decision.recorded_by),
        at=decision.recorded_at,
    )


def check_reached(way: Way, step: str) -> None:
    """Raises NotAllowed, naming the paper that is missing, while a step before this one is not done."""
    lacking = way.lacking_before(step)
    if lacking is None and (step != "decision" or way.open_supplement is None):
        return
    standing = way.standing(lacking.id if lacking else step)
    raise NotAllowed(standing.lacking, standing.what_to_do)


def on_way_to_province(movement: Movement) -> Q:
    """Dossiers of a movement on approved proposals whose way leads through the provincial council."""
    approved = Proposal.objects.filter(status=ProposalStatus.APPROVED, award_round__movement=movement)
    led_there = []
    for proposal in approved.select_related("award_round__movement"):
        award = proposal.award_round.plan.awards.get(proposal.award)
        if award is not None and award.step("provincial_council") is not None:
            led_there.append(proposal.pk)
    return Q(pk__in=ProposalItem.objects.filter(proposal__in=led_there).values("dossier"))


def proposal_under_way(dossier: Dossier) -> Proposal | None:
    """The approved proposal on which a dossier stands."""
    proposals = Proposal.objects.select_related("award_round__movement")
    return proposals.filter(status=ProposalStatus.APPROVED, items__dossier=dossier).first()
