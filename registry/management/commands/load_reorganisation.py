from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest, StaleState
from core.spreadsheets.container import MAX_FILE_BYTES
from registry.exceptions import ReorganisationRefused
from registry.selectors.reorganisation_files import FilePlan, plan_reorganisation_file
from registry.selectors.reorganisations import Decision
from registry.services.reorganisation_files import load_reorganisation


class Command(BaseCommand):
    help = "Loads a reorganisation of units from a sheet. Never asks; exits with 1 when a row or the file is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the sheet: .xlsx, .xls, .ods or .csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--decision-number", default="", help="for rows that name no decision")
        parser.add_argument("--decided-on", type=date.fromisoformat, help="YYYY-MM-DD, the decision's day")
        parser.add_argument("--issuer", default="", help="the decision's issuer")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as source:
                content = source.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        decision = self._decision(options)
        act = plan_reorganisation_file if options["dry_run"] else load_reorganisation
        try:
            plan = act(content=content, filename=path.name, decision=decision)
        except ReorganisationRefused as refusal:
            self._say_issues(refusal.plan)
            raise CommandError(f"{refusal.message} {refusal.what_to_do}") from refusal
        except (InvalidRequest, StaleState) as refusal:
            raise CommandError(f"{refusal.message} {refusal.what_to_do}") from refusal
        self._say_issues(plan)
        self._say(plan, dry_run=options["dry_run"])
        if plan.issues:
            raise CommandError(_("The file has errors. Nothing would be loaded."))

    def _decision(self, options: dict[str, Any]) -> Decision | None:
        given = (options["decision_number"], options["decided_on"], options["issuer"])
        if any(given) and not all(given):
            raise CommandError(_("--decision-number, --decided-on and --issuer belong together."))
        return Decision(*given) if all(given) else None

    def _say_issues(self, plan: FilePlan) -> None:
        for issue in plan.issues:
            place = _("row %(row)s") % {"row": issue.row} if issue.row else plan.filename
            self.stderr.write(f"{place}: {issue.sentence}")

    def _say(self, plan: FilePlan, *, dry_run: bool) -> None:
        counts = {"file": plan.filename, **plan.counts}
        line = (
            _(
                "%(file)s, trial only: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused."
            )
            if dry_run
            else _(
                "%(file)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused."
            )
        )
        self.stdout.write(line % counts)
        if plan.without_successor:
            names = ", ".join(unit.full_name for unit in plan.without_successor)
            self.stdout.write(_("Ended, and no successor recorded: %(names)s.") % {"names": names})
