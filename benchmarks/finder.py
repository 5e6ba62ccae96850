"""How fast the finder answers for a whole province, on both databases, and how that grows with the register."""

from typing import Any

from benchmarks.database import KINDS, Kind, temporary_database

MOST_QUERIES = 15
MOST_SECONDS = 3
MOST_GROWTH = 2.2


def measure_finder() -> list[dict[str, Any]]:
    """Queries, seconds and growth of the finder on each database, and the worse of both under the plain names.

    Seconds are of processor time, as the engine's are; what the clock on the wall said stands beside them.
    """
    figures: dict[str, dict[str, float]] = {"queries": {}, "seconds": {}, "growth": {}, "elapsed": {}}
    for kind in KINDS:
        once, twice = (_measured(kind, scale) for scale in (1, 2))
        figures["queries"][kind] = max(once["queries"], twice["queries"])
        figures["seconds"][kind] = round(once["seconds"], 2)
        figures["elapsed"][kind] = round(once["elapsed"], 2)
        figures["growth"][kind] = round(twice["seconds"] / once["seconds"], 2)
    limits: dict[str, tuple[str, float | None]] = {
        "queries": ("queries", MOST_QUERIES),
        "seconds": ("s of processor time", MOST_SECONDS),
        "elapsed": ("s", None),
        "growth": ("times for twice the data", MOST_GROWTH),
    }
    found = []
    for name, (unit, goal) in limits.items():
        values = {f"finder.{kind}.{name}": value for kind, value in figures[name].items()}
        values[f"finder.{name}"] = max(figures[name].values())
        found += [
            {"name": full, "value": value, "unit": unit, "goal": goal, "better": "lower"}
            for full, value in values.items()
        ]
    return found


def _measured(kind: Kind, scale: int) -> dict[str, Any]:
    with temporary_database(kind) as database:
        database.run("benchmarks.finder_register:build", scale=scale)
        value: dict[str, Any] = database.run("benchmarks.finder_pages:open_finder").value
        return value
