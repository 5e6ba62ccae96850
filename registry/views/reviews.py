"""The list of a year's reviews, and its export."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET

from core import clock
from core.exporting import ExportableList
from core.permissions import allowed
from core.replicas import reads_may_lag
from registry.forms import ReviewFilterForm
from registry.imports.reviews.resource import ReviewFileResource
from registry.permissions import check_can_import_reviews
from registry.resources import ReviewResource
from registry.selectors import import_files_seen, review_years, reviews_for_export, reviews_for_list
from registry.selectors.reviews.listing import narrowed
from registry.selectors.reviews.roll_up import roll_up_rows

PAGE_SIZE = 30
EXPORT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@method_decorator(reads_may_lag, name="dispatch")
class ReviewListView(ExportableList):
    """The figures of one year, with the way to who reported, to totals that differ and to comparisons."""

    template_name = "registry/review_list.html"
    context_object_name = "reviews"
    paginate_by = PAGE_SIZE
    export_resource = ReviewFileResource

    def get_queryset(self) -> Any:
        self.years = review_years()
        self.form = ReviewFilterForm(self._asked(), years=self.years)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        self.year = chosen.get("year") or (self.years[0] if self.years else clock.today().year)
        # The year's reviews are read once, for the list and for the count of totals that differ.
        self.reviews = list(reviews_for_list(self.request.user, year=self.year))
        return narrowed(self.reviews, words=chosen.get("q", ""), kind=chosen.get("kind", ""))

    def _asked(self) -> dict[str, str]:
        """The address's filters, with the newest year where none is named."""
        asked = {
            name: str(value) for name, value in self.request.GET.items() if name in {"year", "q", "kind"}
        }
        if self.years:
            asked.setdefault("year", str(self.years[0]))
        return asked

    def export_name(self) -> str:
        return f"ra-soat-{self.year}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = roll_up_rows(user, self.year, reviews=self.reviews)
        return super().get_context_data(
            form=self.form,
            year=self.year,
            differing=len(rows),
            states=Counter(row.state for row in rows),
            files=import_files_seen(user)[:10],
            can_import=allowed(check_can_import_reviews, user),
            **kwargs,
        )


@reads_may_lag
@require_GET
def review_export(request: HttpRequest) -> HttpResponse:
    """A year's reviews as a file, within the person's area."""
    format_name, year = request.GET.get("format", "xlsx"), request.GET.get("year", "")
    if format_name not in EXPORT_TYPES or not year.isdecimal() or len(year) != 4:
        raise Http404
    dataset = ReviewResource().export(reviews_for_export(year=int(year), user=request.user))
    response = HttpResponse(dataset.export(format_name), content_type=EXPORT_TYPES[format_name])
    response["Content-Disposition"] = f'attachment; filename="ra-soat-{year}.{format_name}"'
    return response
