"""Setting up councils, their members and their own thresholds."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import Office
from councils.events import Event
from councils.models import Council, CouncilMember, VotingRule
from councils.permissions import check_can_set_up_council, check_can_set_voting_rule
from nominations.models import Movement
from registry.models import Unit


@service
def set_up_council(*, name: str, unit: Unit, movement: Movement, actor: User, decision: str = "") -> Council:
    """A council of a movement, still without members."""
    check_can_set_up_council(actor, unit)
    council = Council.objects.create(name=nfc(name), unit=unit, movement=movement, decision=nfc(decision))
    audit.record(
        Event.COUNCIL_SET_UP,
        actor=actor,
        subject=council,
        unit=unit.pk,
        movement=movement.plan_id,
        decision=decision,
    )
    return council


@service
def add_member(
    *,
    council: Council,
    user: User,
    office: str,
    starts_on: date,
    actor: User,
    position: str = "",
    ends_on: date | None = None,
) -> CouncilMember:
    """A dated seat; a person holds one seat at a time, and a council has one chair at a time.

    Raises InvalidRequest when the dates clash.
    """
    check_can_set_up_council(actor, council.unit)
    _check_dates(starts_on, ends_on)
    clashing = council.members.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        clashing = clashing.filter(starts_on__lte=ends_on)
    if clashing.filter(user=user).exists():
        raise InvalidRequest(
            _("%(person)s already sits on this council in that time.") % {"person": user},
            _("End the present seat first, or choose other dates."),
        )
    chair = clashing.filter(office=Office.CHAIR).select_related("user").first()
    if office == Office.CHAIR and chair is not None:
        raise InvalidRequest(
            _("%(person)s chairs this council in that time.") % {"person": chair},
            _("End that seat first, or choose another office."),
        )
    member = CouncilMember.objects.create(
        council=council,
        user=user,
        office=office,
        position=nfc(position),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    audit.record(
        Event.MEMBER_ADDED,
        actor=actor,
        subject=council,
        member=member.pk,
        user=user.pk,
        office=str(office),
        starts_on=starts_on.isoformat(),
    )
    return member


@service
def end_seat(*, member: CouncilMember, ends_on: date, actor: User) -> CouncilMember:
    """The seat holds until this day, included."""
    check_can_set_up_council(actor, member.council.unit)
    _check_dates(member.starts_on, ends_on)
    member.ends_on = ends_on
    member.save(update_fields=["ends_on"])
    audit.record(
        Event.MEMBER_LEFT, actor=actor, subject=member.council, member=member.pk, ends_on=ends_on.isoformat()
    )
    return member


@service
def set_voting_rule(
    *, council: Council, award: str, threshold: int, starts_on: date, legal_basis: str, actor: User
) -> VotingRule:
    """The council's own threshold for an award from a day on; polls opened before keep theirs."""
    check_can_set_voting_rule(actor, council.unit)
    if award not in council.movement.plan.awards:
        raise InvalidRequest(_("The plan knows no such award."), _("Choose one from the list."))
    if not 1 <= threshold <= 100:
        raise InvalidRequest(
            _("A threshold of %(threshold)s percent is impossible.") % {"threshold": threshold},
            _("Enter a whole number from 1 to 100."),
        )
    if not legal_basis.strip():
        raise InvalidRequest(
            _("A threshold needs its legal basis."), _("Enter the regulation's number, date and clause.")
        )
    if council.voting_rules.filter(award=award, starts_on=starts_on).exists():
        raise InvalidRequest(
            _("A threshold for this award already starts on that day."), _("Choose another first day.")
        )
    rule = VotingRule.objects.create(
        council=council, award=award, threshold=threshold, starts_on=starts_on, legal_basis=nfc(legal_basis)
    )
    audit.record(
        Event.VOTING_RULE_SET,
        actor=actor,
        subject=council,
        award=award,
        threshold=threshold,
        starts_on=starts_on.isoformat(),
        legal_basis=rule.legal_basis,
    )
    return rule


def _check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise InvalidRequest(
            _("The seat would end before it begins."), _("Enter a last day on or after the first day.")
        )
