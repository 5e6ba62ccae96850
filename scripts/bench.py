"""Measures what `benchmarks/` declares and writes build/bench.json; prints one line a figure.

Figures come from the functions `measure_...()` of the modules of `benchmarks`. Each returns one figure or a list:
a dictionary with `name`, `value`, `unit` and, where they apply, `baseline` (measured in the same run), `goal`
(a number) and `better` ("higher", the default, or "lower"). Exits with status 1 when a goal is missed.
Use: bench.py [NAME...] measures only figures of the named modules.
"""

import importlib
import inspect
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"
OUTPUT = ROOT / "build" / "bench.json"


def _names() -> list[str]:
    return [module.name for module in pkgutil.iter_modules([str(BENCHMARKS)])]


def _measurements(names: Iterable[str]) -> Iterator[Callable[[], Any]]:
    """The measuring functions of the named modules, in the order in which they are written.

    Modules of the process beside the database need settings, so only those that measure are imported.
    """
    for name in names:
        if "def measure_" not in (BENCHMARKS / f"{name}.py").read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(f"benchmarks.{name}")
        for word, function in vars(module).items():
            if word.startswith("measure_") and inspect.isfunction(function):
                yield function


def _complete(figure: dict[str, Any]) -> dict[str, Any]:
    """The figure as it is written: ratio to its baseline, and whether its goal is met (None without a goal)."""
    value, baseline, goal = figure["value"], figure.get("baseline"), figure.get("goal")
    met = None if goal is None else (value <= goal if figure.get("better") == "lower" else value >= goal)
    return {
        "name": figure["name"],
        "value": value,
        "unit": figure["unit"],
        "baseline": baseline,
        "ratio": figure.get("ratio", round(value / baseline, 3) if baseline else None),
        "goal": goal,
        "ok": figure.get("ok", met),
    }


def _line(figure: dict[str, Any]) -> str:
    parts = [f"{figure['name']}: {figure['value']:,} {figure['unit']}"]
    if figure["baseline"] is not None:
        parts.append(f"{figure['ratio']} of the baseline {figure['baseline']:,}")
    if figure["goal"] is not None:
        parts.append(f"goal {figure['goal']:,} {'met' if figure['ok'] else 'MISSED'}")
    return ", ".join(parts)


def _commit() -> str:
    """The commit measured, with a plus sign when the tree holds changes on top."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = subprocess.run(
        [*git, "status", "--porcelain"], capture_output=True, text=True, check=False
    ).stdout
    return head + ("+" if changed.strip() else "")


def main() -> int:
    os.environ.setdefault("APP_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    known = _names()
    if unknown := set(sys.argv[1:]) - set(known):
        sys.exit(f"benchmarks/ has no module {', '.join(sorted(unknown))}. Choose from: {', '.join(known)}.")
    figures = []
    for measure in _measurements(sys.argv[1:] or known):
        told = measure()
        for figure in [told] if isinstance(told, dict) else told:
            figures.append(_complete(figure))
            print(_line(figures[-1]), flush=True)
    if not figures:
        sys.exit("No figure was measured: none of the modules named has a function `measure_...`.")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(
        json.dumps({"commit": _commit(), "figures": figures}, indent=2) + "\n", encoding="utf-8"
    )
    return 1 if any(figure["ok"] is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
