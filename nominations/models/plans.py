"""Plans that the leadership handed in, what examining them found, and who put them in force."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from criteria.models import PlanVersion
from nominations.enums import PlanFileKind, PlanVerb
from nominations.querysets import PlanUploadQuerySet
from registry.models import Unit


class PlanUpload(models.Model):
    """A plan with its cases as somebody handed it in, and the report of its examination; a row is never changed.

    `version` is empty for a plan that could not be read. The database refuses changes (`core.append_only`).
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    plan_id = models.SlugField(max_length=80, blank=True)
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="uploads")
    note = models.CharField(_("what is new in it"), max_length=1000, blank=True)
    passes = models.BooleanField()
    report = models.JSONField(help_text="criteria.examination.Examination.to_dict")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = PlanUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded plan")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passes=False) | (Q(version__isnull=False) & ~Q(plan_id="")),
                name="nominations_planupload_readable",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id or '?'} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("nominations:plan_upload", args=[self.pk])


class PlanUploadFile(models.Model):
    """One file of an upload with its bytes; a row is never changed."""

    upload = models.ForeignKey(PlanUpload, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=5, choices=PlanFileKind)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of an uploaded plan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload"], condition=Q(kind=PlanFileKind.PLAN), name="nominations_planfile_one_plan"
            ),
            models.UniqueConstraint(fields=["upload", "kind", "name"], name="nominations_planfile_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanRuling(models.Model):
    """What a second person did with an uploaded plan: in force from a day, or refused; a row is never changed.

    `number` counts the versions of a plan that a province put in force, so that of two at once one is refused.
    """

    upload = models.OneToOneField(PlanUpload, on_delete=models.PROTECT, related_name="ruling")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    plan_id = models.SlugField(max_length=80)
    verb = models.CharField(max_length=8, choices=PlanVerb)
    number = models.PositiveIntegerField(null=True)
    effective_on = models.DateField(_("day of effect"), null=True)
    paper = models.CharField(_("deciding paper"), max_length=160, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("ruling on an uploaded plan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "plan_id", "number"], name="nominations_planruling_number"
            ),
            models.CheckConstraint(
                condition=(
                    Q(verb=PlanVerb.IN_FORCE, number__isnull=False, effective_on__isnull=False) & ~Q(paper="")
                )
                | (Q(verb=PlanVerb.REFUSED, number=None, effective_on=None) & ~Q(reason="")),
                name="nominations_planruling_grounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upload}: {self.get_verb_display()}"


KEPT_TABLES = ("nominations_planupload", "nominations_planuploadfile", "nominations_planruling")
"""Tables of this module whose rows the database refuses to change."""
