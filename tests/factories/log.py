"""Dossiers that a stage made at once, told to the log as the services would have told them."""

from __future__ import annotations

from django.db import transaction

from core import clock
from core.audit.recording import PendingEntry, subject_of
from core.audit.writing import append
from core.models import AuditEntry
from nominations import fingerprints
from nominations.enums import Status
from nominations.events import Event
from nominations.models import Dossier, StatusChange


def logged(dossier: Dossier) -> Dossier:
    """The dossier with entries of its round, its beginning, a step to its status, and its kept checks."""
    subject = subject_of(dossier)
    nominee = dossier.nominee_unit_id or dossier.nominee_household_id or dossier.nominee_individual_id
    said = {"code": dossier.code, "award": dossier.award, "nominee": nominee}
    entries = [PendingEntry(Event.DOSSIER_STARTED, subject, "system", said)]
    if dossier.status != Status.DRAFT:
        step = {"old": Status.DRAFT.value, "new": str(dossier.status)}
        entries.append(PendingEntry(Event.DOSSIER_MOVED, subject, "system", {"verb": "file", **step}))
        StatusChange.objects.create(
            dossier=dossier,
            verb="file",
            old_status=step["old"],
            new_status=step["new"],
            actor=dossier.created_by,
            at=clock.now(),
        )
    in_round = subject_of(dossier.award_round)
    if not AuditEntry.objects.filter(event=Event.ROUND_OPENED, subject=in_round).exists():
        day = dossier.award_round.opens_on.isoformat()
        entries.insert(0, PendingEntry(Event.ROUND_OPENED, in_round, "system", {"opens_on": day}))
    for one in dossier.evaluations.order_by("pk"):
        told = {"evaluation": one.pk, "digest": fingerprints.of_evaluation(one)}
        entries.append(PendingEntry(Event.EVALUATION_FROZEN, subject, "system", told))
    with transaction.atomic():
        append(entries)
    return dossier
