"""Figures that people judge or state by hand: differences of totals, one unit's reviews, restated years."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView

from core import clock
from core.exporting import ExportableList
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.verbs import carry_out
from registry.forms.review_figures import RestateForm, RollUpNoteForm, YearFilterForm
from registry.imports.reviews.resource import FIGURE_LABELS
from registry.list_exports import RollUpResource
from registry.models import PovertyReview
from registry.permissions import check_can_note_roll_up, check_can_restate_review
from registry.review_figures import FIGURES, FLOWS, LACKS
from registry.selectors.reviews import review_years
from registry.selectors.reviews.listing import units_read
from registry.selectors.reviews.roll_up import RollUpRow, roll_up_row, roll_up_rows
from registry.selectors.reviews.stored import FIELD_OF_FIGURE
from registry.selectors.reviews.unit_reviews import recorded_reviews, years_to_restate
from registry.selectors.units import REVIEWED_KINDS
from registry.services.review_figures import (
    RESTATED_FIGURES,
    SeenDifference,
    note_roll_up,
    restate_review,
)

PAGE_SIZE = 30
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@method_decorator(reads_may_lag, name="dispatch")
class RollUpListView(ExportableList):
    """Totals of a year that differ from the units directly below, and what was recorded about each."""

    template_name = "registry/review_roll_up.html"
    context_object_name = "rows"
    paginate_by = PAGE_SIZE
    export_resource = RollUpResource

    def get_queryset(self) -> Any:
        self.years = review_years()
        given = self.request.GET
        asked = {"year": given["year"]} if "year" in given else {}
        if self.years:
            asked.setdefault("year", str(self.years[0]))
        self.form = YearFilterForm(asked, years=self.years)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        self.year = chosen.get("year") or (self.years[0] if self.years else clock.today().year)
        rows = roll_up_rows(self.request.user, self.year)
        self.states = Counter(row.state for row in rows)
        return [{"row": row, "label": FIGURE_LABELS[row.item.figure]} for row in rows]

    def export_name(self) -> str:
        return f"chenh-lech-{self.year}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(form=self.form, year=self.year, states=self.states, **kwargs)
        for one in context["rows"]:
            one["can_note"] = allowed(check_can_note_roll_up, self.request.user, one["row"].item.unit)
        return context


class RollUpNoteView(FormView):
    """Say which of two figures is right and why; neither is changed."""

    template_name = "registry/review_roll_up_note.html"
    form_class = RollUpNoteForm
    row: RollUpRow | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.year, self.figure = kwargs["year"], kwargs["figure"]
        if self.figure not in FIGURES or not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise Http404
        units = units_read(request.user).filter(kind__in=REVIEWED_KINDS)
        self.unit = get_object_or_404(units.select_related("parent"), pk=kwargs["unit"])
        check_can_note_roll_up(request.user, self.unit)
        self.row = roll_up_row(request.user, self.unit, self.year, self.figure)
        if self.row is None:
            messages.info(request, _("These figures agree. There is no difference to explain."))
            return redirect(self.list_address())
        return super().dispatch(request, *args, **kwargs)

    def list_address(self) -> str:
        """The list of the year's differences."""
        return f"{reverse('registry:review_roll_up')}?year={self.year}"

    def get_initial(self) -> dict[str, Any]:
        item = self.row.item if self.row else None
        return {"stated": item.stated, "summed": item.summed} if item else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            row=self.row,
            unit=self.unit,
            year=self.year,
            label=FIGURE_LABELS[self.figure],
            list_url=self.list_address(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()

        def act(typed: dict[str, Any]) -> None:
            seen = SeenDifference(self.unit, self.year, self.figure, typed["stated"], typed["summed"])
            note_roll_up(
                seen=seen, right_side=typed["right_side"], reason=typed["reason"], actor=request.user
            )

        return carry_out(
            request,
            form,
            act,
            done=_("Recorded. Both figures stay as they were reported."),
            go_to=self.list_address(),
            page=lambda status: self.render_to_response(self.get_context_data(form=form), status=status),
        )


class ReviewUnitView(DetailView):
    """Everything recorded about one unit's year-ends: counts, movements, lacks, sources."""

    template_name = "registry/review_unit.html"
    context_object_name = "unit"

    def get_queryset(self) -> Any:
        units = units_read(self.request.user).filter(kind__in=REVIEWED_KINDS)
        return units.select_related("parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit = self.object
        can_restate = allowed(check_can_restate_review, self.request.user, unit)
        return super().get_context_data(
            records=[
                {"record": record, "groups": figure_groups(record.review)}
                for record in recorded_reviews(unit)
            ],
            can_restate=can_restate and bool(years_to_restate(unit, review_years())),
            **kwargs,
        )


def figure_groups(review: PovertyReview) -> list[dict[str, Any]]:
    """The figures that a review has, in groups as offices print them."""
    groups = (
        (_("Households"), ("households", "poor", "near_poor")),
        (
            _("Ethnic-minority households"),
            ("minority_households", "poor_minority", "near_poor_minority"),
        ),
        (_("Movements of the year"), (*FLOWS["poor"], *FLOWS["near_poor"])),
        (_("Lacking a basic service"), LACKS),
    )
    found = []
    for title, names in groups:
        figures = [
            (FIGURE_LABELS[name], value)
            for name in names
            if (value := getattr(review, FIELD_OF_FIGURE[name])) is not None
        ]
        if figures:
            found.append({"title": title, "figures": figures})
    return found


class RestateView(FormView):
    """Record a past year's figures for a unit's present territory, on the strength of a document."""

    template_name = "registry/review_restate.html"
    form_class = RestateForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        units = units_read(request.user).filter(kind__in=REVIEWED_KINDS)
        self.unit = get_object_or_404(units.select_related("parent"), pk=kwargs["pk"])
        check_can_restate_review(request.user, self.unit)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"years": years_to_restate(self.unit, review_years())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(unit=self.unit, records=recorded_reviews(self.unit), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        return carry_out(
            request,
            form,
            lambda typed: restate_review(
                unit=self.unit,
                year=typed["year"],
                figures={name: typed[name] for name in RESTATED_FIGURES},
                document=typed["document"],
                recognised_on=typed["recognised_on"],
                reason=typed["reason"],
                actor=request.user,
            ),
            done=_("The figures are recorded for the present territory."),
            go_to=reverse("registry:review_unit", args=[self.unit.pk]),
            page=lambda status: self.render_to_response(self.get_context_data(form=form), status=status),
        )
