from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from core.commands import SpokenCommand, secret
from core.models import User
from core.services.passwords import choose_password


class Command(SpokenCommand):
    """A password set at the machine; Django's own command leaves no word in the log and no mail to the owner."""

    help = "Asks for a new password of an account. The log says that it was set at the machine, and the owner gets a mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="account name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": options["username"]})
        new = secret(_("Password"))
        if secret(_("Password again")) != new:
            raise CommandError(_("The two passwords differ. Nothing was written."))
        try:
            validate_password(new, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        choose_password(user=user, new=new, at_machine=True)
        self.stdout.write(
            _("The password of %(person)s (%(account)s) is set.") % {"person": user, "account": user.username}
        )
