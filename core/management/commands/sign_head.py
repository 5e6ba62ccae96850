"""Sign the log's head of today and send it out, or show the public key."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.audit.heads import can_sign, public_key
from core.commands import SpokenCommand
from core.publishing import publish_head


class Command(SpokenCommand):
    help = "Sign the head of the log once a day, write it to AUDIT_HEADS_FILE and mail it; the worker does it by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--public-key", action="store_true", help="only print the public key")

    def handle(self, *args: Any, **options: Any) -> None:
        if not can_sign():
            raise CommandError("AUDIT_SIGNING_KEY is not set. Make one with: openssl rand -base64 32")
        if options["public_key"]:
            self.stdout.write(public_key())
            return
        try:
            kept = publish_head()
        except (OSError, RuntimeError) as error:
            raise CommandError(str(error)) from None
        if kept is not None:
            self.stdout.write(kept.statement)
