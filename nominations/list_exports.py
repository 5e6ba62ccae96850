"""The columns in which lists of dossiers, sets, rounds and proposals leave; award histories leave as they come in."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from core.exporting import chunks
from core.spreadsheets.writing import Column, ListResource
from criteria.selectors import lang
from nominations.models import Dossier, Proposal
from nominations.querysets import DossierQuerySet
from nominations.selectors.dossiers import DossierRow, dossier_rows


def _kind(row: DossierRow) -> str:
    return row.dossier.plan.subjects[row.dossier.subject].short(lang())


def _place(row: DossierRow) -> str:
    dossier: Dossier = row.dossier
    person = dossier.nominee_household or dossier.nominee_individual
    unit = person.unit if person else dossier.nominee_unit
    if unit is None:
        return ""
    return unit.full_name if person else (unit.parent.name if unit.parent else "")


def award_name(proposal: Proposal) -> str:
    """The award that a proposal is for, in the plan's words."""
    award = proposal.award_round.plan.awards.get(proposal.award)
    return award.label(lang()) if award else proposal.award


class DossierListResource(ListResource):
    """A row a dossier, loaded with `for_list`."""

    code = Column("dossier__code", _("Reference"))
    nominee = Column("dossier__nominee", _("Nominee"))
    kind = Column(_kind, _("Kind of nominee"))
    place = Column(_place, _("Commune or village"))
    award = Column("award_label", _("Award"))
    award_round = Column("round_label", _("Round"))
    nominated_by = Column("dossier__nominating_unit__name", _("Nominated by"))
    status = Column("status_label", _("Status"))
    filed_on = Column("dossier__filed_on", _("Filed on"))

    def records(self, found: DossierQuerySet) -> Iterator[DossierRow]:
        """Dossiers in the reader's words."""
        return (row for chunk in chunks(found) for row in dossier_rows(chunk))


class SetListResource(ListResource):
    """A row a set."""

    body = Column("unit__name", _("Body"))
    award_round = Column("award_round", _("Round"))
    level = Column("get_level_display", _("Level"))
    dossiers = Column("dossier_count", _("Dossiers"))
    filed_on = Column("filed_on", _("Filed on"))


class ProposalListResource(ListResource):
    """A row a proposal."""

    code = Column("code", _("Reference"))
    award = Column(award_name, _("Award"))
    award_round = Column("award_round", _("Round"))
    status = Column("get_status_display", _("Status"))
    started_on = Column("created_at__date", _("Started"))
    approved_on = Column("approved_at__date", _("Approved"))


class RoundListResource(ListResource):
    """A row a round."""

    award_round = Column("award_round", _("Round"))
    movement = Column("award_round__movement", _("Movement"))
    opens_on = Column("award_round__opens_on", _("Opens on"))
    last_day = Column("last_day", _("Last day for filing"))
    dossiers = Column("dossier_count", _("Dossiers"))
