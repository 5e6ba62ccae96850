"""Count a meeting again, and say where what was stored, logged or signed differs from it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.audit.verifying import first_break
from core.commands import SpokenCommand
from councils.models import Meeting
from reports.verifying import checks_of

CANNOT_READ = 2


class Command(SpokenCommand):
    failed_with = CANNOT_READ
    help = (
        "Count a meeting again from its rows and hold it against tallies, log and signed documents. Writes one line a "
        "check. Exits with 1 when anything differs, and with 2 when the meeting or its documents cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the number in the address of the meeting's page")
        parser.add_argument(
            "--quick", action="store_true", help="leave out the log's other entries, which verify_audit reads"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        meeting = self._meeting(options["id"])
        checks = checks_of(meeting)
        broken = None if options["quick"] else first_break()
        for check in checks:
            self.stdout.write(f"{'ok     ' if check.holds else 'DIFFERS'} {check}")
        differing = [check for check in checks if not check.holds]
        if broken is not None:
            self.stdout.write(f"DIFFERS The log: entry {broken.seq}: {broken.reason}")
        wrong = len(differing) + (broken is not None)
        if wrong:
            raise CommandError(f"{meeting}: {wrong} of {len(checks) + 1} checks differ.", returncode=1)
        self.stdout.write(f"{meeting}: {len(checks)} checks hold.")

    def _meeting(self, pk: int) -> Meeting:
        meeting = Meeting.objects.select_related("council__movement").filter(pk=pk).first()
        if meeting is None:
            raise CommandError(
                f"There is no meeting {pk}. Give the number that the address of its page shows.",
                returncode=CANNOT_READ,
            )
        return meeting
