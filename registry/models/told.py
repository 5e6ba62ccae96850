"""What offices said once of the words in their files."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.spreadsheets.vocabulary import word_key
from registry.models.units import Unit


class ToldMeaning(models.Model):
    """What an office means by a heading or a word that nobody else can know; it holds for the units below it, too.

    `sort` is ``heading`` for a column, else the kind of words; `meaning` is the column, or what the words stand for.
    A meaning that is taken back stays, with who did it.
    """

    HEADING = "heading"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="told", verbose_name=_("office"))
    kind = models.CharField(max_length=20)
    sort = models.CharField(max_length=20)
    words = models.CharField(_("words"), max_length=200)
    key = models.CharField(max_length=200, editable=False)
    meaning = models.CharField(_("meaning"), max_length=40)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="told", verbose_name=_("said by")
    )
    said_at = models.DateTimeField(_("said at"))
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="taken_back"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("meaning told by an office")
        verbose_name_plural = _("meanings told by offices")
        ordering = ["sort", "words", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "sort", "key"],
                condition=Q(taken_back_at=None),
                name="registry_told_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.meaning}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = told_key(self.words)
        super().save(*args, **kwargs)


def told_key(words: str) -> str:
    """By what told words are found again: as they are written, but for case, spaces and punctuation."""
    return word_key(words)[:200]
