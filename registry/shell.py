"""What the registry adds to every page's frame: its menu entries and its answers in the search box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import navigation
from registry.imports.desk import kinds_open_to
from registry.models import Household, Individual, Unit
from registry.scopes import holds_role, reads_places, reads_records

_GROUP = 10
_HITS = 10


def register() -> None:
    """Hand the registry's entries to the frame."""
    for label, url_name, icon, order, visible in (
        (_("Units"), "registry:units", "diagram-3", 10, holds_role),
        (_("Poverty reviews"), "registry:reviews", "clipboard-data", 20, reads_places),
        (_("Household records"), "registry:households", "house-heart", 30, reads_places),
        (_("Individuals"), "registry:individuals", "person-badge", 40, reads_records),
    ):
        navigation.register(navigation.NavItem(label, url_name, icon, _GROUP, order, visible=visible))
    navigation.register(
        navigation.NavItem(
            _("Load files"),
            "registry:imports",
            "file-earmark-arrow-up",
            _GROUP,
            50,
            visible=lambda user: bool(kinds_open_to(user)),
        )
    )
    navigation.register_search(search)


def search(user: Any, words: str) -> Iterable[navigation.SearchHit]:
    """Units, households and individuals that the person sees and whose name holds the folded words."""
    for unit in Unit.objects.visible_to(user).matching(words).select_related("parent")[:_HITS]:
        yield navigation.SearchHit(
            unit.name,
            unit.parent.name if unit.parent else "",
            unit.get_absolute_url(),
            unit.get_kind_display(),
        )
    for model, kind in ((Household, _("household")), (Individual, _("individual"))):
        people = model.objects.visible_to(user).current().matching(words).select_related("unit__parent")
        for person in people[:_HITS]:
            yield navigation.SearchHit(person.name, person.unit.full_name, person.get_absolute_url(), kind)
