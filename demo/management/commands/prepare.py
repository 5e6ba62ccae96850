"""Bring the database up to date: migrations, the register, and the demonstration when it is empty."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from core.commands import SpokenCommand
from core.models import User
from demo.state import demo_is_loaded


def _holds_half_a_demonstration() -> bool:
    """Invented people and nobody else, and no mark that loading came to its end."""
    people = User.objects.all()
    return people.exists() and not people.filter(is_demo=False).exists() and not demo_is_loaded()


class Command(SpokenCommand):
    help = "Migrate, load the register, and load the demonstration into an empty database (APP_ENV=demo)."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if settings.APP_ENV == "demo" and _holds_half_a_demonstration():
            self._start_afresh()
        call_command("load_register", verbosity=0)
        if settings.APP_ENV == "demo" and not User.objects.exists():
            self.stdout.write("Loading the demonstration; this takes up to a minute.")
            self.stdout.flush()
            call_command("load_demo", stdout=self.stdout)

    def _start_afresh(self) -> None:
        """A demonstration that was cut off while loading holds nothing worth keeping."""
        if connection.vendor != "sqlite":
            raise CommandError(
                "The demonstration in this database was cut off while loading. Empty the database, then run again."
            )
        self.stdout.write("The demonstration was cut off while loading; starting it afresh.")
        name = str(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
