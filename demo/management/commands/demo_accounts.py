"""Print the demonstration's accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from core import navigation
from core.commands import SpokenCommand
from core.selectors import demo_accounts


class Command(SpokenCommand):
    help = "List the demonstration's accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.APP_ENV != "demo":
            raise CommandError("Only the demonstration has accounts with a known password (APP_ENV=demo).")
        for user in demo_accounts():
            self.stdout.write(f"  {user.username:18} {navigation.person_line(user) or user.position}")
        self.stdout.write(f"  password of all: {settings.DEMO_PASSWORD}")
