"""`manage.py remove_factors ACCOUNT`: a new start for somebody who lost phone and recovery codes."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.commands import SpokenCommand
from core.models import User
from core.services.factors import remove_all_factors


class Command(SpokenCommand):
    help = "Takes every second proof away from an account, whose holder then sets up a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["account"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['account']}. Write its name as at the sign-in.")
        remove_all_factors(user=user, actor=None)
        self.stdout.write(f"{user} signs in by password and then sets up a new second proof.")
