"""Load the demonstration into an empty database."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import translation

from core.commands import SpokenCommand
from core.models import User
from demo.story import tell_story


class Command(SpokenCommand):
    help = "Load a whole, invented period of the movement into an empty database (never in production)."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.APP_ENV == "production":
            raise CommandError(
                "Production takes no demonstration. To try the application, set APP_ENV=demo and another DATA_DIR."
            )
        if User.objects.exists():
            raise CommandError(
                "This database already has accounts, and the demonstration goes into an empty one. "
                "Set DATA_DIR or DATABASE_URL to another place, then run again."
            )
        started = time.monotonic()
        with translation.override("vi"):
            counts = tell_story()
        self.stdout.write(
            f"{counts.units} units, {counts.reviews} reviews, {counts.households} households, "
            f"{counts.individuals} individuals, {counts.dossiers} dossiers, {counts.meetings} meetings, "
            f"{counts.proposals} proposals, {counts.awards} awards, {counts.documents} documents issued, "
            f"{counts.audit_entries} log entries."
        )
        self.stdout.write(f"The demonstration was loaded in {time.monotonic() - started:.0f} s.")
