"""Names of code on a page of `docs/`, and whether what they name is still there."""

import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[3]

_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def names_on(text: str) -> list[str]:
    """What a page puts between backticks, its drawings left out."""
    return _QUOTED.findall(_BLOCK.sub("", text))


def dead_names(text: str) -> list[str]:
    """The names of a page that lead to nothing, and those of which nobody can say where they lead."""
    return [name for name in names_on(text) if not _lives(name)]


def dead_links(text: str, folder: Path) -> list[str]:
    """The links of a page to files that are not there."""
    return [link for link in _LINK.findall(text) if not (folder / link).exists()]


def _lives(name: str) -> bool:
    for form, is_there in _FORMS:
        if found := re.fullmatch(form, name):
            return is_there(*found.groups())
    return False


def _is_target(name: str) -> bool:
    return (
        re.search(rf"^{re.escape(name)}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE) is not None
    )


def _is_reached(name: str) -> bool:
    """Whether a dotted name leads to a module, or from one over attributes and fields to what is named."""
    parts = name.split(".")
    known = [at for at in range(1, len(parts) + 1) if _is_module(ROOT.joinpath(*parts[:at]))]
    if not known:
        return False
    thing: Any = importlib.import_module(".".join(parts[: known[-1]]))
    for part in parts[known[-1] :]:
        if part in getattr(thing, "__annotations__", {}):
            return part == parts[-1]
        thing = getattr(thing, part, None)
        if thing is None:
            return False
    return True


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _is_defined(beginning: str) -> bool:
    """Whether the product has a package of this name, or a function or class that begins with it."""
    is_whole = not beginning.endswith("_")
    names = _defined_names()
    return beginning in names if is_whole else any(name.startswith(beginning) for name in names)


@cache
def _defined_names() -> frozenset[str]:
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    sources = [path.read_text("utf-8") for package in packages for path in package.rglob("*.py")]
    defined = (re.findall(r"^\s*(?:def|class) (\w+)", source, re.MULTILINE) for source in sources)
    return frozenset(package.name for package in packages).union(*defined)


# The forms that a name can have, the narrowest first.
_FORMS: tuple[tuple[str, Callable[..., bool]], ...] = (
    (r"manage\.py (\w+)", lambda name: name in get_commands()),
    (r"make ([\w-]+)", _is_target),
    (r"([\w./-]+/|[\w./-]+\.(?:toml|py|md|yaml|html|css|sh))", lambda name: (ROOT / name).exists()),
    (r"([a-z_]\w*(?:\.\w+)+)", _is_reached),
    (r"([A-Za-z]\w*)(?:\.\.\.)?", _is_defined),
)
