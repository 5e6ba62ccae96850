"""Rows of the lists of this app as they leave in workbooks: what the list shows, a column each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.exporting import chunks
from criteria.selectors import lang
from nominations.models import Dossier, FilingSet, PriorAward, Proposal
from nominations.querysets import DossierQuerySet
from nominations.selectors.dossiers import dossier_rows
from nominations.selectors.history import history_rows

DOSSIER_HEAD: list[Any] = [
    _("Reference"),
    _("Nominee"),
    _("Kind of nominee"),
    _("Commune or village"),
    _("Award"),
    _("Round"),
    _("Nominated by"),
    _("Status"),
    _("Filed on"),
]
HISTORY_HEAD: list[Any] = [
    _("Nominee"),
    _("Place"),
    _("Award"),
    _("Round year"),
    _("Decision"),
    _("Dated"),
    _("Issuer"),
    _("Prize money"),
    _("Revoked on"),
]
PROPOSAL_HEAD: list[Any] = [_("Reference"), _("Award"), _("Round"), _("Status"), _("Started"), _("Approved")]
SET_HEAD: list[Any] = [_("Body"), _("Round"), _("Level"), _("Dossiers"), _("Filed on")]


def dossier_export(dossiers: DossierQuerySet) -> Iterator[list[Any]]:
    """A row a dossier, loaded with `for_list`."""
    for row in (row for chunk in chunks(dossiers) for row in dossier_rows(chunk)):
        dossier = row.dossier
        yield [
            dossier.code,
            str(dossier.nominee),
            dossier.plan.subjects[dossier.subject].short(lang()),
            _place(dossier),
            row.award_label,
            str(dossier.award_round),
            dossier.nominating_unit.name,
            dossier.standing.label,
            dossier.filed_on,
        ]


def _place(dossier: Dossier) -> str:
    person = dossier.nominee_household or dossier.nominee_individual
    unit = person.unit if person else dossier.nominee_unit
    if unit is None:
        return ""
    return unit.full_name if person else (unit.parent.name if unit.parent else "")


def history_export(awards: QuerySet[PriorAward], user: Any) -> Iterator[list[Any]]:
    """A row an award given."""
    for row in (row for chunk in chunks(awards) for row in history_rows(chunk, user)):
        award = row.award
        yield [
            row.name,
            row.place,
            row.label,
            award.round_year,
            award.decision_number,
            award.decided_on,
            award.issuer,
            award.prize_amount,
            award.revoked_on,
        ]


def set_export(sets: QuerySet[FilingSet]) -> Iterator[list[Any]]:
    """A row a set."""
    for one in (one for chunk in chunks(sets) for one in chunk):
        yield [
            one.unit.name,
            str(one.award_round),
            one.get_level_display(),
            one.dossier_count,
            one.filed_on,
        ]


def proposal_export(proposals: Iterable[Proposal]) -> Iterator[list[Any]]:
    """A row a proposal."""
    for proposal in proposals:
        award = proposal.award_round.plan.awards.get(proposal.award)
        yield [
            proposal.code,
            award.label(lang()) if award else proposal.award,
            str(proposal.award_round),
            proposal.get_status_display(),
            proposal.created_at.date(),
            proposal.approved_at.date() if proposal.approved_at else None,
        ]
