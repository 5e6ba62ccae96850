"""Check the audit chain from its first entry to its head."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit.writing import database_refuses_changes, first_break, head


class Command(BaseCommand):
    help = "Verify the audit chain; names the first broken entry and exits with 1."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_break()
        if broken:
            raise CommandError(f"Entry {broken.seq}: {broken.reason}.")
        if not database_refuses_changes():
            raise CommandError("The chain holds, but the triggers that protect it are missing: run migrate.")
        seq, newest = head()
        self.stdout.write(f"{seq} entries hold; head {newest}.")
