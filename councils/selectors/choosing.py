"""Which dossiers a council can put on an agenda."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from councils.enums import (
    ItemStanding,
    MeetingStatus,
    PollStatus,
    Serves,
)
from councils.models import (
    AgendaItem,
    Council,
    Poll,
)
from councils.ties import equals_waiting
from nominations.enums import ProposalStatus
from nominations.models import Dossier, ProposalItem
from nominations.querysets import DossierQuerySet
from nominations.selectors.filing import ready_at
from nominations.selectors.way import on_way_to_province
from nominations.transitions import sources_of


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
