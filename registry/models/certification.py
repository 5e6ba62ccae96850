"""Each season the units say of their people who is still there: the call, each unit's answer, and about whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.units import Unit


class CertificationCall(models.Model):
    """A province asks its districts to confirm their lists of people by a day."""

    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="certification_calls")
    called_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("due"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("call to confirm the lists of people")
        ordering = ["-called_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["province", "called_on"], name="registry_certcall_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.province}, {self.due_on:%d/%m/%Y}"


class Certification(models.Model):
    """One unit's answer to a call: a person of the unit went through its list."""

    call = models.ForeignKey(CertificationCall, on_delete=models.PROTECT, related_name="answers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="certifications")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmed list of people")
        constraints = [models.UniqueConstraint(fields=["call", "unit"], name="registry_certification_once")]

    def __str__(self) -> str:
        return f"{self.unit}, {self.call.due_on:%d/%m/%Y}"


class CertifiedPerson(models.Model):
    """What a unit said of one person of its list: still right, or no longer, and why."""

    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certified")
    is_right = models.BooleanField()
    note = models.CharField(_("note"), max_length=200, blank=True)
    # The administrator looked at it: ended roles, blocked the account, or left both with a reason.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("person of a confirmed list")
        constraints = [
            models.UniqueConstraint(fields=["certification", "user"], name="registry_certifiedperson_once")
        ]

    def __str__(self) -> str:
        return str(self.user)
