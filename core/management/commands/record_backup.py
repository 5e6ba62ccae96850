from typing import Any

from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from core.services import record_backup


class Command(SpokenCommand):
    help = "Records in the log that a backup was made; the last line of whatever makes it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("where", help="where the backup lies, such as a file's name or a machine's")

    def handle(self, *args: Any, **options: Any) -> None:
        record_backup(where=options["where"])
        self.stdout.write(_("The backup is recorded."))
