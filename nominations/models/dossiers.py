"""Dossiers, the sets in which they are filed, and their papers."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from criteria.engine import Plan
from nominations.enums import FilingLevel, Status
from nominations.models.rounds import AwardRound
from nominations.querysets import DossierQuerySet, FilingSetQuerySet
from nominations.statuses import ENDED, StatusRow, row_of
from registry.models import Household, Individual, Unit


class FilingSet(models.Model):
    """What one body files at one time: its letter and its minutes stand for every dossier inside."""

    award_round = models.ForeignKey(AwardRound, on_delete=models.PROTECT, related_name="filing_sets")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="filing_sets", verbose_name=_("filed by")
    )
    level = models.CharField(max_length=8, choices=FilingLevel, default=FilingLevel.PROVINCE)
    filed_on = models.DateField(_("filed on"), null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="filing_sets"
    )
    created_at = models.DateTimeField()

    objects = FilingSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("filing set")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["award_round", "unit", "level"],
                condition=Q(filed_on=None),
                name="nominations_filingset_one_open",
            ),
            models.CheckConstraint(
                condition=Q(filed_on=None, filed_by=None) | Q(filed_on__isnull=False, filed_by__isnull=False),
                name="nominations_filingset_filed_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}, {self.award_round}"

    def get_absolute_url(self) -> str:
        return reverse("nominations:set_detail", args=[self.pk])


class Dossier(models.Model):
    """A nominee put forward for an award in a round.

    `filed_on` is the filing day: the day on which the set was first sent to the standing
    office (for a commendation, to its issuer). Supplements do not change it. `people_count` and
    `women_count` are what the papers of a collective say of it; None where they say nothing.
    """

    code = models.CharField(_("reference"), max_length=20, unique=True)
    award_round = models.ForeignKey(
        AwardRound, on_delete=models.PROTECT, related_name="dossiers", verbose_name=_("round")
    )
    award = models.CharField(_("award"), max_length=40)
    subject = models.CharField(_("subject"), max_length=20)
    nominee_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    nominee_household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    nominee_individual = models.ForeignKey(
        Individual, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    nominee_folded = models.CharField(max_length=300, editable=False, db_index=True)
    nominee_sort = models.CharField(max_length=500, editable=False, db_index=True)
    nominating_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="nominated_dossiers", verbose_name=_("nominated by")
    )
    filing_set = models.ForeignKey(
        FilingSet, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT, db_index=True)
    achievement = models.TextField(_("achievement"), blank=True)
    award_citation = models.CharField(_("award citation"), max_length=500, blank=True)
    originals = models.PositiveSmallIntegerField(_("original sets handed in"), null=True, blank=True)
    people_count = models.PositiveIntegerField(_("people of the collective"), null=True, blank=True)
    women_count = models.PositiveIntegerField(_("women among them"), null=True, blank=True)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers"
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="filed_dossiers",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviewed_dossiers",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.CheckConstraint(
                condition=Q(nominee_unit__isnull=False, nominee_household=None, nominee_individual=None)
                | Q(nominee_unit=None, nominee_household__isnull=False, nominee_individual=None)
                | Q(nominee_unit=None, nominee_household=None, nominee_individual__isnull=False),
                name="nominations_dossier_one_nominee",
            ),
            models.CheckConstraint(
                condition=Q(people_count=None, women_count=None)
                | Q(
                    nominee_unit__isnull=False,
                    people_count__isnull=False,
                    people_count__gte=1,
                    women_count__isnull=False,
                    women_count__lte=F("people_count"),
                ),
                name="nominations_dossier_women_pair",
            ),
            *[
                models.UniqueConstraint(
                    fields=["award_round", "award", f"nominee_{kind}"],
                    condition=~Q(status__in=sorted(ENDED)),
                    name=f"nominations_dossier_live_{kind}",
                )
                for kind in ("unit", "household", "individual")
            ],
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("nominations:detail", args=[self.code])

    @property
    def nominee(self) -> Any:
        """The unit, household or individual put forward; needs the relation loaded."""
        return self.nominee_unit or self.nominee_household or self.nominee_individual

    @property
    def nominee_home(self) -> Unit:
        """The unit that the nominee is, or belongs to."""
        return self.nominee_unit or self.nominee.unit

    @property
    def nominee_name(self) -> str:
        """The nominee with its place, as lists and headings name it; needs the units and their parents loaded."""
        if self.nominee_unit is not None:
            return self.nominee_unit.full_name
        place = {"name": self.nominee.name, "place": self.nominee.unit.name_after_comma}
        if self.nominee_household is not None:
            return _("Household of %(name)s, %(place)s") % place
        return _("%(name)s, %(place)s") % place

    @property
    def plan(self) -> Plan:
        """The rulebook of its round; needs the round and its movement loaded."""
        return self.award_round.plan

    @property
    def standing(self) -> StatusRow:
        """What its status means: the word, the tone, whose turn it is."""
        return row_of(self.status)


class Paper(models.Model):
    """One version of one document of a dossier, or of the set in which dossiers are filed.

    `kind` is a word of the plan's data file, such as `achievement_report`.
    """

    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    filing_set = models.ForeignKey(
        FilingSet, null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    kind = models.CharField(_("kind"), max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    is_confirmed = models.BooleanField(_("confirmed by the competent body"), default=False)
    confirmed_by = models.CharField(_("confirmed by"), max_length=160, blank=True)
    not_required_reason = models.CharField(_("not required because"), max_length=300, blank=True)
    from_meeting = models.CharField(_("from the meeting"), max_length=200, blank=True)
    """The meeting of a unit's council in which it was signed; empty for a paper that somebody uploaded."""
    replaced_because = models.CharField(_("why it stands for the signed minutes"), max_length=300, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="papers")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("paper")
        ordering = ["kind", "-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier__isnull=False, filing_set=None)
                | Q(dossier=None, filing_set__isnull=False),
                name="nominations_paper_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(not_required_reason=""),
                name="nominations_paper_file_or_reason",
            ),
            models.UniqueConstraint(
                fields=["dossier", "kind", "version"], name="nominations_paper_dossier_version"
            ),
            models.UniqueConstraint(
                fields=["filing_set", "kind", "version"], name="nominations_paper_set_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class PaperPage(models.Model):
    """One photo of a paper that was photographed page by page; the paper's file is all of them in one PDF."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="pages")
    position = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="paper_pages")

    class Meta:
        verbose_name = _("page of a paper")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="nominations_paperpage_position")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}/{self.position}"


class StatusChange(models.Model):
    """One step of a dossier, as its history page tells it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=24)
    old_status = models.CharField(max_length=20, choices=Status)
    new_status = models.CharField(max_length=20, choices=Status)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("step")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(old_status=F("new_status")), name="nominations_change_moves")
        ]

    def __str__(self) -> str:
        return f"{self.dossier}: {self.old_status} → {self.new_status}"
