"""Papers between an approved proposal and its decision, as the standing body records them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from nominations.enums import WayPaperKind
from nominations.models.decisions import Proposal


class WayPaper(models.Model):
    """One paper on the way of a proposal. It is never changed: a wrong one gives way to another, with the reason.

    `turn` counts supplements, 1 for the first; other papers have the turn 0. `number` is the paper's own, of a sending
    the receipt's. `sent_by` names one of the ways of sending that the plan knows. `words` say what the centre asked for.
    Of papers that correct each other one `stands`, the last.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="way_papers")
    kind = models.CharField(max_length=19, choices=WayPaperKind)
    turn = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("dated"))
    signer = models.CharField(_("signed by"), max_length=200, blank=True)
    sent_by = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="way_papers"
    )
    stands = models.BooleanField(default=True)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    reason = models.CharField(_("why it was corrected"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("paper of a proposal's way")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "kind", "turn"],
                condition=Q(stands=True),
                name="nominations_waypaper_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="nominations_waypaper_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(WayPaperKind.SENDING, WayPaperKind.SUPPLEMENT_ASKED))
                | Q(file__isnull=False),
                name="nominations_waypaper_has_file",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.get_kind_display())
