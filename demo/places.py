"""Units, zones and reviews: everything that stands before the first nomination."""

from datetime import date
from functools import partial
from pathlib import Path

from demo.data_files import DATA, read_yaml
from demo.offices import STANDING_OFFICES
from demo.stage import Stage
from registry.imports import ImportOptions
from registry.models import Unit
from registry.services import load_file, load_register, set_zone
from registry.services.duties import assign_standing_office
from registry.services.register import DATA as REGISTER_DATA

# When each year's review was recognised, and by which paper.
REVIEWS = {
    2021: (date(2021, 12, 14), "QĐ 3402/QĐ-UBND (giả định)"),
    2022: (date(2022, 12, 14), "QĐ 2718/QĐ-UBND (giả định)"),
    2023: (date(2023, 12, 14), "QĐ 2690/QĐ-UBND (giả định)"),
    2024: (date(2024, 12, 13), "QĐ 2533/QĐ-UBND (giả định)"),
    2025: (date(2025, 12, 12), "QĐ 2145/QĐ-UBND (giả định)"),
}
SAMPLE_REVIEWS = {2024: date(2025, 1, 10), 2025: date(2025, 11, 3)}
SAMPLE_STANDARD = "mẫu 2025"


def load_places() -> dict[str, Unit]:
    """The register, and what the story adds to it; units by their own key."""
    load_register()
    load_register(folder=DATA / "register")
    return {unit.key: unit for unit in Unit.objects.select_related("parent")}


def plan_duties(stage: Stage) -> None:
    """The labour department is the movement's standing office from the plan on, its successor from March 2025 on."""
    for key, (since, paper) in STANDING_OFFICES.items():
        stage.diary.on(since, partial(_assign, stage, key, since, paper))


def _assign(stage: Stage, key: str, since: date, paper: str) -> None:
    assign_standing_office(
        province=stage.units["bt"],
        unit=stage.units[key],
        starts_on=since,
        decision=paper,
        actor=stage.people["so.lanhdao"],
    )


def plan_zones(stage: Stage) -> None:
    """Zones of some communes; the register ships without any."""
    given = read_yaml("zones.yaml")
    rows = [
        {"unit": key, "zone": zone, "starts_on": given["starts_on"], "decision": given["decision"]}
        for key, zone in given["zones"].items()
    ]
    for row in [*rows, *given["later"]]:
        stage.diary.on(row["starts_on"], partial(_set_zone, stage, given["by"], row))


def _set_zone(stage: Stage, by: str, row: dict) -> None:
    set_zone(
        unit=stage.units[row["unit"]],
        zone=row["zone"],
        starts_on=row["starts_on"],
        decision=row["decision"],
        actor=stage.people[by],
    )


def plan_reviews(stage: Stage) -> None:
    """Each year's workbook, loaded by the department on the day of its recognition."""
    for year, (day, document) in REVIEWS.items():
        options = ImportOptions(year=year, recognised_on=day, document=document)
        _plan_file(stage, day, REGISTER_DATA / "reviews" / f"ra-soat-{year}.xlsx", options, "so.chuyenvien")
    for year, day in SAMPLE_REVIEWS.items():
        options = ImportOptions(year=year, recognised_on=day, given={"standard": SAMPLE_STANDARD})
        _plan_file(stage, day, DATA / f"reviews-mau-{year}.csv", options, "mau.chuyenvien")


def _plan_file(stage: Stage, day: date, path: Path, options: ImportOptions, by: str) -> None:
    stage.diary.on(
        day,
        partial(
            load_file,
            kind="reviews",
            content=path.read_bytes(),
            filename=path.name,
            options=options,
            actor=stage.people[by],
        ),
    )
