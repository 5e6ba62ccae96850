"""Move from SQLite to PostgreSQL, with proof."""

import os
from typing import Any

from django.core.management.base import CommandError
from django.db import Error

from core.backups.moving import move_database
from core.commands import SpokenCommand


class Command(SpokenCommand):
    help = (
        "Copy the SQLite database of DATABASE_URL to the empty, migrated PostgreSQL of TARGET_DATABASE_URL and compare "
        "every table. Files stay where they are."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        url = os.environ.get("TARGET_DATABASE_URL", "")
        if not url:
            raise CommandError(
                "TARGET_DATABASE_URL is not set. Write it as postgres://user:password@host:5432/name."
            )
        try:
            moved = move_database(url)
        except Error as error:
            raise CommandError(f"Nothing was moved: {error}") from error
        self.stdout.write(
            f"{sum(moved.counts.values())} rows of {len(moved.counts)} tables are the same on both sides, "
            f"log up to {moved.head_seq}:{moved.head_hash}."
        )
        self.stdout.write("Name the new database in DATABASE_URL, run verify_audit, start the services.")
