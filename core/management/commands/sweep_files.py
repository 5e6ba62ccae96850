"""Remove uploads that nothing refers to."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.files import sweep


class Command(BaseCommand):
    help = "Remove uploaded files that were never attached, and finish moves that a crash cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="only files older than this")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep(older_than=timedelta(hours=options['hours']))} files removed.")
