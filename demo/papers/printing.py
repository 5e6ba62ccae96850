"""Ordering papers early and collecting them when the story needs them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Engine

TEMPLATES = Path(__file__).parent
PATIENCE_SECONDS = 60
# Never a secret, never the database's address.
CHILD_ENVIRONMENT = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)

Order = Callable[[], SimpleUploadedFile]


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(
        dirs=[str(TEMPLATES)],
        libraries={"official": "reports.documents.official"},
        builtins=["reports.documents.official"],
    )


class Press:
    """A printing process that lives as long as the `with` block."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="demo-papers-")
        self._count = 0
        environment = {name: os.environ[name] for name in CHILD_ENVIRONMENT if name in os.environ}
        self._child = subprocess.Popen(  # noqa: S603 -- our own module, no shell
            [sys.executable, "-m", "demo.papers.press", self._folder.name],
            stdin=subprocess.PIPE,
            text=True,
            env={**environment, "LANG": "C.UTF-8", "PYTHONPATH": str(settings.BASE_DIR)},
            cwd=settings.BASE_DIR,
        )
        return self

    def __exit__(self, *_details: object) -> None:
        if self._child.stdin:
            self._child.stdin.close()
        self._child.terminate()
        self._child.wait()
        self._folder.cleanup()

    def order(self, kind: str, name: str, **context: Any) -> Order:
        """Have a paper printed; the answer waits for it and gives an upload of that name.

        Raises RuntimeError, when collected, if the printer ended or took too long.
        """
        self._count += 1
        job = f"{self._count:04d}"
        folder = Path(self._folder.name)
        html = _engine().get_template(f"{kind}.html").render(Context(context, use_l10n=False))
        (folder / f"{job}.html").write_text(html, encoding="utf-8")
        if self._child.stdin:
            self._child.stdin.write(f"{job}\n")
            self._child.stdin.flush()
        return lambda: SimpleUploadedFile(name, self._wait_for(folder / f"{job}.pdf"), "application/pdf")

    def _wait_for(self, page: Path) -> bytes:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not page.exists():
            if self._child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    "The papers of the demonstration could not be printed; see the error above."
                )
            time.sleep(0.01)
        return page.read_bytes()
