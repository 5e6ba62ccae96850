"""Make a backup that only the holder of the private key can open, or a key pair for backups."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.backups.envelope import new_private_key, public_key_of
from core.backups.taking import check_may_begin, take_backup
from core.commands import SpokenCommand


class Command(SpokenCommand):
    help = (
        "Back up database, stored files and plans of one moment into BACKUP_DIR, sealed to BACKUP_PUBLIC_KEY; "
        "keeps 7 daily, 5 weekly and 12 monthly ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait", type=int, default=60, metavar="MINUTES", help="how long to wait while a poll is open"
        )
        parser.add_argument(
            "--may-begin", action="store_true", help="make nothing; fail while an open poll holds backups"
        )
        parser.add_argument(
            "--make-key", metavar="FILE", help="write a new private key to FILE and print its public key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["make_key"]:
            self.stdout.write(_make_key(Path(options["make_key"])))
            return
        if options["may_begin"]:
            check_may_begin()
            return
        made = take_backup(wait=options["wait"] * 60)
        content = made.manifest.content
        self.stdout.write(
            f"{made.path}: {sum(content.counts.values())} rows, {len(made.manifest.files)} files, "
            f"log up to {content.head_seq}:{content.head_hash}."
        )
        for name in made.manifest.damaged:
            self.stderr.write(f"The stored file {name} is gone or differs from its hash: run verify_files.")
        for path in made.removed:
            self.stdout.write(f"{path.name} removed by the rule.")


def _make_key(path: Path) -> str:
    """Write a new private key where none is; the public key."""
    key = new_private_key()
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(
            f"{path} stands there already, and was not touched: what it opens would be lost. Name another file."
        ) from None
    with os.fdopen(opened, "w") as file:
        file.write(f"{key}\n")
    return public_key_of(key)
