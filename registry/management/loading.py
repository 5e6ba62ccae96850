"""What commands share that load a file: looked at or loaded in one go, and said row by row."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from core.exceptions import Refusal
from core.spreadsheets.container import MAX_FILE_BYTES
from registry.enums import RowState
from registry.exceptions import FileRefused
from registry.imports import ImportOptions, kinds
from registry.imports.files import refusal_reasons
from registry.imports.sentences import finding_sentence
from registry.services.imports import FilePreview, load_file


class LoadingCommand(SpokenCommand):
    """Loads a file of one kind. Never asks; exits with 1 when a row or the file is refused."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook: .xlsx, .xls, .ods or .csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")

    def options_of(self, options: dict[str, Any]) -> ImportOptions:
        """What the command line says where the file is silent."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as source:
                content = source.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        skips, trial = options.get("skip_errors", False), options["dry_run"]
        try:
            preview = load_file(
                kind=self.kind,
                content=content,
                filename=path.name,
                options=self.options_of(options),
                skip_refused=skips,
                trial=trial,
            )
        except FileRefused as refusal:
            self._say(refusal.preview)
            raise CommandError(refusal.sentence) from refusal
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self._say(preview)
        self._sum_up(preview, trial=trial)
        if preview.left_out and not (skips and preview.to_write):
            raise CommandError(_("The file has errors. Nothing would be loaded."))

    def _say(self, preview: FilePreview) -> None:
        for row in preview.refused:
            place = {"sheet": preview.sheets[row.sheet], "row": row.number, "unit": row.name}
            where = _("Sheet “%(sheet)s”, row %(row)s, %(unit)s") % place
            self.stderr.write(f"{_('Error')}: {where}: {refusal_reasons(kinds()[self.kind], row)}")
        for finding in preview.findings:
            self.stdout.write(f"{_('Warning')}: {finding_sentence(finding, names_sheet=True)}")

    def _sum_up(self, preview: FilePreview, *, trial: bool) -> None:
        line = (
            _(
                "%(file)s, trial only: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused;"
                " %(warnings)s warnings. Nothing was written."
            )
            if trial
            else _(
                "%(file)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused;"
                " %(warnings)s warnings."
            )
        )
        counts = {state: preview.counts[state] for state in RowState.values}
        found = sum(preview.counts["found"].values())
        self.stdout.write(line % {"file": preview.file_name, "warnings": found, **counts})
