"""Who keeps and reads matters of personal data. Each check passes or refuses with a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from registry.enums import DataCaseKind, Role
from registry.scopes import scope_of

# Whoever runs the machine notices a breach first; requests are a matter of the office that keeps the records.
RECORDERS = {
    DataCaseKind.CORRECTION: (Role.REVIEWER, Role.LEAD),
    DataCaseKind.DISCLOSURE: (Role.REVIEWER, Role.LEAD),
    DataCaseKind.BREACH: (Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR),
}


def check_can_read_cases(actor: Any) -> None:
    """The standing office and the inspectorate; the administrator, who reads breaches only."""
    if not scope_of(actor).has(Role.REVIEWER, Role.LEAD, Role.AUDITOR, Role.ADMINISTRATOR):
        raise NotAllowed(
            _("Matters of personal data are kept by the standing office of the movement."),
            _("Send a request or a report to it; it records the hour at which you did."),
        )


def check_can_record_case(actor: Any, kind: str) -> None:
    """The standing office; breaches also the administrator."""
    if not scope_of(actor).has(*RECORDERS[DataCaseKind(kind)]):
        raise NotAllowed(
            _("This is recorded by the standing office of the movement."),
            _("Tell its reviewer or its leadership."),
        )


def check_can_close_case(actor: Any, kind: str) -> None:
    """Requests by the standing office; what is told to the authority about a breach by the leadership alone."""
    if kind == DataCaseKind.BREACH and not scope_of(actor).has(Role.LEAD):
        raise NotAllowed(
            _("The leadership reports a breach to the authority."), _("Tell it at once: the clock runs.")
        )
    check_can_record_case(actor, kind)


def check_can_read_looks(actor: Any) -> None:
    """The inspectorate, in its province; whoever runs the machine is among those who are watched."""
    if not scope_of(actor).has(Role.AUDITOR):
        raise NotAllowed(_("Who looked at whose data is read by the inspectorate."))


def check_can_read_looks_at(actor: Any) -> None:
    """Those who answer a person that asks who saw their data: the standing office, and the inspectorate."""
    if not scope_of(actor).has(Role.REVIEWER, Role.LEAD, Role.AUDITOR):
        raise NotAllowed(
            _("Who looked at a person's data is read by the standing office and the inspectorate."),
            _("A person who asks is answered by the standing office."),
        )
