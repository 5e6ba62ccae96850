"""Tell the log of an account that something else than this program opened."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from core.models import User
from core.services import accept_account


class Command(SpokenCommand):
    help = (
        "For an account that verify_audit names because no entry says that it was opened, such as a superuser of an "
        "earlier installation: the log tells of it from now on, as it stands. Look first whose it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="account name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": options["username"]})
        accept_account(user=user)
        self.stdout.write(_("The log tells of the account %(account)s now.") % {"account": user.username})
