"""Nominees and votes as rows of official documents."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Prefetch

from councils.models import AgendaItem, Poll
from nominations.models import Dossier, Evaluation
from registry.models import Unit

COLLECTIVE, HOUSEHOLD, INDIVIDUAL = "collective", "household", "individual"
FOUR_PLACES = Decimal("0.0001")


def kind_of(dossier: Dossier) -> str:
    """Under which of the three headings of an official list the nominee stands."""
    if dossier.nominee_unit_id:
        return COLLECTIVE
    return HOUSEHOLD if dossier.nominee_household_id else INDIVIDUAL


def nominee_identity(dossier: Dossier) -> dict[str, Any]:
    """Who the nominee is, and where; never a personal number."""
    return {
        "kind": kind_of(dossier),
        "name": dossier.nominee.name,
        "address": _address_of(dossier),
        "is_woman": dossier.nominee_individual.is_woman if dossier.nominee_individual else None,
    }


def nominee_row(dossier: Dossier, evaluation: Evaluation) -> dict[str, Any]:
    """The nominee, and the evaluation on which the dossier stands."""
    return {
        **nominee_identity(dossier),
        "code": dossier.code,
        "evaluation": {"number": evaluation.pk, "day": evaluation.as_of},
    }


def _address_of(dossier: Dossier) -> str:
    unit = dossier.nominee_unit
    if unit is not None:
        return in_a_sentence(unit.parent, unit.parent.name) if unit.parent else ""
    home = in_a_sentence(dossier.nominee_home, dossier.nominee_home.full_name)
    position = dossier.nominee_individual.position if dossier.nominee_individual else ""
    return f"{position}, {home}" if position else home


def in_a_sentence(unit: Unit, name: str) -> str:
    """A unit's name as it stands inside a sentence: the title of an administrative unit in small letters."""
    return name[:1].lower() + name[1:] if unit.admin_type else name


def without_gaps(text: str) -> str:
    """A text whose paragraphs follow each other without empty lines."""
    return "\n".join(line for line in (line.strip() for line in text.splitlines()) if line)


def share_of(part: int, whole: int) -> str:
    """A share as text with four decimals, rounded half up; "0" of nothing."""
    if whole == 0:
        return "0"
    return str((Decimal(part) / Decimal(whole)).quantize(FOUR_PLACES, rounding=ROUND_HALF_UP))


def tally_row(poll: Poll | None) -> dict[str, Any] | None:
    """The count of a closed poll, or None when there is none."""
    tally = getattr(poll, "tally", None) if poll is not None else None
    if poll is None or tally is None:
        return None
    return {
        "members": poll.members_count,
        "agree": tally.agree,
        "disagree": tally.disagree,
        "blank": tally.blank,
        "invalid": tally.invalid,
        "recused": poll.recused_count,
        "ballots": poll.ballots_count,
        "unreturned": max(0, poll.ballots_count - tally.cast),
        "share": share_of(tally.agree, poll.members_count),
        "required": tally.required,
        "result": tally.result,
    }


def latest_items(dossiers: Iterable[Dossier | int]) -> dict[int, AgendaItem]:
    """The newest item of each dossier by which the movement's council recommended it or not, with meeting and council."""
    items = (
        AgendaItem.objects.filter(
            dossier__in=list(dossiers), polls__tally__isnull=False, polls__breaks_tie=False, standing=""
        )
        .select_related(
            "meeting__council__unit__parent__parent",
            "meeting__council__movement",
        )
        .prefetch_related(Prefetch("polls", Poll.objects.live().select_related("tally")))
        .order_by("meeting__held_on", "pk")
    )
    return {item.dossier_id: item for item in items}
