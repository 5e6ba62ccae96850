"""Row permission and lists of nominations."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from nominations.statuses import ENDED
from nominations.visibility import visible_dossiers
from registry.enums import Role
from registry.scopes import scope_of


class AwardRoundQuerySet(models.QuerySet):
    """Rounds of movements."""

    def visible_to(self, user: Any) -> Self:
        """Rounds of the movements that run where the person acts."""
        scope = scope_of(user)
        if scope.everything:
            return self
        here = Q(movement__unit=None)
        for path in scope.paths:
            ancestors = [int(pk) for pk in path.strip("/").split("/")]
            here |= Q(movement__unit__in=ancestors)
        return self.filter(here)


class DossierQuerySet(models.QuerySet):
    """Dossiers as lists and pages need them."""

    def visible_to(self, user: Any) -> Self:
        """Dossiers that the person may know of."""
        return self.filter(visible_dossiers(user))

    def live(self) -> Self:
        """Dossiers still on their way, or honoured."""
        return self.exclude(status__in=ENDED)

    def for_list(self) -> Self:
        """With all that a row shows, in one query."""
        return self.select_related(
            "award_round__movement",
            "nominee_unit__parent",
            "nominee_household__unit__parent",
            "nominee_individual__unit__parent",
            "nominating_unit",
        )

    def matching(self, folded: str) -> Self:
        """Dossiers whose reference or nominee holds the folded words."""
        if not folded:
            return self
        # A reference is typed with hyphens, which folding takes for spaces.
        return self.filter(Q(code__icontains=folded.replace(" ", "-")) | Q(nominee_folded__contains=folded))


class ProposalQuerySet(models.QuerySet):
    """Proposals, seen at the province."""

    def visible_to(self, user: Any) -> Self:
        """Proposals for those who prepare, approve, decide or inspect; nobody else."""
        if scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR):
            return self
        return self.none()


class PriorAwardQuerySet(models.QuerySet):
    """Award history."""

    def visible_to(self, user: Any) -> Self:
        """Awards of nominees inside the person's area."""
        scope = scope_of(user)
        return self.filter(scope.q("unit__") | scope.q("household__unit__") | scope.q("individual__unit__"))
