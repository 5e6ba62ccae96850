from typing import Any

from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from registry.services.access import make_installer_token


class Command(SpokenCommand):
    help = "Makes a token that an administrator may use once within a day, for what nobody may do alone."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(make_installer_token())
        self.stderr.write(
            _(
                "The token holds for 24 hours and opens one thing once. Give it to the administrator in person."
            )
        )
