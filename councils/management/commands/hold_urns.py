"""Holds the papers of open polls in memory until it is stopped: then every open poll is void, unopened."""

import signal
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import SpokenCommand
from councils.urn.client import address
from councils.urn.holder import AnotherUrn, server_at
from councils.urn.memory import keep_to_itself


class Command(SpokenCommand):
    help = "Hold the papers of open polls in memory (docs/adr/0002-the-urn.md). Stopping it makes open polls void."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in keep_to_itself():
            self.stderr.write(sentence)
        place = address()
        try:
            server = server_at(place, self._say)
        except (AnotherUrn, OSError) as error:
            raise CommandError(f"The urn cannot listen at {place}: {error}") from error
        for number in (signal.SIGTERM, signal.SIGINT):
            # From a thread of its own: the loop that is asked to end runs in this one.
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        self._say(f"urn {server.holder.epoch[:8]} started at {place}")
        with server:
            server.serve_forever()
        if place.is_local:
            Path(place.path).unlink(missing_ok=True)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
