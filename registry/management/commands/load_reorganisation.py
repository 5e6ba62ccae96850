from argparse import ArgumentParser
from datetime import date
from typing import Any

from registry.imports import ImportOptions
from registry.management.loading import LoadingCommand


class Command(LoadingCommand):
    help = "Loads a reorganisation of units from a sheet. Never asks; exits with 1 when a row or the file is refused."
    kind = "reorganisations"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--decision-number", default="", help="for rows that name no decision")
        parser.add_argument("--decided-on", type=date.fromisoformat, help="YYYY-MM-DD, the decision's day")
        parser.add_argument("--issuer", default="", help="the decision's issuer")

    def options_of(self, options: dict[str, Any]) -> ImportOptions:
        day = options["decided_on"]
        given = {name: options[name] for name in ("decision_number", "issuer") if options[name]}
        return ImportOptions(given={**given, "decided_on": day.isoformat()} if day else given)
