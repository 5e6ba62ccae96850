"""Write a document to a file: as it was issued, or as it would read now."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from core.commands import SpokenCommand
from core.exceptions import Refusal
from core.files import read_bytes
from reports.documents.samples import sample
from reports.drafts import render_draft
from reports.kinds import Subject, kinds
from reports.permissions import check_can_preview
from reports.rendering import render_pdf, render_word
from reports.selectors import find_subject, versions_of
from reports.services import render_preview


class Command(SpokenCommand):
    help = (
        "Write a document as PDF: the newest issued version, or a draft without a number when none was issued; "
        "without an id, the kind's invented sample. A file named .docx gets the draft or the sample as DOCX. "
        "Issues nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(kinds()), help="which document")
        parser.add_argument("id", nargs="?", help="the number in the page's address, or the reference")
        parser.add_argument("--out", required=True, help="the file to write")
        parser.add_argument("--draft", action="store_true", help="render anew even when a version was issued")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            try:
                is_word = Path(options["out"]).suffix == ".docx"
                if options["id"] is None:
                    render = render_word if is_word else render_pdf
                    content, what = render(options["kind"], *sample(options["kind"])), "an invented sample"
                else:
                    subject = find_subject(options["kind"], options["id"])
                    content, what = self._content(subject, draft=options["draft"], is_word=is_word)
            except Refusal as refusal:
                raise CommandError(refusal.sentence) from None
        try:
            Path(options["out"]).write_bytes(content)
        except OSError as error:
            raise CommandError(
                f"{options['out']} cannot be written: {error.strerror}. Choose another file."
            ) from None
        self.stdout.write(f"{options['out']}: {what}, {len(content)} bytes")

    def _content(self, subject: Subject, *, draft: bool, is_word: bool) -> tuple[bytes, str]:
        issued = versions_of(subject)
        if issued and not draft and not is_word:
            return read_bytes(issued[0].file), f"as issued, number {issued[0]}"
        check_can_preview(subject)
        render = render_draft if is_word else render_preview
        return render(subject=subject), "draft without a number"
