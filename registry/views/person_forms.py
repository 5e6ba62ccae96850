"""Entering and correcting households and individuals, with a look at likely duplicates before anything is saved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django.views.generic.detail import SingleObjectMixin

from core.personal_numbers import digest
from core.verbs import carry_out
from registry.forms import HouseholdForm, IndividualForm
from registry.models import Household, Individual
from registry.permissions import check_can_add_people
from registry.permissions_people import check_can_edit_person
from registry.selectors.duplicates import Matches, Sought, find_duplicates
from registry.services import create_household, create_individual, update_household, update_individual
from registry.views.person_kinds import HOUSEHOLDS, INDIVIDUALS, PersonKind


class _PersonFormView(FormView, ABC):
    """A form that one service answers; a refusal comes back above the fields with everything typed.

    Records that may be of the same person are shown first; saving then needs the word that they are not.
    """

    template_name = "registry/person_form.html"
    kind: PersonKind
    heading: Any
    object: Any = None
    # Records that were found to be like this one and, as the form says, are others'.
    different_from: Sequence[Any] = ()

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs["user"] = self.request.user
        if self.object is not None:
            kwargs["instance"] = self.object
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            record=self.object, heading=self.heading, **self.kind.list_words, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        matches = self.duplicates(form) if form.is_valid() else None
        if matches and not form.is_confirmed_another(matches.mark):
            form.ask_whether_another(matches.mark)
            return self.render_to_response(self.get_context_data(form=form, matches=matches), status=422)
        self.different_from = [match.person for match in matches.seen] if matches else []
        return carry_out(
            request,
            form,
            lambda typed: self.write(form),
            done=lambda _record: form.said,
            go_to=lambda record: record,
            page=lambda status: self.render_to_response(self.get_context_data(form=form), status=status),
        )

    def duplicates(self, form: Any) -> Matches | None:
        """Likely duplicates of a new record, or of one whose name, birth, home or number is changed."""
        facts, number = form.facts, form.number_change
        told_apart_by = ("name", "birth_year", "unit")
        is_known = self.object is not None and not number
        if is_known and all(getattr(self.object, name) == facts[name] for name in told_apart_by):
            return None
        sought = Sought(facts["name"], facts["birth_year"], facts["unit"], digest(number) if number else "")
        leaving_out = self.object.pk if self.object is not None else None
        return find_duplicates(self.kind.model, sought, user=self.request.user, leaving_out=leaving_out)

    def given(self, form: Any) -> dict[str, Any]:
        """What the service is handed beside the record itself."""
        return {**form.given, "different_from": self.different_from, "actor": self.request.user}

    @abstractmethod
    def write(self, form: Any) -> Household | Individual:
        """Hand the form's facts to the service."""


class _PersonCreateView(_PersonFormView):
    """A new record."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_can_add_people(request.user, individuals=self.kind is INDIVIDUALS)
        return super().dispatch(request, *args, **kwargs)


class _PersonEditView(SingleObjectMixin, _PersonFormView):
    """A record that exists; one that was merged away leads to the one that was kept."""

    def get_queryset(self) -> QuerySet[Any]:
        return self.kind.seen_by(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        check_can_edit_person(request.user, self.object)
        if self.object.merged_into_id is not None:
            return redirect(self.object)
        return super().dispatch(request, *args, **kwargs)


class HouseholdCreateView(_PersonCreateView):
    """Enter a household."""

    kind, form_class, heading = HOUSEHOLDS, HouseholdForm, _("New household")

    def write(self, form: HouseholdForm) -> Household:
        return create_household(**self.given(form))


class HouseholdEditView(_PersonEditView):
    """Correct a household."""

    kind, form_class, heading = HOUSEHOLDS, HouseholdForm, _("Edit household")

    def write(self, form: HouseholdForm) -> Household:
        return update_household(household=self.object, **self.given(form))


class IndividualCreateView(_PersonCreateView):
    """Enter a person."""

    kind, form_class, heading = INDIVIDUALS, IndividualForm, _("New individual")

    def write(self, form: IndividualForm) -> Individual:
        return create_individual(**self.given(form))


class IndividualEditView(_PersonEditView):
    """Correct a person."""

    kind, form_class, heading = INDIVIDUALS, IndividualForm, _("Edit individual")

    def write(self, form: IndividualForm) -> Individual:
        return update_individual(individual=self.object, **self.given(form))
