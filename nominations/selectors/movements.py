"""Movements with their rounds, and the plans in the house of which no movement was started yet."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from core import clock
from core.querysets import counted
from criteria.engine import Plan
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
    def in_force_from(self) -> date | None:
        """From which day the uploaded version holds that is in force today; None for the house's file."""
        content_hash = self.movement.plan_hash_on(clock.today())
        starts = [one["from"] for one in self.movement.plan_days if one["hash"] == content_hash]
        return date.fromisoformat(starts[-1]) if starts else None

    @property
    def rulebook_url(self) -> str:
        """Where the plan can be read as it holds today."""
        content_hash = self.movement.plan_hash_on(clock.today())
        if content_hash:
            return reverse("criteria:rulebook_version", args=[content_hash])
        return reverse("criteria:rulebook_plan", args=[self.plan.id])

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


@dataclass(frozen=True)
class RoundRow:
    """One round as the page of rounds shows it."""

    award_round: AwardRound
    last_day: date | None
    dossier_count: int


def round_rows(user: Any) -> list[RoundRow]:
    """Rounds of the person's movements, newest first, with the last day for filing and how many dossiers they see in each."""
    rounds = (
        AwardRound.objects.visible_to(user)
        .select_related("movement")
        .annotate(dossier_count=counted(Dossier.objects.visible_to(user), "award_round"))
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
