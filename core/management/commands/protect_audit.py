"""Put the log's triggers back."""

from typing import Any

from core.commands import SpokenCommand
from core.services import protect_log


class Command(SpokenCommand):
    help = "Put back the triggers that keep the log from being changed; the log tells which were missing."

    def handle(self, *args: Any, **options: Any) -> None:
        weak = protect_log(actor=None)
        for name, state in weak.items():
            self.stdout.write(f"{name}: was {state}, is in place.")
        if not weak:
            self.stdout.write("All triggers were in place.")
