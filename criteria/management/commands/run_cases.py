"""``run_cases PATH...``: compare the engine with executable cases; needs no database."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.commands import SpokenCommand
from criteria.cases import Case, CaseFileError, case_files, load_cases
from criteria.engine import Plan, PlanError
from criteria.selectors import read_plans


class Command(SpokenCommand):
    """Exit status: 0 all passed, 1 a case failed, 2 a file cannot be read."""

    help = "Run executable cases of the rulebook from files or folders."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder with cases")

    def handle(self, *args: Any, **options: Any) -> None:
        self.unreadable = False
        try:
            plans = read_plans()
        except PlanError as error:
            raise SystemExit(self._refuse(error)) from error
        cases = [case for path in options["paths"] for case in self._load(path, plans)]
        failed = sum(1 for case in cases if not self._passes(case))
        self.stdout.write(f"{len(cases) - failed} passed, {failed} failed")
        if self.unreadable:
            raise SystemExit(2)
        if failed:
            raise SystemExit(1)

    def _refuse(self, error: Exception) -> int:
        self.stderr.write(str(error))
        self.unreadable = True
        return 2

    def _load(self, path: Path, plans: dict[str, Plan]) -> list[Case]:
        """Cases of every file that can be read; one bad file does not keep the others from running."""
        cases: list[Case] = []
        try:
            files = case_files([path])
        except CaseFileError as error:
            self._refuse(error)
            return []
        for file in files:
            try:
                cases.extend(load_cases(file, plans))
            except CaseFileError as error:
                self._refuse(error)
        return cases

    def _passes(self, case: Case) -> bool:
        mismatches = case.run()
        for mismatch in mismatches:
            self.stdout.write(f"{case.file}: {case.name}: {mismatch}")
        return not mismatches
