"""Let the environment's person key be the right one from now on."""

from typing import Any

from django.core.management.base import CommandParser

from core.commands import SpokenCommand
from core.services import take_new_person_key


class Command(SpokenCommand):
    help = "After the person key was lost for good: take the new one. Numbers sealed before stay unreadable."
    # The check that says that the key is another one would stop this very command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--earlier-key-is-lost", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        take_new_person_key(actor=None)
        self.stdout.write("The person key of the environment is taken.")
