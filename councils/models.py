"""Councils, meetings, polls, and the two tables that keep a vote secret."""

import secrets
import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.text import nfc, sort_key
from councils.enums import (
    BatchStatus,
    Choice,
    Ground,
    ItemStanding,
    MeetingOffice,
    MeetingStatus,
    Office,
    PaperKind,
    PassingStatus,
    PollResult,
    PollStatus,
    PresenceKind,
    RecordKind,
    Serves,
    VoidCause,
)
from councils.querysets import (
    AttendanceQuerySet,
    CouncilQuerySet,
    MeetingQuerySet,
    MemberQuerySet,
    PollQuerySet,
)
from nominations.enums import Status
from nominations.models import Dossier, Evaluation, Movement
from nominations.transitions import sources_of
from registry.models import Unit

LIES_AS = {
    Status.DRAFT: (Status.DRAFT, Status.RETURNED),
    Status.FILED_TO_DISTRICT: (Status.FILED_TO_DISTRICT,),
    Status.PROPOSED: sources_of("award"),
}
"""As what a dossier came before a council that moves none, and the statuses in which its vote still counts: it lies at the
unit, or on the province's list before the decision.
"""


class Council(models.Model):
    """A body that selects by vote: the movement's, that of one unit for what the unit files, or the province's.

    The movement's council recommends dossiers. The province's votes on those that stand on an approved proposal to the
    centre. Its result, and that of a unit's council, is kept with the item (`councils.services.standing`).
    """

    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="councils", verbose_name=_("set up by")
    )
    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="councils")
    serves = models.CharField(
        _("votes for"),
        max_length=9,
        choices=Serves,
        default=Serves.SELECTION,
        db_default=Serves.SELECTION,
    )
    decision = models.CharField(_("set up by decision"), max_length=160, blank=True)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("council")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "movement"],
                condition=Q(serves="unit"),
                name="councils_council_one_of_a_unit",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("councils:council_detail", args=[self.pk])

    @property
    def is_of_unit(self) -> bool:
        """Whether it votes on what its own unit files, and is nobody else's business."""
        return self.serves == Serves.UNIT

    @property
    def is_of_province(self) -> bool:
        """Whether it is the province's emulation and commendation council, which votes on proposals to the centre."""
        return self.serves == Serves.PROVINCE


class VotingRule(models.Model):
    """A council's own threshold for an award from a day on; without one the plan's default holds."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="voting_rules")
    award = models.CharField(_("award"), max_length=40)
    threshold = models.PositiveSmallIntegerField(_("agreeing share needed, percent of all members"))
    starts_on = models.DateField(_("from"))
    legal_basis = models.CharField(_("legal basis"), max_length=300)

    class Meta:
        verbose_name = _("voting rule")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "award", "starts_on"], name="councils_votingrule_once"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=1, threshold__lte=100), name="councils_votingrule_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.award} {self.threshold}"


class BaseRule(models.Model):
    """Whether members with an interest leave the base of a council's votes from a day on; without one they stay."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="base_rules")
    recused_leave_base = models.BooleanField(_("members with an interest leave the base"))
    starts_on = models.DateField(_("from"))
    legal_basis = models.CharField(_("legal basis"), max_length=300)

    class Meta:
        verbose_name = _("base of votes")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["council", "starts_on"], name="councils_baserule_once")
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.starts_on}"


class CouncilMember(models.Model):
    """A person's dated seat. Without a decision of its own, the one that set the council up names the member."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="council_seats")
    office = models.CharField(_("office"), max_length=10, choices=Office, default=Office.MEMBER)
    position = models.CharField(_("position"), max_length=160, blank=True)
    name_sort = models.CharField(max_length=400, editable=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    decision = models.CharField(_("named by decision"), max_length=160, blank=True)
    ended_by = models.CharField(_("ended by decision"), max_length=160, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a council")
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["council", "user", "starts_on"], name="councils_member_once")
        ]

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        words = nfc(self.user.full_name).split(" ")
        self.name_sort = sort_key(" ".join([words[-1], *words[:-1]]))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("councils:seat", args=[self.pk])


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


class AgendaItem(models.Model):
    """One dossier before the council, with the evaluation the members read.

    Of a unit's council what became of it is kept here (`standing`), and the dossier's status stays what it is until the
    unit files it (`came_as`: a draft, or filed to the district). So it is of the province's council, until the decision
    (`came_as`: proposed). Of the movement's council the dossier's own status says it, and both are empty.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="agenda_items")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=15, choices=ItemStanding, blank=True, editable=False)
    came_as = models.CharField(max_length=20, choices=Status, blank=True, editable=False)
    taken_off_at = models.DateTimeField(null=True, blank=True)
    taken_off_reason = models.CharField(_("why it was taken off the agenda"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("agenda item")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "dossier"], name="councils_item_once"),
            models.CheckConstraint(
                condition=Q(taken_off_at=None, taken_off_reason="")
                | (Q(taken_off_at__isnull=False) & ~Q(taken_off_reason="")),
                name="councils_item_taken_off_pair",
            ),
            models.CheckConstraint(
                condition=Q(standing="", came_as="")
                | (
                    ~Q(standing="") & Q(came_as__in=(Status.DRAFT, Status.FILED_TO_DISTRICT, Status.PROPOSED))
                ),
                name="councils_item_keeps_its_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.dossier}"

    def waits(self, status: str) -> bool:
        """Whether the council has still to vote on it, when its dossier has this status."""
        if self.standing:
            return self.standing == ItemStanding.WAITING and self._lies_here(status)
        return status == Status.ON_AGENDA

    def was_concluded(self, status: str) -> bool:
        """Whether a result stands on which another round can be held, when its dossier has this status."""
        if self.standing:
            return self.standing != ItemStanding.WAITING and self._lies_here(status)
        return status in sources_of("reconsider")

    def _lies_here(self, status: str) -> bool:
        return status in LIES_AS[Status(self.came_as)]

    @property
    def live_poll(self) -> "Poll | None":
        """The poll that is open or was counted, of several rounds the last. Reads `polls` as it was prefetched.

        Once it is counted, a round that only orders equals takes the place of no other.
        """
        return max(
            (poll for poll in self.polls.all() if not poll.is_void),
            key=lambda poll: (poll.is_open, not poll.breaks_tie, poll.turn),
            default=None,
        )


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


class Declaration(models.Model):
    """What a member said of an own interest in an item, before reading it: there is one, with the reason, or there is none."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="declarations")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="declarations")
    has_interest = models.BooleanField(_("has an interest"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("declaration of interests")
        ordering = ["item_id", "member__name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="councils_declaration_once"),
            models.CheckConstraint(
                condition=Q(has_interest=False) | ~Q(reason=""), name="councils_declaration_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.member}"


class Ruling(models.Model):
    """What was decided of an interest that the records suggest: the member takes part, or does not, and why."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="rulings")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="rulings")
    ground = models.CharField(max_length=12, choices=Ground)
    is_recused = models.BooleanField(_("takes no part"))
    reason = models.CharField(_("reason"), max_length=300)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("possible interest settled")
        ordering = ["item_id", "member__name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="councils_ruling_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="councils_ruling_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.member}"


def own_sheet() -> str:
    """The name of a paper that nothing else stands on."""
    return secrets.token_hex(16)


class PaperSeat(models.Model):
    """A member who votes on an item otherwise than on an own device: absent by a written opinion, or present on paper.

    That an envelope came is no secret. When the poll opens, a member who is present votes in person, whatever was sent.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="paper_seats")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PaperKind)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("member who votes on paper")
        ordering = ["item_id", "member__name_sort", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="councils_paperseat_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.member}"


class Poll(models.Model):
    """The secret vote on one item.

    Polls with one `sheet` stand on one paper: they are opened, closed and annulled together. An item on which a result stands
    can be voted on again in another round (`turn`), for a reason; the last one that was counted holds. A round that
    `breaks_tie` only orders equals, who stand on one paper: what the council recommended before stands, whatever it gives.
    `closes_by` is what the chair announced; nothing closes by itself.

    The agreeing share is taken of `members_count`: all members, or those without an interest where the council's own rule
    says so (`base_basis`). Some were present when it opened (`present_count`, recused members among them), and each of
    those who may vote was handed a ballot or, absent, sent a written opinion (`ballots_count`, of them `opinions_count`):
    the turnout is counted over these. `recused_count` members, present or not, take no part. A valid vote needs
    `papers_required` papers of members who are present.

    While it is open its papers are in the urn alone (`councils.urn`), under `urn_key`, in the life of its process that
    `urn_epoch` names. A void poll has no papers, and the item can be voted on again.
    """

    agenda_item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="polls")
    sheet = models.CharField(max_length=32, default=own_sheet, editable=False)
    turn = models.PositiveSmallIntegerField(default=1)
    turn_reason = models.CharField(_("why another round is held"), max_length=300, blank=True)
    breaks_tie = models.BooleanField(_("parts dossiers that are equal"), default=False)
    closes_by = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=PollStatus, default=PollStatus.OPEN)
    members_count = models.PositiveSmallIntegerField()
    present_count = models.PositiveSmallIntegerField()
    ballots_count = models.PositiveSmallIntegerField()
    opinions_count = models.PositiveSmallIntegerField(default=0)
    recused_count = models.PositiveSmallIntegerField(default=0)
    base_basis = models.CharField(max_length=300, blank=True)
    present_at_close = models.PositiveSmallIntegerField(null=True)
    papers_required = models.PositiveSmallIntegerField(default=0)
    threshold = models.PositiveSmallIntegerField()
    threshold_basis = models.CharField(max_length=300)
    urn_key = models.CharField(max_length=32, blank=True)
    urn_epoch = models.CharField(max_length=32, blank=True)
    rest_agreed_by = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_cause = models.CharField(max_length=8, choices=VoidCause, blank=True)
    void_reason = models.CharField(_("why the poll was annulled"), max_length=300, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agenda_item", "turn"], condition=~Q(status="void"), name="councils_poll_one_live"
            ),
            models.UniqueConstraint(
                fields=["agenda_item"], condition=Q(status="open"), name="councils_poll_one_open"
            ),
            models.CheckConstraint(
                condition=Q(turn=1, turn_reason="") | (Q(turn__gt=1) & ~Q(turn_reason="")),
                name="councils_poll_turn_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(breaks_tie=False) | Q(turn__gt=1), name="councils_poll_tie_is_a_further_round"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None, void_cause="")
                | Q(status="closed", closed_at__isnull=False, void_cause="")
                | (Q(status="void", closed_at__isnull=False) & ~Q(void_cause="")),
                name="councils_poll_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(opinions_count__lte=F("ballots_count")), name="councils_poll_opinions_are_ballots"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_item}"

    @property
    def is_open(self) -> bool:
        return self.status == PollStatus.OPEN

    @property
    def is_void(self) -> bool:
        return self.status == PollStatus.VOID

    @property
    def seconds_left(self) -> int:
        """Until the time that the chair announced; negative when it is over, 0 when none was."""
        return int((self.closes_by - clock.now()).total_seconds()) if self.closes_by else 0

    @property
    def all_members(self) -> int:
        """Members of the council, those who take no part among them: the quorum is counted over these."""
        return self.members_count + (self.recused_count if self.base_basis else 0)

    @property
    def why_void(self) -> str:
        """The cause in words, with the chair's reason where one was given."""
        reason = f" {self.void_reason.rstrip('.')}." if self.void_reason else ""
        return f"{self.get_void_cause_display()}.{reason}"


class Participation(models.Model):
    """Who is entitled to vote in a poll, and whether the person has: never when, never what.

    `on_paper` is set for whoever votes by a paper of that kind. `has_voted` is written for all at once when the poll is
    closed; until then the urn knows it. Of those on paper it is known only when all papers of their kind came.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="participations")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="participations")
    is_present = models.BooleanField(default=False)
    is_recused = models.BooleanField(default=False)
    on_paper = models.CharField(max_length=8, choices=PaperKind, blank=True)
    has_voted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "member"], name="councils_participation_once"),
            models.CheckConstraint(
                condition=Q(on_paper="")
                | Q(on_paper="paper", is_present=True, is_recused=False)
                | Q(on_paper="written", is_present=False, is_recused=False),
                name="councils_participation_on_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.member}"

    @property
    def is_on_device(self) -> bool:
        """Whether the member has a ballot on an own device."""
        return self.is_present and not self.is_recused and not self.on_paper


class PaperBatch(models.Model):
    """Papers of one kind that were typed into an open poll together: how many, by whom, and who confirmed them.

    What they say waits in the urn until the second person has typed the same, and is then part of its counters: it stands
    in no row, here or elsewhere. A batch of one is lawful; those who enter and confirm it know that choice.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="batches")
    kind = models.CharField(max_length=8, choices=PaperKind)
    key = models.CharField(max_length=32, unique=True, editable=False)
    papers_count = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=BatchStatus, default=BatchStatus.WAITING)
    entered_by = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("batch of papers")
        ordering = ["entered_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(papers_count__gte=1), name="councils_paperbatch_not_empty"),
            models.CheckConstraint(
                condition=Q(status="waiting", settled_at=None)
                | (~Q(status="waiting") & Q(settled_at__isnull=False)),
                name="councils_paperbatch_settled",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | (Q(settled_by__isnull=False) & ~Q(settled_by=F("entered_by"))),
                name="councils_paperbatch_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(reason=""), name="councils_paperbatch_rejected_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll}: {self.get_kind_display()} ({self.papers_count})"

    @property
    def is_waiting(self) -> bool:
        return self.status == BatchStatus.WAITING

    @property
    def is_confirmed(self) -> bool:
        return self.status == BatchStatus.CONFIRMED

    @property
    def is_single(self) -> bool:
        """Whether it is one paper, so that those who enter and confirm it know how a member voted."""
        return self.papers_count == 1


class Ballot(models.Model):
    """One anonymous paper of a poll that was counted, written at the closing with all others in random order.

    Nothing here may lead to a member: no person, no time, no counter.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=8, choices=Choice)

    def __str__(self) -> str:
        return str(self.pk)


class Tally(models.Model):
    """The count of a closed poll, and what follows from it."""

    poll = models.OneToOneField(Poll, primary_key=True, on_delete=models.PROTECT, related_name="tally")
    agree = models.PositiveSmallIntegerField()
    disagree = models.PositiveSmallIntegerField()
    blank = models.PositiveSmallIntegerField()
    invalid = models.PositiveSmallIntegerField(default=0)
    unreturned = models.PositiveSmallIntegerField()
    required = models.PositiveSmallIntegerField()
    has_quorum = models.BooleanField()
    result = models.CharField(max_length=16, choices=PollResult)

    class Meta:
        verbose_name = _("tally")

    def __str__(self) -> str:
        return f"{self.agree}/{self.required}"

    @property
    def cast(self) -> int:
        return self.agree + self.disagree + self.blank + self.invalid


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
