"""The list of units and one unit's page, as of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from core import clock
from core.charts import Column, column_chart
from core.exporting import ExportableList
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.templatetags.ui import number
from registry.enums import ReorganisationKind, UnitForm, UnitKind
from registry.forms.units import AsOfForm, UnitFilterForm
from registry.list_exports import UnitListResource
from registry.models import Unit
from registry.permissions import check_can_add_units, check_can_reorganise
from registry.selectors import TrendPoint, unit_trend, units_for_list, zone_of
from registry.selectors.ancestry import Ancestry
from registry.selectors.duties import standing_office
from registry.selectors.timeline import unit_life
from registry.titles import TERRITORIAL_KINDS
from registry.views.reorganisations import KIND_AT as REORGANISATIONS
from registry.views.unit_keeping import KIND_AT, entries_for

PAGE_SIZE = 30


@method_decorator(reads_may_lag, name="dispatch")
class UnitListView(ExportableList):
    """Units that the person sees as of a day, searched blind to diacritics, in Vietnamese order."""

    template_name = "registry/unit_list.html"
    context_object_name = "units"
    paginate_by = PAGE_SIZE
    export_resource = UnitListResource

    def get_queryset(self) -> QuerySet[Unit]:
        self.form = UnitFilterForm(self.request.GET or None, user=self.request.user)
        self.form.is_valid()
        # A day that cannot be read is said beside its field; the other filters hold.
        chosen = getattr(self.form, "cleaned_data", {})
        self.day: date = chosen.get("ngay") or clock.today()
        return units_for_list(
            self.request.user,
            words=chosen.get("q", ""),
            kind=chosen.get("kind", ""),
            district=chosen.get("district"),
            state=chosen.get("state", ""),
            day=self.day,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        slugs = [slug for slug, kind in KIND_AT.items() if allowed(check_can_add_units, user, kind)]
        words = {
            "thon": _("Village or quarter"),
            "co-quan": _("Agency or organisation"),
            "doanh-nghiep": _("Enterprise or cooperative"),
        }
        return super().get_context_data(
            form=self.form,
            today=clock.today(),
            day=self.day,
            is_today=self.day == clock.today(),
            additions=[(words[slug], reverse("registry:unit_create", args=[slug])) for slug in slugs],
            **kwargs,
        )

    def export_name(self) -> str:
        return "don-vi"


class UnitDetailView(DetailView):
    """One unit as of a day: what it is, its trend as a chart and a table, its life, what lies below."""

    template_name = "registry/unit_detail.html"
    context_object_name = "unit"

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.visible_to(self.request.user).select_related("parent", "seat", "managing_unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, user, today = self.object, self.request.user, clock.today()
        as_of = AsOfForm(self.request.GET or None)
        day: date = (as_of.is_valid() and as_of.cleaned_data["ngay"]) or today
        ancestry = Ancestry.read(day)
        children = list(Unit.objects.visible_to(user).filter(parent=unit).on(day))
        trend = trend_as_of(unit, day, today)
        return super().get_context_data(
            as_of=as_of,
            day=day,
            is_today=day == today,
            trend=trend,
            sources=", ".join(dict.fromkeys(point.source for point in trend if point.source)),
            chart=trend_chart(unit, trend),
            life=unit_life(unit, day, ancestry=ancestry, with_future=day == today),
            zone=zone_of(unit, day, ancestry) if unit.kind == UnitKind.COMMUNE else None,
            has_zones=unit.kind == UnitKind.COMMUNE,
            office=standing_office(unit, day) if unit.kind == UnitKind.PROVINCE else None,
            members=members_on(unit, day),
            children=children,
            exists=unit.exists_on(day),
            entries=[*entries_for(user, unit), *reorganisation_links(user, unit, children)],
            **kwargs,
        )


def trend_as_of(unit: Unit, day: date, today: date) -> list[TrendPoint]:
    """The trend as the day knew it: year-ends that had passed."""
    return [point for point in unit_trend(unit) if day >= today or date(point.year, 12, 31) <= day]


def members_on(unit: Unit, day: date) -> list[Any]:
    """The members of an emulation cluster on a day; none for other bodies."""
    if unit.form != UnitForm.EMULATION_CLUSTER:
        return []
    return list(unit.cluster_members.on(day).select_related("member__parent").order_by("member__name_sort"))


def reorganisation_links(user: Any, unit: Unit, children: list[Unit]) -> list[tuple[str, str]]:
    """What the provincial desk may record to happen to a living unit."""
    if unit.valid_until is not None or not allowed(check_can_reorganise, user):
        return []
    words = {
        ReorganisationKind.RENAME: _("New name, title or parent"),
        ReorganisationKind.SPLIT: _("Split it"),
        ReorganisationKind.TRANSFER: _("Transfer a part of its land"),
        ReorganisationKind.MERGE: _("Merge units below it"),
    }
    fitting = {ReorganisationKind.RENAME}
    if unit.kind in TERRITORIAL_KINDS:
        fitting |= {ReorganisationKind.SPLIT, ReorganisationKind.TRANSFER}
    if any(child.kind in TERRITORIAL_KINDS for child in children):
        fitting.add(ReorganisationKind.MERGE)
    return [
        (words[kind], f"{reverse('registry:reorganisation_create', args=[slug])}?unit={unit.pk}")
        for slug, kind in REORGANISATIONS.items()
        if kind in fitting
    ]


def trend_chart(unit: Unit, trend: list[TrendPoint]) -> SafeString:
    """Poor and near-poor households year by year; sums of predecessors have a dashed edge."""
    said = "; ".join(f"{point.year}: {number(point.poor_and_near_poor)}" for point in trend)
    return column_chart(
        title=_("Poor and near-poor households of %(unit)s") % {"unit": unit.name},
        description=said,
        part_names=[_("Poor households"), _("Near-poor households")],
        columns=[
            Column(
                label=str(point.year),
                parts=(point.poor, point.near_poor),
                shown=number(point.poor_and_near_poor),
                is_marked=point.is_sum,
            )
            for point in trend
        ],
    )
