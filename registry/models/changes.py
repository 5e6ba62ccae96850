"""How units change: one decision with all that it joins and parts, duties that move, members of clusters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from registry.enums import Duty, ReorganisationKind
from registry.models.units import Unit
from registry.querysets import DatedQuerySet


class Reorganisation(models.Model):
    """A decision that merged, split or renamed units, or moved land between them; its successions point here."""

    kind = models.CharField(_("what happened"), max_length=12, choices=ReorganisationKind)
    effective_on = models.DateField(_("in force from"))
    decision_number = models.CharField(_("decision"), max_length=60)
    decided_on = models.DateField(_("dated"))
    issuer = models.CharField(_("issuer"), max_length=200)
    file = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reorganisations",
        verbose_name=_("file of the decision"),
    )
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reorganisation of units")
        ordering = ["-effective_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.decision_number} ({self.effective_on.isoformat()})"


class OfficeDuty(models.Model):
    """Which body has a duty of the movement, such as being the standing office, from a day on."""

    duty = models.CharField(_("duty"), max_length=20, choices=Duty)
    province = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="duties_assigned", verbose_name=_("province")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties", verbose_name=_("body"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=200)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty of a body")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "province", "starts_on"], name="registry_officeduty_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="registry_officeduty_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_duty_display()}: {self.unit}"


class ClusterMembership(models.Model):
    """A body that belongs to an emulation cluster from a day on."""

    cluster = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="cluster_members", verbose_name=_("emulation cluster")
    )
    member = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="cluster_memberships", verbose_name=_("member")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of an emulation cluster")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "member", "starts_on"], name="registry_clustermembership_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="registry_clustermembership_dates",
            ),
            models.CheckConstraint(
                condition=~Q(cluster=F("member")), name="registry_clustermembership_two_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.member}"
