"""Items of a meeting as its pages and records show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from councils.interests import Recusal, recusals_of, with_recusals
from councils.models import (
    AgendaItem,
    Meeting,
    Poll,
)
from councils.selectors.papers import Turnout, turnout_of
from councils.selectors.voting import award_label
from criteria.engine import Plan
from criteria.selectors import lang
from nominations.enums import Status
from nominations.models import Dossier
from nominations.transitions import sources_of


@dataclass(frozen=True)
class AgendaRow:
    """One item as meeting pages show it."""

    item: AgendaItem
    award_label: str
    turnout: Turnout | None
    """Of the poll that is open or was counted."""

    @property
    def recusals(self) -> list[Recusal]:
        """Members who take no part in the item, with why."""
        return recusals_of(self.item)

    @property
    def void_polls(self) -> list[Poll]:
        """Polls on the item that ended unopened."""
        return [poll for poll in self.item.polls.all() if poll.is_void]

    @property
    def dossier(self) -> Dossier:
        return self.item.dossier

    @property
    def is_waiting(self) -> bool:
        """To be voted on, for the first time or in another round: neither taken off nor withdrawn by its nominator."""
        is_open = self.turnout is not None and self.turnout.poll.is_open
        return not is_open and not self.item.taken_off_at and self.item.waits(self.dossier.status)

    @property
    def came_back(self) -> bool:
        """Whether a dossier that stands recommended waits here for a vote among equals."""
        return self.turnout is None and self._stands_recommended

    @property
    def may_be_parted(self) -> bool:
        """Whether it stands recommended, so that a vote among equals can be held on it."""
        return not self.is_being_voted_on and self._stands_recommended

    @property
    def _stands_recommended(self) -> bool:
        """By the movement's council: what another one recommended has no equals on a quota."""
        item = self.item
        return not item.taken_off_at and not item.standing and self.dossier.status in sources_of("propose")

    @property
    def result_can_stand(self) -> bool:
        """Whether an earlier round was counted, and the further one is not held yet."""
        return self.is_waiting and self.turnout is not None

    @property
    def was_voted_on(self) -> bool:
        """Whether a result stands on which another round can be held."""
        return self.turnout is not None and self.item.was_concluded(self.dossier.status)

    @property
    def earlier_rounds(self) -> list[Turnout]:
        """Results of rounds that others followed, and of those that only ordered equals, the first one first."""
        last = self.turnout.poll.pk if self.turnout else None
        counted = [poll for poll in self.item.polls.all() if poll.pk != last and hasattr(poll, "tally")]
        return [turnout_of(poll) for poll in sorted(counted, key=lambda poll: poll.turn)]

    @property
    def is_being_voted_on(self) -> bool:
        return self.turnout is not None and self.turnout.poll.is_open

    @property
    def is_withdrawn(self) -> bool:
        return self.turnout is None and self.dossier.status == Status.WITHDRAWN

    @property
    def nominee_line(self) -> str:
        """The nominee with where it is, for people who may see the dossier."""
        return nominee_line(self.dossier)

    @property
    def public_line(self) -> str:
        """For the hall: a unit by its name, a household or person by reference and home only."""
        return public_line(self.dossier)


def group_label(plan: Plan, dossier: Dossier) -> str:
    """Award and kind of nominee, under which a dossier stands on an agenda."""
    subject = plan.subjects.get(dossier.subject)
    return f"{award_label(plan, dossier.award)} · {subject.label(lang()) if subject else dossier.subject}"


def in_plan_order(plan: Plan, dossiers: Iterable[Dossier]) -> list[Dossier]:
    """Dossiers by award, then by kind of nominee, as the plan lists both, then by the nominee's name."""
    awards, subjects = list(plan.awards), list(plan.subjects)

    def place(dossier: Dossier) -> tuple[int, int, str, int]:
        award = awards.index(dossier.award) if dossier.award in awards else len(awards)
        subject = subjects.index(dossier.subject) if dossier.subject in subjects else len(subjects)
        return award, subject, dossier.nominee_sort, dossier.pk

    return sorted(dossiers, key=place)


@dataclass(frozen=True)
class AgendaGroup:
    """Items that follow each other on the agenda and are of one award and one kind of nominee."""

    label: str
    rows: list[AgendaRow]


def nominee_line(dossier: Dossier) -> str:
    """Who is put forward and where: "Xã Phan Điền, huyện Bắc Bình"."""
    if dossier.nominee_unit:
        return dossier.nominee_unit.full_name
    return f"{dossier.nominee}, {dossier.nominee_home.name_after_comma}"


def public_line(dossier: Dossier) -> str:
    """What a screen in a hall may say of a nominee: no person's name."""
    if dossier.nominee_unit:
        return dossier.nominee_unit.full_name
    words = (
        _("Household %(code)s, %(home)s")
        if dossier.nominee_household_id
        else _("Individual %(code)s, %(home)s")
    )
    return words % {"code": dossier.code, "home": dossier.nominee_home.full_name}


def agenda_rows(meeting: Meeting) -> list[AgendaRow]:
    """The meeting's items in order, with polls and results, in a constant number of queries."""
    plan = meeting.council.movement.plan
    return [_row(item, plan) for item in _items(meeting)]


def _items(meeting: Meeting) -> QuerySet[AgendaItem]:
    return with_recusals(
        meeting.items.select_related(
            "dossier__award_round__movement",
            "dossier__nominee_unit__parent",
            "dossier__nominee_household__unit__parent",
            "dossier__nominee_individual__unit__parent",
            "dossier__nominating_unit",
            "evaluation",
        )
        .prefetch_related(Prefetch("polls", Poll.objects.select_related("tally", "rest_agreed_by__user")))
        .defer("evaluation__facts", "evaluation__result")
        .order_by("position", "pk")
    )


def _row(item: AgendaItem, plan: Plan) -> AgendaRow:
    poll = item.live_poll
    label = award_label(plan, item.dossier.award)
    return AgendaRow(item, label, turnout_of(poll) if poll else None)


def findings_in_words(item: AgendaItem) -> Sequence[str]:
    """The figures that decided the item's dossier, one sentence for each computed requirement that is met."""
    findings = item.evaluation.result.get("findings", [])
    return [
        finding["sentence"][lang()]
        for finding in findings
        if finding.get("kind") == "computed" and finding.get("status") == "met" and finding.get("figures")
    ]
