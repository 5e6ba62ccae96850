"""What the two records of a meeting say beyond its rows, and who signs them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.enums import (
    MeetingOffice,
    RecordKind,
)
from councils.models.agenda import AgendaItem
from councils.models.councils import CouncilMember
from councils.models.meetings import Meeting


class MeetingNote(models.Model):
    """What the secretary wrote for the minutes: the discussion of an item, or the conclusion on the items of an award."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notes")
    item = models.OneToOneField(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="note"
    )
    award = models.CharField(_("award"), max_length=40, blank=True)
    text = models.TextField(_("text"), blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("note of a meeting")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(item__isnull=False, award="") | (Q(item=None) & ~Q(award=""))),
                name="councils_note_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["meeting", "award"], condition=~Q(award=""), name="councils_note_award_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.item or self.award}"


class Signature(models.Model):
    """One signer's word that a record of a meeting says what happened; two in different places freeze a version of it.

    `content_hash` is of what the record said then, without number and day. A signature that was taken back stays, and
    counts no more.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="signatures")
    record = models.CharField(max_length=8, choices=RecordKind)
    version = models.PositiveSmallIntegerField()
    place = models.CharField(_("signs as"), max_length=10, choices=MeetingOffice)
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="signatures")
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("signature under a record")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "record", "version", "place"],
                condition=Q(taken_back_at=None),
                name="councils_signature_place_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "record", "version", "member"],
                condition=Q(taken_back_at=None),
                name="councils_signature_person_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_record_display()} {self.version}: {self.member}"


class StandIn(models.Model):
    """Who signs the records of a closed meeting in the place of somebody who cannot any more, and who decided so.

    Of several for one place the last counts. The meeting's own officers stay who they were.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="stand_ins")
    place = models.CharField(_("signs as"), max_length=10, choices=MeetingOffice)
    absent = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="stood_in")
    reason = models.CharField(_("reason"), max_length=300)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signer in another's place")
        ordering = ["named_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_place_display()}: {self.member}"


class Reopening(models.Model):
    """A signed version of a record that is to be replaced: one signer asked with a reason, the other agreed, or not."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="reopenings")
    record = models.CharField(max_length=8, choices=RecordKind)
    version = models.PositiveSmallIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    is_agreed = models.BooleanField(null=True)
    settled_by = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reopening of a record")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "record", "version"],
                condition=Q(is_agreed=True) | Q(is_agreed=None),
                name="councils_reopening_once",
            ),
            models.CheckConstraint(
                condition=Q(is_agreed=None, settled_at=None, settled_by=None)
                | Q(is_agreed__isnull=False, settled_at__isnull=False, settled_by__isnull=False),
                name="councils_reopening_settled",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="councils_reopening_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_record_display()} {self.version}: {self.reason}"
