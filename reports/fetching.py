"""What the renderer may read: our own document folders, and nothing else.

Plain Python without Django, because the child process that renders has neither settings nor secrets.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

SERVED_SUFFIXES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".ttf": "font/ttf"}


def own_file(url: str, root: Path) -> Path | None:
    """The file under `root` to which the address leads, or None when it leads anywhere else.

    Symbolic links and `..` are followed before the question is asked.
    """
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return None
    path = Path(unquote(parts.path)).resolve()
    if path.suffix not in SERVED_SUFFIXES or not path.is_relative_to(root) or not path.is_file():
        return None
    return path
