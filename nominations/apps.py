from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NominationsConfig(AppConfig):
    name = "nominations"
    verbose_name = _("Nominations")

    def ready(self) -> None:
        from nominations import shell_filing, shell_province  # noqa: PLC0415 -- apps must be loaded first

        shell_filing.install()
        shell_province.install()
