"""Uploaded plans: who sees them, what their report says, and which versions a province put in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from criteria.comparison import SectionChange, changes_between
from criteria.engine import Plan
from criteria.examination import HandedFile
from criteria.plan_words import FaultRow, fault_rows
from criteria.selectors import lang, plan_by_hash, plan_of, read_plans
from nominations.enums import PlanFileKind, PlanVerb
from nominations.models import Movement, PlanRuling, PlanUpload
from registry.scopes import accounts_of


@dataclass(frozen=True)
class InForce:
    """A version that a province put in force."""

    content_hash: str
    number: int
    effective_on: date
    paper: str


def rulings_in_force(unit_id: int, plan_id: str) -> list[InForce]:
    """The versions of a plan that a province put in force, in the order in which it did."""
    rows = PlanRuling.objects.filter(unit=unit_id, plan_id=plan_id, verb=PlanVerb.IN_FORCE)
    found: Any = rows.order_by("number").values_list(
        "upload__version__content_hash", "number", "effective_on", "paper"
    )
    # The database keeps number and day of a ruling in force from being empty.
    return [InForce(*row) for row in found]


def plan_days_of(unit_id: int, plan_id: str) -> list[dict[str, str]]:
    """From which day which version holds, as `Movement.plan_days` keeps it."""
    days: list[dict[str, str]] = []
    for one in rulings_in_force(unit_id, plan_id):
        start = one.effective_on.isoformat()
        days = [*(day for day in days if day["from"] < start), {"from": start, "hash": one.content_hash}]
    return days


def files_of(upload: PlanUpload) -> tuple[HandedFile, list[HandedFile]]:
    """The plan and its cases with their bytes."""
    files = [(row.kind, HandedFile(row.name, bytes(row.content))) for row in upload.files.all()]
    plan = next(file for kind, file in files if kind == PlanFileKind.PLAN)
    return plan, [file for kind, file in files if kind == PlanFileKind.CASES]


def is_for_trying_out(plan: Plan) -> bool:
    """Whether the plan is invented, and so not for a province's real work."""
    return bool(settings.IS_PRODUCTION) and plan.invented


def plans_to_start(provinces: Sequence[int]) -> list[Plan]:
    """Plans that one of these provinces may start a movement of: the house's, and those put in force from uploads.

    A plan whose movement runs in all of them already is left out, and so is one that runs in every province.
    """
    known = dict(read_plans())
    uploaded = PlanRuling.objects.filter(unit__in=provinces, verb=PlanVerb.IN_FORCE).order_by("number")
    for content_hash in uploaded.values_list("upload__version__content_hash", flat=True):
        plan = plan_by_hash(content_hash)
        known[plan.id] = plan
    running: dict[str, set[int | None]] = {}
    for plan_id, unit_id in Movement.objects.values_list("plan_id", "unit_id"):
        running.setdefault(plan_id, set()).add(unit_id)
    return [
        plan
        for plan in known.values()
        if not is_for_trying_out(plan)
        and None not in running.get(plan.id, set())
        and not set(provinces) <= running.get(plan.id, set())
    ]


@dataclass(frozen=True)
class UploadRow:
    """An uploaded plan as the list shows it."""

    upload: PlanUpload
    title: str
    state: str
    ruling: PlanRuling | None


FAILING, WAITING = "failing", "waiting"


def upload_rows(user: Any) -> list[UploadRow]:
    """Uploaded plans of the person's province, newest first."""
    uploads = PlanUpload.objects.visible_to(user).select_related(
        "version", "uploaded_by", "unit", "ruling__actor"
    )
    return [row_of(upload) for upload in uploads]


def row_of(upload: PlanUpload) -> UploadRow:
    """One upload with what came of it; reads no other upload."""
    ruling = getattr(upload, "ruling", None)
    state = str(ruling.verb) if ruling else WAITING if upload.passes else FAILING
    title = plan_of(upload.version).title(lang()) if upload.version else ""
    return UploadRow(upload, title, state, ruling)


def waiting_for(user: Any) -> list[PlanUpload]:
    """Uploads that pass and wait for this person's word: nobody settles what they uploaded themselves."""
    rows = PlanUpload.objects.visible_to(user).filter(passes=True, ruling=None)
    return list(
        rows.exclude(uploaded_by__in=accounts_of(user)).select_related("version", "uploaded_by", "unit")
    )


def faults_of(upload: PlanUpload) -> list[FaultRow]:
    """Everything that the examination found, in the reader's language."""
    return fault_rows(upload.report["faults"])


@dataclass(frozen=True)
class Compared:
    """What an upload changes: against which plan, and section by section."""

    before: Plan | None
    before_hash: str
    """The hash of the version that was put in force from an upload; empty where the house's file holds, or nothing."""
    is_house_file: bool
    in_force: InForce | None
    sections: list[SectionChange]

    @property
    def count(self) -> int:
        """How many items differ."""
        return sum(len(section.items) for section in self.sections)


def compared(upload: PlanUpload) -> Compared | None:
    """The upload against what it would replace; None for a plan that could not be read."""
    if upload.version is None:
        return None
    after = plan_of(upload.version)
    rulings = rulings_in_force(upload.unit_id, after.id)
    ruling = getattr(upload, "ruling", None)
    if ruling is not None and ruling.number:
        # What was in force when it was settled, not what is in force by now.
        rulings = [one for one in rulings if one.number < ruling.number]
    newest = rulings[-1] if rulings else None
    before = plan_by_hash(newest.content_hash) if newest else read_plans().get(after.id)
    return Compared(
        before=before,
        before_hash=newest.content_hash if newest else "",
        is_house_file=newest is None and before is not None,
        in_force=newest,
        sections=changes_between(before, after, lang()) if before else [],
    )
