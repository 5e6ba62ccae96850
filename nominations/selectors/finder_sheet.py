"""The finder's list as cells of a table, for a file."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from criteria.selectors import lang
from nominations.finder.search import PEOPLE, Found, Search
from nominations.selectors.finder_rows import FinderRow, Reason
from registry.enums import PovertyStatus


def header_of(search: Search) -> list[str]:
    """Names of the columns."""
    figures = (
        [_("Latest standing"), _("Year")]
        if search.subject in PEOPLE
        else [_("Baseline"), _("Year of the baseline"), _("Latest"), _("Year"), _("Fall, %")]
    )
    return [
        _("Name"),
        _("Code"),
        _("Unit"),
        _("Group"),
        *figures,
        _("Still lacking"),
        _("Why"),
        _("Still to be handed in"),
        _("Nominated"),
    ]


def line_of(search: Search, found: Found, row: FinderRow) -> Sequence[Any]:
    """One nominee's cells, in the header's order."""
    figures = row.figures
    own = (
        [
            str(PovertyStatus(figures.latest_status).label) if figures.latest_status else "",
            figures.latest_year,
        ]
        if search.subject in PEOPLE
        else [
            figures.baseline,
            figures.baseline_year,
            figures.latest,
            figures.latest_year,
            float(figures.fall_share) if figures.fall_share else None,
        ]
    )
    return [
        found.name,
        found.code,
        found.place.full_name if found.place else "",
        str(row.group_label),
        *own,
        "; ".join(figures.lacking),
        " ".join(_in_words(reason) for reason in row.reasons),
        "; ".join(finding.label(lang()) for finding in found.standing.papers),
        (row.taken if row.taken_is_readable else _("already nominated")) if row.taken else "",
    ]


def _in_words(reason: Reason) -> str:
    return " ".join(part for part in (f"{reason.label}:", reason.sentence, reason.advice) if part)
