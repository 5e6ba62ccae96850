"""Rows that the tests of a module begin from, written once: building them takes longer than what most tests do with them.

What a test changes is rolled back to them when it ends, and with the module's last test they go too. Files are copied to a
place of each test's own. A test that needs other rows, or none, stands in another module.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from tests.factories.files import stored_in


@contextmanager
def rows_for_all(blocker: Any, day: date, files: Path) -> Iterator[None]:
    """Keep what is written within until the end, and files in a folder; for a fixture of the module, on the played day."""
    with ExitStack() as stack:
        stack.enter_context(blocker.unblock())
        around = transaction.atomic()
        # As in Django's own test cases: what asks to be the outermost transaction may begin within it.
        around._from_testcase = True
        stack.enter_context(around)
        with override_settings(FIXED_TODAY=day, STORAGES=stored_in(files)):
            yield
        transaction.set_rollback(True)
