"""Setting up councils and their own thresholds."""

from datetime import date

from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest
from core.models import User
from core.services import service
from core.text import nfc
from councils.enums import Serves
from councils.events import Event
from councils.models import BaseRule, Council, VotingRule
from councils.permissions import (
    check_can_keep_council,
    check_can_set_base_rule,
    check_can_set_voting_rule,
)
from nominations.models import Movement
from registry.enums import UnitKind
from registry.models import Unit

FILING_KINDS = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.AGENCY})
"""Units that file dossiers, and so may have a council of their own."""


@service
def set_up_council(
    *,
    name: str,
    unit: Unit,
    movement: Movement,
    actor: User,
    decision: str = "",
    serves: str = Serves.SELECTION,
) -> Council:
    """A council of a movement, or of one unit for what it files there, still without members.

    Raises InvalidRequest for a second council of a unit in the same movement, and for a unit that files nothing.
    """
    council = Council(
        name=nfc(name), unit=unit, movement=movement, decision=nfc(decision), serves=Serves(serves)
    )
    check_can_keep_council(actor, council)
    if council.is_of_unit:
        _check_only_one(council)
    council.save()
    audit.record(
        Event.COUNCIL_SET_UP,
        actor=actor,
        subject=council,
        unit=unit.pk,
        movement=movement.plan_id,
        decision=council.decision,
        serves=str(council.serves),
        name=council.name,
    )
    return council


def _check_only_one(council: Council) -> None:
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=council.unit_id)
    if unit.kind not in FILING_KINDS:
        raise InvalidRequest(
            _("%(unit)s files no dossiers itself, so it has no council of its own.") % {"unit": unit.name},
            _("Choose the commune, the district or the body that files them."),
        )
    other = Council.objects.filter(unit=unit, movement=council.movement, serves=Serves.UNIT).first()
    if other is not None:
        raise InvalidRequest(
            _("%(unit)s already has a council for this movement: “%(council)s”.")
            % {"unit": unit.name, "council": other},
            _("Name its members there; one council of a unit serves a movement."),
        )


@service
def set_voting_rule(
    *, council: Council, award: str, threshold: int, starts_on: date, legal_basis: str, actor: User
) -> VotingRule:
    """The council's own threshold for an award from a day on; polls opened before keep theirs."""
    check_can_set_voting_rule(actor, council)
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


@service
def set_base_rule(
    *, council: Council, recused_leave_base: bool, starts_on: date, legal_basis: str, actor: User
) -> BaseRule:
    """Whether members with an interest leave the base of the council's votes from a day on; earlier polls keep theirs."""
    check_can_set_base_rule(actor, council)
    if not legal_basis.strip():
        raise InvalidRequest(
            _("Another base needs its legal basis."), _("Enter the regulation's number, date and clause.")
        )
    if council.base_rules.filter(starts_on=starts_on).exists():
        raise InvalidRequest(_("A base of votes already starts on that day."), _("Choose another first day."))
    rule = BaseRule.objects.create(
        council=council,
        recused_leave_base=recused_leave_base,
        starts_on=starts_on,
        legal_basis=nfc(legal_basis).strip(),
    )
    audit.record(
        Event.BASE_RULE_SET,
        actor=actor,
        subject=council,
        recused_leave_base=recused_leave_base,
        starts_on=starts_on.isoformat(),
        legal_basis=rule.legal_basis,
    )
    return rule
