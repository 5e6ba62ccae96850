from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from registry.services import load_register


class Command(BaseCommand):
    help = "Adds the units, agencies and successions of the project's register files that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_register()
        self.stdout.write(
            _("%(units)s units and %(successions)s successions were added.")
            % {"units": loaded.units, "successions": loaded.successions}
        )
