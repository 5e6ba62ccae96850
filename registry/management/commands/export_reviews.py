from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from core.commands import SpokenCommand
from registry.resources import ReviewResource
from registry.selectors import reviews_for_export

FORMATS = ("csv", "xlsx", "json")


class Command(SpokenCommand):
    help = "Writes a year's poverty reviews, one row a unit, to standard output or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="the review's year")
        parser.add_argument("--format", choices=FORMATS, default="csv", dest="format_name")
        parser.add_argument("--out", type=Path, help="write to this file instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = ReviewResource().export(reviews_for_export(year=options["year"]))
        if not len(dataset):
            raise CommandError(
                _("There is no review of %(year)s. Load one with import_reviews.") % {"year": options["year"]}
            )
        exported = dataset.export(options["format_name"])
        content = exported if isinstance(exported, bytes) else exported.encode()
        if options["out"] is None:
            self._write_out(content)
            return
        try:
            options["out"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self.stderr.write(
            _("%(count)s rows were written to %(file)s.") % {"count": len(dataset), "file": options["out"]}
        )

    def _write_out(self, content: bytes) -> None:
        """Bytes as they are where the stream takes bytes; tests hand in a text stream."""
        raw = getattr(self.stdout._out, "buffer", None)
        if raw is None:
            self.stdout.write(content.decode(), ending="")
            return
        raw.write(content)
        raw.flush()
