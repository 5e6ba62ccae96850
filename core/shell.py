"""What the foundations add to the menu: its groups, and the pages that stand in no other app."""

from django.utils.translation import gettext_lazy as _

from core.navigation import NavItem, register, register_group
from core.permissions import allowed, check_can_read_audit, check_can_run_the_system


def install() -> None:
    """Register groups and entries of the menu."""
    register_group(10, _("Data"))
    register_group(20, _("Review and submission"))
    register_group(30, _("Look up"))
    register(NavItem(_("My work"), "core:home", "house-door", 0, 0))
    register(NavItem(_("Handbook"), "core:handbook", "question-circle", 30, 20))
    register(
        NavItem(
            _("What is stuck"),
            "core:stuck",
            "hourglass-split",
            40,
            90,
            visible=lambda user: allowed(check_can_run_the_system, user),
        )
    )
    register(
        NavItem(
            _("Log"),
            "core:audit",
            "clock-history",
            30,
            90,
            visible=lambda user: allowed(check_can_read_audit, user),
        )
    )
