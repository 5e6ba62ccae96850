"""Who reads documents by their role, who acts for the body that issues them, and which lists hold no more."""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus
from nominations.models import AwardRound, Proposal
from nominations.querysets import AwardRoundQuerySet, PriorAwardQuerySet
from registry.enums import Role
from registry.models import Unit
from registry.scopes import acts_within, paths_reached, scope_of, under
from reports.documents.issuing_bodies import home_of_all

_AT_THE_PROVINCE = (Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)


def reads_for_the_province(user: Any) -> bool:
    """Whether a role at the province lets the person read what its offices issue."""
    return scope_of(user).has(*_AT_THE_PROVINCE)


class RoundsAtTheProvince(AwardRoundQuerySet):
    """Rounds as their province reads them whole: nobody below it sees what was found of others' dossiers."""

    def visible_to(self, user: Any) -> Self:
        """Rounds of the provinces in which the person reviews, leads, decides or inspects."""
        if not reads_for_the_province(user):
            return self.none()
        own = under(paths_reached(user, *_AT_THE_PROVINCE), "movement__unit__")
        home = home_of_all()
        if home is not None and acts_within(user, home.path, *_AT_THE_PROVINCE):
            own |= Q(movement__unit=None)
        return super().visible_to(user).filter(own)


def rounds_at_the_province() -> QuerySet[AwardRound]:
    """Rounds with their movement, for what only the province reads."""
    return RoundsAtTheProvince(AwardRound).select_related("movement__unit")


class AwardsAtTheProvince(PriorAwardQuerySet):
    """Awards whose taking back is prepared: the business of their province, before it is anybody else's."""

    def visible_to(self, user: Any) -> Self:
        """Awards of nominees of the provinces in which the person reviews, leads, decides or inspects."""
        reached = paths_reached(user, *_AT_THE_PROVINCE)
        homes = ("unit__", "household__unit__", "individual__unit__")
        return self.filter(reduce(or_, (under(reached, home) for home in homes)))


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
