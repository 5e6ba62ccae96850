"""Plans by id: those of the data files, and those that were stored when something was decided by them."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from criteria.engine import Plan, PlanError, load_plans, plan_from_json
from criteria.exceptions import UnknownPlan
from criteria.models import PlanVersion


def lang() -> str:
    """The reader's language as plans and the engine name it."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def read_plans() -> dict[str, Plan]:
    """All plans of the configured folders by id, read once a process; raises ``PlanError``.

    A change of a plan file takes effect at the next start, as a change of code does.
    """
    return _read(tuple(str(folder) for folder in settings.CRITERIA_PLANS_DIRS))


@lru_cache(maxsize=8)
def _read(folders: tuple[str, ...]) -> dict[str, Plan]:
    plans: dict[str, Plan] = {}
    for folder in folders:
        for plan_id, plan in load_plans(Path(folder)).items():
            if plan_id in plans:
                raise PlanError(
                    f"{folder}/{plan_id}.yaml", "id", "expected an id that no other plan file has"
                )
            if plan.is_default and any(other.is_default for other in plans.values()):
                raise PlanError(
                    f"{folder}/{plan_id}.yaml", "default", "expected one default plan in all folders"
                )
            plans[plan_id] = plan
    return plans


def get_plan(plan_id: str) -> Plan:
    """The plan of a data file; raises ``UnknownPlan``."""
    plans = read_plans()
    if plan_id not in plans:
        raise UnknownPlan(f"No plan file has the id {plan_id!r}; there are {', '.join(plans) or 'none'}.")
    return plans[plan_id]


def has_file(plan_id: str) -> bool:
    """Whether one of the house's data files is this plan's."""
    return plan_id in read_plans()


def default_plan() -> Plan:
    """The plan marked as the default one; raises ``UnknownPlan`` where none is."""
    for plan in read_plans().values():
        if plan.is_default:
            return plan
    raise UnknownPlan("No plan file is marked as the default one.")


def plan_of(version: PlanVersion) -> Plan:
    """The plan exactly as a stored version holds it."""
    current = read_plans().get(version.plan_id)
    if current is not None and current.content_hash == version.content_hash:
        return current
    return _stored(version.content_hash, version.content)


def plan_by_hash(content_hash: str) -> Plan:
    """The plan of a stored version, read once a process; raises ``UnknownPlan``."""
    plan = next((plan for plan in read_plans().values() if plan.content_hash == content_hash), None)
    return plan or _by_hash(content_hash)


@lru_cache(maxsize=64)
def _by_hash(content_hash: str) -> Plan:
    content = PlanVersion.objects.filter(content_hash=content_hash).values_list("content", flat=True).first()
    if content is None:
        raise UnknownPlan(f"No stored version of a plan has the hash {content_hash!r}.")
    return plan_from_json(content)


@lru_cache(maxsize=8)
def _stored(content_hash: str, content: str) -> Plan:
    return plan_from_json(content)
