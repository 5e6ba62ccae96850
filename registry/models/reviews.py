"""Year-end poverty reviews and the files they came from."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from registry.enums import ImportStatus, RollUpSide, RowState
from registry.models.units import Unit
from registry.querysets import OwnedByUnitQuerySet
from registry.statuses import ImportStatusRow, row_of


class ImportFile(models.Model):
    """A workbook that somebody handed in: staged, looked at, then loaded whole or discarded."""

    kind = models.CharField(max_length=20, default="reviews")
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="imports")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.STAGED)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="imports")
    recognised_on = models.DateField(_("recognised on"), null=True)
    document = models.CharField(_("recognised by"), max_length=160, blank=True)
    counts = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    # What the office said of rows that nobody else can know, by sheet and row, and of the file as a whole.
    answers = models.JSONField(default=dict)
    # Until when somebody is reading the file; a reading that died is taken up by the next.
    leased_until = models.DateTimeField(null=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports"
    )
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("workbook handed in")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def standing(self) -> ImportStatusRow:
        """What the file's status means."""
        return row_of(self.status)


class StagedBatch(models.Model):
    """Up to some hundred rows of a handed-in file that would be treated alike, in the file's order.

    `rows` is what `registry.imports.staged` packs: of each row its place in the file, key, values as they would be
    stored, and per cell what stands there now. A file of 50,000 rows is a few hundred of these; one more holds the
    marks of the people on whom rows rest.
    """

    import_file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="batches")
    state = models.CharField(max_length=10, choices=RowState)
    position = models.PositiveIntegerField()
    rows = models.BinaryField()

    class Meta:
        verbose_name = _("staged rows of a file")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["import_file", "state", "position"], name="registry_stagedbatch_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.import_file} {self.state} {self.position}"


class PovertyReview(models.Model):
    """Figures of one unit at one year-end under one poverty standard.

    Counts are households. Figures of a unit that did not exist that year are never stored
    under it: the rulebook sums its predecessors, unless a restated figure with a document says otherwise.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    standard = models.CharField(_("poverty standard"), max_length=40)
    households = models.PositiveIntegerField(_("all households"))
    poor = models.PositiveIntegerField(_("poor households"))
    near_poor = models.PositiveIntegerField(_("near-poor households"))
    minority_households = models.PositiveIntegerField(_("ethnic-minority households"), null=True, blank=True)
    minority_poor = models.PositiveIntegerField(_("poor ethnic-minority households"), null=True, blank=True)
    minority_near_poor = models.PositiveIntegerField(
        _("near-poor ethnic-minority households"), null=True, blank=True
    )
    # Movements during the year: last year's count - exits + relapses + new = this year's count.
    poor_exits = models.PositiveIntegerField(_("poor households that left poverty"), null=True, blank=True)
    poor_relapses = models.PositiveIntegerField(
        _("households that fell back into poverty"), null=True, blank=True
    )
    poor_new = models.PositiveIntegerField(_("newly poor households"), null=True, blank=True)
    near_poor_exits = models.PositiveIntegerField(
        _("households that left near-poverty"), null=True, blank=True
    )
    near_poor_relapses = models.PositiveIntegerField(
        _("households that fell back into near-poverty"), null=True, blank=True
    )
    near_poor_new = models.PositiveIntegerField(_("newly near-poor households"), null=True, blank=True)
    # Poor and near-poor households that lack a basic service (Nghị định 07/2021/NĐ-CP, art. 3).
    lacking_jobs = models.PositiveIntegerField(_("households lacking jobs"), null=True, blank=True)
    lacking_health = models.PositiveIntegerField(_("households lacking health care"), null=True, blank=True)
    lacking_education = models.PositiveIntegerField(_("households lacking education"), null=True, blank=True)
    lacking_housing = models.PositiveIntegerField(_("households lacking housing"), null=True, blank=True)
    lacking_water = models.PositiveIntegerField(
        _("households lacking clean water and sanitation"), null=True, blank=True
    )
    lacking_information = models.PositiveIntegerField(
        _("households lacking information"), null=True, blank=True
    )
    is_restated = models.BooleanField(_("restated for the present territory"), default=False)
    recognised_on = models.DateField(_("recognised on"))
    document = models.CharField(_("document"), max_length=160, blank=True)
    import_file = models.ForeignKey(ImportFile, null=True, on_delete=models.PROTECT, related_name="reviews")

    objects = OwnedByUnitQuerySet.as_manager()

    class Meta:
        ordering = ["year", "unit"]
        verbose_name = _("poverty review")
        verbose_name_plural = _("poverty reviews")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "standard"], name="registry_review_once"),
            models.CheckConstraint(
                condition=Q(households__gte=F("poor") + F("near_poor")), name="registry_review_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"

    @property
    def poor_and_near_poor(self) -> int:
        """Poor plus near-poor households: what the plan's falls are counted on."""
        return self.poor + self.near_poor


class RollUpNote(models.Model):
    """Which of two figures that should agree is right, and why; holds only while both are as they were."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roll_up_notes")
    year = models.PositiveSmallIntegerField(_("year"))
    standard = models.CharField(_("poverty standard"), max_length=40)
    figure = models.CharField(_("figure"), max_length=30)
    stated = models.PositiveIntegerField(_("stated by the unit"))
    summed = models.PositiveIntegerField(_("sum of the units below"))
    right_side = models.CharField(_("which is right"), max_length=8, choices=RollUpSide)
    reason = models.TextField(_("reason"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    objects = OwnedByUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on a difference of totals")
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.year} {self.figure}"
