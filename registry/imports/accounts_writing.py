"""Opening the accounts of a loaded list, each with its role, all by one paper."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.exceptions import InvalidRequest
from core.models import StoredFile, User
from core.services import open_account
from registry.imports.importer import GivenDecision, ImportOptions
from registry.imports.records_writing import changed_meanwhile, new_facts
from registry.imports.staged import StagedRow
from registry.models import Account, DecidingPaper, ImportFile, RoleRequest, Unit
from registry.role_writing import RoleWish, give_or_ask


def open_accounts(
    staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
) -> Mapping[str, Any]:
    """Open every account of the file; what the audit entry says beside the counts.

    Raises ``StaleState`` where an account name was taken, or a role given, since the preview.
    """
    paper = _paper(ImportOptions.of(staged).decision)
    opened: list[int] = []
    asked = 0
    for _state, rows in batches:
        for row in rows:
            try:
                user, waits = _open(new_facts(row), paper, actor)
            except InvalidRequest as refusal:
                raise changed_meanwhile() from refusal
            opened.append(user.pk)
            asked += waits
    _remember(staged, opened)
    return {"opened": len(opened), "roles_to_confirm": asked, "paper": str(paper)}


def _remember(staged: ImportFile, opened: list[int]) -> None:
    """Keep with the file whose accounts it opened: their links and slips are made from its page."""
    ImportFile.objects.filter(pk=staged.pk).update(options={**staged.options, "opened": opened})


def _open(facts: Mapping[str, Any], paper: DecidingPaper, actor: Any) -> tuple[User, bool]:
    """One account with its role, and whether that waits for a second hand."""
    home = Unit.objects.get(pk=facts["home"])
    user = open_account(
        username=facts["username"],
        full_name=facts["full_name"],
        position=facts.get("position", ""),
        email=facts.get("email", ""),
        password=None,
        actor=actor,
        home=home.key,
    )
    Account.objects.create(user=user, home=home)
    if "role" not in facts:
        return user, False
    first_day = date.fromisoformat(facts["starts_on"]) if "starts_on" in facts else clock.today()
    given = give_or_ask(RoleWish(user, facts["role"], home, first_day, None, paper), actor=actor)
    return user, isinstance(given, RoleRequest)


def _paper(decision: GivenDecision) -> DecidingPaper:
    if decision.decided_on is None:
        raise InvalidRequest(_("The deciding paper has no day."), _("Hand the file in again with its day."))
    file = StoredFile.objects.get(pk=uuid.UUID(decision.file_id)) if decision.file_id else None
    return DecidingPaper.objects.create(number=decision.number, decided_on=decision.decided_on, file=file)
