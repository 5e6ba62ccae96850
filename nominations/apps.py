from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NominationsConfig(AppConfig):
    name = "nominations"
    verbose_name = _("Nominations")

    def ready(self) -> None:
        from core.append_only import keep_for_good  # noqa: PLC0415 -- apps must be loaded first
        from core.navigation import register_events  # noqa: PLC0415 -- apps must be loaded first
        from nominations.events import Event  # noqa: PLC0415 -- apps must be loaded first

        register_events(Event)
        from core.password_checks import register_words  # noqa: PLC0415 -- apps must be loaded first
        from nominations import (  # noqa: PLC0415 -- apps must be loaded first
            first_steps,
            help_pages,
            imports,
            looks,
            proofs,
            rights,
            shell_filing,
            shell_people,
            shell_province,
        )
        from nominations.models.plans import KEPT_TABLES  # noqa: PLC0415 -- apps must be loaded first
        from nominations.selectors.dossiers import movement_names  # noqa: PLC0415 -- apps must be loaded first

        for table in KEPT_TABLES:
            keep_for_good(table)
        imports.install()
        register_words(movement_names)
        proofs.install()
        looks.install()

        shell_filing.install()
        shell_people.install()
        shell_province.install()
        rights.install()
        first_steps.install()
        help_pages.install()
