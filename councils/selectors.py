"""What the pages of councils read: quorum, thresholds, agenda rows, turnout and results."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import InvalidRequest
from councils.enums import (
    HERE,
    SMALL_GROUP,
    ItemStanding,
    MeetingStatus,
    PaperKind,
    PassingStatus,
    PollStatus,
    Serves,
)
from councils.exceptions import UrnAway, UrnLost
from councils.interests import Recusal, recusals_of, with_recusals
from councils.models import (
    Adjournment,
    AgendaItem,
    Council,
    CouncilMember,
    Meeting,
    Participation,
    Passing,
    Poll,
    Tally,
)
from councils.ties import equals_waiting
from councils.urn import client
from criteria.engine import Plan, decide_ballot, required_ballots
from criteria.selectors import lang
from nominations.enums import ProposalStatus, Status
from nominations.models import Dossier, ProposalItem
from nominations.querysets import DossierQuerySet
from nominations.selectors.filing import ready_at
from nominations.selectors.way import on_way_to_province
from nominations.transitions import sources_of
from registry.models import HandOver

# How long after its day a hand-over still reminds of the seats that stayed behind.
REMINDED = timedelta(days=60)


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


@dataclass(frozen=True)
class Turnout:
    """What may be shown of a poll before it closes: how many papers are in, never what they say."""

    poll: Poll
    cast: int | None
    """None while the urn cannot be reached: it alone knows."""
    required: int
    tally: Tally | None

    @property
    def is_known(self) -> bool:
        return self.cast is not None

    @property
    def entitled(self) -> int:
        return self.poll.members_count

    @property
    def expected(self) -> int:
        """Ballots handed out; those who are absent stay in the base of the result."""
        return max(self.poll.ballots_count, self.cast or 0)

    @property
    def missing(self) -> int:
        """Ballots that were handed out and are not in."""
        return self.expected - (self.cast or 0)

    @property
    def is_small(self) -> bool:
        """Whether so few vote that the result may tell how each did."""
        return self.poll.ballots_count <= SMALL_GROUP

    @property
    def can_reach(self) -> bool:
        """Whether the threshold can still be reached if everybody who has a ballot agrees; papers tell no more."""
        return self.poll.ballots_count >= self.required

    @property
    def agree_share(self) -> float | None:
        """Agreeing ballots over all members; None before closing."""
        return self.tally.agree / self.poll.members_count if self.tally else None


@dataclass(frozen=True)
class AgendaRow:
    """One item as meeting pages show it."""

    item: AgendaItem
    award_label: str
    turnout: Turnout | None
    """Of the poll that is open or was counted."""

    @property
    def recusals(self) -> list[Recusal]:
        """Members who take no part in the item, with why."""
        return recusals_of(self.item)

    @property
    def void_polls(self) -> list[Poll]:
        """Polls on the item that ended unopened."""
        return [poll for poll in self.item.polls.all() if poll.is_void]

    @property
    def dossier(self) -> Dossier:
        return self.item.dossier

    @property
    def is_waiting(self) -> bool:
        """To be voted on, for the first time or in another round: neither taken off nor withdrawn by its nominator."""
        is_open = self.turnout is not None and self.turnout.poll.is_open
        return not is_open and not self.item.taken_off_at and self.item.waits(self.dossier.status)

    @property
    def came_back(self) -> bool:
        """Whether a dossier that stands recommended waits here for a vote among equals."""
        return self.turnout is None and self._stands_recommended

    @property
    def may_be_parted(self) -> bool:
        """Whether it stands recommended, so that a vote among equals can be held on it."""
        return not self.is_being_voted_on and self._stands_recommended

    @property
    def _stands_recommended(self) -> bool:
        """By the movement's council: what another one recommended has no equals on a quota."""
        item = self.item
        return not item.taken_off_at and not item.standing and self.dossier.status in sources_of("propose")

    @property
    def result_can_stand(self) -> bool:
        """Whether an earlier round was counted, and the further one is not held yet."""
        return self.is_waiting and self.turnout is not None

    @property
    def was_voted_on(self) -> bool:
        """Whether a result stands on which another round can be held."""
        return self.turnout is not None and self.item.was_concluded(self.dossier.status)

    @property
    def earlier_rounds(self) -> list[Turnout]:
        """Results of rounds that others followed, and of those that only ordered equals, the first one first."""
        last = self.turnout.poll.pk if self.turnout else None
        counted = [poll for poll in self.item.polls.all() if poll.pk != last and hasattr(poll, "tally")]
        return [turnout_of(poll) for poll in sorted(counted, key=lambda poll: poll.turn)]

    @property
    def is_being_voted_on(self) -> bool:
        return self.turnout is not None and self.turnout.poll.is_open

    @property
    def is_withdrawn(self) -> bool:
        return self.turnout is None and self.dossier.status == Status.WITHDRAWN

    @property
    def nominee_line(self) -> str:
        """The nominee with where it is, for people who may see the dossier."""
        return nominee_line(self.dossier)

    @property
    def public_line(self) -> str:
        """For the hall: a unit by its name, a household or person by reference and home only."""
        return public_line(self.dossier)


def award_label(plan: Plan, award: str) -> str:
    """The award's name in the reader's language; its key when the plan does not know it."""
    known = plan.awards.get(award)
    return known.label(lang()) if known else award


def group_label(plan: Plan, dossier: Dossier) -> str:
    """Award and kind of nominee, under which a dossier stands on an agenda."""
    subject = plan.subjects.get(dossier.subject)
    return f"{award_label(plan, dossier.award)} · {subject.label(lang()) if subject else dossier.subject}"


def in_plan_order(plan: Plan, dossiers: Iterable[Dossier]) -> list[Dossier]:
    """Dossiers by award, then by kind of nominee, as the plan lists both, then by the nominee's name."""
    awards, subjects = list(plan.awards), list(plan.subjects)

    def place(dossier: Dossier) -> tuple[int, int, str, int]:
        award = awards.index(dossier.award) if dossier.award in awards else len(awards)
        subject = subjects.index(dossier.subject) if dossier.subject in subjects else len(subjects)
        return award, subject, dossier.nominee_sort, dossier.pk

    return sorted(dossiers, key=place)


@dataclass(frozen=True)
class AgendaGroup:
    """Items that follow each other on the agenda and are of one award and one kind of nominee."""

    label: str
    rows: list[AgendaRow]


def nominee_line(dossier: Dossier) -> str:
    """Who is put forward and where: "Xã Phan Điền, huyện Bắc Bình"."""
    if dossier.nominee_unit:
        return dossier.nominee_unit.full_name
    return f"{dossier.nominee}, {dossier.nominee_home.name_after_comma}"


def public_line(dossier: Dossier) -> str:
    """What a screen in a hall may say of a nominee: no person's name."""
    if dossier.nominee_unit:
        return dossier.nominee_unit.full_name
    words = (
        _("Household %(code)s, %(home)s")
        if dossier.nominee_household_id
        else _("Individual %(code)s, %(home)s")
    )
    return words % {"code": dossier.code, "home": dossier.nominee_home.full_name}


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


def agenda_rows(meeting: Meeting) -> list[AgendaRow]:
    """The meeting's items in order, with polls and results, in a constant number of queries."""
    plan = meeting.council.movement.plan
    return [_row(item, plan) for item in _items(meeting)]


def _items(meeting: Meeting) -> QuerySet[AgendaItem]:
    return with_recusals(
        meeting.items.select_related(
            "dossier__award_round__movement",
            "dossier__nominee_unit__parent",
            "dossier__nominee_household__unit__parent",
            "dossier__nominee_individual__unit__parent",
            "dossier__nominating_unit",
            "evaluation",
        )
        .prefetch_related(Prefetch("polls", Poll.objects.select_related("tally", "rest_agreed_by__user")))
        .defer("evaluation__facts", "evaluation__result")
        .order_by("position", "pk")
    )


def _row(item: AgendaItem, plan: Plan) -> AgendaRow:
    poll = item.live_poll
    label = award_label(plan, item.dossier.award)
    return AgendaRow(item, label, turnout_of(poll) if poll else None)


def required_by(poll: Poll) -> int:
    """The fewest agreeing ballots that recommend, of all members."""
    return required_ballots(poll.members_count, Decimal(poll.threshold))


def turnout_of(poll: Poll) -> Turnout:
    """How many papers are in, asked of the urn while the poll is open, and the result once there is one."""
    tally = getattr(poll, "tally", None)
    return Turnout(poll, tally.cast if tally else _papers_in(poll), required_by(poll), tally)


def _papers_in(poll: Poll) -> int | None:
    if not poll.is_open:
        return None
    try:
        return client.papers_in(place_of(poll))
    except (UrnAway, UrnLost):
        return None


def place_of(poll: Poll) -> client.Place:
    """Where a poll's papers are while it is open."""
    return client.Place(poll.urn_key, poll.urn_epoch)


def is_lost(poll: Poll) -> bool:
    """Whether an open poll's urn is gone with its papers; an urn that cannot be reached is not lost."""
    try:
        client.papers_in(place_of(poll))
    except UrnLost:
        return True
    except UrnAway:
        return False
    return False


def has_voted(participation: Participation | None) -> bool:
    """Whether the person's paper is in: the urn says so while the poll is open, of devices alone. Raises UrnAway, UrnLost."""
    if participation is None:
        return False
    poll = participation.poll
    if not poll.is_open:
        return participation.has_voted
    if not participation.is_on_device:
        return False
    return client.has_voted(place_of(poll), participation.member_id)


def open_polls_of(meeting: Meeting) -> list[Poll]:
    """The polls that are being held, all on one paper."""
    return list(Poll.objects.filter(agenda_item__meeting=meeting, status=PollStatus.OPEN).order_by("pk"))


def waiting_request(meeting: Meeting) -> Passing | None:
    """The secretary's request to lead the meeting that waits for consent, if any."""
    return (
        meeting.passings.filter(status=PassingStatus.WAITING)
        .select_related("to_member__user", "next_secretary__user")
        .first()
    )


def reason_to_hold_backups(using: str) -> str:
    """The sentence that keeps a backup or an update waiting; empty when no poll is open in what the connection sees.

    The papers of an open poll are in no copy: brought back, or gone on with after an update, it would be void. One
    whose urn is lost is void already, and holds up nothing.
    """
    open_polls = Poll.objects.using(using).filter(status=PollStatus.OPEN)
    if all(is_lost(poll) for poll in open_polls):
        return ""
    return _(
        "A poll is open, and its ballots are in no copy: brought back from this moment it would be void."
    )


@dataclass(frozen=True)
class MyPaper:
    """What a person has to do with the paper that is out."""

    rights: list[Participation]

    @property
    def _on_device(self) -> list[Participation]:
        return [right for right in self.rights if right.is_on_device]

    @property
    def is_on_paper(self) -> bool:
        """Whether the counting team takes the person's paper."""
        return any(right.on_paper == PaperKind.PAPER for right in self.rights)

    @property
    def sent_opinion(self) -> bool:
        """Whether the person is absent, and a written opinion came."""
        return any(right.on_paper == PaperKind.WRITTEN for right in self.rights)

    @property
    def is_recused(self) -> bool:
        """Whether the person takes no part in anything on it."""
        return bool(self.rights) and all(right.is_recused for right in self.rights)

    @property
    def is_absent(self) -> bool:
        """Whether the person sits on the council and was not there when it opened."""
        return any(not right.is_present and not right.is_recused for right in self.rights)

    @property
    def waiting_poll(self) -> Poll | None:
        """The first poll that waits for the person's ballot; where the urn does not say, its page says why."""
        return next((right.poll for right in self._on_device if not _is_in_the_urn(right)), None)

    @property
    def is_cast(self) -> bool:
        """Whether the paper is in the urn."""
        return bool(self._on_device) and self.waiting_poll is None


def my_paper(user: Any, polls: Collection[Poll]) -> MyPaper:
    """The person's rights in the open polls of one paper, in the order of the agenda."""
    if not polls:
        return MyPaper([])
    rights = Participation.objects.filter(poll__in=polls, member__user=user).select_related("poll")
    return MyPaper(list(rights.order_by("poll__agenda_item__position", "poll_id")))


def _is_in_the_urn(right: Participation) -> bool:
    try:
        return has_voted(right)
    except (UrnAway, UrnLost):
        return False


def participation_of(user: Any, poll: Poll) -> Participation | None:
    """The person's right in a poll: None for those who do not sit on the council."""
    return Participation.objects.filter(poll=poll, member__user=user).select_related("poll").first()


def polls_for_pages(user: Any) -> QuerySet[Poll]:
    """Polls that the person may know of, with what their pages show."""
    return Poll.objects.visible_to(user).select_related(
        "tally",
        "agenda_item__meeting__council__movement",
        "agenda_item__evaluation",
        "agenda_item__dossier__award_round",
        "agenda_item__dossier__nominee_unit__parent",
        "agenda_item__dossier__nominee_household__unit__parent",
        "agenda_item__dossier__nominee_individual__unit__parent",
    )


def polls_together(user: Any, poll: Poll) -> list[Poll]:
    """All polls on a poll's paper that the person may know of, in the order of the agenda."""
    polls = polls_for_pages(user).filter(agenda_item__meeting=poll.agenda_item.meeting_id, sheet=poll.sheet)
    return list(polls.defer("agenda_item__evaluation__facts").order_by("agenda_item__position", "pk"))


def meetings_for_pages(user: Any) -> QuerySet[Meeting]:
    """Meetings that the person may know of, with what their pages show."""
    return Meeting.objects.visible_to(user).select_related(
        "council__movement", "council__unit", "chair__user", "secretary__user"
    )


def dossiers_for(council: Council) -> QuerySet[Dossier]:
    """Dossiers that wait for a council: those appraised as eligible and those that only a further vote can part, of a
    unit's those that it can file next, of the province's those that a proposal puts before it.
    """
    if council.is_of_unit:
        return _dossiers_of_unit(council)
    if council.is_of_province:
        return _dossiers_of_province(council)
    equals = [dossier.pk for dossier in equals_waiting(council)]
    return (
        Dossier.objects.filter(
            Q(status__in=sources_of("put_on_agenda")) | Q(pk__in=equals),
            award_round__movement=council.movement_id,
        )
        .for_list()
        .order_by("award", "nominee_sort", "pk")
    )


def _dossiers_of_province(council: Council) -> DossierQuerySet:
    """What stands on an approved proposal to the centre and no meeting of the province's council has before it or voted on."""
    waiting = Dossier.objects.filter(
        on_way_to_province(council.movement), award_round__movement=council.movement_id
    ).exclude(pk__in=before_province().values("dossier"))
    return waiting.for_list().order_by("award", "nominee_sort", "pk")


def before_province() -> QuerySet[AgendaItem]:
    """Items of the province's councils that are to be voted on, or were since the list of their dossier was approved."""
    listed = ProposalItem.objects.filter(
        dossier=OuterRef("dossier"), proposal__status=ProposalStatus.APPROVED
    )
    counted = Poll.objects.filter(
        agenda_item=OuterRef("pk"), status=PollStatus.CLOSED, closed_at__gte=OuterRef("approved_at")
    )
    items = AgendaItem.objects.filter(meeting__council__serves=Serves.PROVINCE, taken_off_at=None).annotate(
        approved_at=Subquery(listed.values("proposal__approved_at")[:1])
    )
    return items.filter(~Q(meeting__status=MeetingStatus.CLOSED) | Exists(counted))


def _dossiers_of_unit(council: Council) -> DossierQuerySet:
    """What lies at the unit with its report, stands on no other agenda of its council, and was not recommended there yet."""
    before = AgendaItem.objects.filter(
        dossier=OuterRef("pk"),
        meeting__council=council,
        taken_off_at=None,
        standing__in=(ItemStanding.WAITING, ItemStanding.RECOMMENDED),
    )
    ready: DossierQuerySet = ready_at(council.unit, council.movement).exclude(Exists(before))
    return ready.for_list().order_by("award", "nominee_sort", "pk")


def seated_on(council: Council, day: date) -> QuerySet[CouncilMember]:
    """The members on a day, by given name as Vietnamese lists go."""
    return council.members.on(day).select_related("user")


def other_seats(council: Council, day: date) -> QuerySet[CouncilMember]:
    """Seats that ended before a day or begin after it, the latest first."""
    here_today = council.members.on(day).values("pk")
    return council.members.exclude(pk__in=here_today).select_related("user").order_by("-starts_on", "pk")


def findings_in_words(item: AgendaItem) -> Sequence[str]:
    """The figures that decided the item's dossier, one sentence for each computed requirement that is met."""
    findings = item.evaluation.result.get("findings", [])
    return [
        finding["sentence"][lang()]
        for finding in findings
        if finding.get("kind") == "computed" and finding.get("status") == "met" and finding.get("figures")
    ]


@dataclass(frozen=True)
class MeetingState:
    """Everything that meeting pages and the hall show of a meeting at one moment."""

    meeting: Meeting
    quorum: Quorum
    rows: list[AgendaRow]

    @cached_property
    def adjournment(self) -> Adjournment | None:
        """The adjournment that stands."""
        return self.meeting.adjournments.filter(resumed_at=None).first()

    @property
    def being_held(self) -> list[AgendaRow]:
        """The items that are being voted on, all on one paper."""
        return [row for row in self.rows if row.is_being_voted_on]

    @property
    def current(self) -> AgendaRow | None:
        """The item that is being voted on, the first of those on the paper."""
        return next(iter(self.being_held), None)

    @property
    def voted_on(self) -> list[AgendaRow]:
        """Items on which another round can be held."""
        return [row for row in self.rows if row.was_voted_on]

    @property
    def came_back(self) -> list[AgendaRow]:
        """Items of recommended dossiers that wait for a vote among equals."""
        return [row for row in self.rows if row.came_back]

    @property
    def equals(self) -> list[AgendaRow]:
        """Items that stand recommended, among which are those that only a further vote can part."""
        return [row for row in self.rows if row.may_be_parted]

    @property
    def tools(self) -> str:
        """Changes when what can be done in the meeting does: its tools are drawn anew then, and not under typing hands."""
        parts: list[Any] = [str(self.meeting.status), self.meeting.chair_id, self.meeting.secretary_id]
        parts += [
            (row.turnout.poll.pk, row.turnout.poll.rest_agreed_by_id)
            for row in self.being_held
            if row.turnout
        ]
        parts += [(row.item.pk, self.quorum.is_met) for row in self.waiting]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]

    @property
    def waiting(self) -> list[AgendaRow]:
        return [row for row in self.rows if row.is_waiting]

    @property
    def groups(self) -> list[AgendaGroup]:
        """The agenda in its order, under headings of award and kind of nominee."""
        plan = self.meeting.council.movement.plan
        runs = groupby(self.rows, key=lambda row: group_label(plan, row.dossier))
        return [AgendaGroup(label, list(rows)) for label, rows in runs]

    @property
    def settled_count(self) -> int:
        return sum(
            not row.is_waiting and not row.is_being_voted_on and not row.came_back for row in self.rows
        )

    @property
    def fewest_voting(self) -> int:
        """How many members vote, at the least, on an item that waits."""
        return self.quorum.present - max((len(row.recusals) for row in self.waiting), default=0)

    @property
    def latest_result(self) -> AgendaRow | None:
        """The item whose poll closed last."""
        closed = [row for row in self.rows if row.turnout and row.turnout.tally]
        return max(closed, key=lambda row: row.turnout.poll.closed_at, default=None)  # type: ignore[union-attr, arg-type, return-value]


def state_of(meeting: Meeting) -> MeetingState:
    """The meeting as it stands, in a constant number of queries."""
    return MeetingState(meeting, quorum_of(meeting), agenda_rows(meeting))


@dataclass(frozen=True)
class SeatLeft:
    """A seat whose holder handed the desk over: a decision ends it, and names who follows."""

    seat: CouncilMember
    handed: HandOver

    @property
    def words(self) -> str:
        """The seat in a line."""
        return seat_line(self.seat)


def seat_line(seat: CouncilMember) -> str:
    """Office, council and day of a seat, with whose it is."""
    line = _("%(person)s: %(office)s of “%(council)s”, since %(day)s") % {
        "person": seat.user,
        "office": seat.get_office_display(),
        "council": seat.council,
        "day": date_format(seat.starts_on, "d/m/Y"),
    }
    if seat.ends_on is None:
        return line
    return _("%(seat)s, until %(day)s") % {"seat": line, "day": date_format(seat.ends_on, "d/m/Y")}


def seats_staying(user: Any) -> QuerySet[CouncilMember]:
    """Seats that a person holds today or from a later day on."""
    seats = CouncilMember.objects.filter(user=user.pk).until(clock.today())
    return seats.select_related("council__unit", "user")


def seats_left(handed: QuerySet[HandOver]) -> list[SeatLeft]:
    """Seats that people still hold who handed their desk over, lately or on a day to come."""
    newest = {
        one.predecessor_id: one
        for one in handed.filter(on__gte=clock.today() - REMINDED).select_related("successor", "predecessor")
    }
    seats = CouncilMember.objects.filter(user__in=newest).until(clock.today())
    return [SeatLeft(seat, newest[seat.user_id]) for seat in seats.select_related("council__unit", "user")]
