from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CouncilsConfig(AppConfig):
    name = "councils"
    verbose_name = _("Councils")

    def ready(self) -> None:
        from core.navigation import register_events  # noqa: PLC0415 -- apps must be loaded first
        from councils.events import Event  # noqa: PLC0415 -- apps must be loaded first

        register_events(Event)
        from core.backups.holds import register_hold  # noqa: PLC0415 -- apps must be loaded first
        from core.permissions import register_second_factor_need  # noqa: PLC0415 -- apps must be loaded first
        from core.readiness import register_watched  # noqa: PLC0415 -- apps must be loaded first
        from core.replicas import keep_on_primary  # noqa: PLC0415 -- apps must be loaded first
        from councils import first_steps, help_pages, looks, proofs, shell  # noqa: PLC0415 -- apps must be loaded first
        from councils.checks import urn_has_an_address  # noqa: PLC0415 -- apps must be loaded first
        from councils.querysets import sits_on_a_council  # noqa: PLC0415 -- apps must be loaded first
        from councils.selectors.papers import reason_to_hold_backups  # noqa: PLC0415 -- apps must be loaded first
        from councils.urn.readiness import urn_answers  # noqa: PLC0415 -- apps must be loaded first

        keep_on_primary(
            *("councils.councilmember", "councils.attendance", "councils.presenceevent", "councils.poll"),
            "councils.adjournment",
            *(
                "councils.passing",
                "councils.teller",
                "councils.declaration",
                "councils.ruling",
                "councils.baserule",
                "councils.invitation",
                "councils.invitee",
            ),
            *("councils.participation", "councils.ballot", "councils.tally"),
        )
        checks.register(urn_has_an_address)
        proofs.install()
        register_second_factor_need(sits_on_a_council)
        register_hold(reason_to_hold_backups)
        register_watched("urn", urn_answers)
        shell.install()
        first_steps.install()
        help_pages.install()
        looks.install()
