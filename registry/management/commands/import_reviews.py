from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.spreadsheets.container import MAX_FILE_BYTES
from core.spreadsheets.problems import WorkbookError
from registry.exceptions import ReviewsRefused
from registry.imports.reviews.messages import error_sentence, issue_place, issue_sentence
from registry.imports.reviews.planning import ReviewPlan, plan_reviews
from registry.imports.reviews.rows import Issue
from registry.services import import_reviews


class Command(BaseCommand):
    help = "Loads a year-end poverty review workbook. Never asks; exits with 1 when a row or the file is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook: .xlsx, .xls, .ods or .csv")
        parser.add_argument("--year", type=int, required=True, help="the review's year")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument(
            "--skip-errors", action="store_true", help="leave refused rows out and load the rest"
        )
        parser.add_argument(
            "--recognised-on", type=date.fromisoformat, help="YYYY-MM-DD; default 14 December of the year"
        )
        parser.add_argument("--document", default="", help="the decision that recognises the review")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as source:
                content = source.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        if not 2000 <= options["year"] <= 2100:
            raise CommandError(_("--year takes a year such as 2023."))
        plan = (
            self._dry_run(path, content, options)
            if options["dry_run"]
            else self._load(path, content, options)
        )
        self._say_issues(plan)
        self.stdout.write(self._summary(path, plan, dry_run=options["dry_run"]))
        if plan.errors and not (options["skip_errors"] and plan.rows):
            raise CommandError(_("The file has errors. Nothing would be loaded."))

    def _load(self, path: Path, content: bytes, options: dict[str, Any]) -> ReviewPlan:
        try:
            return import_reviews(
                content=content,
                filename=path.name,
                year=options["year"],
                recognised_on=options["recognised_on"],
                document=options["document"],
                skip_errors=options["skip_errors"],
            )
        except ReviewsRefused as refusal:
            self._say_issues(refusal.plan)
            raise CommandError(f"{refusal.message} {refusal.what_to_do}") from refusal
        except InvalidRequest as refusal:
            raise CommandError(str(refusal.message)) from refusal

    def _dry_run(self, path: Path, content: bytes, options: dict[str, Any]) -> ReviewPlan:
        try:
            return plan_reviews(content=content, filename=path.name, year=options["year"])
        except WorkbookError as error:
            raise CommandError(error_sentence(error)) from error

    def _say_issues(self, plan: ReviewPlan) -> None:
        for issue in plan.issues:
            stream = self.stderr if issue.level == "error" else self.stdout
            stream.write(self._line(issue))

    def _line(self, issue: Issue) -> str:
        level = _("Error") if issue.level == "error" else _("Warning")
        return f"{level}: {issue_place(issue)}: {issue_sentence(issue)}"

    def _summary(self, path: Path, plan: ReviewPlan, *, dry_run: bool) -> str:
        counts = {"file": path.name, "year": plan.year, **plan.counts}
        if dry_run:
            return (
                _(
                    "%(file)s, %(year)s, trial only: %(new)s new, %(changed)s changed, %(unchanged)s unchanged,"
                    " %(refused)s refused; %(warnings)s warnings. Nothing was written."
                )
                % counts
            )
        return (
            _(
                "%(file)s, %(year)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused;"
                " %(warnings)s warnings."
            )
            % counts
        )
