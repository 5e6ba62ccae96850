"""Plans as they were when something was decided by them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanVersion(models.Model):
    """One immutable version of a plan's data file; evaluations name the version they used.

    The database refuses changes (`core.append_only`). The hash is of the content, which names the plan.
    """

    plan_id = models.SlugField(max_length=80)
    content_hash = models.CharField(max_length=64, unique=True)
    content = models.TextField(help_text="the plan's data file, as it was read")
    engine_version = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a plan")
        ordering = ["plan_id", "-created_at"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.content_hash[:12]}"


KEPT_TABLES = ("criteria_planversion",)
"""Tables of this app whose rows the database refuses to change."""
