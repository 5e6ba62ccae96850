"""Keeps the translation catalogues equal to what code and templates say.

Use: catalogues.py update [--compendium FOLDER] | check

`update` collects every marked text and writes locale/vi, keeping the translations that stand there and filling
gaps from the PO files of a compendium folder. Nothing is guessed: a text that changed becomes untranslated.
Texts of the libraries that a page may show and that they leave without a Vietnamese wording are part of ours.
`check` ends with status 1 when the Vietnamese catalogue is not what `update` would write, or not complete.
English is the language of the source, so it needs no catalogue.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "vi"
DOMAINS = {"django": "html,txt,py,xml", "djangojs": "js"}
LEFT_OUT = {"node_modules", "build", "staticfiles", "var", "tests", "scripts", "docs", "locale", "deploy"}
LIBRARIES = (
    *("django.conf", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
    *("django.contrib.humanize", "import_export", "crispy_forms", "crispy_bootstrap5"),
)
# Django's list of the world's languages and its pages for developers are never shown here.
NEVER_SHOWN = ("conf/global_settings.py", "views/templates/", "views/csrf.py", "contrib/admin")
METADATA = {
    "Project-Id-Version": "khen-thuong",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def _catalogue_path(domain: str) -> Path:
    return ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def _ignored(folder: str, names: list[str]) -> set[str]:
    hidden = {name for name in names if name.startswith(".") or name == "__pycache__"}
    return hidden | (LEFT_OUT & set(names) if Path(folder) == ROOT else set())


def _extract(domain: str, extensions: str) -> list[polib.POEntry]:
    """Every marked text of the project in one domain, untranslated."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=_ignored)
        (copy / "locale").mkdir()
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            f"--domain={domain}",
            f"--locale={LANGUAGE}",
        ]
        without_settings = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(
            [*command, "--no-location", f"--extension={extensions}"],
            cwd=copy,
            env=without_settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(
                f"{done.stdout}{done.stderr}\nThe texts could not be collected; the reason stands above."
            )
        found = copy / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"
        entries = list(polib.pofile(str(found))) if found.exists() else []
    for entry in entries:
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.tcomment = entry.comment = ""
        entry.msgstr = ""
        entry.msgstr_plural = {0: ""} if entry.msgid_plural else {}
    return entries


def _source_texts(folder: Path) -> list[polib.POEntry]:
    """All texts of one library: its English catalogue, or what its other languages translate."""
    english = folder / "en" / "LC_MESSAGES" / "django.po"
    files = [english] if english.exists() else sorted(folder.glob("*/LC_MESSAGES/django.po"))
    return [entry for path in files for entry in polib.pofile(str(path)) if not entry.obsolete]


def _library_gaps() -> list[polib.POEntry]:
    """Texts of the libraries without a Vietnamese wording of their own, untranslated."""
    gaps: dict[tuple[str, str], polib.POEntry] = {}
    for library in LIBRARIES:
        spec = importlib.util.find_spec(library)
        folder = Path(str(spec.origin)).parent / "locale" if spec else Path()
        vietnamese = folder / LANGUAGE / "LC_MESSAGES" / "django.po"
        translated = _read(vietnamese) if vietnamese.exists() else {}
        for entry in _source_texts(folder):
            shown = not entry.occurrences or any(
                not place.startswith(NEVER_SHOWN) for place, _line in entry.occurrences
            )
            if shown and _key(entry) not in translated:
                plural = {0: ""} if entry.msgid_plural else {}
                gaps[_key(entry)] = polib.POEntry(
                    msgctxt=entry.msgctxt,
                    msgid=entry.msgid,
                    msgid_plural=entry.msgid_plural,
                    msgstr_plural=plural,
                    flags=[flag for flag in entry.flags if flag.endswith("-format")],
                )
    return list(gaps.values())


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _fill(entry: polib.POEntry, known: polib.POEntry) -> None:
    """Take over a translation; a text used with and without a plural has one wording in Vietnamese."""
    wording = known.msgstr or known.msgstr_plural.get(0, "")
    if entry.msgid_plural:
        entry.msgstr_plural = {0: wording}
    else:
        entry.msgstr = wording


def _is_translated(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr or entry.msgstr_plural.get(0)) and "fuzzy" not in entry.flags


def _read(path: Path) -> dict[tuple[str, str], polib.POEntry]:
    """The translated entries of a PO file, by context and text; a file that is not PO ends with a sentence."""
    try:
        return {
            _key(entry): entry
            for entry in polib.pofile(str(path))
            if _is_translated(entry) and not entry.obsolete
        }
    except OSError as reason:
        sys.exit(f"{path} cannot be read as a PO file: {reason}")


def _build(domain: str, extensions: str, compendium: list[Path]) -> polib.POFile:
    """The catalogue as it should stand."""
    known: dict[tuple[str, str], polib.POEntry] = {}
    for path in [*compendium, _catalogue_path(domain)]:
        if path.exists():
            known.update(_read(path))
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.header = (
        "Vietnamese texts of the application. `make messages` keeps them in step with the code."
    )
    catalogue.metadata = METADATA
    entries = {_key(entry): entry for entry in _extract(domain, extensions)}
    if domain == "django":
        entries = {_key(entry): entry for entry in _library_gaps()} | entries
    for entry in sorted(entries.values(), key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        if _key(entry) in known:
            _fill(entry, known[_key(entry)])
        catalogue.append(entry)
    return catalogue


def _untranslated(catalogue: polib.POFile) -> list[str]:
    return [entry.msgid for entry in catalogue if not _is_translated(entry)]


def update(compendium: Path | None) -> int:
    fragments = sorted(compendium.glob("*.po")) if compendium else []
    for domain, extensions in DOMAINS.items():
        catalogue = _build(domain, extensions, fragments)
        path = _catalogue_path(domain)
        if not catalogue:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        print(
            f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(_untranslated(catalogue))} untranslated"
        )
        for text in _untranslated(catalogue):
            print(f"  untranslated: {text!r}")
    return 0


def check() -> int:
    faults = []
    for domain, extensions in DOMAINS.items():
        path = _catalogue_path(domain)
        name = path.relative_to(ROOT)
        wanted = _build(domain, extensions, [])
        faults += [f"{name} lacks a translation of {text!r}" for text in _untranslated(wanted)]
        standing = path.read_text(encoding="utf-8") if path.exists() else ""
        if bool(standing) != bool(wanted) or (wanted and standing.rstrip() != str(wanted).rstrip()):
            faults.append(f"{name} is not what code and templates say. Run: make messages")
    print("\n".join(faults))
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep the translation catalogues equal to the code.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("check", help="compare and report; write nothing")
    updating = verbs.add_parser("update", help="write the catalogues")
    updating.add_argument("--compendium", type=Path, help="folder of PO files to fill gaps from")
    arguments = parser.parse_args()
    return check() if arguments.verb == "check" else update(arguments.compendium)


if __name__ == "__main__":
    sys.exit(main())
