"""What the check says of one nominee today, beside what it would say of other figures."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404

from core import clock
from criteria.engine import Facts, Finding, Plan
from criteria.engine.standing import Group, Standing, looks_at
from criteria.selectors import lang
from nominations.finder.search import Found, Search, nominees_with_facts
from nominations.finder.what_if import Figures, stand, with_figures
from nominations.selectors.finder_rows import GROUP_LABELS, GROUP_TONES, lacking_of_standing


def one_nominee(user: Any, search: Search, pk: int) -> tuple[Found, Facts]:
    """The nominee with that key in the person's area, with its facts of today; raises Http404 for another's."""
    for entry, facts in nominees_with_facts(
        user, replace(search, only=pk, words="", within=None), clock.today()
    ):
        return Found(*entry, stand(search.plan, facts)), facts
    raise Http404


@dataclass(frozen=True)
class Side:
    """One of the two answers that stand side by side."""

    group: Group
    lacking: list[str]

    @property
    def label(self) -> Any:
        return GROUP_LABELS[self.group]

    @property
    def tone(self) -> str:
        return GROUP_TONES[self.group]

    @property
    def is_met(self) -> bool:
        return self.group is Group.MEETS


@dataclass(frozen=True)
class Line:
    """One criterion that figures decide: what is said of it now, and with the figures tried."""

    label: str
    status: str
    sentence: str
    new_status: str
    new_sentence: str

    @property
    def is_changed(self) -> bool:
        return (self.status, self.sentence) != (self.new_status, self.new_sentence)


@dataclass(frozen=True)
class Comparison:
    """Both answers, and the criteria one by one."""

    now: Side
    tried: Side
    lines: list[Line]


def comparison(plan: Plan, facts: Facts, figures: Figures | None) -> Comparison:
    """The standing of today beside that with the figures tried; without any, today's on both sides."""
    now = stand(plan, facts)
    tried = stand(plan, with_figures(plan, facts, figures)) if figures is not None else now
    lines = [
        Line(
            label=before.label(lang()),
            status=before.status.value,
            sentence=before.sentence(lang()),
            new_status=after.status.value,
            new_sentence=after.sentence(lang()),
        )
        for before, after in zip(now.findings, tried.findings, strict=True)
        if _is_shown(plan, before)
    ]
    return Comparison(_side(now), _side(tried), lines)


def _side(standing: Standing) -> Side:
    return Side(standing.group, lacking_of_standing(standing))


def _is_shown(plan: Plan, finding: Finding) -> bool:
    """Leaves that look at the nominee; papers, the filing day and judgements are not tried here."""
    return looks_at(plan, finding) == "nominee" and plan.criteria[finding.criterion].check is not None
