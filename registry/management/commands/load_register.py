from typing import Any

from django.core.management.base import BaseCommand

from registry.services import load_register


class Command(BaseCommand):
    help = "Adds the units, agencies and successions of the project's register files that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_register()
        self.stdout.write(f"{loaded.units} units and {loaded.successions} successions added.")
