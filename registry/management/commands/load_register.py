from typing import Any

from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from registry.services import load_register


class Command(SpokenCommand):
    help = "Adds the units, agencies and successions of the project's register files that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_register()
        self.stdout.write(
            _("%(units)s units and %(successions)s successions were added.")
            % {"units": loaded.units, "successions": loaded.successions}
        )
