from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CriteriaConfig(AppConfig):
    name = "criteria"
    verbose_name = _("Rulebook")

    def ready(self) -> None:
        from core import append_only, navigation  # noqa: PLC0415 -- apps must be loaded first
        from criteria import help_pages  # noqa: PLC0415 -- apps must be loaded first
        from criteria.checks import check_plans  # noqa: PLC0415 -- apps must be loaded first
        from criteria.models import KEPT_TABLES  # noqa: PLC0415 -- apps must be loaded first

        checks.register(check_plans)
        for table in KEPT_TABLES:
            append_only.keep_for_good(table)
        help_pages.install()
        navigation.register(navigation.NavItem(_("Rulebook"), "criteria:rulebook", "book", 30, 10))
