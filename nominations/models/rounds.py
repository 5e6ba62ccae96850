"""Movements, their rounds, and what was decided about a round after it had opened."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from criteria.engine import Plan
from criteria.selectors import get_plan
from nominations.enums import RoundKind, RoundStatus, RoundVerb
from nominations.querysets import AwardRoundQuerySet, MovementQuerySet
from registry.models import Unit


class Movement(models.Model):
    """A movement under one plan; `plan_id` names the plan's data file.

    `unit` is the province that runs it: officers of another province neither see nor fill its
    rounds. Empty means the only province of the register.
    """

    plan_id = models.SlugField(max_length=80, unique=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    name = models.CharField(_("name"), max_length=200)
    starts_in = models.PositiveSmallIntegerField()
    ends_in = models.PositiveSmallIntegerField()
    is_invented = models.BooleanField(default=False)

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement")
        ordering = ["starts_in", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Plan:
        """The rulebook, read once a process."""
        return get_plan(self.plan_id)


class AwardRound(models.Model):
    """One cycle of a movement: the annual round of a year, or the final review.

    `extended_to` is the last day for filing where a decision moved it; without one the plan's own day holds.
    """

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="rounds")
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
        """The rulebook of its movement; needs the movement loaded."""
        return self.movement.plan


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
