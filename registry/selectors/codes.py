"""The codes that the register gives to households and individuals: a letter, the unit, a number."""

from __future__ import annotations

from django.db.models import Model


def code_lead(letter: str, unit_id: int, gso_code: str) -> str:
    """What the codes of a unit's records begin with."""
    return f"{letter}-{gso_code or unit_id}-"


def last_number(model: type[Model], lead: str) -> int:
    """The highest number that was given after the lead; 0 for none. Codes of other forms do not count."""
    codes = model._default_manager.filter(code__startswith=lead, code__regex=r"-[0-9]{5}$")
    newest = codes.order_by("-code").values_list("code", flat=True).first()
    return int(newest.removeprefix(lead)) if newest else 0


def code_of(lead: str, number: int) -> str:
    """The code of a number."""
    return f"{lead}{number:05d}"
