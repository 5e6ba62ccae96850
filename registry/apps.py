from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from core.navigation import register_events  # noqa: PLC0415 -- apps must be loaded first
        from registry.events import Event  # noqa: PLC0415 -- apps must be loaded first

        register_events(Event)
        from core.log import register_log_wall  # noqa: PLC0415 -- apps must be loaded first
        from registry import log_walls, looks, proofs  # noqa: PLC0415 -- apps must be loaded first

        register_log_wall(log_walls.log_wall)
        from core.proving import register_stranger  # noqa: PLC0415 -- apps must be loaded first

        register_stranger(log_walls.is_foreign)
        log_walls.install()
        looks.install()
        proofs.install()
        from core import jobs, navigation, password_checks, permissions, replicas  # noqa: PLC0415 -- apps must be loaded first
        from registry import help_pages, scopes, shell, shell_accounts  # noqa: PLC0415 -- apps must be loaded first
        from registry.services import retention  # noqa: PLC0415 -- apps must be loaded first
        from registry.services.imports import read_into_staging, take_up_stalled  # noqa: PLC0415 -- apps must be loaded first

        replicas.keep_on_primary("registry.unitrole", "registry.account", "registry.onetimecode")
        permissions.register_role_source(scopes.roles_held)
        permissions.register_second_factor_need(scopes.holds_province_role)
        password_checks.register_words(scopes.names_around)
        navigation.register_person_line(scopes.person_line)
        jobs.every_beat(take_up_stalled)
        jobs.register_job(read_into_staging, _("Reading a file that was handed in"))
        shell.register()
        shell_accounts.install()
        help_pages.install()
        retention.install()
