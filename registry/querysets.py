"""Row permission and dates, as chainable querysets."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from registry.enums import DataCaseKind, Role
from registry.scopes import paths_reached, scope_of, under


class DatedQuerySet(models.QuerySet):
    """Rows that hold from `starts_on` until `ends_on` (both included; open when empty)."""

    def on(self, day: date) -> Self:
        """Rows that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class UnitQuerySet(models.QuerySet):
    """Units over time."""

    def on(self, day: date) -> Self:
        """Units that exist on a day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)

    def visible_to(self, user: Any) -> Self:
        """Units inside the person's area; the administrator, who gives roles at any, sees all of the province."""
        return self.filter(scope_of(user).q() | under(paths_reached(user, Role.ADMINISTRATOR)))

    def matching(self, folded: str) -> Self:
        """Units whose name holds the folded words."""
        return self.filter(name_folded__contains=folded) if folded else self


class OwnedByUnitQuerySet(models.QuerySet):
    """Rows that belong to a unit through `unit`."""

    def visible_to(self, user: Any) -> Self:
        """Rows of units inside the person's area."""
        return self.filter(scope_of(user).q("unit__"))


class PersonalQuerySet(OwnedByUnitQuerySet):
    """Households and individuals."""

    def current(self) -> Self:
        """People as they stand: records that were merged into another are history."""
        return self.filter(merged_into=None)

    def matching(self, folded: str) -> Self:
        """People whose name or code holds the folded words."""
        if not folded:
            return self
        return self.filter(Q(name_folded__contains=folded) | Q(code__icontains=folded))


class DataCaseQuerySet(models.QuerySet):
    """Matters of personal data."""

    def visible_to(self, user: Any) -> Self:
        """Those of the provinces at which the person may read them; the administrator sees breaches alone."""
        roots: dict[bool, set[int]] = {True: set(), False: set()}
        for held in scope_of(user).roles:
            if held.role in {Role.REVIEWER, Role.LEAD, Role.AUDITOR, Role.ADMINISTRATOR}:
                roots[held.role == Role.ADMINISTRATOR].add(held.province_id)
        breaches = Q(province__in=roots[True], kind=DataCaseKind.BREACH)
        return self.filter(Q(province__in=roots[False]) | breaches)
