"""What people and roles add to the frame: the menu, the work that waits, the steps of a first day, the table of rights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock, navigation
from core.first_steps import Standing, Step, register_step
from core.permissions import allowed
from registry import permissions, permissions_accounts, permissions_imports
from registry.enums import ROLE_CONFIRMERS, Role, UnitKind
from registry.models import Unit, UnitRole
from registry.permissions_accounts import check_can_see_accounts
from registry.rights import Probe, Right, register_rights
from registry.scopes import provinces_of
from registry.selectors.accounts import confirmers_of, departures, requests_to_settle
from registry.selectors.certification import districts_of, is_due_again, progress_of, waits_for
from registry.selectors.duties import standing_office

_GROUP = 40
_NAMED = 5


def install() -> None:
    """Hand everything to the frame."""
    navigation.register_group(_GROUP, gettext_lazy("Administration"))
    navigation.register(
        navigation.NavItem(
            gettext_lazy("People and roles"),
            "registry:accounts",
            "person-gear",
            _GROUP,
            10,
            visible=lambda user: allowed(check_can_see_accounts, user),
        )
    )
    navigation.register_work(work_of_accounts)
    register_step(Step(gettext_lazy("Register of units"), 10, _register_standing))
    register_step(Step(gettext_lazy("Standing office"), 20, _office_standing))
    register_step(Step(gettext_lazy("People and roles"), 30, _people_standing))
    register_step(Step(gettext_lazy("Lists of people confirmed"), 35, _lists_standing))
    _install_rights()


def work_of_accounts(user: Any) -> Iterable[navigation.WorkItem]:
    """Roles to confirm, lists to go through, people who are said to have left."""
    for asked in requests_to_settle(user):
        title = (
            _("Confirm that you are %(role)s, or refuse it")
            if asked.by_token
            else _("Confirm or refuse: %(person)s as %(role)s")
        )
        yield navigation.WorkItem(
            title=title % {"person": asked.user, "role": asked.get_role_display()},
            detail=_("Asked for by %(who)s, %(paper)s") % {"who": asked.asked_by, "paper": asked.paper},
            url=reverse("registry:role_requests"),
            button=_("Look at it"),
            due_on=clock.today(),
            weight=-20,
        )
    for call, unit in waits_for(user):
        yield navigation.WorkItem(
            title=_("Confirm the list of people of %(unit)s") % {"unit": unit.name},
            detail=_("Say who is still there; nobody's access changes by it."),
            url=reverse("registry:certify", args=[unit.pk]),
            button=_("Go through the list"),
            due_on=call.due_on,
        )
    yield from _departures(user)


def _departures(user: Any) -> Iterable[navigation.WorkItem]:
    kept = provinces_of(user, Role.ADMINISTRATOR)
    if not kept:
        return
    left = departures().filter(user__account__home__path__startswith=kept[0])
    count = left.values("user").distinct().count()
    if count:
        yield navigation.WorkItem(
            title=ngettext(
                "Look at %(count)s person who is said to have left",
                "Look at %(count)s people who are said to have left",
                count,
            )
            % {"count": count},
            detail=_("End their roles or block their accounts."),
            url=reverse("registry:accounts") + "?state=left",
            button=_("Look at them"),
        )


def province_set_up(user: Any) -> Unit | None:
    """The province that the person sets up, as its administrator or lead."""
    paths = provinces_of(user, *ROLE_CONFIRMERS)
    return Unit.objects.filter(pk=int(paths[0].strip("/"))).first() if paths else None


def _register_standing(user: Any) -> Standing:
    province = province_set_up(user)
    below = Unit.objects.filter(path__startswith=province.path if province else "-").on(clock.today())
    communes = below.filter(kind=UnitKind.COMMUNE).count()
    districts = below.filter(kind=UnitKind.DISTRICT).count()
    if not communes:
        words = _("No commune is registered yet: manage.py load_register, or a reorganisation's file.")
        return Standing(False, words, reverse("registry:units"))
    words = _("%(districts)s districts and %(communes)s communes.") % {
        "districts": districts,
        "communes": communes,
    }
    return Standing(True, words, reverse("registry:units"))


def _office_standing(user: Any) -> Standing:
    province = province_set_up(user)
    if province is None:
        return Standing(False, _("No province."))
    url = ""
    if allowed(permissions.check_can_assign_duty, user, province):
        url = reverse("registry:standing_office", args=[province.pk])
    office = standing_office(province, clock.today())
    if office is None:
        return Standing(False, _("No body is recorded; the leadership records it with its decision."), url)
    return Standing(True, office.name, url)


def _people_standing(user: Any) -> Standing:
    province = province_set_up(user)
    if province is None:
        return Standing(False, _("No province."))
    held = UnitRole.objects.on(clock.today()).filter(
        unit__path__startswith=province.path, user__is_active=True
    )
    present = set(held.values_list("role", flat=True).distinct())
    manned = set(held.filter(role=Role.DISTRICT_OFFICER).values_list("unit_id", flat=True))
    bare = [unit.name for unit in districts_of(province) if unit.pk not in manned]
    missing = [str(role.label) for role in (Role.LEAD, Role.REVIEWER) if role not in present]
    if confirmers_of(province) < 2:
        missing.append(_("a second person who confirms roles"))
    missing += bare[:_NAMED]
    if len(bare) > _NAMED:
        missing.append(_("%(count)s further districts") % {"count": len(bare) - _NAMED})
    url = reverse("registry:accounts")
    if missing:
        return Standing(False, _("Nobody yet: %(who)s.") % {"who": "; ".join(missing)}, url)
    count = held.values("user").distinct().count()
    return Standing(True, _("%(count)s people, with an officer in every district.") % {"count": count}, url)


def _lists_standing(user: Any) -> Standing:
    province = province_set_up(user)
    if province is None:
        return Standing(False, _("No province."))
    url = reverse("registry:certification")
    progress = progress_of(province)
    if progress.is_overdue:
        names = "; ".join(unit.name for unit in progress.missing[:_NAMED])
        words = _("Overdue at %(count)s: %(units)s.") % {"count": len(progress.missing), "units": names}
        return Standing(False, words, url)
    if is_due_again(province, clock.today()):
        return Standing(False, _("Nobody was asked for a year: ask the districts anew."), url)
    if progress.call is not None and progress.missing:
        words = _("%(done)s of %(total)s confirmed so far.") % {
            "done": len(progress.answers),
            "total": len(progress.units),
        }
        return Standing(True, words, url)
    return Standing(True, _("Nothing is due."), url)


def _install_rights() -> None:
    register_rights(
        gettext_lazy("Register of units and reviews"),
        Right(gettext_lazy("Load reviews"), permissions.check_can_import_reviews),
        Right(gettext_lazy("Say which of two totals is right"), permissions.check_can_note_roll_up, _commune),
        Right(gettext_lazy("Restate figures"), permissions.check_can_restate_review, _commune),
        Right(gettext_lazy("Record a zone"), permissions.check_can_set_zone, _commune),
        Right(gettext_lazy("Record a hold"), permissions.check_can_place_hold),
        Right(gettext_lazy("Record a reorganisation"), permissions.check_can_reorganise),
        Right(
            gettext_lazy("Enter a village"),
            permissions.check_can_keep_unit,
            lambda probe: (UnitKind.VILLAGE, probe.places[UnitKind.COMMUNE]),
        ),
        Right(
            gettext_lazy("Enter an agency"),
            permissions.check_can_keep_unit,
            lambda probe: (UnitKind.AGENCY, probe.places[UnitKind.DISTRICT]),
        ),
        Right(
            gettext_lazy("Correct a village"),
            permissions.check_can_correct_unit,
            lambda probe: (probe.places[UnitKind.VILLAGE],),
        ),
        Right(gettext_lazy("Record the standing office"), permissions.check_can_assign_duty, _province),
        Right(gettext_lazy("Load lists of villages"), permissions_imports.check_can_import_villages),
        Right(gettext_lazy("Load lists of enterprises"), permissions_imports.check_can_import_enterprises),
        Right(gettext_lazy("Load lists of agencies"), permissions_imports.check_can_import_agencies),
    )
    register_rights(
        gettext_lazy("Households and individuals"),
        Right(gettext_lazy("Keep household records"), permissions.check_can_edit_household, _commune),
        Right(
            gettext_lazy("Keep records of individuals"),
            permissions.check_can_edit_individual,
            lambda probe: (_own_body(probe),),
        ),
        Right(gettext_lazy("Load household lists"), permissions.check_can_import_households),
        Right(gettext_lazy("Load lists of individuals"), permissions_imports.check_can_import_individuals),
    )
    register_rights(
        gettext_lazy("People and roles"),
        Right(gettext_lazy("See people and roles of the province"), check_can_see_accounts),
        Right(gettext_lazy("Open and keep accounts"), permissions_accounts.check_can_keep_accounts),
        Right(gettext_lazy("Keep accounts of a unit"), permissions_accounts.check_can_keep_at, _commune),
        Right(
            gettext_lazy("Ask for the lists of people"),
            permissions_accounts.check_can_call_certification,
            _province,
        ),
        Right(
            gettext_lazy("Confirm a district's list of people"),
            permissions_accounts.check_can_certify,
            lambda probe: (probe.places[UnitKind.DISTRICT],),
        ),
        Right(
            gettext_lazy("Confirm the province's own list"), permissions_accounts.check_can_certify, _province
        ),
    )


def _commune(probe: Probe) -> tuple[Unit]:
    return (probe.places[UnitKind.COMMUNE],)


def _province(probe: Probe) -> tuple[Unit]:
    return (probe.places[UnitKind.PROVINCE],)


def _own_body(probe: Probe) -> Unit:
    return probe.own if probe.own.kind == UnitKind.AGENCY else probe.places[UnitKind.COMMUNE]
