"""Bring a backup back, or look into one."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.backups.restoring import look_into, restore_backup
from core.commands import SpokenCommand, text_of


class Command(SpokenCommand):
    help = "Bring database and stored files back from a backup, and compare them with what they were."
    # The database may be empty or older than this program.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a backup that manage.py backup wrote")
        parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key")
        parser.add_argument(
            "--check", action="store_true", help="open and check it from end to end, change nothing"
        )
        parser.add_argument(
            "--replace-everything", action="store_true", help="even though the database holds records"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        key = text_of(options["key"], encoding="ascii")
        if options["check"]:
            manifest, notes = look_into(path, key), []
        else:
            restored = restore_backup(path=path, private_key=key, replace=options["replace_everything"])
            manifest, notes = restored.manifest, restored.notes
        content = manifest.content
        self.stdout.write(
            f"{path.name} of {manifest.made_at}: {sum(content.counts.values())} rows, {len(manifest.files)} files, "
            f"log up to {content.head_seq}:{content.head_hash}; "
            + ("it is whole." if options["check"] else "it was brought back.")
        )
        if notes:
            raise CommandError("\n".join(notes))
        if not options["check"]:
            self.stdout.write("Run migrate if the program is newer, then verify_audit.")
