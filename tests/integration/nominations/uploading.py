"""Plans as tests hand them in: the invented plan with its cases, as it is or with a figure changed."""

from pathlib import Path

from core.models import User
from criteria.examination import HandedFile
from nominations.models import PlanUpload
from nominations.services.plans import upload_plan
from registry.models import Unit

ROOT = Path(__file__).parents[3]
SAMPLE = "mau-khong-cap-huyen"
# A day of the last figure from which nothing else follows: fewer cases fail than with any other.
OLD = "- {from: 2025-01-01, value: 3, provisions: [s-5], verified_on: 2026-11-23}"


def plan_file(*, plan_id: str = SAMPLE, title: str = "", originals: int = 3) -> HandedFile:
    """The invented plan under an id, with a title and so many original sets from 2029 on."""
    text = (ROOT / "criteria/plans" / f"{SAMPLE}.yaml").read_text(encoding="utf-8")
    text = text.replace(f"id: {SAMPLE}", f"id: {plan_id}", 1)
    if title:
        text = text.replace("title: {vi: ", f'title: {{vi: "{title}", en: "{title}"}}\n# {{vi: ', 1)
    if originals != 3:
        assert OLD in text
        later = f"{OLD}\n      - {{from: 2029-01-01, value: {originals}, provisions: [s-5], verified_on: 2026-11-23}}"
        text = text.replace(OLD, later)
    return HandedFile(f"{plan_id}.yaml", text.encode())


def case_files(plan_id: str = SAMPLE) -> list[HandedFile]:
    """Its cases, all of which pass."""
    folder = ROOT / "tests/cases" / SAMPLE
    return [
        HandedFile(path.name, path.read_bytes().replace(SAMPLE.encode(), plan_id.encode()))
        for path in sorted(folder.glob("*.yaml"))
    ]


def uploaded(unit: Unit, actor: User, **changes: object) -> PlanUpload:
    """An upload that passes."""
    plan_id = str(changes.get("plan_id", SAMPLE))
    return upload_plan(
        unit=unit,
        plan_file=plan_file(**changes),  # type: ignore[arg-type]
        case_files=case_files(plan_id),
        actor=actor,
    )
