"""What the registry adds to every page's frame: its menu entries and its answers in the search box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock, navigation
from core.log_names import folded, register_log_name
from core.models import User
from core.permissions import allowed
from core.publishing import register_recipients
from registry.enums import Role
from registry.imports.desk import kinds_open_to
from registry.models import Household, Individual, Unit, UnitRole
from registry.permissions_personal_data import check_can_read_cases
from registry.scopes import holds_role, reads_places, reads_records
from registry.selectors.personal_data import work_on_cases

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
    navigation.register(
        navigation.NavItem(
            _("Personal data"),
            "registry:data_cases",
            "shield-lock",
            30,
            80,
            visible=lambda user: allowed(check_can_read_cases, user),
        )
    )
    navigation.register_work(work_on_cases)
    navigation.register_search(search)
    register_recipients(overseers_of_the_log)
    register_log_name("registry.unit", "{name}", folded("name_folded"))
    register_log_name("registry.household", "{code}")
    register_log_name("registry.individual", "{code}")
    register_log_name("registry.importfile", "{file_name}")


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


def overseers_of_the_log() -> Iterable[User]:
    """Those who get the signed head of the log every day: the department's leadership and the inspectorate."""
    held = UnitRole.objects.filter(role__in=(Role.LEAD, Role.AUDITOR)).on(clock.today())
    return User.objects.filter(pk__in=held.values("user"), is_active=True)
