"""What members declare of their interests, and what is decided of those that the records suggest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import Ground
from councils.events import Event
from councils.interests import interests_of, seats_at, waiting_items
from councils.models import AgendaItem, CouncilMember, Declaration, Meeting, Ruling
from councils.permissions import check_can_declare, check_can_settle_interest, check_is_not_over
from councils.services.locks import lock_meeting


@dataclass(frozen=True)
class Answer:
    """What a member says of one item; the reason belongs to an interest, or to taking one back."""

    item: AgendaItem
    has_interest: bool
    reason: str = ""


@service
def declare_interests(
    *, meeting: Meeting, member: CouncilMember, answers: Sequence[Answer], actor: User
) -> list[Declaration]:
    """What the member declares of these items; what was declared so before stays as it was.

    The member declares, or says it aloud and the secretary records it. An interest can be told until the item's poll
    opens; only who keeps the record takes one back, with a reason. Raises NotAllowed and InvalidRequest.
    """
    locked = lock_meeting(meeting)
    check_can_declare(actor, locked, member)
    check_is_not_over(locked)
    if not seats_at(locked).filter(pk=member.pk).exists():
        raise NotAllowed(_("%(person)s does not sit at this meeting.") % {"person": member})
    known = {one.item_id: one for one in Declaration.objects.filter(item__meeting=locked, member=member)}
    changed = [answer for answer in answers if _is_news(answer, known.get(answer.item.pk))]
    _check_wait(locked, [answer.item for answer in changed])
    written = [_write(answer, known.get(answer.item.pk), locked, member, actor) for answer in changed]
    if not written:
        audit.nothing_changed()
        return []
    audit.record(
        Event.INTERESTS_DECLARED,
        actor=actor,
        subject=locked,
        member=member.pk,
        by_member=actor.pk == member.user_id,
        interests={str(one.item_id): one.reason for one in written if one.has_interest},
        none=[one.item_id for one in written if not one.has_interest],
        taken_back={
            str(one.item_id): one.reason for one in written if one.item_id in known and not one.has_interest
        },
    )
    return written


def _is_news(answer: Answer, known: Declaration | None) -> bool:
    if known is None or known.has_interest != answer.has_interest:
        return True
    return answer.has_interest and nfc(answer.reason).strip() != known.reason


def _check_wait(meeting: Meeting, items: Collection[AgendaItem]) -> None:
    waiting = set(waiting_items().filter(meeting=meeting).values_list("pk", flat=True))
    late = next((item for item in items if item.pk not in waiting), None)
    if late is not None:
        raise NotAllowed(
            _("Item %(position)s does not wait for its poll any more, so nothing can be declared on it.")
            % {"position": late.position},
            _("Tell the secretary, who can have it said in the conclusion."),
        )


def _write(
    answer: Answer, known: Declaration | None, meeting: Meeting, member: CouncilMember, actor: User
) -> Declaration:
    reason = nfc(answer.reason).strip()
    if answer.has_interest and not reason:
        raise InvalidRequest(
            _("Item %(position)s: the reason of the interest is empty.") % {"position": answer.item.position},
            _("Say what joins the member to the nominee; it stands in the minutes."),
        )
    if known is not None and known.has_interest and not answer.has_interest:
        check_can_settle_interest(actor, meeting, member)
        if not reason:
            raise InvalidRequest(
                _("Item %(position)s: it is not said why the interest is taken back.")
                % {"position": answer.item.position},
                _("Say why the member has no interest after all."),
            )
    declaration = known or Declaration(item=answer.item, member=member)
    declaration.has_interest, declaration.reason = answer.has_interest, reason
    declaration.recorded_by, declaration.declared_at = actor, clock.now()
    declaration.save()
    return declaration


@service
def settle_interest(
    *, item: AgendaItem, member: CouncilMember, is_recused: bool, reason: str, actor: User
) -> Ruling:
    """The member takes no part in the item, or does, though the records suggest an interest; until its poll opens.

    Raises NotAllowed when the records suggest nothing, or the item waits no more, and InvalidRequest without a reason.
    """
    meeting = lock_meeting(item.meeting)
    check_can_settle_interest(actor, meeting, member)
    check_is_not_over(meeting)
    _check_wait(meeting, [item])
    if not reason.strip():
        raise InvalidRequest(
            _("The reason is empty."),
            _("Say why the member takes part or does not; it is kept with the meeting."),
        )
    ruling, _made = Ruling.objects.update_or_create(
        item=item,
        member=member,
        defaults={
            "ground": _ground(meeting, item, member),
            "is_recused": is_recused,
            "reason": nfc(reason).strip(),
            "ruled_by": actor,
            "ruled_at": clock.now(),
        },
    )
    audit.record(
        Event.INTEREST_RULED,
        actor=actor,
        subject=meeting,
        item=item.pk,
        member=member.pk,
        ground=str(ruling.ground),
        is_recused=is_recused,
        reason=ruling.reason,
    )
    return ruling


def _ground(meeting: Meeting, item: AgendaItem, member: CouncilMember) -> Ground:
    """The strongest ground on which the records suggest the interest."""
    for suspicion in interests_of(meeting).suspicions:
        if (suspicion.item.pk, suspicion.member.pk) == (item.pk, member.pk):
            return suspicion.grounds[0]
    raise NotAllowed(
        _("The records suggest no interest of %(person)s in this item that is not declared.")
        % {"person": member},
        _("Record what the member declares instead."),
    )
