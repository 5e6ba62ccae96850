"""The first administrator of a province, on a database that may be empty."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.commands import SpokenCommand, secret, text_of
from core.models import User
from registry.enums import UnitKind
from registry.models import Unit
from registry.one_time_codes import looks_like_code
from registry.selectors.accounts import has_administrator
from registry.services import load_register
from registry.services.access import make_installer_token
from registry.services.beginning import FirstPerson, begin_administration, begin_province


class Command(SpokenCommand):
    help = (
        "Makes the first administrator. Asks for what is not given; with --token-file it asks nothing, and the person "
        "sets a password with the token (16 letters and digits) on the page “One-time code” within a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", help="account name, such as quantri")
        parser.add_argument("--full-name", help="full name of the person")
        parser.add_argument("--email", default="", help="address for one-time links")
        parser.add_argument("--province", help="key of the province where the register has several")
        parser.add_argument(
            "--province-name", help="name of a province that the register lacks, such as “Tỉnh Lâm Đồng”"
        )
        parser.add_argument(
            "--province-from", type=date.fromisoformat, help="first day of that province, YYYY-MM-DD"
        )
        parser.add_argument("--if-none", action="store_true", help="do nothing where there is one already")
        parser.add_argument("--token-file", help="file with the one-time token, - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_none"] and has_administrator():
            self.stdout.write(_("There is an administrator already, and nothing was changed."))
            return
        token = self._token(options["token_file"])
        username = options["username"] or self._ask(_("Account name"), token)
        full_name = options["full_name"] or self._ask(_("Full name"), token)
        password = "" if token else self._password(User(username=username, full_name=full_name))
        with transaction.atomic():
            province = self._province(options)
            account = begin_administration(
                province=province,
                person=FirstPerson(username, full_name, options["email"]),
                password=password,
                code=token,
            )
            installer = make_installer_token()
        self.stdout.write(
            _("%(person)s is the administrator of %(province)s, with the account name %(username)s.")
            % {"person": account.user, "province": province.name, "username": username}
        )
        if token:
            self.stdout.write(_("The password is set with the token on the page “One-time code”."))
        self.stdout.write(
            _("Installer's token, to name the first lead within 24 hours: %(token)s") % {"token": installer}
        )

    def _token(self, source: str | None) -> str:
        if source is None:
            return ""
        text = (_standard_input() if source == "-" else text_of(source)).strip()
        if not looks_like_code(text):
            raise CommandError(_("The token has 16 letters and digits; hyphens do not count."))
        return text

    def _ask(self, label: str, token: str) -> str:
        if token:
            raise CommandError(_("With a token nothing is asked: give --username and --full-name."))
        if sys.stdin is None:
            raise EOFError
        answer = input(f"{label}: ").strip()
        if not answer:
            raise CommandError(_("Nothing was typed, and nothing was written."))
        return answer

    def _password(self, user: User) -> str:
        first = secret(_("Password"))
        if secret(_("Password again")) != first:
            raise CommandError(_("The two passwords differ. Nothing was written."))
        try:
            validate_password(first, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return first

    def _province(self, options: dict[str, Any]) -> Unit:
        """The province named, the only one there is, or the one of the register that comes with the product."""
        if options["province_name"]:
            first_day = options["province_from"] or clock.today()
            return begin_province(name=options["province_name"], starts_on=first_day)
        provinces = Unit.objects.filter(kind=UnitKind.PROVINCE).on(clock.today())
        if options["province"]:
            provinces = provinces.filter(key=options["province"])
        elif not provinces.exists():
            loaded = load_register()
            self.stdout.write(_("%(units)s units of the register were loaded.") % {"units": loaded.units})
        found = list(provinces[:2])
        if len(found) != 1:
            names = ", ".join(Unit.objects.filter(kind=UnitKind.PROVINCE).values_list("key", flat=True))
            raise CommandError(_("Name one province by its key: %(keys)s.") % {"keys": names or "–"})
        return found[0]


def _standard_input() -> str:
    """What is handed in; raises EOFError where there is no input at all."""
    if sys.stdin is None:
        raise EOFError
    return sys.stdin.read()
