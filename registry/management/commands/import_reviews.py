from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.spreadsheets.container import MAX_FILE_BYTES
from registry.enums import RowState
from registry.exceptions import FileRefused
from registry.imports import ImportOptions, ReviewImporter
from registry.imports.files import refusal_reasons
from registry.imports.sentences import finding_sentence
from registry.services.imports import FilePreview, load_file


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
        preview = self._load(path, content, options)
        self._say(preview)
        self.stdout.write(self._summary(preview, options["year"], trial=options["dry_run"]))
        if preview.left_out and not (options["skip_errors"] and preview.to_write):
            raise CommandError(_("The file has errors. Nothing would be loaded."))

    def _load(self, path: Path, content: bytes, options: dict[str, Any]) -> FilePreview:
        said = ImportOptions(
            year=options["year"], recognised_on=options["recognised_on"], document=options["document"]
        )
        try:
            return load_file(
                kind=ReviewImporter.code,
                content=content,
                filename=path.name,
                options=said,
                skip_refused=options["skip_errors"],
                trial=options["dry_run"],
            )
        except FileRefused as refusal:
            self._say(refusal.preview)
            raise CommandError(f"{refusal.message} {refusal.what_to_do}") from refusal
        except InvalidRequest as refusal:
            raise CommandError(str(refusal.message)) from refusal

    def _say(self, preview: FilePreview) -> None:
        for row in preview.refused:
            place = {"sheet": preview.sheets[row.sheet], "row": row.number, "unit": row.name}
            where = _("Sheet “%(sheet)s”, row %(row)s, %(unit)s") % place
            self.stderr.write(f"{_('Error')}: {where}: {refusal_reasons(ReviewImporter, row)}")
        for finding in preview.findings:
            self.stdout.write(f"{_('Warning')}: {finding_sentence(finding, names_sheet=True)}")

    def _summary(self, preview: FilePreview, year: int, *, trial: bool) -> str:
        found = sum(preview.counts["found"].values())
        counts = {state: preview.counts[state] for state in RowState.values}
        said = {"file": preview.file_name, "year": year, "warnings": found, **counts}
        if trial:
            return (
                _(
                    "%(file)s, %(year)s, trial only: %(new)s new, %(changed)s changed, %(unchanged)s unchanged,"
                    " %(refused)s refused; %(warnings)s warnings. Nothing was written."
                )
                % said
            )
        return (
            _(
                "%(file)s, %(year)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused;"
                " %(warnings)s warnings."
            )
            % said
        )
