"""Remove uploads that nothing refers to, and the rows of background work that was done long ago."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from core.commands import SpokenCommand
from core.files import sweep
from core.jobs import forget_done


class Command(SpokenCommand):
    help = "Remove uploaded files that were never attached, and finish moves that a crash cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="only files older than this")

    def handle(self, *args: Any, **options: Any) -> None:
        removed = sweep(older_than=timedelta(hours=options["hours"]))
        self.stdout.write(f"{removed} files removed.")
        if done := forget_done():
            self.stdout.write(f"{done} finished jobs forgotten.")
