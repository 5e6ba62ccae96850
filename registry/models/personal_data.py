"""What the law gives days or hours for: requests of those whose data is kept, and breaches."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.enums import DataCaseKind, DataCaseResult
from registry.models.units import Unit
from registry.querysets import DataCaseQuerySet


class DataCase(models.Model):
    """One request or breach, with the clock that runs from its first moment until it is answered."""

    kind = models.CharField(_("kind"), max_length=10, choices=DataCaseKind)
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="data_cases")
    began_at = models.DateTimeField(_("received, or became known, at"))
    about = models.CharField(_("whose data"), max_length=200)
    text = models.TextField(_("what is asked, or what happened"), max_length=4000)
    first_due_at = models.DateTimeField(_("first answer until"), null=True)
    due_at = models.DateTimeField(_("until"))
    acknowledged_at = models.DateTimeField(_("first answered at"), null=True)
    result = models.CharField(_("result"), max_length=10, choices=DataCaseResult, blank=True)
    outcome = models.TextField(_("what was done"), max_length=4000, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = DataCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("matter of personal data")
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, result="", outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(result="") & ~Q(outcome="")),
                name="registry_datacase_closed_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("registry:data_case", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether the clock still runs."""
        return self.closed_at is None
