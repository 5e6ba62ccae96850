"""Check the record: the log from its first entry to its head, what guards it, and what is held against it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.audit.heads import read_expectations, read_statements
from core.audit.writing import head
from core.commands import SpokenCommand, text_of
from core.proving import flaws

MOST_NAMED = 50


class Command(SpokenCommand):
    help = "Verify the log and the record that rests on it; names what does not hold and exits with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against",
            metavar="FILE",
            action="append",
            default=[],
            help="signed heads kept elsewhere, or a saved mail",
        )
        parser.add_argument(
            "--expect",
            metavar="SEQ:HASH",
            action="append",
            default=[],
            help="a head as it is printed on a document",
        )
        parser.add_argument(
            "--quick",
            action="store_true",
            help="do not read the stored files back, and do not count meetings again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = [line for path in options["against"] for line in read_statements(text_of(path))]
        expected = read_expectations(options["expect"])
        found = flaws(against=kept, expected=expected, in_full=not options["quick"])
        if found:
            lines = [str(flaw) for flaw in found[:MOST_NAMED]]
            if len(found) > MOST_NAMED:
                lines.append(f"… and {len(found) - MOST_NAMED} more.")
            raise CommandError("\n".join(lines))
        seq, newest = head()
        self.stdout.write(f"{seq} entries hold; head {newest}.")
        if options["quick"]:
            self.stdout.write(
                "Stored files were not read back and meetings not counted again: run verify_files and, for each meeting, "
                "verify_meeting, or leave out --quick."
            )
