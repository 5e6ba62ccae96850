from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from core.navigation import register_events  # noqa: PLC0415 -- apps must be loaded first
        from reports.events import Event  # noqa: PLC0415 -- apps must be loaded first

        register_events(Event)
        from core import navigation  # noqa: PLC0415 -- apps must be loaded first
        from core.log_names import register_log_name  # noqa: PLC0415 -- apps must be loaded first
        from nominations.unit_councils import register_minutes  # noqa: PLC0415 -- apps must be loaded first
        from reports import case_pack, help_pages, looks, proofs, way  # noqa: PLC0415 -- apps must be loaded first
        from reports.permissions import reads_documents  # noqa: PLC0415 -- apps must be loaded first
        from reports.selectors import links_about, numbered  # noqa: PLC0415 -- apps must be loaded first
        from reports.unit_minutes import minutes_about  # noqa: PLC0415 -- apps must be loaded first

        register_minutes(minutes_about)
        navigation.register_links(links_about)
        navigation.register_links(case_pack.link_to_pdf)
        register_log_name("reports.issueddocument", "{number:02d}/{symbol}", numbered)
        proofs.install()
        way.install()
        looks.install()
        help_pages.install()
        navigation.register(
            navigation.NavItem(
                _("Documents"), "reports:documents", "file-earmark-text", 20, 60, visible=reads_documents
            )
        )
