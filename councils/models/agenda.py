"""What a meeting votes on, and who takes no part in it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.enums import (
    Ground,
    ItemStanding,
)
from councils.models.councils import CouncilMember
from councils.models.meetings import Meeting
from nominations.enums import Status
from nominations.models import Dossier, Evaluation
from nominations.statuses import Step, lying_at
from nominations.transitions import sources_of

if TYPE_CHECKING:
    from councils.models.polls import Poll

STEPS_OF_OTHERS = (Step.DRAFT, Step.DISTRICT, Step.PROPOSAL)
"""Where a dossier lies while a council that moves none votes on it: with its makers, with the district, or on the province's
list before the decision.
"""


class AgendaItem(models.Model):
    """One dossier before the council, with the evaluation the members read.

    Of a unit's council what became of it is kept here (`standing`), and the dossier's status stays what it is until the
    unit files it (`came_at`: as a draft, or from the district). So it is of the province's council, until the decision
    (`came_at`: from a proposal). Of the movement's council the dossier's own status says it, and both are empty.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="agenda_items")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=15, choices=ItemStanding, blank=True, editable=False)
    came_at = models.CharField(max_length=9, choices=Step, blank=True, editable=False)
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
                condition=Q(standing="", came_at="") | (~Q(standing="") & Q(came_at__in=STEPS_OF_OTHERS)),
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
        return status in lying_at(self.came_at)

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
