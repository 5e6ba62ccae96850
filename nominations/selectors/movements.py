"""Movements with their rounds, and the plans in the house of which no movement was started yet."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from core.querysets import counted
from criteria.engine import Plan
from criteria.selectors import read_plans
from nominations.enums import RoundVerb
from nominations.models import AwardRound, Dossier, Movement, RoundChange
from nominations.selectors.dossiers import deadline_of


@dataclass(frozen=True)
class MovementRow:
    """A movement as its page shows it."""

    movement: Movement
    plan: Plan
    round_count: int

    @property
    def years(self) -> str:
        """Its first and last year; as text, since a year takes no thousands' mark."""
        return f"{self.movement.starts_in}–{self.movement.ends_in}"


def movement_rows(user: Any) -> list[MovementRow]:
    """Movements that run where the person acts."""
    movements = (
        Movement.objects.visible_to(user)
        .select_related("unit")
        .annotate(round_count=counted(AwardRound.objects.all(), "movement"))
    )
    return [MovementRow(row, row.plan, row.round_count) for row in movements]


def is_for_trying_out(plan: Plan) -> bool:
    """Whether the plan is invented, and so not for a province's real work."""
    return bool(settings.IS_PRODUCTION) and plan.invented


def plans_to_start() -> list[Plan]:
    """Plans in the house without a movement, in any province: a plan has one."""
    taken = set(Movement.objects.values_list("plan_id", flat=True))
    return [plan for plan in read_plans().values() if plan.id not in taken and not is_for_trying_out(plan)]


@dataclass(frozen=True)
class RoundRow:
    """One round as the page of rounds shows it."""

    award_round: AwardRound
    last_day: date | None
    dossier_count: int


def round_rows(user: Any) -> list[RoundRow]:
    """Rounds of the person's movements, newest first, with the last day for filing."""
    rounds = (
        AwardRound.objects.visible_to(user)
        .select_related("movement")
        .annotate(dossier_count=counted(Dossier.objects.all(), "award_round"))
    )
    return [RoundRow(row, deadline_of(row), row.dossier_count) for row in rounds]


_TONES = {RoundVerb.EXTENDED: "now", RoundVerb.CLOSED: "neutral", RoundVerb.REOPENED: "good"}


@dataclass(frozen=True)
class RoundEntry:
    """One line of a round's history, as the timeline shows it."""

    change: RoundChange

    @property
    def when(self) -> Any:
        return self.change.at

    @property
    def title(self) -> str:
        last_day = self.change.last_day
        words = str(self.change.get_verb_display())
        return f"{words}: {last_day.strftime('%d/%m/%Y')}" if last_day else words

    @property
    def who(self) -> str:
        return str(self.change.actor or "")

    @property
    def note(self) -> str:
        return " · ".join(words for words in (self.change.paper, self.change.reason) if words)

    @property
    def tone(self) -> str:
        return _TONES[RoundVerb(self.change.verb)]


def round_history(award_round: AwardRound) -> list[RoundEntry]:
    """What was decided about a round after it opened, the latest first."""
    changes = award_round.changes.select_related("actor").order_by("-at", "-pk")
    return [RoundEntry(change) for change in changes]
