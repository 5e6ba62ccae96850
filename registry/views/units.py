"""The list of units and one unit's page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from core import clock
from core.charts import Column, column_chart
from core.templatetags.ui import number
from registry.enums import UnitKind
from registry.forms import UnitFilterForm
from registry.models import Unit
from registry.selectors import TrendPoint, lineage, unit_trend, units_for_list, zone_of

PAGE_SIZE = 30


class UnitListView(ListView):
    """Units that the person sees, searched blind to diacritics, in Vietnamese order."""

    template_name = "registry/unit_list.html"
    context_object_name = "units"
    paginate_by = PAGE_SIZE

    def get_queryset(self) -> QuerySet[Unit]:
        self.form = UnitFilterForm(self.request.GET or None, user=self.request.user)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return units_for_list(
            self.request.user,
            words=chosen.get("q", ""),
            kind=chosen.get("kind", ""),
            district=chosen.get("district"),
            state=chosen.get("state", ""),
            day=clock.today(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, today=clock.today(), **kwargs)


class UnitDetailView(DetailView):
    """One unit: what it is, its trend as a chart and a table, who came before and after it, what lies below."""

    template_name = "registry/unit_detail.html"
    context_object_name = "unit"

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.visible_to(self.request.user).select_related("parent", "seat", "managing_unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, day = self.object, clock.today()
        trend = unit_trend(unit)
        return super().get_context_data(
            trend=trend,
            sources=", ".join(dict.fromkeys(point.source for point in trend if point.source)),
            chart=trend_chart(unit, trend),
            lineage=lineage(unit),
            zone=zone_of(unit, day) if unit.kind == UnitKind.COMMUNE else None,
            has_zones=unit.kind == UnitKind.COMMUNE,
            children=Unit.objects.visible_to(self.request.user).filter(parent=unit).on(day),
            exists=unit.exists_on(day),
            today=day,
            **kwargs,
        )


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
