"""Put the log's triggers back."""

from typing import Any

from django.core.management.base import BaseCommand

from core.services import protect_log


class Command(BaseCommand):
    help = "Put back the triggers that keep the log from being changed; the log tells which were missing."

    def handle(self, *args: Any, **options: Any) -> None:
        weak = protect_log(actor=None)
        for name, state in weak.items():
            self.stdout.write(f"{name}: was {state}, is in place.")
        if not weak:
            self.stdout.write("All triggers were in place.")
