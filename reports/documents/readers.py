"""Who reads documents by their role, who acts for the body that issues them, and which lists hold no more."""

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus
from nominations.models import Proposal
from registry.enums import Role
from registry.models import Unit
from registry.scopes import acts_within, scope_of


def reads_for_the_province(user: Any) -> bool:
    """Whether a role at the province lets the person read what its offices issue."""
    return scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)


def acts_for(user: Any, place: Unit | None, *roles: Role) -> bool:
    """Whether the person holds one of the roles at the province of a place; anywhere, where no place is named."""
    return scope_of(user).has(*roles) if place is None else acts_within(user, place.path, *roles)


def check_is_standing_office(actor: Any, place: Unit | None) -> None:
    """Papers of the standing office are issued by its reviewers and its leadership, in the province of a place."""
    if not acts_for(actor, place, Role.REVIEWER, Role.LEAD):
        raise NotAllowed(
            _("This document is issued by the standing office."),
            _("Ask its reviewer or its leadership for it."),
        )


def is_cancelled(proposal: Proposal) -> bool:
    """Whether the list was called off: what was issued of it holds no more."""
    return proposal.status == ProposalStatus.CANCELLED
