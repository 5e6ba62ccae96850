"""The words of councils and votes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Office(models.TextChoices):
    """What a member is to the council."""

    CHAIR = "chair", _("Chair")
    DEPUTY = "deputy", _("Deputy chair")
    SECRETARY = "secretary", _("Secretary")
    MEMBER = "member", _("Member")


class Serves(models.TextChoices):
    """For what a council votes."""

    SELECTION = "selection", _("Selects for the movement")
    UNIT = "unit", _("Council of one unit: what the unit files")
    PROVINCE = "province", _("Emulation and commendation council of the province: proposals to the centre")


class ItemStanding(models.TextChoices):
    """What a unit's or the province's council made of an item; a dossier before the movement's council says it by its own
    status.
    """

    WAITING = "waiting", _("Waits for the vote")
    RECOMMENDED = "recommended", _("Recommended")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")


LEADING = frozenset({Office.CHAIR, Office.DEPUTY})
"""Who may lead a meeting."""


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", _("In preparation")
    OPEN = "open", _("In session")
    ADJOURNED = "adjourned", _("Adjourned")
    CLOSED = "closed", _("Closed")


class MeetingOffice(models.TextChoices):
    """What a member does in one meeting; deputy chairs of the council are its vice-chairs."""

    CHAIR = "chair", _("Chair of the meeting")
    VICE_CHAIR = "vice_chair", _("Vice-chair")
    SECRETARY = "secretary", _("Secretary of the meeting")
    TELLER = "teller", _("Counting team")


PASSED_ON = (MeetingOffice.CHAIR, MeetingOffice.SECRETARY, MeetingOffice.TELLER)
"""Offices that one person hands to another during a meeting; a vice-chair's comes with the seat."""


class RecordKind(models.TextChoices):
    """The two papers of a meeting that are signed off in it: what was said, and what was counted."""

    MINUTES = "minutes", _("Minutes of the meeting")
    COUNTING = "counting", _("Counting record")


class PassingStatus(models.TextChoices):
    WAITING = "waiting", _("Waits for the leadership's consent")
    DONE = "done", _("Passed on")
    REFUSED = "refused", _("Not consented to")


class PresenceKind(models.TextChoices):
    """What happened to a member's presence."""

    CAME = "came", _("Came")
    LEFT = "left", _("Left")
    BACK = "back", _("Came back")
    EXCUSED = "excused", _("Absent with leave")
    ABSENT = "absent", _("Absent without leave")


HERE = (PresenceKind.CAME, PresenceKind.BACK)
"""After one of these a member is present."""


class PollStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    VOID = "void", _("Void")


class VoidCause(models.TextChoices):
    """Why a poll ended without its papers being opened."""

    ANNULLED = "annulled", _("Annulled by the chair")
    TOO_FEW = "too_few", _("Fewer ballots than a valid vote needs")
    URN_LOST = "urn_lost", _("The urn was lost before the poll was closed")


MOST_ON_A_PAPER = 20
"""So many dossiers stand on one ballot paper at the most."""

SMALL_GROUP = 7
"""With so few members voting, a result in which nearly all agree or nearly all do not tells how each voted."""


class Choice(models.TextChoices):
    """What a ballot says; blank and invalid papers stay in the base."""

    AGREE = "agree", _("Agree")
    DISAGREE = "disagree", _("Disagree")
    BLANK = "blank", _("Blank ballot")
    INVALID = "invalid", _("Invalid ballot")


CASTABLE = (Choice.AGREE, Choice.DISAGREE, Choice.BLANK)
"""What a member's own device offers; only on paper can a ballot be invalid."""


class PaperKind(models.TextChoices):
    """How a member votes who does not vote on an own device."""

    PAPER = "paper", _("Paper ballot")
    WRITTEN = "written", _("Written opinion")


class BatchStatus(models.TextChoices):
    """What became of a batch of papers that was typed in."""

    WAITING = "waiting", _("Waits for a second person")
    CONFIRMED = "confirmed", _("In the urn")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REJECTED = "rejected", _("Rejected by the second person")
    VOID = "void", _("Void with its poll")


class PollResult(models.TextChoices):
    RECOMMENDED = "recommended", _("Recommended")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    NO_QUORUM = "no_quorum", _("No quorum")
    RANKED = "ranked", _("Counted for the order among equals")


class Ground(models.TextChoices):
    """Why a member may have an interest in an item, as far as the records tell; the strongest first."""

    SAME_NAME = "same_name", _("has the nominee's name")
    WORKS_THERE = "works_there", _("works at the nominee's unit")
    MANAGES = "manages", _("works at the body that manages the nominee's unit")
    FILED = "filed", _("filed the dossier or the set with its letter")
    EARLIER = "earlier", _("declared an interest in this nominee on another item")
