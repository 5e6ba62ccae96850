"""The columns in which the lists of the movement leave; award histories leave as they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.exporting import chunks
from core.spreadsheets.writing import Column, ListResource
from criteria.selectors import lang
from nominations.models import Dossier, Proposal
from nominations.querysets import DossierQuerySet
from nominations.selectors.dossiers import DossierRow, dossier_rows
from nominations.selectors.finder_rows import Reason
from nominations.selectors.selection import AwardSelection
from registry.enums import PovertyStatus


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


def selection_lines(awards: Iterable[AwardSelection]) -> list[dict[str, Any]]:
    """A line for each dossier that waits, and one for each quota for which none does."""
    return [
        {"award": award, "group": group, "row": row}
        for award in awards
        for group in award.groups
        for row in (group.rows or [None])
    ]


def _of_row(name: str) -> Callable[[dict[str, Any]], Any]:
    """A value of the waiting dossier; empty where none waits."""

    def value(line: dict[str, Any]) -> Any:
        found = line["row"]
        for step in name.split("."):
            found = getattr(found, step, None)
        return "" if found is None else found

    return value


class SelectionListResource(ListResource):
    """A row a dossier that waits for a place, with the numbers of its quota."""

    award = Column("award__label", _("Award"))
    quota = Column("group__label", _("Quota"))
    most = Column("group__line__most", _("Places"))
    used = Column("group__line__used", _("Used"))
    left = Column("group__line__left", _("Places left"))
    waiting = Column("group__waiting", _("Waiting"))
    place = Column(_of_row("number"), _("Rank"))
    code = Column(_of_row("dossier.code"), _("Reference"))
    nominee = Column(lambda line: str(line["row"].dossier.nominee) if line["row"] else "", _("Nominee"))
    agree = Column(_of_row("facts.agreed.agree"), _("Agreed"))
    members = Column(_of_row("facts.agreed.members"), _("Of members"))
    preference = Column(_of_row("facts.words"), _("Preference"))
    reason = Column(_of_row("reason"), _("Why here"))


class RoundListResource(ListResource):
    """A row a round."""

    award_round = Column("award_round", _("Round"))
    movement = Column("award_round__movement", _("Movement"))
    opens_on = Column("award_round__opens_on", _("Opens on"))
    last_day = Column("last_day", _("Last day for filing"))
    extended_by = Column("award_round__extended_by", _("Extended by decision"))
    dossiers = Column("dossier_count", _("Dossiers"))


def _latest_standing(one: dict[str, Any]) -> str:
    status = one["row"].figures.latest_status
    return str(PovertyStatus(status).label) if status else ""


def _fall(one: dict[str, Any]) -> float | None:
    share = one["row"].figures.fall_share
    return float(share) if share else None


def _reasons(one: dict[str, Any]) -> str:
    return " ".join(map(_in_words, one["row"].reasons))


def _in_words(reason: Reason) -> str:
    return " ".join(part for part in (f"{reason.label}:", reason.sentence, reason.advice) if part)


def _papers(one: dict[str, Any]) -> str:
    return "; ".join(finding.label(lang()) for finding in one["found"].standing.papers)


def _taken(one: dict[str, Any]) -> str:
    row = one["row"]
    return (row.taken if row.taken_is_readable else gettext("already nominated")) if row.taken else ""


class _FinderListResource(ListResource):
    """A row a nominee that was found: what the search `found`, and the `row` of the page."""

    name = Column("found__name", _("Name"))
    code = Column("found__code", _("Code"))
    unit = Column("found__place__full_name", _("Unit"))
    group = Column("row__group_label", _("Group"))
    latest_year = Column("row__figures__latest_year", _("Year"))
    lacking = Column(lambda one: "; ".join(one["row"].figures.lacking), _("Still lacking"))
    why = Column(_reasons, _("Why"))
    papers = Column(_papers, _("Still to be handed in"))
    taken = Column(_taken, _("Nominated"))


class PeopleFoundResource(_FinderListResource):
    """Households and individuals, by their latest standing."""

    latest_standing = Column(_latest_standing, _("Latest standing"))

    class Meta:
        fields = (
            *("name", "code", "unit", "group", "latest_standing", "latest_year"),
            *("lacking", "why", "papers", "taken"),
        )


class UnitsFoundResource(_FinderListResource):
    """Units, by the fall of their poor households."""

    baseline = Column("row__figures__baseline", _("Baseline"))
    baseline_year = Column("row__figures__baseline_year", _("Year of the baseline"))
    latest = Column("row__figures__latest", _("Latest"))
    fall = Column(_fall, _("Fall, %"))

    class Meta:
        fields = (
            *("name", "code", "unit", "group", "baseline", "baseline_year", "latest", "latest_year", "fall"),
            *("lacking", "why", "papers", "taken"),
        )
