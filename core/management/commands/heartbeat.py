"""Mark the background worker as alive until stopped, and take up work that was left; runs beside it."""

import time
from typing import Any

from django.core.management.base import CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from core.commands import SpokenCommand
from core.jobs import beat, do_chores


class Command(SpokenCommand):
    help = "Mark the background worker as alive every 15 seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            try:
                beat("worker")
                do_chores()
            except (OperationalError, InterfaceError) as error:
                self.stderr.write(f"heartbeat: {error}")
            if options["once"]:
                return
            time.sleep(15)
            close_old_connections()
