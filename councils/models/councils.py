"""Councils, their seats, and the rules of their own."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import nfc, sort_key
from councils.enums import (
    Office,
    Serves,
)
from councils.querysets import (
    CouncilQuerySet,
    MemberQuerySet,
)
from nominations.models import Movement
from registry.models import Unit


class Council(models.Model):
    """A body that selects by vote: the movement's, that of one unit for what the unit files, or the province's.

    The movement's council recommends dossiers. The province's votes on those that stand on an approved proposal to the
    centre. Its result, and that of a unit's council, is kept with the item (`councils.services.standing`).
    """

    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="councils", verbose_name=_("set up by")
    )
    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="councils")
    serves = models.CharField(
        _("votes for"),
        max_length=9,
        choices=Serves,
        default=Serves.SELECTION,
        db_default=Serves.SELECTION,
    )
    decision = models.CharField(_("set up by decision"), max_length=160, blank=True)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("council")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "movement"],
                condition=Q(serves="unit"),
                name="councils_council_one_of_a_unit",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("councils:council_detail", args=[self.pk])

    @property
    def is_of_unit(self) -> bool:
        """Whether it votes on what its own unit files, and is nobody else's business."""
        return self.serves == Serves.UNIT

    @property
    def is_of_province(self) -> bool:
        """Whether it is the province's emulation and commendation council, which votes on proposals to the centre."""
        return self.serves == Serves.PROVINCE


class VotingRule(models.Model):
    """A council's own threshold for an award from a day on; without one the plan's default holds."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="voting_rules")
    award = models.CharField(_("award"), max_length=40)
    threshold = models.PositiveSmallIntegerField(_("agreeing share needed, percent of all members"))
    starts_on = models.DateField(_("from"))
    legal_basis = models.CharField(_("legal basis"), max_length=300)

    class Meta:
        verbose_name = _("voting rule")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "award", "starts_on"], name="councils_votingrule_once"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=1, threshold__lte=100), name="councils_votingrule_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.award} {self.threshold}"


class BaseRule(models.Model):
    """Whether members with an interest leave the base of a council's votes from a day on; without one they stay."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="base_rules")
    recused_leave_base = models.BooleanField(_("members with an interest leave the base"))
    starts_on = models.DateField(_("from"))
    legal_basis = models.CharField(_("legal basis"), max_length=300)

    class Meta:
        verbose_name = _("base of votes")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["council", "starts_on"], name="councils_baserule_once")
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.starts_on}"


class CouncilMember(models.Model):
    """A person's dated seat. Without a decision of its own, the one that set the council up names the member."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="council_seats")
    office = models.CharField(_("office"), max_length=10, choices=Office, default=Office.MEMBER)
    position = models.CharField(_("position"), max_length=160, blank=True)
    name_sort = models.CharField(max_length=400, editable=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    decision = models.CharField(_("named by decision"), max_length=160, blank=True)
    ended_by = models.CharField(_("ended by decision"), max_length=160, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a council")
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["council", "user", "starts_on"], name="councils_member_once")
        ]

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        words = nfc(self.user.full_name).split(" ")
        self.name_sort = sort_key(" ".join([words[-1], *words[:-1]]))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("councils:seat", args=[self.pk])
