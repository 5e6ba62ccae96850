"""Administrative units, agencies and enterprises, dated, with successors, roles and zones."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import fold, nfc, sort_key
from registry.enums import AdminType, Role, SuccessionKind, UnitForm, UnitKind, Zone
from registry.querysets import DatedQuerySet, UnitQuerySet, UnitRoleQuerySet

# How many words the title takes at the head of a name.
TITLE_WORDS: dict[str, int] = {
    AdminType.TINH: 1,
    AdminType.THANH_PHO: 2,
    AdminType.THI_XA: 2,
    AdminType.HUYEN: 1,
    AdminType.PHUONG: 1,
    AdminType.XA: 1,
    AdminType.THI_TRAN: 2,
    AdminType.DAC_KHU: 2,
    AdminType.THON: 1,
    AdminType.KHU_PHO: 2,
}


class Unit(models.Model):
    """One body during one unbroken stretch of its life.

    A merger, a new name or a new parent ends the row and begins another, joined by a
    `UnitSuccession`; so a row's territory, name and parent never change. The GSO code is
    re-used by other units over time and is no key.
    """

    key = models.CharField(_("own key"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    admin_type = models.CharField(_("title"), max_length=12, choices=AdminType, blank=True)
    form = models.CharField(_("form"), max_length=30, choices=UnitForm, blank=True)
    name = models.CharField(_("name"), max_length=160)
    name_folded = models.CharField(max_length=160, editable=False, db_index=True)
    name_sort = models.CharField(max_length=500, editable=False, db_index=True)
    short_name = models.CharField(_("abbreviation"), max_length=40, blank=True)
    gso_code = models.CharField(_("GSO code"), max_length=10, blank=True, db_index=True)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True, db_index=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    path = models.CharField(max_length=200, editable=False, db_index=True, default="")
    seat = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="seated", verbose_name=_("seat")
    )
    managing_unit = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="managed",
        verbose_name=_("managing body"),
    )
    valid_from = models.DateField(_("exists from"))
    valid_until = models.DateField(_("exists until"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["gso_code", "valid_from", "kind"],
                condition=~Q(gso_code=""),
                name="registry_unit_code_from",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="registry_unit_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_stored_columns()
        super().save(*args, **kwargs)
        path = self.path_under(self.parent)
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)

    def get_absolute_url(self) -> str:
        return reverse("registry:unit_detail", args=[self.pk])

    def path_under(self, parent: "Unit | None") -> str:
        """The path of a stored unit below its parent: the keys from the province down, each closed by a slash."""
        return (parent.path if parent else "/") + f"{self.pk}/"

    def fill_stored_columns(self) -> None:
        """Set the columns by which units are searched and sorted."""
        self.name = nfc(self.name)
        self.name_folded = fold(self.name)
        self.name_sort = sort_key(self.name_without_title)

    @property
    def name_without_title(self) -> str:
        """The name without "Xã", "Thị trấn" and the like, by which lists are ordered."""
        words = self.name.split(" ")
        return " ".join(words[TITLE_WORDS.get(self.admin_type, 0) :]) or self.name

    def exists_on(self, day: date) -> bool:
        """Whether the unit exists on a day."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)

    @property
    def full_name(self) -> str:
        """The name with the district, as it stands in documents; needs `parent` loaded."""
        if (
            self.kind in {UnitKind.COMMUNE, UnitKind.VILLAGE}
            and self.parent
            and self.parent.kind != UnitKind.PROVINCE
        ):
            return f"{self.name}, {self.parent.name[0].lower()}{self.parent.name[1:]}"
        return self.name

    @property
    def name_after_comma(self) -> str:
        """The full name as it follows a person's name: "xã Phan Điền, …"; bodies keep their capital."""
        if self.kind in {UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.VILLAGE}:
            return f"{self.full_name[0].lower()}{self.full_name[1:]}"
        return self.full_name


class UnitSuccession(models.Model):
    """Which unit followed which, on what day and by which decision."""

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions_out")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions_in")
    kind = models.CharField(max_length=12, choices=SuccessionKind)
    on = models.DateField(_("on"))
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reorganisation = models.ForeignKey(
        "registry.Reorganisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successions",
        verbose_name=_("reorganisation"),
    )

    class Meta:
        verbose_name = _("succession of units")
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on"], name="registry_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="registry_succession_two_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class UnitRole(models.Model):
    """What a person does for a unit, from a day until a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="unit_roles",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # Roles from before these columns, and those of a command, stand without a paper.
    paper = models.ForeignKey(
        "registry.DecidingPaper", null=True, blank=True, on_delete=models.PROTECT, related_name="roles_given"
    )
    ending_paper = models.ForeignKey(
        "registry.DecidingPaper", null=True, blank=True, on_delete=models.PROTECT, related_name="roles_ended"
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = UnitRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a person")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit", "starts_on"], name="registry_unitrole_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="registry_unitrole_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"


class ZoneAssignment(models.Model):
    """A commune's zone from a day on, with the decision that says so."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="zones")
    zone = models.CharField(_("zone"), max_length=4, choices=Zone)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=200)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone of a commune")
        ordering = ["starts_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "starts_on"], name="registry_zone_once")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_zone_display()}"
