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
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 -- apps must be loaded first

        from core import first_steps, jobs, navigation, sessions  # noqa: PLC0415 -- apps must be loaded first
        from core.checks import REGISTERED  # noqa: PLC0415 -- apps must be loaded first
        from core.log_names import folded, register_log_name  # noqa: PLC0415 -- apps must be loaded first
        from core.permissions import allowed, check_can_read_audit  # noqa: PLC0415 -- apps must be loaded first
        from core.publishing import publish_head  # noqa: PLC0415 -- apps must be loaded first
        from core.selectors import damaged_files  # noqa: PLC0415 -- apps must be loaded first
        from core.services import throttle  # noqa: PLC0415 -- apps must be loaded first
        from core.upkeep import check_files_of_the_day  # noqa: PLC0415 -- apps must be loaded first

        for check in REGISTERED:
            checks.register(check)
        user_logged_in.connect(sessions.begin, dispatch_uid="core.sessions.begin")
        jobs.every_beat(throttle.sweep)
        jobs.every_beat(sessions.SessionStore.clear_expired)
        jobs.every_day("audit-head", publish_head)
        jobs.every_day("files", check_files_of_the_day)
        navigation.register_work(damaged_files)
        register_log_name("core.user", "{full_name}", folded("name_folded"))
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
