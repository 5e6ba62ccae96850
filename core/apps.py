from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundations")

    def ready(self) -> None:
        from core.events import Event  # noqa: PLC0415 -- apps must be loaded first
        from core.navigation import register_events  # noqa: PLC0415 -- apps must be loaded first

        register_events(Event)
        from core import first_steps, navigation  # noqa: PLC0415 -- apps must be loaded first
        from core.checks import person_key_is_usable  # noqa: PLC0415 -- apps must be loaded first
        from core.permissions import allowed, check_can_read_audit  # noqa: PLC0415 -- apps must be loaded first

        checks.register(person_key_is_usable)
        first_steps.install()
        navigation.register_group(10, _("Data"))
        navigation.register_group(20, _("Review and submission"))
        navigation.register_group(30, _("Look up"))
        navigation.register(navigation.NavItem(_("My work"), "core:home", "house-door", 0, 0))
        navigation.register(
            navigation.NavItem(
                _("Log"),
                "core:audit",
                "clock-history",
                30,
                90,
                visible=lambda user: allowed(check_can_read_audit, user),
            )
        )
