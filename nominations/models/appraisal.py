"""What the check found, and what people added to it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from criteria.models import PlanVersion
from nominations.enums import EvaluationPurpose, Verdict
from nominations.models.dossiers import Dossier, Paper
from nominations.querysets import SupplementRequestQuerySet


class Evaluation(models.Model):
    """One frozen run of the engine: facts in, findings out, and by which law.

    Immutable. Judgements and waivers re-run its facts and make a new row.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="evaluations")
    purpose = models.CharField(max_length=12, choices=EvaluationPurpose)
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=20)
    as_of = models.DateField(_("evaluation day"))
    facts = models.JSONField()
    result = models.JSONField()
    outcome = models.CharField(max_length=20)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evaluation")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.dossier} {self.get_purpose_display()}"


class Judgement(models.Model):
    """What an appraiser says of a criterion that only a person can judge; the newest one counts."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="judgements")
    criterion = models.CharField(max_length=60)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    note = models.TextField(_("note"))
    is_current = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("judgement")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "criterion"],
                condition=models.Q(is_current=True),
                name="nominations_judgement_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.criterion}: {self.verdict}"


class Waiver(models.Model):
    """Why a criterion that is not met is accepted all the same, by whose word and on which paper."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="waivers")
    criterion = models.CharField(max_length=60)
    authority = models.CharField(
        max_length=60, help_text="whose word it took: a word of the plan's data file"
    )
    reason = models.TextField(_("reason"))
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="waivers")
    document_number = models.CharField(_("document number"), max_length=60)
    dated_on = models.DateField(_("dated"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("waiver")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "criterion"], name="nominations_waiver_once")
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.criterion}"


class SupplementRequest(models.Model):
    """What the appraiser asks the filing side to add, and the answer."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplements")
    reason = models.TextField(_("what is missing"))
    due_on = models.DateField(_("answer by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = SupplementRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a supplement")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by=None)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="nominations_supplement_answer_pair",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(answered_at=None),
                name="nominations_supplement_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier}, {timezone.localtime(self.asked_at):%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return self.dossier.get_absolute_url()
