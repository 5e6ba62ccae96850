"""What the product is made of, read from the tree itself; the gates hold their lists against it."""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def settings_of(tool: str) -> dict[str, Any]:
    """The section of `pyproject.toml` that a tool reads."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][tool]
    return found


def packages(root: Path = ROOT) -> set[str]:
    """The top-level packages of the product: each folder of Python but the tests."""
    return {path.parent.name for path in root.glob("*/__init__.py")} - {"tests"}


def rooms(package: str, root: Path = ROOT) -> set[str]:
    """The modules and packages that stand directly in a package."""
    within = root / package
    modules = {path.stem for path in within.glob("*.py") if path.stem != "__init__"}
    folders = {path.relative_to(within).parts[0] for path in within.glob("*/**/*.py")}
    return modules | folders


def modules(root: Path = ROOT) -> list[Path]:
    """Every Python file of the product."""
    return sorted(path for package in packages(root) for path in (root / package).rglob("*.py"))
