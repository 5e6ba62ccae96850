"""Fails for lines of templates that are longer than a reader takes in.

Use: template_lines.py FOLDER...

A longer line may stand where it cannot break: Django's tags hold no line break, and a text that is translated is one
text. So a line passes that is one `translate`, `blocktranslate` or `url` tag alone, or one attribute whose whole value
is such a tag. Values of an include stand below each other in a `component`, columns of a list in a `table`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST = 120
_TAG = r"\{% (?:translate|blocktranslate|url) (?:(?!%\}).)*%\}"
_UNBREAKABLE = re.compile(rf'{_TAG}|[\w-]+="{_TAG}">?')


def long_lines(text: str) -> Iterator[int]:
    """The numbers of the lines that are too long and could break."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST and not _UNBREAKABLE.fullmatch(line.strip()):
            yield number


def main(folders: list[str]) -> int:
    found = [
        f"{path}:{number}"
        for folder in folders
        for path in sorted(Path(folder).rglob("*.html"))
        for number in long_lines(path.read_text(encoding="utf-8"))
    ]
    if found:
        print(f"Longer than {LONGEST} characters; break the line or use a component (docs/design-system.md):")
        print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
