"""Reorganisations entered by hand: looked at, then carried out whole or not at all."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from core import files
from core.exceptions import InvalidRequest
from core.models import StoredFile
from core.services import service
from core.uploads.checking import store_upload
from registry.models import Reorganisation, Unit
from registry.permissions import check_can_reorganise
from registry.reorganisation_writing import lock_and_plan, write_plan
from registry.selectors.reorganisations import Decision, Order, check_decision

DECISION_TYPES = {files.PDF: ".pdf"}


@service(unaudited="a kept file changes no fact; the reorganisation that refers to it is audited")
def keep_decision_file(*, upload: File, actor: Any) -> StoredFile:
    """Keep the decision's PDF while its reorganisation is looked at. Raises ``InvalidRequest`` for another kind."""
    check_can_reorganise(actor)
    return store_upload(upload=upload, types=DECISION_TYPES, actor=actor)


@service
def reorganise(*, kind: str, order: Order, decision: Decision, actor: Any = None) -> Reorganisation:
    """Carry out what one decision does to units, whole or not at all.

    Rows that end do so on the day before; each that begins is joined to what was before it. Raises
    ``InvalidRequest`` with what to correct, ``StaleState`` when another hand was first.
    """
    check_can_reorganise(actor, Unit.objects.filter(pk__in=order.unit_ids))
    check_decision(decision, order.effective_on)
    plan = lock_and_plan(order)
    if not plan.changes_anything:
        raise InvalidRequest(_("Nothing would change."), _("The register holds all of this already."))
    return write_plan(kind=kind, plan=plan, decisions=[decision], actor=actor)[0]
