"""Forms of the units that offices keep: entering and correcting them, their zones, duties and clusters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from core import clock
from core.permissions import allowed
from core.verbs import carry_out
from registry.enums import UnitForm, UnitKind
from registry.forms.units import (
    ClusterMemberForm,
    DutyForm,
    MembershipEndForm,
    NewUnitForm,
    UnitCorrectionForm,
    UnitEndForm,
    ZoneForm,
)
from registry.models import ClusterMembership, Unit
from registry.permissions import (
    check_can_add_units,
    check_can_assign_duty,
    check_can_correct_unit,
    check_can_keep_unit,
    check_can_place_hold,
    check_can_set_zone,
)
from registry.selectors.duties import duties_of
from registry.services.duties import assign_standing_office
from registry.services.standing import set_zone
from registry.services.units import (
    add_cluster_member,
    correct_unit,
    create_unit,
    end_cluster_member,
    end_unit,
)

KIND_AT = {
    "thon": UnitKind.VILLAGE,
    "co-quan": UnitKind.AGENCY,
    "doanh-nghiep": UnitKind.ENTERPRISE,
}


def unit_seen(request: HttpRequest, pk: int) -> Unit:
    """The unit if it lies in the person's area, else 404."""
    seen = Unit.objects.visible_to(request.user).select_related("parent", "seat", "managing_unit")
    return get_object_or_404(seen, pk=pk)


class _KeptFormView(FormView, ABC):
    """A form about a unit that one service answers; a refusal comes back above the fields with everything typed."""

    template_name = "registry/unit_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check()
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def check(self) -> None:
        """Raise when the person may not, or when the form is none of this unit's."""

    @abstractmethod
    def write(self, facts: dict[str, Any]) -> Unit:
        """Hand the facts to the service; the unit whose page comes next."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        return carry_out(
            request,
            form,
            self.write,
            done=_("Saved."),
            go_to=lambda unit: unit,
            page=lambda status: self.render_to_response(self.get_context_data(form=form), status=status),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{"unit": None, "back": reverse("registry:units"), "today": clock.today(), **kwargs}
        )


class _KnownUnitFormView(_KeptFormView):
    """A form about a unit that is recorded already."""

    unit: Unit

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.unit = unit_seen(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(unit=self.unit, back=self.unit.get_absolute_url(), **kwargs)


class UnitCreateView(_KeptFormView):
    """Enter a village, an agency or organisation, or an enterprise."""

    form_class = NewUnitForm

    def check(self) -> None:
        if self.kwargs["slug"] not in KIND_AT:
            raise Http404
        self.kind = KIND_AT[self.kwargs["slug"]]
        check_can_add_units(self.request.user, self.kind)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.kind, "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        place = self.request.GET.get("thuoc", "")
        return {"parent": int(place)} if place.isdecimal() and len(place) < 10 else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        headings = {
            UnitKind.VILLAGE: _("New village or quarter"),
            UnitKind.AGENCY: _("New agency or organisation"),
            UnitKind.ENTERPRISE: _("New enterprise, cooperative or credit institution"),
        }
        return super().get_context_data(heading=headings[self.kind], **kwargs)

    def write(self, facts: dict[str, Any]) -> Unit:
        return create_unit(kind=self.kind, facts=facts, actor=self.request.user)


class UnitCorrectView(_KnownUnitFormView):
    """Correct what of a unit is not its history."""

    form_class = UnitCorrectionForm

    def check(self) -> None:
        check_can_correct_unit(self.request.user, self.unit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "unit": self.unit, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        advice = _(
            "A new name, title or parent is history: the provincial desk records it as a reorganisation."
        )
        return super().get_context_data(heading=_("Correct a unit"), advice=advice, **kwargs)

    def write(self, facts: dict[str, Any]) -> Unit:
        return correct_unit(unit=self.unit, facts=facts, actor=self.request.user)


class UnitEndView(_KnownUnitFormView):
    """Record that a village, agency or enterprise was dissolved."""

    form_class = UnitEndForm

    def check(self) -> None:
        if self.unit.kind not in KIND_AT.values() or self.unit.valid_until is not None:
            raise Http404
        check_can_correct_unit(self.request.user, self.unit)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        advice = _(
            "For a merger, a split or a new name, have the provincial desk record a reorganisation instead."
        )
        return super().get_context_data(heading=_("Dissolve a unit"), advice=advice, **kwargs)

    def write(self, facts: dict[str, Any]) -> Unit:
        return end_unit(unit=self.unit, actor=self.request.user, **facts)


class UnitZoneView(_KnownUnitFormView):
    """Record a commune's zone from a day on; earlier ones stand beside."""

    form_class = ZoneForm

    def check(self) -> None:
        if self.unit.kind != UnitKind.COMMUNE:
            raise Http404
        check_can_set_zone(self.request.user, self.unit)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        past = [
            {
                "what": zone.get_zone_display(),
                "from": zone.starts_on,
                "until": zone.ends_on,
                "paper": zone.decision,
            }
            for zone in self.unit.zones.order_by("-starts_on")
        ]
        return super().get_context_data(
            heading=_("Zone of a commune"), past=past, past_heading=_("Zones recorded so far"), **kwargs
        )

    def write(self, facts: dict[str, Any]) -> Unit:
        set_zone(unit=self.unit, actor=self.request.user, **facts)
        return self.unit


class StandingOfficeView(_KnownUnitFormView):
    """Record which body is the province's standing office from a day on."""

    form_class = DutyForm

    def check(self) -> None:
        if self.unit.kind != UnitKind.PROVINCE:
            raise Http404
        check_can_assign_duty(self.request.user, self.unit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "province": self.unit}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        past = [
            {"what": duty.unit.name, "from": duty.starts_on, "until": duty.ends_on, "paper": duty.decision}
            for duty in duties_of(self.unit)
        ]
        return super().get_context_data(
            heading=_("Standing office"), past=past, past_heading=_("Standing offices so far"), **kwargs
        )

    def write(self, facts: dict[str, Any]) -> Unit:
        assign_standing_office(province=self.unit, actor=self.request.user, **facts)
        return self.unit


class ClusterMembersView(_KnownUnitFormView):
    """The members of an emulation cluster, past and present, and a form that adds one."""

    template_name = "registry/unit_members.html"
    form_class = ClusterMemberForm

    def check(self) -> None:
        if self.unit.form != UnitForm.EMULATION_CLUSTER:
            raise Http404
        check_can_keep_unit(self.request.user, UnitKind.AGENCY, self.unit.parent)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(members=members_of(self.unit, {}), **kwargs)

    def write(self, facts: dict[str, Any]) -> Unit:
        add_cluster_member(cluster=self.unit, actor=self.request.user, **facts)
        return self.unit


def members_of(cluster: Unit, ending: dict[int, MembershipEndForm]) -> list[dict[str, Any]]:
    """Each membership with the form that ends it; refused ones are taken out of `ending` by key."""
    rows = cluster.cluster_members.select_related("member__parent").order_by("member__name_sort", "starts_on")
    return [
        {
            "row": row,
            "form": None
            if row.ends_on
            else ending.pop(row.pk, None)
            or MembershipEndForm(auto_id=f"id_{row.pk}_%s", initial={"ends_on": clock.today()}),
        }
        for row in rows
    ]


@require_POST
def cluster_member_end(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Say until when a body belonged to the cluster."""
    cluster = unit_seen(request, pk)
    membership = get_object_or_404(
        ClusterMembership.objects.select_related("cluster__parent", "member"), cluster=cluster, pk=member
    )
    check_can_keep_unit(request.user, UnitKind.AGENCY, cluster.parent)
    form = MembershipEndForm(request.POST, auto_id=f"id_{member}_%s")

    def page(status: int) -> HttpResponse:
        ending = {member: form}
        context = {
            "unit": cluster,
            "form": ClusterMemberForm(user=request.user),
            "members": members_of(cluster, ending),
            "refused_form": ending.get(member),
            "back": cluster.get_absolute_url(),
        }
        return render(request, "registry/unit_members.html", context, status=status)

    return carry_out(
        request,
        form,
        lambda typed: end_cluster_member(membership=membership, actor=request.user, **typed),
        done=_("Saved."),
        go_to=reverse("registry:cluster_members", args=[cluster.pk]),
        page=page,
    )


def entries_for(user: Any, unit: Unit) -> list[tuple[str, str]]:
    """What the person may enter about a unit: words and address of each form."""
    found: list[tuple[str, str]] = []
    address = unit.pk
    if allowed(check_can_correct_unit, user, unit):
        found.append((_("Correct facts"), reverse("registry:unit_correct", args=[address])))
        if unit.kind in KIND_AT.values() and unit.valid_until is None:
            found.append((_("Dissolve it"), reverse("registry:unit_end", args=[address])))
    if unit.kind == UnitKind.COMMUNE and allowed(check_can_set_zone, user, unit):
        found.append((_("Record the zone"), reverse("registry:unit_zone", args=[address])))
    if unit.kind == UnitKind.PROVINCE and allowed(check_can_assign_duty, user, unit):
        found.append((_("Record the standing office"), reverse("registry:standing_office", args=[address])))
    if unit.kind != UnitKind.PROVINCE and allowed(check_can_place_hold, user):
        found.append((_("Holds"), reverse("registry:unit_holds", args=[address])))
    if unit.form == UnitForm.EMULATION_CLUSTER and allowed(
        check_can_keep_unit, user, UnitKind.AGENCY, unit.parent
    ):
        found.append((_("Members of the cluster"), reverse("registry:cluster_members", args=[address])))
    words = {
        "thon": _("Add a village or quarter"),
        "co-quan": _("Add an agency or organisation"),
        "doanh-nghiep": _("Add an enterprise or cooperative"),
    }
    if unit.valid_until is None:
        found += [
            (words[slug], f"{reverse('registry:unit_create', args=[slug])}?thuoc={address}")
            for slug, kind in KIND_AT.items()
            if unit.kind in PLACES[kind] and allowed(check_can_keep_unit, user, kind, unit)
        ]
    return found


PLACES = {
    UnitKind.VILLAGE: {UnitKind.COMMUNE},
    UnitKind.AGENCY: {UnitKind.PROVINCE, UnitKind.DISTRICT},
    UnitKind.ENTERPRISE: {UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE},
}
