"""Accounts as their administrators keep them: whose they are, what was asked for them, how they are opened."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from registry.enums import CodePurpose, RequestState, Role
from registry.models.units import Unit
from registry.querysets import AccountQuerySet, OneTimeCodeQuerySet, RoleRequestQuerySet


class DecidingPaper(models.Model):
    """The paper behind roles that are given or ended: its number and day, and its file where it was attached."""

    number = models.CharField(_("number"), max_length=60)
    decided_on = models.DateField(_("dated"))
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="deciding_papers"
    )

    class Meta:
        verbose_name = _("deciding paper")

    def __str__(self) -> str:
        return f"{self.number}, {self.decided_on:%d/%m/%Y}"


class Account(models.Model):
    """Where the person of an account works, and the account that was kept when one person had two.

    The home opens no area and gives no right: roles do. It says whose administrators and which
    district keep the account.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="account"
    )
    home = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("works at")
    )
    merged_into = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_accounts",
        verbose_name=_("same person as"),
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("user")),
                name="registry_account_two_accounts",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("registry:account_detail", args=[self.pk])


class RoleRequest(models.Model):
    """A role at the province that waits for a second hand; it gives nothing before it is confirmed.

    `replaces` is the role of another person that ends the day before. `by_token` marks the first
    lead, whom one administrator named with the installer's token: that person alone settles it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_requests")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    paper = models.ForeignKey(DecidingPaper, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("registry.UnitRole", null=True, on_delete=models.PROTECT, related_name="+")
    by_token = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=RequestState, default=RequestState.WAITING)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    objects = RoleRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("role that waits for confirmation")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(state="waiting"),
                name="registry_rolerequest_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None) | (~Q(state="waiting") & ~Q(settled_at=None)),
                name="registry_rolerequest_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"


class HandOver(models.Model):
    """A desk that passed to a successor on a day: what waited for the one then waits for the other."""

    predecessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="desks_left"
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="desks_taken"
    )
    on = models.DateField(_("on"))
    paper = models.ForeignKey(DecidingPaper, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("hand-over of a desk")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="registry_handover_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="registry_handover_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class OneTimeCode(models.Model):
    """A code that opens one door once within a day; only its digest is kept.

    A password code belongs to a person, who sets a password with it. The installer's token belongs
    to nobody: whoever has the machine made it.
    """

    purpose = models.CharField(max_length=9, choices=CodePurpose)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="one_time_codes"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OneTimeCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="password", user__isnull=False) | Q(purpose="installer", user=None),
                name="registry_onetimecode_whose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.pk}"
