"""System checks: a malformed plan is refused at start, with file, key and what is expected."""

from typing import Any

from django.core.checks import Error

from criteria.engine import PlanError
from criteria.selectors import read_plans


def check_plans(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """``criteria.E001`` for the first malformed plan file, ``criteria.E002`` where no default plan is marked."""
    try:
        plans = read_plans()
    except PlanError as error:
        return [
            Error(
                f"The plan file {error.file} cannot be used. At {error.key or 'the whole file'}: {error.expected}.",
                hint="Mend the file, or take it out of the folders of CRITERIA_PLANS_DIRS.",
                id="criteria.E001",
            )
        ]
    if not any(plan.is_default for plan in plans.values()):
        return [
            Error(
                "None of the plan files is marked as the default one.",
                hint="Write `default: true` in one plan file of the folders of CRITERIA_PLANS_DIRS.",
                id="criteria.E002",
            )
        ]
    return []
