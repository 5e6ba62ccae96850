"""Households and individuals: lists, pages and forms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from core import clock
from core.exporting import ExportableList, Table
from core.permissions import allowed
from core.personal_numbers import OLD_DIGITS, looks_like_number, mask_sealed
from core.replicas import reads_may_lag
from registry.enums import UnitKind
from registry.forms import HouseholdFilterForm, PersonFilterForm
from registry.forms.numbers import NumberSearchForm
from registry.imports.individuals import IndividualResource
from registry.list_exports import (
    household_export,
    household_head,
    standing_years,
)
from registry.merging_checks import undo_obstacles
from registry.models import Household, Individual
from registry.permissions import check_can_add_people, check_can_place_hold
from registry.permissions_people import (
    check_can_edit_person,
    check_can_search_number,
    check_can_see_number,
    check_can_undo_merger,
)
from registry.permissions_personal_data import check_can_read_looks_at
from registry.person_panels import person_panels
from registry.selectors import holds_on, individuals_for_list
from registry.selectors.apart import people_apart_from
from registry.selectors.merging import records_of
from registry.selectors.people import households_found, latest_standings, office_codes_of, standings_of
from registry.views.person_kinds import HOUSEHOLDS, INDIVIDUALS, PersonKind

PAGE_SIZE = 30


class _PeopleListView(ExportableList):
    """What the two lists share: a number typed as a name leaves the address at once, unsearched."""

    paginate_by = PAGE_SIZE
    export_personal_data = True
    kind: PersonKind
    form: PersonFilterForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if looks_like_number(request.GET.get("q", "")):
            messages.warning(
                request,
                _(
                    "Citizen numbers are searched in their own box, so that they stand in no address: type it there."
                ),
            )
            return redirect(request.path)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, is_of_individuals = self.request.user, self.kind is INDIVIDUALS
        return super().get_context_data(
            form=self.form,
            number_form=NumberSearchForm() if allowed(check_can_search_number, user) else None,
            can_add=allowed(check_can_add_people, user, individuals=is_of_individuals),
            kind=self.kind.code,
            **self.kind.list_words,
            **kwargs,
        )


class _PersonDetailView(DetailView):
    """What the two pages share: a merged record leads to the one that was kept."""

    kind: PersonKind

    def get_queryset(self) -> QuerySet[Any]:
        return self.kind.seen_by(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.object.merged_into_id is not None:
            messages.info(
                request,
                _("Record %(code)s was merged into this one, which counts for both.")
                % {"code": self.object.code},
            )
            return redirect(self.object.merged_into)
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, user = self.object, self.request.user
        can_see_number = allowed(check_can_see_number, user, person)
        # Whoever keeps the record compares its last digits with a card, also the lead, who has no need of the rest.
        keeps = allowed(check_can_edit_person, user, person)
        return super().get_context_data(
            holds=holds_on(clock.today(), **{f"{self.kind.code}__in": records_of(person)}),
            can_hold=allowed(check_can_place_hold, user),
            may_read_looks=allowed(check_can_read_looks_at, user),
            masked_number=mask_sealed(person.citizen_number_sealed, with_last_digits=keeps),
            masked_old_number=mask_sealed(
                person.old_number_sealed, with_last_digits=keeps, digits=OLD_DIGITS
            ),
            can_see_number=can_see_number,
            kind=self.kind.code,
            **self.kind.list_words,
            merged=_merged(person, user) if keeps else _merged_into(person),
            told_apart=people_apart_from(person, user),
            panels=person_panels(user, person),
            can_edit=keeps,
            **kwargs,
        )


def _merged_into(person: Household | Individual) -> list[Any]:
    """The records that were merged into this one, oldest first."""
    return list(type(person).objects.filter(merged_into=person).order_by("merged_at"))


def _merged(person: Household | Individual, user: Any) -> list[Any]:
    """The same for whoever keeps them: with what stands in the way of taking each merger back."""
    merged = _merged_into(person)
    for one in merged:
        one.obstacles = undo_obstacles(person, one, user)
        one.can_undo = not one.obstacles and allowed(check_can_undo_merger, user, person, one)
    return merged


@method_decorator(reads_may_lag, name="dispatch")
class HouseholdListView(_PeopleListView):
    """Households that the person sees, by the last word of the head's name."""

    kind = HOUSEHOLDS
    template_name = "registry/household_list.html"
    context_object_name = "households"

    def get_queryset(self) -> QuerySet[Household]:
        self.form = HouseholdFilterForm(self.request.GET or None, user=self.request.user)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return households_found(
            self.request.user,
            words=chosen.get("q", ""),
            unit=chosen.get("unit"),
            status=chosen.get("status", ""),
        )

    def export_name(self) -> str:
        return "ho-gia-dinh"

    def export_table(self, found: QuerySet[Household]) -> Table:
        years = standing_years(found)
        rows = household_export(found, years)
        return Table(self.export_name(), household_head(years), rows, self.export_personal_data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        standings = latest_standings(context["households"])
        for household in context["households"]:
            household.latest = standings.get(household.pk)
        return context


class HouseholdDetailView(_PersonDetailView):
    """One household: where it lives and who, its registration, its loan, its standing year by year."""

    kind = HOUSEHOLDS
    template_name = "registry/household_detail.html"
    context_object_name = "household"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household, user = self.object, self.request.user
        keeps = allowed(check_can_edit_person, user, household)
        members = list(household.members.order_by("birth_year", "pk"))
        for member in members:
            member.masked_number = mask_sealed(member.citizen_number_sealed, with_last_digits=keeps)
            member.masked_old_number = mask_sealed(
                member.old_number_sealed, with_last_digits=keeps, digits=OLD_DIGITS
            )
        return super().get_context_data(
            statuses=standings_of(household),
            members=members,
            office_codes=office_codes_of(household),
            **kwargs,
        )


@method_decorator(reads_may_lag, name="dispatch")
class IndividualListView(_PeopleListView):
    """Individuals that the person sees, by the last word of their name."""

    kind = INDIVIDUALS
    export_resource = IndividualResource
    template_name = "registry/individual_list.html"
    context_object_name = "individuals"

    def get_queryset(self) -> QuerySet[Individual]:
        kinds = tuple(UnitKind.values)
        self.form = PersonFilterForm(self.request.GET or None, user=self.request.user, kinds=kinds)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return individuals_for_list(self.request.user, words=chosen.get("q", ""), unit=chosen.get("unit"))

    def export_name(self) -> str:
        return "ca-nhan"


class IndividualDetailView(_PersonDetailView):
    """One person: where they work or live and in what capacity."""

    kind = INDIVIDUALS
    template_name = "registry/individual_detail.html"
    context_object_name = "individual"
