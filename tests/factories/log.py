"""What a stage made at once, told to the log as the services would have told it: dossiers, people, roles, councils."""

from __future__ import annotations

from django.db import transaction

from core import clock
from core.audit.recording import PendingEntry, subject_of
from core.audit.verifying import said_by
from core.audit.writing import append
from core.events import Event as CoreEvent
from core.models import AuditEntry, User
from councils.events import Event as CouncilEvent
from councils.models import BaseRule, Council, CouncilMember, Declaration, VotingRule
from nominations import fingerprints
from nominations.enums import Status
from nominations.events import Event
from nominations.models import Dossier, StatusChange
from registry.events import Event as RegistryEvent
from registry.models import UnitRole


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
    log_people()
    return dossier


def log_people() -> None:
    """Entries for accounts, roles, councils, their rules and seats, and interests that none tells of yet, as they stand."""
    opened = _told(CoreEvent.ACCOUNT_OPENED)
    entries = [
        PendingEntry(CoreEvent.ACCOUNT_OPENED, subject_of(user), "system", {"username": user.username})
        for user in User.objects.order_by("pk")
        if subject_of(user) not in opened
    ]
    given = _told(RegistryEvent.ROLE_GRANTED, RegistryEvent.ROLE_CONFIRMED)
    for held in UnitRole.objects.select_related("user", "unit").order_by("pk"):
        if subject_of(held.user) not in given:
            entries.append(
                PendingEntry(RegistryEvent.ROLE_GRANTED, subject_of(held.user), "system", _role(held))
            )
    set_up = _told(CouncilEvent.COUNCIL_SET_UP)
    for council in Council.objects.order_by("pk"):
        if subject_of(council) not in set_up:
            entries += _of_council(council)
    declared = _declared()
    for one in Declaration.objects.filter(has_interest=False).select_related("item__meeting").order_by("pk"):
        if (one.member_id, one.item_id) not in declared:
            said = {"member": one.member_id, "none": [one.item_id]}
            meeting = subject_of(one.item.meeting)
            entries.append(PendingEntry(CouncilEvent.INTERESTS_DECLARED, meeting, "system", said))
    with transaction.atomic():
        append(entries)


def _told(*events: str) -> set[str]:
    return set(AuditEntry.objects.filter(event__in=events).values_list("subject", flat=True))


def _declared() -> set[tuple[int, int]]:
    """The members and items of which an entry says what was declared."""
    return {
        (said.payload["member"], int(item))
        for said in said_by(CouncilEvent.INTERESTS_DECLARED)
        if said.payload
        for item in (*said.payload.get("none", ()), *said.payload.get("interests", {}))
    }


def _role(held: UnitRole) -> dict[str, str]:
    return {
        "role": held.role,
        "unit": held.unit.key,
        "from_day": held.starts_on.isoformat(),
        "until_day": held.ends_on.isoformat() if held.ends_on else "",
    }


def _of_council(council: Council) -> list[PendingEntry]:
    subject = subject_of(council)
    entries = [PendingEntry(CouncilEvent.COUNCIL_SET_UP, subject, "system", {"unit": council.unit_id})]
    for seat in CouncilMember.objects.filter(council=council).order_by("pk"):
        said = {"member": seat.pk, "user": seat.user_id, "office": str(seat.office)}
        entries.append(PendingEntry(CouncilEvent.MEMBER_ADDED, subject, "system", said))
    for rule in VotingRule.objects.filter(council=council).order_by("pk"):
        said = {"award": rule.award, "starts_on": rule.starts_on.isoformat()}
        entries.append(PendingEntry(CouncilEvent.VOTING_RULE_SET, subject, "system", said))
    for base in BaseRule.objects.filter(council=council).order_by("pk"):
        said = {"starts_on": base.starts_on.isoformat()}
        entries.append(PendingEntry(CouncilEvent.BASE_RULE_SET, subject, "system", said))
    return entries
