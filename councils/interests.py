"""Interests of members in items: what they declared, what the records suggest, and what follows for papers and votes.

A member is recused of an item who declared an interest in it, or of whom it was decided. Whoever is recused reads none
of its papers and gets no ballot.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from core import clock
from core.models import User
from councils.enums import Ground, ItemStanding, MeetingStatus, PollStatus
from councils.models import (
    STEPS_OF_OTHERS,
    AgendaItem,
    BaseRule,
    Council,
    CouncilMember,
    Declaration,
    Invitation,
    Meeting,
    Poll,
    Ruling,
)
from councils.querysets import has_seat
from nominations.enums import Status
from nominations.models import Dossier
from nominations.statuses import lying_at
from nominations.transitions import sources_of
from registry.enums import UnitKind
from registry.models import Account, UnitRole
from registry.selectors.ancestry import Ancestry

Pair = tuple[int, int]
"""An item and a member, by their keys."""


@dataclass(frozen=True)
class Recusal:
    """A member who takes no part in an item, and why, as the minutes say it."""

    member: CouncilMember
    reason: str


@dataclass(frozen=True)
class Suspicion:
    """An interest that the records suggest, put before the secretary."""

    item: AgendaItem
    member: CouncilMember
    grounds: tuple[Ground, ...]
    ruling: Ruling | None

    @property
    def words(self) -> str:
        """The grounds, the strongest first."""
        return "; ".join(str(ground.label) for ground in self.grounds)


@dataclass(frozen=True)
class Interests:
    """Everything that is known of interests in the items of a meeting that wait for their poll."""

    items: list[AgendaItem]
    seats: list[CouncilMember]
    declared: dict[Pair, Declaration]
    rulings: dict[Pair, Ruling]
    grounds: dict[Pair, tuple[Ground, ...]] = field(default_factory=dict)

    def is_recused(self, item: AgendaItem, member: CouncilMember) -> bool:
        """Whether the member takes no part in the item."""
        said, ruling = self.declared.get((item.pk, member.pk)), self.rulings.get((item.pk, member.pk))
        return bool(said and said.has_interest) or bool(ruling and ruling.is_recused)

    def recused(self, item: AgendaItem) -> list[CouncilMember]:
        """Members who take no part in an item."""
        return [member for member in self.seats if self.is_recused(item, member)]

    def owes(self, item: AgendaItem, member: CouncilMember) -> bool:
        """Whether the member's declaration on the item is missing; whoever is recused already owes none."""
        return (item.pk, member.pk) not in self.declared and not self.is_recused(item, member)

    def left_to_declare(self, member: CouncilMember) -> int:
        """On how many items the member's declaration is missing."""
        return sum(self.owes(item, member) for item in self.items)

    @cached_property
    def suspicions(self) -> list[Suspicion]:
        """What the records suggest of members who declared no interest, decided or not."""
        return [
            Suspicion(item, member, grounds, self.rulings.get((item.pk, member.pk)))
            for item in self.items
            for member in self.seats
            if (grounds := self.grounds.get((item.pk, member.pk)))
            and not ((said := self.declared.get((item.pk, member.pk))) and said.has_interest)
        ]

    @property
    def pending(self) -> list[Suspicion]:
        """Those that nobody has decided."""
        return [suspicion for suspicion in self.suspicions if suspicion.ruling is None]

    @property
    def undeclared(self) -> list[CouncilMember]:
        """Members whose declaration is missing on an item."""
        return [member for member in self.seats if self.left_to_declare(member)]


def waiting_items() -> QuerySet[AgendaItem]:
    """Items that are to be voted on: no poll is open on them, and they are neither taken off nor withdrawn.

    Of a dossier that stands recommended, the item on which nothing was held yet: it came back for a vote among equals.
    """
    polls = Poll.objects.filter(agenda_item=OuterRef("pk"))
    came_back = ~Exists(polls.live()) & Q(standing="", dossier__status__in=sources_of("propose"))
    waiting = Q(standing="", dossier__status=Status.ON_AGENDA) | came_back
    for step in STEPS_OF_OTHERS:
        waiting |= Q(standing=ItemStanding.WAITING, came_at=step, dossier__status__in=lying_at(step))
    return AgendaItem.objects.filter(
        ~Exists(polls.filter(status=PollStatus.OPEN)), waiting, taken_off_at=None
    ).order_by("position", "pk")


def seats_at(meeting: Meeting) -> QuerySet[CouncilMember]:
    """Who sits at a meeting: those on its roll, before it opens the council's members of the day; by given name."""
    if meeting.status == MeetingStatus.PLANNED:
        seats: QuerySet[CouncilMember] = CouncilMember.objects.filter(council=meeting.council_id).on(
            meeting.held_on
        )
    else:
        seats = CouncilMember.objects.filter(attendances__meeting=meeting).until(meeting.sits_on)
    return seats.select_related("user")


def seat_at(meeting: Meeting, user: User) -> CouncilMember | None:
    """The person's seat at a meeting; None for those who do not sit on the council then."""
    return seats_at(meeting).filter(user=user.pk).first()


def interests_of(meeting: Meeting, *also: int) -> Interests:
    """What is known of interests in a meeting's waiting items, and in the items `also`, in a constant number of queries."""
    waiting = waiting_items().filter(meeting=meeting).values("pk")
    items = list(
        AgendaItem.objects.filter(Q(pk__in=waiting) | Q(pk__in=also))
        .order_by("position", "pk")
        .select_related(
            "dossier__nominee_unit__parent",
            "dossier__nominee_household__unit__parent",
            "dossier__nominee_individual__unit__parent",
            "dossier__filing_set",
        )
    )
    seats = list(seats_at(meeting))
    return Interests(
        items=items,
        seats=seats,
        declared={
            (one.item_id, one.member_id): one for one in Declaration.objects.filter(item__meeting=meeting)
        },
        rulings={
            (one.item_id, one.member_id): one
            for one in Ruling.objects.filter(item__meeting=meeting).select_related("ruled_by")
        },
        grounds=_grounds(items, seats, meeting),
    )


def _grounds(
    items: list[AgendaItem], seats: list[CouncilMember], meeting: Meeting
) -> dict[Pair, tuple[Ground, ...]]:
    """What the records suggest, for each item and member of whom they suggest anything.

    That members of a unit's council work at the unit is how it is made up, and suggests nothing of one of them.
    """
    people = _People.read({seat.user_id for seat in seats}, items, meeting.sits_on)
    if meeting.council.is_of_unit:
        own = people.forms_of({meeting.council.unit_id})
        for places in people.places.values():
            places -= own
    found: dict[Pair, tuple[Ground, ...]] = {}
    for item in items:
        for seat in seats:
            grounds = tuple(people.grounds(item, seat))
            if grounds:
                found[item.pk, seat.pk] = grounds
    return found


@dataclass(frozen=True)
class _People:
    """Where members work, by which accounts they filed, and in which nominees they declared an interest."""

    places: dict[int, set[int]]
    """By person, units under every name and border that they had."""
    accounts: dict[int, set[int]]
    earlier: dict[int, dict[tuple[str, int], set[int]]]
    """By person and nominee, the items on which an interest in the nominee was declared."""
    ancestry: Ancestry

    @classmethod
    def read(cls, users: Collection[int], items: list[AgendaItem], day: date) -> "_People":
        """In four queries."""
        places: dict[int, set[int]] = {pk: set() for pk in users}
        accounts = {pk: {pk} for pk in users}
        kept = Account.objects.filter(Q(user__in=users) | Q(merged_into__in=users))
        for user, home, merged_into in kept.values_list("user", "home", "merged_into"):
            if user in places:
                places[user].add(home)
            if merged_into in accounts:
                accounts[merged_into].add(user)
        for user, unit in UnitRole.objects.filter(user__in=users).on(day).values_list("user", "unit"):
            places[user].add(unit)
        earlier: dict[int, dict[tuple[str, int], set[int]]] = {pk: {} for pk in users}
        for user, item, dossier in _earlier(users, [item.dossier for item in items]):
            earlier[user].setdefault(_nominee_key(dossier), set()).add(item)
        people = cls({}, accounts, earlier, Ancestry.read(day))
        people.places.update({user: people.forms_of(units) for user, units in places.items()})
        return people

    def forms_of(self, units: Collection[int]) -> set[int]:
        """Units with all that they followed whole: who worked at one of these works at the body that took its place."""
        return {form for unit in units for form in self.ancestry.followed(unit, self.ancestry.whole)}

    def grounds(self, item: AgendaItem, seat: CouncilMember) -> Iterator[Ground]:
        """What suggests that the member has an interest in the item, the strongest first."""
        dossier, user = item.dossier, seat.user_id
        person = dossier.nominee_individual or dossier.nominee_household
        if person is not None and person.name_folded == seat.user.name_folded:
            yield Ground.SAME_NAME
        if self.places[user] & self.forms_of(_workplaces(dossier)):
            yield Ground.WORKS_THERE
        if self.places[user] & self.forms_of(_managing_bodies(dossier)):
            yield Ground.MANAGES
        filed_by = {dossier.filed_by_id, dossier.filing_set.filed_by_id if dossier.filing_set else None}
        if self.accounts[user] & filed_by:
            yield Ground.FILED
        if self.earlier[user].get(_nominee_key(dossier), set()) - {item.pk}:
            yield Ground.EARLIER


def _workplaces(dossier: Dossier) -> set[int]:
    """The unit put forward, or the one at which the individual works or lives."""
    if dossier.nominee_unit_id:
        return {dossier.nominee_unit_id}
    return {dossier.nominee_individual.unit_id} if dossier.nominee_individual else set()


def _managing_bodies(dossier: Dossier) -> set[int]:
    """The managing body of the unit put forward; a village's is its commune."""
    unit = dossier.nominee_unit
    if unit is None:
        return set()
    commune = unit.parent_id if unit.kind == UnitKind.VILLAGE else None
    return {pk for pk in (unit.managing_unit_id, commune) if pk}


def _nominee_key(dossier: Dossier) -> tuple[str, int]:
    for kind in ("unit", "household"):
        pk = getattr(dossier, f"nominee_{kind}_id")
        if pk:
            return kind, pk
    return "individual", dossier.nominee_individual_id or 0


def _earlier(users: Collection[int], dossiers: list[Dossier]) -> Iterator[tuple[int, int, Dossier]]:
    """Interests that these people declared, on any item, in the nominees of these dossiers."""
    same_nominee = Q(pk__in=[])
    for kind in ("unit", "household", "individual"):
        named = {getattr(dossier, f"nominee_{kind}_id") for dossier in dossiers} - {None}
        same_nominee |= Q(**{f"item__dossier__nominee_{kind}__in": named})
    declared = Declaration.objects.filter(same_nominee, has_interest=True, member__user__in=users)
    for one in declared.select_related("member", "item__dossier"):
        yield one.member.user_id, one.item_id, one.item.dossier


def with_recusals(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items with what `recusals_of` reads, in two queries."""
    people = ("member__user",)
    return items.prefetch_related(
        Prefetch(
            "declarations",
            Declaration.objects.filter(has_interest=True).select_related(*people),
            to_attr="declared_interests",
        ),
        Prefetch(
            "rulings",
            Ruling.objects.filter(is_recused=True).select_related(*people),
            to_attr="recused_by_ruling",
        ),
    )


def recusals_of(item: AgendaItem) -> list[Recusal]:
    """Who takes no part in an item that was read `with_recusals`, by given name; each member once."""
    found: dict[int, Recusal] = {}
    stated: Iterable[Declaration | Ruling] = (*item.declared_interests, *item.recused_by_ruling)  # type: ignore[attr-defined]
    for one in stated:
        found.setdefault(one.member_id, Recusal(one.member, one.reason))
    return sorted(found.values(), key=lambda recusal: (recusal.member.name_sort, recusal.member.pk))


def base_rule_on(council: Council, day: date) -> BaseRule | None:
    """The council's own rule on the base of votes that holds on a day, if it takes recused members out of it."""
    rule = council.base_rules.filter(starts_on__lte=day).order_by("-starts_on", "-pk").first()
    return rule if rule is not None and rule.recused_leave_base else None


def _papers_are_out() -> Q:
    """Items whose papers may be read at all: the meeting's members were invited, or it has been opened."""
    return Q(Exists(Invitation.objects.filter(meeting=OuterRef("meeting")))) | ~Q(
        meeting__status=MeetingStatus.PLANNED
    )


def items_to_declare(user: User) -> QuerySet[AgendaItem]:
    """Items on which the person's own declaration is missing, of meetings to which members were invited or that go on."""
    seats = CouncilMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("meeting__sits_on")),
        user=user.pk,
        council=OuterRef("meeting__council"),
        starts_on__lte=OuterRef("meeting__sits_on"),
    )
    on_the_roll = CouncilMember.objects.filter(user=user.pk, attendances__meeting=OuterRef("meeting"))
    sits = Q(Exists(seats), meeting__status=MeetingStatus.PLANNED) | Q(
        Exists(on_the_roll), meeting__status=MeetingStatus.OPEN
    )
    items = waiting_items().filter(_papers_are_out(), sits)
    return items.exclude(_declared(user)).exclude(_recused(user))


def _declared(user: User, **what: bool) -> Exists:
    return Exists(Declaration.objects.filter(item=OuterRef("pk"), member__user=user.pk, **what))


def _recused(user: User) -> Q:
    ruled = Ruling.objects.filter(item=OuterRef("pk"), member__user=user.pk, is_recused=True)
    return Q(_declared(user, has_interest=True)) | Q(Exists(ruled))


def items_read_by_seat(user: User) -> QuerySet[AgendaItem]:
    """Items of which a member reads the papers: from the invitation on, after the own declaration of no interest.

    Of a closed meeting the declaration is not asked for. Whoever is recused of the item reads none.
    """
    seats = CouncilMember.objects.filter(user=user.pk).on(clock.today())
    declared = Q(_declared(user, has_interest=False)) | Q(meeting__status=MeetingStatus.CLOSED)
    items = AgendaItem.objects.filter(
        _papers_are_out(), declared, meeting__council__in=seats.values("council")
    )
    return items.exclude(_recused(user))


def dossiers_open_to(user: User) -> Q:
    """Dossiers that a member reads by a seat, as papers of an item.

    A member who is recused of an item reads the dossier by no other item either, unless it came again later and the
    member declared and was found to have no interest in it then. Of who has no seat today nothing more is asked.
    """
    if not has_seat(user):
        return Q(pk__in=[])
    clear, recused = _declared(user, has_interest=False), _recused(user)
    came_again = AgendaItem.objects.filter(clear, dossier=OuterRef("dossier"), pk__gt=OuterRef("pk")).exclude(
        recused
    )
    shut = AgendaItem.objects.filter(recused).exclude(Exists(came_again))
    return Q(pk__in=items_read_by_seat(user).values("dossier")) & ~Q(pk__in=shut.values("dossier"))


def items_open_to(user: User, meeting: Meeting) -> QuerySet[AgendaItem]:
    """Items of a meeting of which the person reads the case pack.

    Whoever sits at the meeting reads as a member, whatever else a role of theirs shows: nothing before the declaration,
    nothing when recused. Others read what they may know of.
    """
    if seat_at(meeting, user) is None:
        return AgendaItem.objects.filter(meeting=meeting, dossier__in=Dossier.objects.visible_to(user))
    own = Dossier.objects.filter(dossiers_open_to(user))
    return items_read_by_seat(user).filter(meeting=meeting, dossier__in=own)
