"""Row permission and dates, as chainable querysets."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from core import clock
from core.text import fold
from registry.enums import PROVINCE_WIDE_ROLES, CodePurpose, DataCaseKind, RequestState, Role, UnitKind
from registry.scopes import paths_reached, provinces_of, scope_of, under

ACCOUNT_READERS = (Role.ADMINISTRATOR, Role.LEAD, Role.AUDITOR)


class DatedQuerySet(models.QuerySet):
    """Rows that hold from `starts_on` until `ends_on` (both included; open when empty)."""

    def on(self, day: date) -> Self:
        """Rows that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class UnitRoleQuerySet(DatedQuerySet):
    """What people do for units."""

    def not_over(self, day: date) -> Self:
        """Roles that hold on a day or begin later."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def needing_second_hand(self) -> Self:
        """Roles that reach the province, so that nobody gives them alone."""
        return self.filter(Q(role__in=PROVINCE_WIDE_ROLES) | Q(unit__kind=UnitKind.PROVINCE))


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


class AccountQuerySet(models.QuerySet):
    """Accounts of people."""

    def visible_to(self, user: Any) -> Self:
        """Accounts of the province where the person keeps, leads or inspects."""
        return self.filter(under(provinces_of(user, *ACCOUNT_READERS), "home__"))

    def kept_by(self, user: Any) -> Self:
        """Accounts that the person administers."""
        return self.filter(under(provinces_of(user, Role.ADMINISTRATOR), "home__"))

    def matching(self, words: str) -> Self:
        """Accounts whose person's name, folded, or whose account name as it stands holds the words."""
        if not words.strip():
            return self
        return self.filter(
            Q(user__name_folded__contains=fold(words)) | Q(user__username__contains=words.strip().lower())
        )


class RoleRequestQuerySet(models.QuerySet):
    """Roles that wait for a second hand."""

    def waiting(self) -> Self:
        """Those that nobody settled."""
        return self.filter(state=RequestState.WAITING)

    def visible_to(self, user: Any) -> Self:
        """Those of the province where the person keeps, leads or inspects, and the person's own naming."""
        readers = under(provinces_of(user, *ACCOUNT_READERS), "unit__")
        return self.filter(readers | Q(user=user.pk, by_token=True))


class OneTimeCodeQuerySet(models.QuerySet):
    """Codes that open one door once."""

    def open_for(self, purpose: CodePurpose) -> Self:
        """Codes of a purpose that were neither used nor ran out."""
        return self.filter(purpose=purpose, used_at=None, expires_at__gt=clock.now())


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
