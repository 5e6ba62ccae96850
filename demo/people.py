"""Households and individuals, entered by those who keep them, with each year's standing as it came."""

from datetime import date
from functools import partial
from typing import Any

from core import clock
from demo.data_files import read_yaml
from demo.stage import Stage
from registry.enums import PolicyLoan, PovertyStatus, Registration
from registry.services import create_household, create_individual, update_household

FIRST_YEAR = 2021
LETTERS = {
    "P": PovertyStatus.POOR,
    "N": PovertyStatus.NEAR_POOR,
    "E": PovertyStatus.NEWLY_ESCAPED,
    "A": PovertyStatus.AVERAGE,
    "W": PovertyStatus.WELL_OFF,
}
ENTERED_ON = date(2022, 1, 5)
# Each standing is entered once its year's review has been recognised.
STANDING_ON = {
    2022: date(2022, 12, 15),
    2023: date(2023, 12, 15),
    2024: date(2024, 12, 16),
    2025: date(2025, 12, 12),
}
BANK_SOURCE = "Danh sách đối chiếu dư nợ của Ngân hàng Chính sách xã hội (giả định)"


def plan_people(stage: Stage) -> None:
    """Everybody is entered at the beginning of 2022; a household's standing follows year by year."""
    for row in read_yaml("individuals.yaml"):
        stage.diary.on(row.get("entered", ENTERED_ON), partial(_enter_individual, stage, row))
    for row in read_yaml("households.yaml"):
        standing: dict[int, str] = {
            FIRST_YEAR + place: LETTERS[letter]
            for place, letter in enumerate(row["statuses"])
            if letter in LETTERS
        }
        entered = row.get("entered", ENTERED_ON)
        stage.diary.on(entered, partial(_enter_household, stage, row, standing))
        for year, day in STANDING_ON.items():
            if year in standing and day > entered:
                stage.diary.on(day, partial(_update, stage, row, {year: standing[year]}))


def _enter_individual(stage: Stage, row: dict[str, Any]) -> None:
    stage.individuals[row["key"]] = create_individual(
        facts={
            "unit": stage.units[row["unit"]],
            "name": row["name"],
            "birth_year": row["born"],
            "position": row["position"],
            "role": row["role"],
            "is_woman": row["woman"],
        },
        actor=stage.people[row["by"]],
    )


def _facts(stage: Stage, row: dict[str, Any]) -> dict[str, Any]:
    promised = row["registered"] if isinstance(row["registered"], date) else None
    registered = promised if promised and promised <= clock.today() else None
    registration = Registration.REGISTERED if registered else "" if promised else row["registered"]
    return {
        "unit": stage.units[row["unit"]],
        "name": row["name"],
        "birth_year": row["born"],
        "registration": registration,
        "registered_on": registered,
        "policy_loan": row["loan"],
        "policy_loan_source": BANK_SOURCE if row["loan"] in {PolicyLoan.GOOD, PolicyLoan.BAD} else "",
    }


def _enter_household(stage: Stage, row: dict[str, Any], standing: dict[int, str]) -> None:
    year_now = clock.today().year
    first = {year: status for year, status in standing.items() if year < year_now}
    stage.households[row["key"]] = create_household(
        facts=_facts(stage, row), statuses=first, actor=stage.people[row["by"]]
    )


def _update(stage: Stage, row: dict[str, Any], statuses: dict[int, str]) -> None:
    update_household(
        household=stage.households[row["key"]],
        facts=_facts(stage, row),
        statuses=statuses,
        actor=stage.people[row["by"]],
    )
