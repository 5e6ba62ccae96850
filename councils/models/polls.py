"""Polls with who has a right in them, their papers and their count."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from councils.enums import (
    BatchStatus,
    Choice,
    PaperKind,
    PollResult,
    PollStatus,
    VoidCause,
)
from councils.models.agenda import AgendaItem
from councils.models.councils import CouncilMember
from councils.querysets import (
    PollQuerySet,
)


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
