"""Compare stored files with their hashes."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.commands import SpokenCommand
from core.proving import file_name
from core.upkeep import check_now, files_to_check

MOST = 10**9


def _count(text: str) -> int:
    """How many files to read, at least one; no house has more than the most."""
    return min(max(int(text), 1), MOST)


class Command(SpokenCommand):
    help = "Read stored files back and compare each with its hash; names those that differ and exits with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sample",
            type=_count,
            metavar="NUMBER",
            help="only so many, those first that were read longest ago",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files = files_to_check()[: options["sample"]]
        total = len(files)
        found = check_now(files)
        if found:
            names = "\n".join(f"{file_name(stored)}: {stored.storage_name}" for stored in found)
            raise CommandError(f"{len(found)} of {total} files differ from their hash or are gone:\n{names}")
        self.stdout.write(f"{total} files are as they were kept.")
