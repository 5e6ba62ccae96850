"""Documents that were issued: bytes, hash, number."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile


class DocumentKind(models.TextChoices):
    PROPOSAL = "proposal", _("Proposal letter (tờ trình)")
    MINUTES = "minutes", _("Minutes of the meeting")


class IssuedDocument(models.Model):
    """One document as it left the house; never rewritten, a new version is a new row."""

    kind = models.CharField(max_length=20, choices=DocumentKind)
    object_id = models.PositiveBigIntegerField()
    number = models.PositiveIntegerField(_("number in the year's series"))
    series_year = models.PositiveSmallIntegerField()
    symbol = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="issued_documents")
    sha256 = models.CharField(max_length=64)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "series_year", "number"], name="reports_document_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.symbol}"
