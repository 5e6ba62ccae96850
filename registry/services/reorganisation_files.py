"""A reorganisation from a file: kept, looked at, then loaded whole in one transaction, or set aside."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock, files
from core.exceptions import InvalidRequest, StaleState
from core.models import StoredFile
from core.services import service
from core.spreadsheets.container import MAX_FILE_BYTES
from core.text import nfc
from registry.enums import ImportStatus, ReorganisationKind
from registry.exceptions import ReorganisationRefused
from registry.models import ImportFile
from registry.permissions import check_can_reorganise
from registry.reorganisation_sheet import read_reorganisation_sheet
from registry.selectors.reorganisation_files import FilePlan, plan_reorganisation_file
from registry.selectors.reorganisations import Decision
from registry.services.reorganisations import write_order

FILE_KIND = "reorganisation"


@service
def load_reorganisation(
    *, content: bytes, filename: str, decision: Decision | None = None, actor: Any = None
) -> FilePlan:
    """Load a reorganisation from a file and give back what was done with each row.

    With any issue nothing is written and ``ReorganisationRefused`` names every row. The same file again changes
    nothing; a file that names predecessors which an earlier one left open adds them.
    """
    check_can_reorganise(actor)
    return _load(content=content, filename=filename, decision=decision, actor=actor)


def _load(*, content: bytes, filename: str, decision: Decision | None, actor: Any) -> FilePlan:
    plan = plan_reorganisation_file(content=content, filename=filename, decision=decision)
    if plan.issues:
        count = len(plan.issues)
        raise ReorganisationRefused(
            ngettext(
                "Nothing was loaded: %(count)s thing in the file must be mended first.",
                "Nothing was loaded: %(count)s things in the file must be mended first.",
                count,
            )
            % {"count": count},
            plan,
            _("Mend the rows that are named and send the file again."),
        )
    if plan.order is None or not plan.can_load:
        audit.nothing_changed()
        return plan
    write_order(
        kind=ReorganisationKind.SEVERAL,
        order=plan.order,
        decisions=plan.decisions,
        actor=actor,
        audited={"file": filename, "sha256": plan.sha256},
    )
    return plan


@service(unaudited="a staged file changes no fact; confirming it is audited")
def stage_reorganisation_file(
    *, upload: File, actor: Any, decision: Decision | None = None, decision_file: File | None = None
) -> ImportFile:
    """Keep an uploaded sheet for its preview. Raises ``InvalidRequest`` when it cannot be read at all."""
    check_can_reorganise(actor)
    content = upload.read(MAX_FILE_BYTES + 1)
    name = nfc(PurePath((upload.name or "").replace("\\", "/")).name)[:255] or "file"
    read_reorganisation_sheet(content, name)
    paper = None
    if decision_file is not None:
        paper = files.store_upload(upload=decision_file, types={files.PDF: ".pdf"}, actor=actor)
    stored = files.store_bytes(
        content=content,
        name=name,
        content_type=files.sniff(content, name) or "application/octet-stream",
        actor=actor,
    )
    files.adopt(stored)
    return ImportFile.objects.create(
        kind=FILE_KIND,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        stored_file=stored,
        options=_options(decision, paper),
        created_by=actor,
        created_at=clock.now(),
    )


def _options(decision: Decision | None, paper: StoredFile | None) -> dict[str, str]:
    if decision is None:
        return {}
    return {
        "number": decision.number,
        "decided_on": decision.decided_on.isoformat(),
        "issuer": decision.issuer,
        "note": decision.note,
        "file": str(paper.pk) if paper else "",
    }


def decision_of(staged: ImportFile) -> Decision | None:
    """The decision that was given with a staged file for its rows that name none."""
    kept = staged.options
    if not kept.get("number"):
        return None
    paper = StoredFile.objects.filter(pk=kept["file"]).first() if kept.get("file") else None
    if kept.get("file") and paper is None:
        raise InvalidRequest(
            _("The decision that was attached is no longer kept."),
            _("Hand in the file and the decision again."),
        )
    return Decision(
        kept["number"], date.fromisoformat(kept["decided_on"]), kept["issuer"], paper, kept.get("note", "")
    )


@service
def confirm_reorganisation_file(*, staged: ImportFile, actor: Any) -> FilePlan:
    """Load a staged file as its preview showed it. Raises ``StaleState`` when it is no longer staged."""
    check_can_reorganise(actor)
    if staged.stored_file is None:
        raise InvalidRequest(_("This file is no longer kept."), _("Hand it in again."))
    _claim(staged, ImportStatus.CONFIRMED)
    return _load(
        content=files.read_bytes(staged.stored_file),
        filename=staged.file_name,
        decision=decision_of(staged),
        actor=actor,
    )


@service(unaudited="a staged file changes no fact, and neither does discarding it")
def discard_reorganisation_file(*, staged: ImportFile, actor: Any) -> None:
    """Set a staged file aside. Raises ``StaleState`` when it is no longer staged."""
    check_can_reorganise(actor)
    _claim(staged, ImportStatus.DISCARDED)


def _claim(staged: ImportFile, status: str) -> None:
    changed = ImportFile.objects.filter(pk=staged.pk, status=ImportStatus.STAGED).update(
        status=status, confirmed_at=clock.now()
    )
    if changed != 1:
        raise StaleState(
            _("This file was loaded or set aside before."),
            _("Open the list of reorganisations to see what holds now."),
        )
    staged.status = status
