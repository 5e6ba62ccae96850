"""What nominating and filing add to the menu, the work list, the home page and the search box."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.log_names import folded, register_log_name
from core.navigation import NavItem, Panel, register, register_panel, register_search, register_work
from core.permissions import allowed
from nominations.permissions import check_can_find
from nominations.selectors.dossiers import DossierFilters, counted_by_status, dossier_rows, list_dossiers
from nominations.selectors.work import files_to_province, nominates, search_dossiers, work_of_filing
from nominations.statuses import ENDED
from registry.scopes import reads_records

PANEL = "nominations/recent_panel.html"
FINDER_PANEL = "nominations/finder_panel.html"
MOST_ROWS = 6


def install() -> None:
    """Register with the shell and with the log."""
    register_log_name("nominations.dossier", "{code}")
    register_log_name("nominations.filingset", "{unit__name}", folded("unit__name_folded"))
    register_log_name("nominations.movement", "{name}")
    register_log_name("nominations.awardround", "{year}", _rounds_of_year)
    register(
        NavItem(
            _("Dossiers"),
            "nominations:list",
            "folder2-open",
            0,
            10,
            visible=reads_records,
            count=_count_of_dossiers,
        )
    )
    register(
        NavItem(_("Sets to the province"), "nominations:sets", "send-check", 0, 20, visible=files_to_province)
    )
    register(
        NavItem(
            _("Find nominees"),
            "nominations:finder",
            "search-heart",
            0,
            5,
            visible=lambda user: allowed(check_can_find, user),
        )
    )
    register_work(work_of_filing)
    register_panel(finder_panels)
    register_panel(recent_panels)
    register_search(search_dossiers)


def _count_of_dossiers(user: Any) -> int:
    return sum(number for status, number in counted_by_status(user).items() if status not in ENDED)


def finder_panels(user: Any) -> Iterator[Panel]:
    """The way to the finder, for those who nominate."""
    if nominates(user):
        yield Panel(FINDER_PANEL, order=30)


def recent_panels(user: Any) -> Iterator[Panel]:
    """The dossiers of an officer's area that changed last."""
    if not nominates(user):
        return
    rows = dossier_rows(list_dossiers(user, DossierFilters(sort="changed"))[:MOST_ROWS])
    if rows:
        yield Panel(PANEL, {"rows": rows}, order=40, wide=True)


def _rounds_of_year(words: str) -> Q:
    return Q(year=int(words)) if words.isdecimal() and len(words) == 4 else Q(pk=None)
