from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from core.services import record_backup
from core.text import tidy

LONGEST = 300


class Command(SpokenCommand):
    help = "Records in the log that a backup was made; the last line of whatever makes it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("where", help="where the backup lies, such as a file's name or a machine's")

    def handle(self, *args: Any, **options: Any) -> None:
        where = tidy(options["where"])
        if not 0 < len(where) <= LONGEST:
            raise CommandError(
                _("Say in 1 to %(most)s characters where the backup lies. Nothing was recorded.")
                % {"most": LONGEST}
            )
        record_backup(where=where)
        self.stdout.write(_("The backup is recorded."))
