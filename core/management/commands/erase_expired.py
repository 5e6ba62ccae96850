"""Tell what personal data is older than it may be kept, and erase it once that was seen."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.formats import date_format

from core import clock
from core.commands import SpokenCommand
from core.retention import erase_expired, expired_on


class Command(SpokenCommand):
    help = "Show what personal data is older than it may be kept (a dry run); with --confirm erase it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--confirm", action="store_true", help="erase what a run without it shows")

    def handle(self, *args: Any, **options: Any) -> None:
        day = clock.today()
        for one in expired_on(day):
            before = date_format(one.before, "d/m/Y")
            self.stdout.write(f"{one.term.name} ({one.term.label}), before {before}: {one.count}")
        if not options["confirm"]:
            self.stdout.write(
                "Nothing was erased. Add --confirm to erase it; backups keep it until they are gone."
            )
            return
        gone = erase_expired(on=day, actor=None)
        told = ", ".join(f"{name} {count}" for name, count in gone.items())
        self.stdout.write(f"Erased: {told}." if told else "Nothing was to be erased.")
