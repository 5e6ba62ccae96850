"""Households and individuals, with the facts that the rulebook needs, and holds."""

from typing import Any, Self, cast

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import fold, sort_key, tidy
from registry.enums import IndividualRole, PolicyLoan, PovertyStatus, Registration, Relationship
from registry.models.units import Unit
from registry.querysets import DatedQuerySet, PersonalQuerySet


class NumberBearer(models.Model):
    """Whoever bears a citizen number: never stored readable, but sealed for those who may look and digested to be found.

    The nine digits of an old identity card stand apart. They support that two records are one person's, and never
    decide it: such numbers were given twice, and people had several.
    """

    citizen_number_sealed = models.CharField(max_length=160, blank=True, editable=False, default="")
    citizen_number_digest = models.CharField(
        max_length=64, blank=True, editable=False, default="", db_index=True
    )
    old_number_sealed = models.CharField(max_length=160, blank=True, editable=False, default="")
    old_number_digest = models.CharField(max_length=64, blank=True, editable=False, default="", db_index=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(citizen_number_sealed="", citizen_number_digest="")
                | (~Q(citizen_number_sealed="") & ~Q(citizen_number_digest="")),
                name="%(app_label)s_%(class)s_number_pair",
            ),
            models.CheckConstraint(
                condition=Q(old_number_sealed="", old_number_digest="")
                | (~Q(old_number_sealed="") & ~Q(old_number_digest="")),
                name="%(app_label)s_%(class)s_old_number_pair",
            ),
        ]


class Person(NumberBearer):
    """What households and individuals share: a name that is searched and sorted, and a home."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("full name"), max_length=120)
    name_folded = models.CharField(max_length=120, editable=False, db_index=True)
    name_sort = models.CharField(max_length=400, editable=False, db_index=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
        verbose_name=_("kept as"),
    )
    merged_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the kept record took from this one and held before: by it a merger is undone.
    merged_taken = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name_sort", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
                name="%(app_label)s_%(class)s_merged_pair",
            ),
            *NumberBearer.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_stored_columns()
        super().save(*args, **kwargs)

    @property
    def kept(self) -> Self:
        """The record that counts: this one, or the one into which it was merged."""
        return cast("Self | None", self.merged_into) or self

    def fill_stored_columns(self) -> None:
        """Set the columns by which people are searched and sorted; Vietnamese names sort by the last word."""
        self.name = tidy(self.name)
        self.name_folded = fold(self.name)
        words = self.name.split(" ")
        self.name_sort = sort_key(" ".join([words[-1], *words[:-1]]))


class Household(Person):
    """A household under its head, with what the plan asks of it."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="households", verbose_name=_("commune or village")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    is_minority = models.BooleanField(_("ethnic-minority household"), null=True, blank=True)
    registration = models.CharField(
        _("registration to leave poverty"), max_length=10, choices=Registration, blank=True
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    policy_loan = models.CharField(_("policy-bank loan"), max_length=4, choices=PolicyLoan, blank=True)
    policy_loan_source = models.CharField(_("confirmed by the bank in"), max_length=160, blank=True)
    policy_loan_confirmed_on = models.DateField(_("confirmed by the bank on"), null=True, blank=True)

    class Meta(Person.Meta):
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            *Person.Meta.constraints,
            models.CheckConstraint(
                condition=Q(registration="registered", registered_on__isnull=False)
                | (~Q(registration="registered") & Q(registered_on=None)),
                name="registry_household_registration",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("registry:household_detail", args=[self.pk])


class HouseholdMember(NumberBearer):
    """Somebody who lives in a household; its head is the household itself."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    name = models.CharField(_("full name"), max_length=120)
    name_folded = models.CharField(max_length=120, editable=False, db_index=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    is_woman = models.BooleanField(_("woman"), null=True, blank=True)
    relationship_to_head = models.CharField(
        _("relation to the head"), max_length=12, choices=Relationship, blank=True
    )

    class Meta(NumberBearer.Meta):
        abstract = False
        verbose_name = _("member of a household")
        ordering = ["birth_year", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_stored_columns()
        super().save(*args, **kwargs)

    def fill_stored_columns(self) -> None:
        """Set the column by which members are searched."""
        self.name = tidy(self.name)
        self.name_folded = fold(self.name)


class HouseholdStatus(models.Model):
    """A household's standing at one year-end review."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="statuses")
    year = models.PositiveSmallIntegerField(_("year"))
    status = models.CharField(_("status"), max_length=14, choices=PovertyStatus)
    recognised_on = models.DateField(_("recognised on"))
    document = models.CharField(_("document"), max_length=160, blank=True)
    import_file = models.ForeignKey(
        "registry.ImportFile", null=True, editable=False, on_delete=models.PROTECT, related_name="statuses"
    )

    class Meta:
        verbose_name = _("standing of a household")
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="registry_status_once")]

    def __str__(self) -> str:
        return f"{self.household} {self.year}: {self.get_status_display()}"


class Individual(Person):
    """A person put forward for their own work."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="individuals", verbose_name=_("works or lives at")
    )
    position = models.CharField(_("position"), max_length=160, blank=True)
    role = models.CharField(_("capacity"), max_length=20, choices=IndividualRole, blank=True)
    is_woman = models.BooleanField(_("woman"), null=True, blank=True)

    class Meta(Person.Meta):
        verbose_name = _("individual")
        verbose_name_plural = _("individuals")

    def get_absolute_url(self) -> str:
        return reverse("registry:individual_detail", args=[self.pk])


class Hold(models.Model):
    """A stretch during which nobody may be honoured: discipline, investigation, verified complaint."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    individual = models.ForeignKey(
        Individual, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    document = models.CharField(_("document"), max_length=160, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, household=None, individual=None)
                | Q(unit=None, household__isnull=False, individual=None)
                | Q(unit=None, household=None, individual__isnull=False),
                name="registry_hold_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="registry_hold_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.household or self.individual}: {self.reason}"
