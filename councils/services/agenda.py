"""The agenda: which dossiers a meeting votes on, in which order."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import Serves
from councils.events import Event
from councils.models import AgendaItem, Declaration, Meeting, Poll, Ruling
from councils.permissions import check_can_prepare, check_can_take_off, check_is_open, check_is_planned
from councils.services.locks import lock_meeting
from councils.services.standing import hold_all, locked_dossier, put_before, take_back
from councils.ties import equals_waiting
from nominations.models import Dossier, Evaluation
from nominations.selectors.checks import deciding_evaluation
from nominations.transitions import sources_of


@service
def set_agenda(*, meeting: Meeting, dossiers: Sequence[Dossier], actor: User) -> list[AgendaItem]:
    """The meeting votes on exactly these dossiers, in this order.

    What is new goes on the agenda, what is left out is eligible again, all or nothing.
    Raises StaleState when another hand has just moved one of them.
    """
    check_can_prepare(actor, meeting.council)
    locked = lock_meeting(meeting)
    check_is_planned(locked)
    wanted = {dossier.pk: dossier for dossier in dossiers}
    # Another meeting's secretary may want some of the same, in another order.
    hold_all(locked.council, [*wanted, *locked.items.values_list("dossier_id", flat=True)])
    present = {item.dossier_id: item for item in locked.items.select_related("dossier")}
    for dossier_id, item in present.items():
        if dossier_id not in wanted:
            _drop(item, locked, actor)
    items = []
    for position, dossier in enumerate(wanted.values(), start=1):
        item = present.get(dossier.pk) or _put(locked, dossier, actor)
        item.position = position
        items.append(item)
    AgendaItem.objects.bulk_update(items, ["position"])
    audit.record(
        Event.AGENDA_SET,
        actor=actor,
        subject=locked,
        dossiers=[dossier.code for dossier in wanted.values()],
        checks={item.dossier.code: item.evaluation_id for item in items},
    )
    return items


def _put(meeting: Meeting, dossier: Dossier, actor: User) -> AgendaItem:
    if dossier.award_round.movement_id != meeting.council.movement_id:
        raise InvalidRequest(
            _("Dossier %(code)s belongs to another movement than this council.") % {"code": dossier.code},
            _("Leave it out of this agenda."),
        )
    if meeting.council.serves == Serves.SELECTION and dossier.status in sources_of("propose"):
        evaluation = _evaluation_of_equal(meeting, dossier)
        return AgendaItem.objects.create(meeting=meeting, dossier=dossier, evaluation=evaluation, position=0)
    return put_before(meeting=meeting, dossier=dossier, actor=actor)


def _evaluation_of_equal(meeting: Meeting, dossier: Dossier) -> Evaluation:
    """Of a recommended dossier that comes back to be parted from its equals; it stays recommended."""
    evaluation = deciding_evaluation(dossier)
    if evaluation is None or dossier.pk not in {one.pk for one in equals_waiting(meeting.council)}:
        raise NotAllowed(
            _("Dossier %(code)s is recommended, and equal with no other on the last place of a quota.")
            % {"code": dossier.code},
            _("Leave it out of this agenda."),
        )
    return evaluation


def _drop(item: AgendaItem, meeting: Meeting, actor: User) -> None:
    note = _("Taken off the agenda of “%(meeting)s”.") % {"meeting": meeting}
    take_back(item=item, dossier=item.dossier, actor=actor, note=note)
    # What was declared of the item goes with it; the log keeps that it was.
    Declaration.objects.filter(item=item).delete()
    Ruling.objects.filter(item=item).delete()
    item.delete()


@service
def take_item_off(*, item: AgendaItem, reason: str, actor: User) -> AgendaItem:
    """The open meeting does not vote on the item; its dossier is eligible again for another meeting."""
    check_can_take_off(actor, item.meeting)
    meeting = lock_meeting(item.meeting)
    check_is_open(meeting)
    if not reason.strip():
        raise InvalidRequest(
            _("The reason is empty."), _("Say why the item is taken off; it stands in the minutes.")
        )
    if Poll.objects.live().filter(agenda_item=item).exists():
        raise NotAllowed(_("A poll has been held on this item, so it cannot be taken off."))
    changed = AgendaItem.objects.filter(pk=item.pk, taken_off_at=None).update(
        taken_off_at=clock.now(), taken_off_reason=nfc(reason).strip()
    )
    if changed != 1:
        raise StaleState(_("This item has already been taken off the agenda."))
    item.refresh_from_db()
    dossier = locked_dossier(item)
    take_back(item=item, dossier=dossier, actor=actor, note=item.taken_off_reason)
    audit.record(
        Event.ITEM_TAKEN_OFF, actor=actor, subject=meeting, dossier=dossier.code, reason=item.taken_off_reason
    )
    return item
