"""Reviews at a glance: who reported, how units compare, and the files that figures came from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from core import clock
from core.charts import Bar, bar_chart
from core.files import serve
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.templatetags.ui import number, percent
from registry.enums import UnitKind
from registry.forms.review_figures import MEASURES, ComparisonForm
from registry.permissions import check_can_import_reviews
from registry.selectors.reviews import review_coverage, review_years
from registry.selectors.reviews.comparing import (
    POVERTY_RATE,
    SHARES,
    ComparedUnit,
    compared_units,
)
from registry.selectors.reviews.listing import review_files_readable, review_years_of, units_read


@method_decorator(reads_may_lag, name="dispatch")
class ReviewCoverageView(TemplateView):
    """Units against years: who reported, from which file, and what is missing in words."""

    template_name = "registry/review_coverage.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, asked = self.request.user, self.request.GET.get("huyen", "")
        opened = None
        if asked:
            units = units_read(user).filter(kind__in=(UnitKind.DISTRICT, UnitKind.COMMUNE))
            opened = get_object_or_404(units, pk=asked if asked.isdecimal() and len(asked) < 10 else 0)
        years = sorted(review_years())
        coverage = review_coverage(user, years, opened=opened.pk if opened else None)
        return super().get_context_data(
            years=years,
            rows=coverage.rows,
            sources=coverage.sources,
            opened=opened,
            readable=set(review_files_readable(user).values_list("pk", flat=True)),
            can_import=allowed(check_can_import_reviews, user),
            **kwargs,
        )


@require_GET
def review_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A loaded workbook as it was handed in, for those who see every unit in it."""
    found = get_object_or_404(review_files_readable(request.user), pk=pk)
    return serve(found.stored_file)


@method_decorator(reads_may_lag, name="dispatch")
class ReviewComparisonView(TemplateView):
    """Districts, or a district's communes, ranked by one measure: bars, and a table that says the same."""

    template_name = "registry/review_comparison.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, years = self.request.user, review_years_of()
        form = ComparisonForm(self._asked(years), years=years, user=user)
        chosen = form.cleaned_data if form.is_valid() else {}
        year = chosen.get("year") or (years[0] if years else clock.today().year)
        measure = chosen.get("measure") or POVERTY_RATE
        base_year = years[-1] if years else year
        rows = compared_units(
            user, year=year, measure=measure, base_year=base_year, district=chosen.get("huyen")
        )
        known = [row for row in rows if row.value is not None]
        label = dict(MEASURES)[measure]
        return super().get_context_data(
            form=form,
            year=year,
            base_year=base_year,
            measure=measure,
            measure_label=label,
            district=chosen.get("huyen"),
            rows=[{"row": row, "shown": shown_value(measure, row.value)} for row in known],
            unknown=[row.unit for row in rows if row.value is None],
            chart=ranking_chart(f"{label}, {year}", measure, known),
            **kwargs,
        )

    def _asked(self, years: list[int]) -> dict[str, str]:
        given = self.request.GET
        asked = {name: given[name] for name in ("year", "measure", "huyen") if name in given}
        if years:
            asked.setdefault("year", str(years[0]))
        return asked


def shown_value(measure: str, value: Decimal | None) -> str:
    """A measure as people read it."""
    return percent(value, 2) if measure in SHARES else number(value)


def ranking_chart(title: str, measure: str, rows: list[ComparedUnit]) -> SafeString:
    """The ranked units as bars; sums of merged units have a dashed edge."""
    bars = [
        Bar(
            label=row.unit.name,
            value=float(row.value or 0),
            shown=shown_value(measure, row.value),
            is_marked=row.uses_sum,
        )
        for row in rows
    ]
    said = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return bar_chart(title=title, description=said or _("No figures"), bars=bars)
