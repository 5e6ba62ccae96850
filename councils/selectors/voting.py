"""The threshold and the quorum that a vote needs, and on what they rest."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from councils.enums import (
    HERE,
    MeetingStatus,
)
from councils.models import (
    Council,
    Meeting,
    Poll,
)
from criteria.engine import Plan, decide_ballot, required_ballots
from criteria.selectors import lang


@dataclass(frozen=True)
class VotingBasis:
    """The agreeing share that an award needs, in percent of all members, and where that is written."""

    threshold: int
    legal_basis: str


@dataclass(frozen=True)
class Quorum:
    """How many members came, and how many must."""

    members: int
    present: int
    present_required: int
    is_met: bool

    @property
    def lacking(self) -> int:
        return max(0, self.present_required - self.present)

    @property
    def to_spare(self) -> int:
        """How many may still leave before the quorum breaks."""
        return max(0, self.present - self.present_required)


def voting_basis(council: Council, plan: Plan, award: str, day: date) -> VotingBasis:
    """The council's own rule for the award on a day, else the default of the plan by which the dossier is judged.

    Raises InvalidRequest when neither says anything about the award.
    """
    own = council.voting_rules.filter(award=award, starts_on__lte=day).order_by("-starts_on", "-pk").first()
    if own is not None:
        return VotingBasis(own.threshold, own.legal_basis)
    parameter = plan.voting.thresholds.get(award)
    if parameter is None:
        raise InvalidRequest(
            _("Neither the council's rules nor the plan give a threshold for this award."),
            _("Ask the leadership to record the council's threshold with its legal basis."),
        )
    dated = parameter.on(day)
    percent = Decimal(str(dated.value))
    if percent != int(percent):
        raise InvalidRequest(
            _("The plan's threshold for this award is %(percent)s percent, and polls keep whole percents.")
            % {"percent": percent},
            _("Ask the leadership to record the council's threshold with its legal basis."),
        )
    return VotingBasis(int(percent), dated.reference("vi")[:300])


def quorum_of(meeting: Meeting) -> Quorum:
    """Present and entitled members of a meeting, by its roll; before opening, nobody is present."""
    if meeting.status == MeetingStatus.PLANNED:
        members, present = meeting.council.members.on(meeting.held_on).count(), 0
    else:
        counts = (
            meeting.attendances.sitting(meeting)
            .with_state()
            .aggregate(members=Count("pk"), present=Count("pk", filter=Q(state__in=HERE)))
        )
        members, present = counts["members"], counts["present"]
    return quorum_for(meeting.council.movement.plan_on(meeting.sits_on), meeting.sits_on, members, present)


def quorum_for(plan: Plan, day: date, members: int, present: int) -> Quorum:
    """Whether so many present members are enough on a day."""
    if members == 0:
        return Quorum(0, 0, 0, is_met=False)
    # The quorum does not depend on the award, so any threshold serves here.
    result = decide_ballot(plan, "", day, members, present, agree=0, disagree=0, blank=0, threshold=100)
    return Quorum(members, present, result.present_required, is_met=result.quorum == "met")


def required_by(poll: Poll) -> int:
    """The fewest agreeing ballots that recommend, of all members."""
    return required_ballots(poll.members_count, Decimal(poll.threshold))


def award_label(plan: Plan, award: str) -> str:
    """The award's name in the reader's language; its key when the plan does not know it."""
    known = plan.awards.get(award)
    return known.label(lang()) if known else award
