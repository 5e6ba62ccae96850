"""Write the generated pages of `docs/`, or say which of them are out of date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import override

from core.commands import SpokenCommand
from nominations.management.pages import PAGES


class Command(SpokenCommand):
    help = "Write the pages of docs/ that are generated from the code; --check only compares them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail when a page is out of date."
        )
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "docs")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        with override("en"):
            fresh = {folder / name: write() for name, write in PAGES.items()}
        stale = [path for path, text in fresh.items() if not path.exists() or path.read_text("utf-8") != text]
        if options["check"]:
            if stale:
                raise CommandError(
                    f"Out of date: {', '.join(path.name for path in stale)}. "
                    "Run `manage.py generate_docs` and commit what it writes."
                )
            return
        for path in stale:
            path.write_text(fresh[path], "utf-8")
            self.stdout.write(f"Wrote {path.name}.")
