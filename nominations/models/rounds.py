"""Movements, their rounds, and what was decided about a round after it had opened."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from criteria.engine import Plan
from criteria.models import PlanVersion
from criteria.selectors import get_plan, has_file, plan_by_hash
from nominations.enums import RoundKind, RoundStatus, RoundVerb
from nominations.querysets import AwardRoundQuerySet, MovementQuerySet
from registry.models import Unit


class Movement(models.Model):
    """A movement under one plan; `plan_id` names the plan's data file.

    `unit` is the province that runs it: officers of another province neither see nor fill its
    rounds. Empty means the only province of the register. `plan_days` holds the versions that were put in force for it
    from uploads, oldest first, each as `{"from": day, "hash": content hash}`; before the first, the house's file holds.
    """

    plan_id = models.SlugField(max_length=80)
    plan_days = models.JSONField(default=list, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    name = models.CharField(_("name"), max_length=200)
    starts_in = models.PositiveSmallIntegerField()
    ends_in = models.PositiveSmallIntegerField()
    is_invented = models.BooleanField(default=False)

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement")
        ordering = ["starts_in", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan_id", "unit"], name="nominations_movement_once"),
            models.UniqueConstraint(
                fields=["plan_id"], condition=Q(unit=None), name="nominations_movement_once_without_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def plan_hash_on(self, day: date) -> str:
        """Which uploaded version is in force on a day; empty for the house's file.

        Before the first day, a plan that the house has no file of is taken as it was first put in force.
        """
        begun = [one["hash"] for one in self.plan_days if one["from"] <= day.isoformat()]
        if not begun and self.plan_days and not has_file(self.plan_id):
            begun = [self.plan_days[0]["hash"]]
        return str(begun[-1]) if begun else ""

    def plan_on(self, day: date) -> Plan:
        """The rulebook in force on a day, read once a process."""
        content_hash = self.plan_hash_on(day)
        return plan_by_hash(content_hash) if content_hash else get_plan(self.plan_id)

    @property
    def plan(self) -> Plan:
        """The rulebook in force today. A round keeps its own (`AwardRound.plan`)."""
        return self.plan_on(clock.today())


class AwardRound(models.Model):
    """One cycle of a movement: the annual round of a year, or the final review.

    `extended_to` is the last day for filing where a decision moved it; without one the plan's own day holds.
    `plan_version` is the uploaded version with which it began, whatever is put in force later; empty where it began with
    the house's file.
    """

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="rounds")
    plan_version = models.ForeignKey(
        PlanVersion,
        null=True,
        blank=True,
        to_field="content_hash",
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=6, choices=RoundKind)
    year = models.PositiveSmallIntegerField(_("year"))
    opens_on = models.DateField(_("opens on"))
    status = models.CharField(max_length=6, choices=RoundStatus, default=RoundStatus.OPEN)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    extended_to = models.DateField(_("extended to"), null=True, blank=True)
    extended_by = models.CharField(_("extended by decision"), max_length=160, blank=True)

    objects = AwardRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-kind"]
        verbose_name = _("award round")
        constraints = [
            models.UniqueConstraint(fields=["movement", "kind", "year"], name="nominations_round_once"),
            models.CheckConstraint(
                condition=Q(extended_to=None, extended_by="")
                | (Q(extended_to__isnull=False) & ~Q(extended_by="")),
                name="nominations_round_extension_pair",
            ),
        ]

    def __str__(self) -> str:
        if self.kind == RoundKind.FINAL:
            return str(_("Final review %(year)s") % {"year": self.year})
        return str(_("Annual round %(year)s") % {"year": self.year})

    def get_absolute_url(self) -> str:
        return reverse("nominations:round", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether dossiers can be filed in it; it may open on a later day."""
        return self.status == RoundStatus.OPEN

    @property
    def plan(self) -> Plan:
        """The rulebook with which it began; needs the movement loaded."""
        if self.plan_version_id:
            return plan_by_hash(self.plan_version_id)
        return get_plan(self.movement.plan_id)


class RoundChange(models.Model):
    """One decision about a round after it had opened, as the round's page tells it; a row is never changed.

    An extension names its new last day and its paper, a reopening its reason. A command has no actor.
    """

    award_round = models.ForeignKey(AwardRound, on_delete=models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=8, choices=RoundVerb)
    last_day = models.DateField(null=True)
    paper = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a round")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(verb=RoundVerb.EXTENDED, last_day__isnull=False) & ~Q(paper=""))
                | (Q(verb=RoundVerb.REOPENED, last_day=None) & ~Q(reason=""))
                | Q(verb=RoundVerb.CLOSED, last_day=None),
                name="nominations_roundchange_grounds",
            )
        ]

    def __str__(self) -> str:
        return f"{self.award_round}: {self.get_verb_display()}"
