"""Documents that were issued: bytes, hash, number."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from reports.querysets import IssuedDocumentQuerySet


class NumberSeries(models.Model):
    """The last number of one body's documents of one symbol in one year: it begins at 1 on 1 January (Decree 30/2020, art. 15).

    `holder` names the body (`IssuingBody.holder`): a unit by its key, a council by its own number.
    """

    symbol = models.CharField(max_length=60)
    holder = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["symbol", "holder", "year"], name="reports_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.year}: {self.last_number}"


class IssuedDocument(models.Model):
    """One document as it left the house; never rewritten, a new version is a new row."""

    kind = models.CharField(max_length=20)
    """The name of a folder under `documents/`: no choices, so that a new kind needs no migration."""
    object_id = models.PositiveBigIntegerField()
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    reason = models.CharField(_("why it was issued again"), max_length=300, blank=True)
    number = models.PositiveIntegerField(_("number in the year's series"))
    series_year = models.PositiveSmallIntegerField()
    symbol = models.CharField(max_length=60)
    holder = models.CharField(max_length=60, blank=True)
    """Whose series it is numbered in, as in `NumberSeries`."""
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="issued_documents")
    sha256 = models.CharField(max_length=64)
    head_seq = models.PositiveBigIntegerField(default=0)
    issuer = models.CharField(_("issuing body"), max_length=300, blank=True)
    """What the issuing body was called on the day; empty for what was issued before this was kept."""
    code = models.CharField(max_length=20, blank=True, editable=False)
    """Printed on the document: whoever holds a copy asks by it whether the copy is genuine."""
    head_hash = models.CharField(max_length=64, blank=True, help_text="the log's head as it is printed")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    issued_at = models.DateTimeField()

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "holder", "series_year", "number"], name="reports_document_number_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id", "version"], name="reports_document_version_once"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="reports_document_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version=1, reason="") | (models.Q(version__gt=1) & ~models.Q(reason="")),
                name="reports_document_again_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.symbol}"

    def get_absolute_url(self) -> str:
        return reverse("reports:issue", args=[self.kind, self.object_id])
