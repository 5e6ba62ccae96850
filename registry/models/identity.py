"""By what people are told apart beside their own facts: codes of offices, and what somebody found by comparing."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.people import Household, Individual
from registry.models.units import Unit


class HouseholdCode(models.Model):
    """The code that an office gave a household: in one commune, for one year's review.

    Such codes repeat across communes and are handed on from year to year, so a code says nothing outside its commune
    and year; `Household.code` is the register's own and stays. A row of its own and not a column of the year's
    standing, because a list may name a code and no standing, and because the database then holds that nobody has
    another's code.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="office_codes")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="household_codes", verbose_name=_("commune")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    code = models.CharField(_("code"), max_length=40)

    class Meta:
        verbose_name = _("office code of a household")
        ordering = ["-year", "code"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "code"], name="registry_householdcode_once"),
            models.UniqueConstraint(
                fields=["household", "unit", "year"], name="registry_householdcode_one_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.unit}, {self.year})"


class DistinctPair(models.Model):
    """Two records that somebody compared and found to be of two people; the older key stands first."""

    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["-said_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="%(app_label)s_%(class)s_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"  # type: ignore[attr-defined]


class DistinctHouseholds(DistinctPair):
    """Two households that are not one."""

    first = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")

    class Meta(DistinctPair.Meta):
        abstract = False
        verbose_name = _("pair of different households")


class DistinctIndividuals(DistinctPair):
    """Two individuals who are not one."""

    first = models.ForeignKey(Individual, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Individual, on_delete=models.PROTECT, related_name="+")

    class Meta(DistinctPair.Meta):
        abstract = False
        verbose_name = _("pair of different individuals")
