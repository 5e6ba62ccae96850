"""Meetings: their days, offices and roll, and who was invited."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from councils.enums import (
    MeetingOffice,
    MeetingStatus,
    PassingStatus,
    PresenceKind,
)
from councils.models.councils import Council, CouncilMember
from councils.querysets import (
    AttendanceQuerySet,
    MeetingQuerySet,
)


class Meeting(models.Model):
    """A meeting of a council, on one day or, adjourned, on several: it is called for `held_on` and sits on `sits_on`.

    `revision` goes up with each change that screens show, and `open_urns` names the urns of its open polls, each as key
    and epoch: both are written by `councils.services.locks` alone, so that a screen asks one row (`councils.live`).
    """

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("day"))
    sits_on = models.DateField(editable=False)
    starts_at = models.TimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=200)
    status = models.CharField(max_length=9, choices=MeetingStatus, default=MeetingStatus.PLANNED)
    chair = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, related_name="chaired", verbose_name=_("chair")
    )
    secretary = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, related_name="kept", verbose_name=_("secretary")
    )
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    open_urns = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("meeting")

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.status == MeetingStatus.PLANNED or self.sits_on is None:
            self.sits_on = self.held_on
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("councils:meeting_detail", args=[self.pk])

    @property
    def next_day(self) -> date:
        """On which day it is to be held or to go on. Reads `adjournments` as they were prefetched."""
        waiting = (one.resumes_on for one in self.adjournments.all() if one.resumed_at is None)
        return next(waiting, self.sits_on)


class Adjournment(models.Model):
    """A meeting stopped, to go on with the same agenda on another day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="adjournments")
    reason = models.CharField(_("reason"), max_length=300)
    adjourned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    adjourned_at = models.DateTimeField()
    resumes_on = models.DateField(_("goes on on"))
    resumes_at = models.TimeField(_("at"))
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("adjournment")
        ordering = ["adjourned_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(resumed_at=None), name="councils_adjournment_one_stands"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.resumes_on}"


class Teller(models.Model):
    """A member of a meeting's counting team, for as long as the office is held; one of the team heads it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="tellers")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="counted")
    named_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    is_head = models.BooleanField(_("heads the counting team"), default=False)

    class Meta:
        verbose_name = _("counting team")
        ordering = ["member__name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(released_at=None), name="councils_teller_once"
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(released_at=None, is_head=True),
                name="councils_teller_one_head",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class Passing(models.Model):
    """An office of a meeting on its way from one person to another: who, to whom, when, why, and with whose consent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="passings")
    office = models.CharField(_("office"), max_length=10, choices=MeetingOffice)
    from_member = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="+")
    next_secretary = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300)
    status = models.CharField(max_length=8, choices=PassingStatus)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("office passed on")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(status="waiting"), name="councils_passing_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", settled_at=None)
                | (~Q(status="waiting") & Q(settled_at__isnull=False)),
                name="councils_passing_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()}: {self.to_member}"

    @property
    def is_waiting(self) -> bool:
        return self.status == PassingStatus.WAITING


class Attendance(models.Model):
    """A member's line on the roll of a meeting; whether the member is there is what its events say."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="attendances")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        ordering = ["member__name_sort", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="councils_attendance_once")]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.member}"


class PresenceEvent(models.Model):
    """A member came, left, came back, or is absent. It is never changed; a mistaken one is struck out and stays."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=PresenceKind)
    at = models.DateTimeField(_("time"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    struck_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("presence")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.attendance}: {self.get_kind_display()}"


class Invitation(models.Model):
    """Members were invited to a meeting, at this day, hour and place; from the first one on its papers are open.

    Another day, hour or place sends a new one with the next `sequence`; members whose seat begins later get one with the
    same.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    sequence = models.PositiveSmallIntegerField()
    held_on = models.DateField(_("day"))
    starts_at = models.TimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=200)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.sequence}"


class Invitee(models.Model):
    """A member to whom an invitation went, and whether it went by mail too: without an address there was none."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="invitees")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="invitations")
    by_mail = models.BooleanField()

    class Meta:
        verbose_name = _("invited member")
        ordering = ["member__name_sort", "pk"]
        constraints = [models.UniqueConstraint(fields=["invitation", "member"], name="councils_invitee_once")]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.member}"
