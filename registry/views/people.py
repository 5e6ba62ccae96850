"""Households and individuals: lists, pages and forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from core import clock
from core.exceptions import InvalidRequest
from core.permissions import allowed
from registry.enums import UnitKind
from registry.forms import HouseholdFilterForm, HouseholdForm, IndividualForm, PersonFilterForm
from registry.models import Household, Individual
from registry.permissions import check_can_add_people, check_can_edit_household, check_can_edit_individual
from registry.selectors import holds_on, households_for_list, individuals_for_list
from registry.services import create_household, create_individual, update_household, update_individual

PAGE_SIZE = 30


class HouseholdListView(ListView):
    """Households that the person sees, by the last word of the head's name."""

    template_name = "registry/household_list.html"
    context_object_name = "households"
    paginate_by = PAGE_SIZE

    def get_queryset(self) -> QuerySet[Household]:
        self.form = HouseholdFilterForm(self.request.GET or None, user=self.request.user)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return households_for_list(
            self.request.user,
            words=chosen.get("q", ""),
            unit=chosen.get("unit"),
            status=chosen.get("status", ""),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            form=self.form, can_add=allowed(check_can_add_people, self.request.user), **kwargs
        )


class HouseholdDetailView(DetailView):
    """One household: where it lives, its registration, its loan, its standing year by year."""

    template_name = "registry/household_detail.html"
    context_object_name = "household"

    def get_queryset(self) -> QuerySet[Household]:
        return Household.objects.visible_to(self.request.user).select_related("unit__parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.object
        return super().get_context_data(
            statuses=list(household.statuses.all()),
            holds=holds_on(clock.today(), household=household),
            can_edit=allowed(check_can_edit_household, self.request.user, household.unit),
            **kwargs,
        )


class IndividualListView(ListView):
    """Individuals that the person sees, by the last word of their name."""

    template_name = "registry/individual_list.html"
    context_object_name = "individuals"
    paginate_by = PAGE_SIZE

    def get_queryset(self) -> QuerySet[Individual]:
        kinds = tuple(UnitKind.values)
        self.form = PersonFilterForm(self.request.GET or None, user=self.request.user, kinds=kinds)
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return individuals_for_list(self.request.user, words=chosen.get("q", ""), unit=chosen.get("unit"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_add = allowed(lambda user: check_can_add_people(user, individuals=True), self.request.user)
        return super().get_context_data(form=self.form, can_add=can_add, **kwargs)


class IndividualDetailView(DetailView):
    """One person: where they work or live and in what capacity."""

    template_name = "registry/individual_detail.html"
    context_object_name = "individual"

    def get_queryset(self) -> QuerySet[Individual]:
        return Individual.objects.visible_to(self.request.user).select_related("unit__parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        individual = self.object
        return super().get_context_data(
            holds=holds_on(clock.today(), individual=individual),
            can_edit=allowed(check_can_edit_individual, self.request.user, individual.unit),
            **kwargs,
        )


class _PersonFormView(FormView, ABC):
    """A form that one service answers; a refusal comes back above the fields with everything typed."""

    template_name = "registry/person_form.html"
    saved: ClassVar[str] = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs["user"] = self.request.user
        if getattr(self, "object", None) is not None:
            kwargs["instance"] = self.object
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(record=getattr(self, "object", None), **self.words(), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            record = self.write(form)
        except InvalidRequest as refusal:
            form.add_refusal(refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect(record)

    @abstractmethod
    def words(self) -> dict[str, str]:
        """Heading, and where the list is."""

    @abstractmethod
    def write(self, form: Any) -> Household | Individual:
        """Hand the form's facts to the service."""


class HouseholdCreateView(_PersonFormView):
    """Enter a household."""

    form_class = HouseholdForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_can_add_people(request.user)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def words(self) -> dict[str, str]:
        return {
            "heading": _("New household"),
            "list_name": _("Household records"),
            "list_url": "registry:households",
        }

    def write(self, form: HouseholdForm) -> Household:
        return create_household(facts=form.facts, statuses=form.statuses, actor=self.request.user)


class HouseholdEditView(SingleObjectMixin, _PersonFormView):
    """Correct a household."""

    form_class = HouseholdForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        check_can_edit_household(request.user, self.object.unit)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_queryset(self) -> QuerySet[Household]:
        return Household.objects.visible_to(self.request.user).select_related("unit__parent")

    def words(self) -> dict[str, str]:
        return {
            "heading": _("Edit household"),
            "list_name": _("Household records"),
            "list_url": "registry:households",
        }

    def write(self, form: HouseholdForm) -> Household:
        return update_household(
            household=self.object, facts=form.facts, statuses=form.statuses, actor=self.request.user
        )


class IndividualCreateView(_PersonFormView):
    """Enter a person."""

    form_class = IndividualForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_can_add_people(request.user, individuals=True)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def words(self) -> dict[str, str]:
        return {
            "heading": _("New individual"),
            "list_name": _("Individuals"),
            "list_url": "registry:individuals",
        }

    def write(self, form: IndividualForm) -> Individual:
        return create_individual(facts=form.facts, actor=self.request.user)


class IndividualEditView(SingleObjectMixin, _PersonFormView):
    """Correct a person."""

    form_class = IndividualForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        check_can_edit_individual(request.user, self.object.unit)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_queryset(self) -> QuerySet[Individual]:
        return Individual.objects.visible_to(self.request.user).select_related("unit__parent")

    def words(self) -> dict[str, str]:
        return {
            "heading": _("Edit individual"),
            "list_name": _("Individuals"),
            "list_url": "registry:individuals",
        }

    def write(self, form: IndividualForm) -> Individual:
        return update_individual(individual=self.object, facts=form.facts, actor=self.request.user)
