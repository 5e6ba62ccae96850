"""Units that offices keep by form: villages, agencies and enterprises entered and corrected, members of clusters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.exceptions import InvalidRequest, StaleState
from core.services import service
from core.text import match_key, nfc
from registry.enums import UnitForm, UnitKind
from registry.events import Event
from registry.models import ClusterMembership, Unit
from registry.permissions import check_can_correct_unit, check_can_keep_unit
from registry.selectors.reorganisations import check_name, check_parent, keys_in_use, new_key
from registry.services.facts import tidied
from registry.titles import AGENCY_FORMS, ENTERPRISE_FORMS, TITLES_OF_KIND, titled_name

KEPT_KINDS = (UnitKind.VILLAGE, UnitKind.AGENCY, UnitKind.ENTERPRISE)
# What may be corrected without a decision: none of it is the unit's history.
CORRECTED = ("form", "short_name", "gso_code", "tax_code", "seat", "managing_unit")
_FORMS_OF_KIND = {UnitKind.AGENCY: AGENCY_FORMS, UnitKind.ENTERPRISE: ENTERPRISE_FORMS}


@service
def create_unit(*, kind: str, facts: Mapping[str, Any], actor: Any = None) -> Unit:
    """Enter a village, agency or enterprise that exists from a day on.

    `facts` holds name, parent and valid_from, and may hold admin_type and what `CORRECTED` names. Raises
    ``InvalidRequest`` with what to correct.
    """
    if kind not in KEPT_KINDS:
        raise InvalidRequest(
            _("Provinces, districts and communes come and go by reorganisation."),
            _("Enter the decision as a reorganisation, or load it from a file."),
        )
    parent: Unit = facts["parent"]
    check_can_keep_unit(actor, kind, parent)
    # Two hands at once: the second waits here and then sees the name that the first took.
    parent = Unit.objects.select_for_update().get(pk=parent.pk)
    check_parent(kind, parent, facts["valid_from"])
    title = facts.get("admin_type", "")
    if title and title not in TITLES_OF_KIND.get(kind, ()):
        raise InvalidRequest(_("The title does not fit the level of the unit."), _("Choose another title."))
    name = titled_name(title, facts["name"])
    check_name(name, _namesake(name, parent, facts["valid_from"]))
    unit = Unit(
        key=new_key(parent, name, facts["valid_from"], keys_in_use()),
        kind=kind,
        admin_type=title,
        name=name,
        parent=parent,
        valid_from=facts["valid_from"],
        **tidied(facts, CORRECTED),
    )
    _check_facts(unit)
    _save(unit)
    audit.record(
        Event.UNIT_CREATED,
        actor=actor,
        subject=unit,
        kind=kind,
        key=unit.key,
        name=unit.name,
        valid_from=unit.valid_from.isoformat(),
    )
    return unit


@service
def correct_unit(*, unit: Unit, facts: Mapping[str, Any], actor: Any = None) -> Unit:
    """Correct what is not history: form, abbreviation, codes, seat, managing body. The log keeps old and new."""
    check_can_correct_unit(actor, unit)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    changed = {}
    for field, value in tidied(facts, CORRECTED).items():
        if getattr(unit, field) != value:
            changed[field] = {"old": _plain(getattr(unit, field)), "new": _plain(value)}
            setattr(unit, field, value)
    if not changed:
        audit.nothing_changed()
        return unit
    _check_facts(unit)
    _save(unit)
    audit.record(Event.UNIT_CORRECTED, actor=actor, subject=unit, changes=changed)
    return unit


@service
def end_unit(*, unit: Unit, last_day: date, document: str, actor: Any = None) -> Unit:
    """Record that a village, agency or enterprise was dissolved and nothing follows it; memberships end with it.

    Raises ``InvalidRequest`` for other units, whose end is a reorganisation, and while units below it live;
    ``StaleState`` when another hand ended it first.
    """
    check_can_correct_unit(actor, unit)
    if unit.kind not in KEPT_KINDS:
        raise InvalidRequest(
            _("Provinces, districts and communes come and go by reorganisation."),
            _("Enter the decision as a reorganisation, or load it from a file."),
        )
    if not document.strip():
        raise InvalidRequest(_("The end of a unit needs its paper."), _("Enter its number, date and issuer."))
    if last_day < unit.valid_from:
        raise InvalidRequest(
            _("The unit would end before it begins."), _("Enter a day on or after its first day.")
        )
    if Unit.objects.filter(Q(valid_until=None) | Q(valid_until__gt=last_day), parent=unit).exists():
        raise InvalidRequest(
            _("Units below %(unit)s would live on without it.") % {"unit": unit.name},
            _("Record first what becomes of them."),
        )
    changed = Unit.objects.filter(pk=unit.pk, valid_until=None).update(valid_until=last_day)
    if changed != 1:
        raise StaleState(
            _("%(unit)s has ended already.") % {"unit": unit.name},
            _("Open the unit again to see what became of it."),
        )
    ClusterMembership.objects.filter(
        Q(member=unit) | Q(cluster=unit), ends_on=None, starts_on__lte=last_day
    ).update(ends_on=last_day)
    unit.valid_until = last_day
    audit.record(
        Event.UNIT_ENDED,
        actor=actor,
        subject=unit,
        last_day=last_day.isoformat(),
        document=nfc(document.strip())[:200],
    )
    return unit


@service
def add_cluster_member(
    *, cluster: Unit, member: Unit, starts_on: date, document: str = "", actor: Any = None
) -> ClusterMembership:
    """Let a body belong to an emulation cluster from a day on. Raises ``InvalidRequest`` when it does already."""
    check_can_keep_unit(actor, UnitKind.AGENCY, cluster.parent)
    Unit.objects.select_for_update().get(pk=cluster.pk)
    if cluster.form != UnitForm.EMULATION_CLUSTER or member.form == UnitForm.EMULATION_CLUSTER:
        raise InvalidRequest(
            _("Bodies belong to emulation clusters, clusters to none."), _("Choose another.")
        )
    for one in (cluster, member):
        if not one.exists_on(starts_on):
            raise InvalidRequest(
                _("%(unit)s does not exist on %(day)s.")
                % {"unit": one.name, "day": starts_on.strftime("%d/%m/%Y")},
                _("Choose another body or another day."),
            )
    held = ClusterMembership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on), member=member)
    standing = held.select_related("cluster").first()
    if standing is not None:
        raise InvalidRequest(
            _("%(unit)s belongs to %(cluster)s on that day.")
            % {"unit": member.name, "cluster": standing.cluster.name},
            _("End that membership first, or enter a later day."),
        )
    membership = ClusterMembership.objects.create(
        cluster=cluster, member=member, starts_on=starts_on, document=nfc(document.strip())[:200]
    )
    audit.record(
        Event.CLUSTER_MEMBER_ADDED,
        actor=actor,
        subject=cluster,
        member=member.key,
        starts_on=starts_on.isoformat(),
    )
    return membership


@service
def end_cluster_member(*, membership: ClusterMembership, ends_on: date, actor: Any = None) -> None:
    """A membership holds until this day, included. Raises ``StaleState`` when another hand ended it first."""
    check_can_keep_unit(actor, UnitKind.AGENCY, membership.cluster.parent)
    if ends_on < membership.starts_on:
        raise InvalidRequest(
            _("The membership would end before it begins."), _("Enter a day on or after its first day.")
        )
    changed = ClusterMembership.objects.filter(pk=membership.pk, ends_on=None).update(ends_on=ends_on)
    if changed != 1:
        raise StaleState(
            _("This membership has been ended already."), _("Open the cluster again to see its members.")
        )
    audit.record(
        Event.CLUSTER_MEMBER_ENDED,
        actor=actor,
        subject=membership.cluster,
        member=membership.member.key,
        ends_on=ends_on.isoformat(),
    )


def _plain(value: Any) -> Any:
    return value.key if isinstance(value, Unit) else value


def _namesake(name: str, parent: Unit, day: date) -> Unit | None:
    """A unit of the same name in the same place that exists on or after the day."""
    others = Unit.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), parent=parent)
    wanted = match_key(name)
    return next((unit for unit in others if match_key(unit.name) == wanted), None)


def _check_facts(unit: Unit) -> None:
    forms = _FORMS_OF_KIND.get(UnitKind(unit.kind), ())
    if unit.form and unit.form not in forms:
        raise InvalidRequest(_("This form does not fit the kind of body."), _("Choose another form."))
    if unit.kind in _FORMS_OF_KIND and not unit.form:
        raise InvalidRequest(_("The form of the body is missing."), _("Choose it: criteria read it."))
    if unit.pk and unit.managing_unit_id == unit.pk:
        raise InvalidRequest(_("A body does not manage itself."), _("Choose another managing body."))
    if unit.tax_code:
        holder = Unit.objects.filter(tax_code=unit.tax_code, valid_until=None).exclude(pk=unit.pk).first()
        if holder is not None:
            raise InvalidRequest(
                _("Tax code %(code)s is borne by %(unit)s.") % {"code": unit.tax_code, "unit": holder.name},
                _("Correct the tax code, or look whether the body is in the register already."),
            )
    if unit.gso_code:
        bearer = (
            Unit.objects.filter(gso_code=unit.gso_code, kind=unit.kind, valid_until=None)
            .exclude(pk=unit.pk)
            .first()
        )
        if bearer is not None:
            raise InvalidRequest(
                _("GSO code %(code)s is borne by %(unit)s.") % {"code": unit.gso_code, "unit": bearer.name},
                _("Correct the code, or leave it empty until it is known."),
            )


def _save(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise StaleState(
            _("Somebody else has just entered a unit with the key or code of %(unit)s.")
            % {"unit": unit.name},
            _("Look at the list of units, then try again."),
        ) from error
