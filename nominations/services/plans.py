"""Plans that the leadership hands in: examined, kept as they are, and put in force by a second person."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from criteria.engine import Plan
from criteria.engine.bounds import MOST_BYTES
from criteria.examination import Examination, HandedFile, examine
from criteria.services import record_plan_version
from nominations.enums import PlanFileKind, PlanVerb
from nominations.events import Event
from nominations.models import AwardRound, Movement, PlanRuling, PlanUpload, PlanUploadFile
from nominations.permissions_province import check_can_settle_plan, check_can_upload_plan
from nominations.selectors.plans import InForce, files_of, rulings_in_force
from registry.enums import UnitKind
from registry.models import Unit

MOST_FILES = 40
_FITS = {"awards": 40, "subjects": 20, "papers": 40, "criteria": 60, "authorities": 60}
"""How long the ids of a plan may be where dossiers and awards keep them."""


@service
def upload_plan(
    *, unit: Unit, plan_file: HandedFile, case_files: Sequence[HandedFile], actor: User, note: str = ""
) -> PlanUpload:
    """Examine a plan with its cases and keep both, with the whole report, whatever came of it.

    The cases run here: for some hundred of them a second. Raises InvalidRequest for files that are too large or too
    many, and for an invented plan in production.
    """
    check_can_upload_plan(actor, unit)
    _check_files([plan_file, *case_files])
    found = _examined(plan_file, case_files)
    if found.plan is not None and found.plan.invented and settings.IS_PRODUCTION:
        raise InvalidRequest(
            _("This plan is invented, to try things out; no province runs it."), _("Choose another plan.")
        )
    upload = PlanUpload.objects.create(
        unit=unit,
        plan_id=found.plan.id if found.plan else "",
        version=record_plan_version(found.plan) if found.plan else None,
        note=nfc(note).strip(),
        passes=found.passes,
        report=found.to_dict(),
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    kinds = [PlanFileKind.PLAN, *[PlanFileKind.CASES] * len(case_files)]
    PlanUploadFile.objects.bulk_create(
        [
            PlanUploadFile(
                upload=upload,
                kind=kind,
                name=file.name,
                sha256=hashlib.sha256(file.content).hexdigest(),
                content=file.content,
            )
            for kind, file in zip(kinds, [plan_file, *case_files], strict=True)
        ]
    )
    audit.record(
        Event.PLAN_UPLOADED,
        actor=actor,
        subject=upload,
        plan=upload.plan_id,
        plan_hash=found.plan.content_hash if found.plan else "",
        passes=found.passes,
        cases=found.case_count,
        files=[hashlib.sha256(file.content).hexdigest() for file in (plan_file, *case_files)],
    )
    return upload


def _check_files(files: Sequence[HandedFile]) -> None:
    if len(files) < 2:
        raise InvalidRequest(
            _("A plan comes with its cases; no file of cases was chosen."),
            _("Choose the files of cases together with the plan."),
        )
    if len(files) > MOST_FILES:
        raise InvalidRequest(
            _("%(count)s files were chosen and the limit is %(most)s.")
            % {"count": len(files), "most": MOST_FILES},
            _("Put cases together into fewer files."),
        )
    for file in files:
        if len(file.content) > MOST_BYTES:
            raise InvalidRequest(
                _("%(name)s is larger than %(limit)s KB, which no plan needs.")
                % {"name": file.name, "limit": MOST_BYTES // 1024},
                _("Choose the YAML file of the plan or of its cases."),
            )
    names = [file.name for file in files[1:]]
    if len(set(names)) != len(names):
        raise InvalidRequest(
            _("Two files of cases bear the same name."), _("Give each file a name of its own.")
        )


def _examined(plan_file: HandedFile, case_files: Sequence[HandedFile]) -> Examination:
    """The examination, with what the tables of dossiers could not keep told as a fault of the file."""
    return examine(plan_file, case_files, longest=_FITS)


@service
def put_in_force(
    *,
    upload: PlanUpload,
    compared_with: str,
    effective_on: date,
    paper: str,
    actor: User,
) -> PlanRuling:
    """Let an uploaded plan hold from a day; rounds that have begun keep the version they began with.

    `compared_with` is the content hash of the version that the person read the difference to, empty where there was
    none. Raises InvalidRequest for a plan that does not pass or a day before the version in force, StaleState when
    another version was put in force, or this one settled, meanwhile.
    """
    check_can_settle_plan(actor, upload)
    paper = nfc(paper).strip()
    if not paper:
        raise InvalidRequest(
            _("A plan is put in force by a paper."),
            _("Enter the decision's number and date as they are written."),
        )
    plan = _plan_as_examined(upload)
    movement = _movement_of(upload, plan)
    before = rulings_in_force(upload.unit_id, plan.id)
    _check_follows(before[-1] if before else None, compared_with, effective_on)
    ruling = _settle(
        upload,
        PlanVerb.IN_FORCE,
        actor,
        number=len(before) + 1,
        effective_on=effective_on,
        paper=paper,
    )
    if movement is not None:
        _let_hold(movement, plan, effective_on)
    audit.record(
        Event.PLAN_IN_FORCE,
        actor=actor,
        subject=upload,
        plan=plan.id,
        plan_hash=plan.content_hash,
        before=compared_with,
        number=ruling.number,
        effective_on=effective_on.isoformat(),
        paper=paper,
    )
    return ruling


def _check_follows(newest: InForce | None, compared_with: str, effective_on: date) -> None:
    """The version in force is the one that was compared with, and begins no later than the next."""
    if (newest.content_hash if newest else "") != compared_with:
        raise StaleState(
            _("Another version of this plan was put in force meanwhile."),
            _("Read the difference to the version that is in force now, then decide."),
        )
    if newest is not None and effective_on < newest.effective_on:
        raise InvalidRequest(
            _("%(day)s is before %(first)s, from which the version in force holds.")
            % {
                "day": effective_on.strftime("%d/%m/%Y"),
                "first": newest.effective_on.strftime("%d/%m/%Y"),
            },
            _("Enter that day or a later one."),
        )


def _plan_as_examined(upload: PlanUpload) -> Plan:
    """The plan, examined anew from the bytes that were kept: this program may judge otherwise than the one before."""
    plan_file, case_files = files_of(upload)
    found = _examined(plan_file, case_files)
    if found.plan is None or not found.passes:
        raise InvalidRequest(
            _("The plan does not pass: %(count)s things in its files or cases are not in order.")
            % {"count": len(found.faults)},
            _("Its report names each; mend the files and upload them again."),
        )
    if upload.version is None or found.plan.content_hash != upload.version.content_hash:
        raise InvalidRequest(
            _("The file that is kept is not the plan that was examined."),
            _("Upload the plan again, and tell the inspectorate: the log says what was uploaded."),
        )
    return found.plan


def _movement_of(upload: PlanUpload, plan: Plan) -> Movement | None:
    """The province's movement of this plan, locked; None where it was not started yet."""
    movements = Movement.objects.select_for_update(of=("self",)).filter(plan_id=plan.id)
    own = movements.filter(unit=upload.unit).first()
    if own is not None:
        return own
    shared = movements.filter(unit=None).first()
    if shared is not None and Unit.objects.filter(kind=UnitKind.PROVINCE).count() > 1:
        raise InvalidRequest(
            _("The movement of this plan names no province, and the register holds several."),
            _("Ask the administrator to say which province runs it."),
        )
    return shared


def _settle(upload: PlanUpload, verb: PlanVerb, actor: User, **grounds: Any) -> PlanRuling:
    try:
        with transaction.atomic():
            return PlanRuling.objects.create(
                upload=upload,
                unit=upload.unit,
                plan_id=upload.plan_id,
                verb=verb,
                actor=actor,
                at=clock.now(),
                **grounds,
            )
    except IntegrityError:
        raise StaleState(
            _("This plan, or another version of it, was settled meanwhile."),
            _("Look at it again: the page shows what was decided."),
        ) from None


def _let_hold(movement: Movement, plan: Plan, effective_on: date) -> None:
    """Write the version into the movement, and into rounds that have not begun."""
    movement.plan_days = [
        *(one for one in movement.plan_days if one["from"] < effective_on.isoformat()),
        {"from": effective_on.isoformat(), "hash": plan.content_hash},
    ]
    Movement.objects.filter(pk=movement.pk).update(plan_days=movement.plan_days)
    AwardRound.objects.filter(
        movement=movement, opens_on__gt=clock.today(), opens_on__gte=effective_on
    ).update(plan_version=plan.content_hash)


@service
def refuse_plan(*, upload: PlanUpload, reason: str, actor: User) -> PlanRuling:
    """Say why an uploaded plan is not put in force. Raises InvalidRequest without a reason, StaleState when settled."""
    check_can_settle_plan(actor, upload)
    reason = nfc(reason).strip()
    if not reason:
        raise InvalidRequest(
            _("A plan is refused for a reason that can be read later."),
            _("Write what has to be mended."),
        )
    ruling = _settle(upload, PlanVerb.REFUSED, actor, reason=reason)
    audit.record(Event.PLAN_REFUSED, actor=actor, subject=upload, plan=upload.plan_id, reason=reason)
    return ruling
