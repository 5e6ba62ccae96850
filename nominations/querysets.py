"""Row permission and lists of nominations."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from nominations.enums import FilingLevel
from nominations.statuses import ENDED
from nominations.visibility import visible_dossiers
from registry.enums import Role
from registry.scopes import provinces_of, scope_of


def _of_movements_of(user: Any, prefix: str = "") -> Q:
    """Movements that run at, above or below a unit of the person's area, and those that run in every province."""
    scope = scope_of(user)
    ancestors = {int(pk) for path in scope.paths for pk in path.strip("/").split("/") if pk}
    return Q(**{f"{prefix}unit": None}) | Q(**{f"{prefix}unit__in": ancestors}) | scope.q(f"{prefix}unit__")


class MovementQuerySet(models.QuerySet):
    """Movements."""

    def visible_to(self, user: Any) -> Self:
        """Movements that run where the person acts."""
        return self.filter(_of_movements_of(user))


class PlanUploadQuerySet(models.QuerySet):
    """Uploaded plans, seen at the province."""

    def visible_to(self, user: Any) -> Self:
        """Uploads of the provinces in which the person appraises, leads, decides or inspects; nobody else's."""
        provinces = provinces_of(user, Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR)
        return self.filter(unit__in=[int(path.strip("/")) for path in provinces])


class AwardRoundQuerySet(models.QuerySet):
    """Rounds of movements."""

    def visible_to(self, user: Any) -> Self:
        """Rounds of the movements that run where the person acts."""
        return self.filter(_of_movements_of(user, "movement__"))


class FilingSetQuerySet(models.QuerySet):
    """What bodies file to the province at one time."""

    def visible_to(self, user: Any) -> Self:
        """Sets of bodies inside the person's area; the province sees those that were filed."""
        scope = scope_of(user)
        sets = self.filter(level=FilingLevel.PROVINCE).filter(scope.q("unit__"))
        if not scope.whole_province or scope.has(Role.AUDITOR):
            return sets
        own = Q(unit__in=scope.unit_ids(Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER))
        reads = scope.has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY)
        return sets.filter(Q(filed_on__isnull=False) | own) if reads else sets.filter(own)


class SupplementRequestQuerySet(models.QuerySet):
    """Requests for a supplement."""

    def visible_to(self, user: Any) -> Self:
        """Requests on dossiers that the person may know of."""
        dossiers: Any = self.model._meta.get_field("dossier").related_model
        return self.filter(dossier__in=dossiers.objects.visible_to(user).order_by().values("pk"))


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
        """Proposals of the province's movements for those who prepare, approve, decide or inspect; nobody else."""
        if not scope_of(user).has(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR):
            return self.none()
        return self.filter(_of_movements_of(user, "award_round__movement__"))


class PriorAwardQuerySet(models.QuerySet):
    """Award history."""

    def visible_to(self, user: Any) -> Self:
        """Awards of nominees inside the person's area."""
        scope = scope_of(user)
        return self.filter(scope.q("unit__") | scope.q("household__unit__") | scope.q("individual__unit__"))
