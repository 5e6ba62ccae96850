"""Collects the static files where the server finds them; does nothing when none has changed.

Hashing and compressing takes many seconds, so what was collected is remembered by name, size and time of each
source file. Parts of the packages that no page uses are left out.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
# Bootstrap's other builds, and the typeface's style sheets (ours names the files itself) and older format.
UNUSED = [
    *("css/bootstrap-*", "css/bootstrap.css*", "css/bootstrap.rtl*"),
    *("js/bootstrap.js*", "js/bootstrap.min.js*", "js/bootstrap.esm*", "js/bootstrap.bundle.js*"),
    *(
        "[0-9]*.css",
        "index.css",
        "latin*.css",
        "vietnamese*.css",
        "be-vietnam-pro-*.woff",
        "scss",
        "unicode.json",
    ),
]
REMEMBERED = ".collected"


def _sources() -> list[Path]:
    """Every file that can change what is collected: our own and the packages', and what fixes the versions."""
    folders = [
        Path(str(entry[1] if isinstance(entry, tuple) else entry)) for entry in settings.STATICFILES_DIRS
    ]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted([*files, ROOT / "uv.lock", Path(__file__)])


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        stat = path.stat()
        digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    remembered = Path(str(settings.STATIC_ROOT)) / REMEMBERED
    fingerprint = _fingerprint()
    if remembered.exists() and remembered.read_text() == fingerprint:
        return
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(fingerprint)


if __name__ == "__main__":
    main()
