from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from registry.imports import ImportOptions
from registry.management.loading import LoadingCommand


class Command(LoadingCommand):
    help = "Loads a year-end poverty review workbook. Never asks; exits with 1 when a row or the file is refused."
    kind = "reviews"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, required=True, help="the review's year")
        parser.add_argument(
            "--skip-errors", action="store_true", help="leave refused rows out and load the rest"
        )
        parser.add_argument(
            "--recognised-on", type=date.fromisoformat, help="YYYY-MM-DD; default 14 December of the year"
        )
        parser.add_argument("--document", default="", help="the decision that recognises the review")

    def options_of(self, options: dict[str, Any]) -> ImportOptions:
        if not 2000 <= options["year"] <= 2100:
            raise CommandError(_("--year takes a year such as 2023."))
        return ImportOptions(
            year=options["year"], recognised_on=options["recognised_on"], document=options["document"]
        )
