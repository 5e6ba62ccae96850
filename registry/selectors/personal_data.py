"""Matters of personal data with how much time is left, and as work on the home page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.exceptions import NotAllowed
from core.navigation import WorkItem
from core.permissions import allowed
from registry.models import DataCase, Unit
from registry.permissions_personal_data import check_can_close_case
from registry.scopes import scope_of

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class CaseRow:
    """One matter as lists show it: what is due next, and how that stands in words and tone."""

    case: DataCase
    due_at: datetime
    time_left: str
    tone: str


def province_of(user: Any, *names: str) -> Unit:
    """The province at which the person holds one of the roles. Raises NotAllowed when none is held."""
    for held in scope_of(user).roles:
        if held.role in names:
            return Unit.objects.get(pk=held.province_id)
    raise NotAllowed(_("You hold no role today."))


def case_row(case: DataCase) -> CaseRow:
    """How a matter stands now."""
    waits_for_first = case.first_due_at is not None and case.acknowledged_at is None
    due = case.first_due_at if waits_for_first and case.first_due_at else case.due_at
    if case.closed_at is not None:
        late = case.closed_at > case.due_at
        return CaseRow(
            case, case.due_at, _("closed late") if late else _("closed in time"), "warn" if late else "good"
        )
    hours = (due - clock.now()) // _HOUR
    if hours < 0:
        return CaseRow(case, due, _("overdue"), "bad")
    words = ngettext("%(count)s hour left", "%(count)s hours left", hours) % {"count": hours}
    return CaseRow(case, due, words, "now")


def work_on_cases(user: Any) -> Iterable[WorkItem]:
    """Open matters that the person may close, as work."""
    for case in DataCase.objects.visible_to(user).filter(closed_at=None).order_by("due_at"):
        if allowed(check_can_close_case, user, case.kind):
            row = case_row(case)
            yield WorkItem(
                title=case.get_kind_display(),
                detail=row.time_left,
                url=case.get_absolute_url(),
                button=_("Open"),
                due_on=localtime(row.due_at).date(),
            )
