"""What a vote does to an item, which depends on what the council serves.

- The movement's council moves the dossier, and the item keeps nothing.
- A unit's council moves none, and the item keeps the result. It is read when the unit files the dossier
  (`nominations.unit_councils`).
- The province's council moves none either: the dossier stays proposed, and the item keeps the result. It is read on the
  way to the decision (`reports.way`).
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest, StaleState
from core.models import User
from councils.enums import ItemStanding
from councils.models import AgendaItem, Council, Meeting
from councils.selectors.choosing import before_province, dossiers_for
from nominations.models import Dossier, Evaluation
from nominations.services.council_steps import (
    check_before_province,
    evaluate_for_unit,
    put_on_agenda,
    reconsider,
    record_recommendation,
    take_off_agenda,
)
from nominations.services.holding import hold_dossiers, hold_proposals_of
from nominations.statuses import Step, row_of


def put_before(*, meeting: Meeting, dossier: Dossier, actor: User) -> AgendaItem:
    """The dossier as a new item, still without a place.

    Raises InvalidRequest, or of the province's council NotAllowed, for one that the council does not vote on, and
    StaleState for one that another meeting of the province's council has before it.
    """
    if meeting.council.is_of_unit:
        return _put_before_unit(meeting, dossier, actor)
    if meeting.council.is_of_province:
        return AgendaItem.objects.create(
            meeting=meeting,
            dossier=dossier,
            evaluation=_before_province(dossier),
            position=0,
            standing=ItemStanding.WAITING,
            came_at=Step.PROPOSAL,
        )
    evaluation = put_on_agenda(dossier=dossier, actor=actor)
    return AgendaItem.objects.create(meeting=meeting, dossier=dossier, evaluation=evaluation, position=0)


def _before_province(dossier: Dossier) -> Evaluation:
    """The evaluation of a proposed dossier that no meeting of the province's council has before it, or has voted on."""
    evaluation = check_before_province(dossier)
    elsewhere = before_province().filter(dossier=dossier).select_related("meeting").first()
    if elsewhere is not None:
        raise StaleState(
            _("Dossier %(code)s is already before the meeting “%(meeting)s”.")
            % {"code": dossier.code, "meeting": elsewhere.meeting},
            _("Leave it out of this agenda."),
        )
    return evaluation


def _put_before_unit(meeting: Meeting, dossier: Dossier, actor: User) -> AgendaItem:
    # Whoever files it locks it too, so that it does not leave while it comes before the council.
    status = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk).status
    _check_lies_here(meeting.council, dossier)
    (evaluation,) = evaluate_for_unit(dossiers=[dossier], actor=actor)
    return AgendaItem.objects.create(
        meeting=meeting,
        dossier=dossier,
        evaluation=evaluation,
        position=0,
        standing=ItemStanding.WAITING,
        came_at=row_of(status).step or "",
    )


def _check_lies_here(council: Council, dossier: Dossier) -> None:
    if not dossiers_for(council).filter(pk=dossier.pk).exists():
        raise InvalidRequest(
            _("Dossier %(code)s is not one that %(unit)s can put before its council now.")
            % {"code": dossier.code, "unit": council.unit.name},
            _(
                "Choose dossiers that lie at the unit with their achievement report, and stand on no other agenda."
            ),
        )


def evaluate_anew(*, meeting: Meeting, actor: User) -> None:
    """Items of a unit's council cite what the figures say when the meeting opens: until then makers still write."""
    if not meeting.council.is_of_unit:
        return
    items = {item.dossier_id: item for item in meeting.items.filter(taken_off_at=None)}
    dossiers = [
        dossier
        for dossier in Dossier.objects.filter(pk__in=items).select_related("award_round__movement")
        if items[dossier.pk].waits(dossier.status)
    ]
    for evaluation in evaluate_for_unit(dossiers=dossiers, actor=actor):
        AgendaItem.objects.filter(pk=items[evaluation.dossier_id].pk).update(evaluation=evaluation)


def take_back(*, item: AgendaItem, dossier: Dossier, actor: User, note: str) -> None:
    """The item leaves the agenda before its vote; what waited with the movement's council is eligible again."""
    if not item.standing and item.waits(dossier.status):
        take_off_agenda(dossier=dossier, actor=actor, note=note)


def hold_again(*, item: AgendaItem, dossier: Dossier, actor: User, note: str) -> None:
    """What was voted on is put to the vote once more; until then its result counts for nothing."""
    if not item.standing:
        reconsider(dossier=dossier, actor=actor, note=note)
        return
    _stand(item, ItemStanding.WAITING)


def record_result(*, item: AgendaItem, dossier: Dossier, result: str, actor: User, note: str) -> None:
    """Hand a poll's result down; a dossier that went away meanwhile stays where it is."""
    if not item.waits(dossier.status):
        return
    if item.standing:
        _stand(item, ItemStanding(result))
    else:
        record_recommendation(dossier=dossier, result=result, actor=actor, note=note)


def _stand(item: AgendaItem, standing: ItemStanding) -> None:
    item.standing = standing
    item.save(update_fields=["standing"])


def hold_all(council: Council, dossiers: Collection[int]) -> None:
    """Hold what comes before a council until the transaction ends, whichever hand wants it in which order.

    Of the province's council the proposals are held, as whoever cancels or decides one does before its dossiers.
    """
    if council.is_of_province:
        hold_proposals_of(dossiers)
    else:
        hold_dossiers(dossiers)


def ready_for_poll(item: AgendaItem, council: Council) -> Dossier:
    """The dossier of an item on which a poll is to open, held as by `locked_dossier`.

    Of the province's council its proposal is held too, and before it, as the decision does. Raises NotAllowed, naming the
    paper, when one lacks that comes before the vote, or the province's letter has gone out.
    """
    if council.is_of_province:
        check_before_province(item.dossier)
    return locked_dossier(item)


def locked_dossier(item: AgendaItem) -> Dossier:
    """The item's dossier held until the transaction ends; the item's own standing is read after that."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=item.dossier_id)
    item.refresh_from_db(fields=["standing", "taken_off_at"])
    return dossier
