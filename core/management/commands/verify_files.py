"""Compare stored files with their hashes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.outages import StorageAway, storage_away
from core.proving import file_name
from core.upkeep import check_now, files_to_check


class Command(BaseCommand):
    help = "Read stored files back and compare each with its hash; names those that differ and exits with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sample",
            type=int,
            metavar="NUMBER",
            help="only so many, those first that were read longest ago",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files = files_to_check()[: options["sample"]]
        total = len(files)
        try:
            found = check_now(files)
        except StorageAway as error:
            raise CommandError(f"{storage_away().sentence} {error}") from None
        if found:
            names = "\n".join(f"{file_name(stored)}: {stored.storage_name}" for stored in found)
            raise CommandError(f"{len(found)} of {total} files differ from their hash or are gone:\n{names}")
        self.stdout.write(f"{total} files are as they were kept.")
