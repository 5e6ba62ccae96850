"""The list that goes up, the decision that comes back, and the history that next year's checks read."""

from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from nominations.enums import ProposalStatus
from nominations.models.appraisal import Evaluation
from nominations.models.dossiers import Dossier
from nominations.models.rounds import AwardRound, Movement
from nominations.querysets import PriorAwardQuerySet, ProposalQuerySet
from registry.models import Household, Individual, Unit


class Proposal(models.Model):
    """Recommended dossiers of one round and award, gathered within the quotas."""

    code = models.CharField(_("reference"), max_length=20, unique=True)
    award_round = models.ForeignKey(AwardRound, on_delete=models.PROTECT, related_name="proposals")
    award = models.CharField(_("award"), max_length=40)
    status = models.CharField(max_length=10, choices=ProposalStatus, default=ProposalStatus.DRAFT)
    shortfall_note = models.TextField(_("why fewer than the plan's minimum"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="nominations_proposal_approved_pair",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("nominations:proposal_detail", args=[self.code])


class ProposalItem(models.Model):
    """One dossier on the list, with the evaluation on which it stands there.

    Where others went before it in the order and were left waiting, it says why.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="proposal_items")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    taken_because = models.CharField(_("why it was taken out of its turn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("item of a proposal")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "dossier"], name="nominations_item_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.dossier}"


class Decision(models.Model):
    """A decision as it was issued: number, day, issuer."""

    proposal = models.OneToOneField(
        Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="decision"
    )
    award_round = models.ForeignKey(AwardRound, on_delete=models.PROTECT, related_name="decisions")
    award = models.CharField(_("award"), max_length=40)
    number = models.CharField(_("number"), max_length=60)
    decided_on = models.DateField(_("dated"))
    issuer = models.CharField(_("issuer"), max_length=200)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("award decision")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "number", "decided_on"], name="nominations_decision_once"
            )
        ]

    def __str__(self) -> str:
        return self.number


class PriorAward(models.Model):
    """One award that was given: the history which later checks read.

    Awards of the same kind, issuer, number and day count once; a revoked one never counts.
    """

    award = models.CharField(_("award"), max_length=40)
    movement = models.ForeignKey(
        Movement, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    round_year = models.PositiveSmallIntegerField(_("round year"))
    decided_on = models.DateField(_("dated"))
    decision_number = models.CharField(_("decision"), max_length=60)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    individual = models.ForeignKey(
        Individual, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    dossier = models.OneToOneField(
        Dossier, null=True, blank=True, on_delete=models.PROTECT, related_name="prior_award"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    prize_raw = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    prize_amount = models.PositiveBigIntegerField(_("prize money"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_by_decision = models.CharField(_("revoked by decision"), max_length=60, blank=True)
    revoked_because = models.TextField(_("revoked because"), blank=True)

    objects = PriorAwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award given")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, household=None, individual=None)
                | Q(unit=None, household__isnull=False, individual=None)
                | Q(unit=None, household=None, individual__isnull=False),
                name="nominations_prioraward_one_nominee",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nominee}, {self.decision_number}"

    def get_absolute_url(self) -> str:
        found = urlencode({"q": self.decision_number})
        return f"{reverse('nominations:history')}?{found}"

    @property
    def nominee(self) -> Unit | Household | Individual:
        """Who was honoured; needs the relation loaded."""
        found = self.unit or self.household or self.individual
        assert found is not None  # noqa: S101 -- a constraint of the database says so
        return found
