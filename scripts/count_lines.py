"""Counts the lines of Python in registry, core, nominations and reports, new readers apart.

Use: count_lines.py [REVISION]

Without a revision the files that git tracks are counted as they stand. Migrations, the demonstration, its gallery and
the figures of speed do not count, wherever they stood. What came with the forms that offices send, with telling
people apart and with files that hide something is listed apart by the names below, so that the last line tells
whether the same behaviour takes fewer lines than before. A name that stands for no module any more fails.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

FOLDERS = ("registry", "core", "nominations", "reports")
_LEFT_OUT = re.compile(r"/migrations/|demo|bench|gallery")
REST = "everything else"
# What each group of readers is for, and the modules that it brought.
NEW = {
    "forms that offices send": """
        nominations/imports/dossiers.py nominations/imports/rows.py nominations/imports/titles.py
        registry/imports/members.py registry/imports/members_writing.py registry/imports/rivals.py
        registry/imports/reviews/merging.py registry/imports/written_units.py registry/ethnic_groups.py
    """,
    "words told once": """
        registry/imports/office_words.py registry/imports/told.py registry/imports/told_options.py
        registry/models/told.py registry/services/told.py registry/views/import_meanings.py
    """,
    "names, numbers and who is who": """
        core/person_names.py registry/forms/names.py registry/imports/identity.py registry/imports/people_showing.py
        registry/imports/became.py registry/imports/marks.py
        registry/imports/person_cells.py registry/models/identity.py registry/selectors/apart.py
        registry/services/apart.py
    """,
    "letters of old fonts": """
        core/legacy_encodings.py core/syllables.py core/spreadsheets/conversion.py registry/imports/file_answers.py
    """,
    "what portals save, and what files hide": """
        core/spreadsheets/examining.py core/spreadsheets/html_tables.py core/spreadsheets/markup.py
        core/spreadsheets/ods_marks.py core/spreadsheets/xls_marks.py core/spreadsheets/xlsx_marks.py
        core/spreadsheets/xml_2003.py
    """,
}


def counted(revision: str | None) -> dict[str, int]:
    """Path -> lines of every module that counts."""
    tracked = ["ls-tree", "-r", "--name-only", revision, "--"] if revision else ["ls-files", "--"]
    paths = [path for path in _git(*tracked, *FOLDERS).splitlines() if path.endswith(".py")]
    own = [path for path in paths if not _LEFT_OUT.search(path)]
    if revision:
        return {path: len(_git("show", f"{revision}:{path}").splitlines()) for path in own}
    return {path: len(Path(path).read_text(encoding="utf-8").splitlines()) for path in own}


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout


def main(words: list[str]) -> int:
    lines = counted(words[0] if words else None)
    group_of = {path: group for group, paths in NEW.items() for path in paths.split()}
    totals: Counter[str] = Counter()
    for path, count in lines.items():
        totals[group_of.get(path, REST)] += count
    for name in (*NEW, REST):
        print(f"{totals[name]:7,}  {name}")
    print(f"{sum(totals.values()):7,}  together")
    gone = sorted(group_of.keys() - lines.keys())
    if gone and not words:
        print("No such module:", *gone, file=sys.stderr)
    return 1 if gone and not words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
