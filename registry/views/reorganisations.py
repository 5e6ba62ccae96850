"""Reorganisations of units: the list, one decision's page and file, and entering one with a look before it counts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.generic import DetailView, View

from core import clock
from core.exceptions import InvalidRequest
from core.exporting import ExportableList
from core.files import serve
from core.permissions import allowed
from core.replicas import reads_may_lag
from core.verbs import carry_out
from registry.enums import ReorganisationKind
from registry.forms.reorganisations import FORMS, DecisionForm, UnitStepForm
from registry.list_exports import ReorganisationListResource
from registry.models import Reorganisation, Unit
from registry.permissions import PROVINCE_KEEPERS, check_can_reorganise
from registry.scopes import made_under
from registry.selectors.reorganisation_words import ended_without_successor, plan_sentences
from registry.selectors.reorganisations import Decision, Plan, check_decision, plan_order
from registry.services.reorganisations import keep_decision_file, reorganise

PAGE_SIZE = 20
KIND_AT = {
    "sap-nhap": ReorganisationKind.MERGE,
    "chia-tach": ReorganisationKind.SPLIT,
    "doi-ten": ReorganisationKind.RENAME,
    "chuyen-mot-phan": ReorganisationKind.TRANSFER,
}


def reorganisations_seen(user: Any) -> QuerySet[Reorganisation]:
    """Decisions that touch a unit of the person's area; their desk's own also where no unit follows another."""
    units = Unit.objects.visible_to(user).values("pk")
    touching = Q(successions__predecessor__in=units) | Q(successions__successor__in=units)
    seen = Reorganisation.objects.select_related("file", "created_by")
    own = made_under(user, *PROVINCE_KEEPERS)
    return seen.filter(Q(pk__in=Reorganisation.objects.filter(touching).values("pk")) | own)


@method_decorator(reads_may_lag, name="dispatch")
class ReorganisationListView(ExportableList):
    """Decisions by day, and the units that ended without a recorded successor."""

    template_name = "registry/reorganisation_list.html"
    context_object_name = "reorganisations"
    paginate_by = PAGE_SIZE
    export_resource = ReorganisationListResource

    def get_queryset(self) -> QuerySet[Reorganisation]:
        return reorganisations_seen(self.request.user).prefetch_related(
            "successions__predecessor", "successions__successor"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = Unit.objects.visible_to(self.request.user).values_list("pk", flat=True)
        return super().get_context_data(
            orphans=ended_without_successor(clock.today(), within=seen),
            can_enter=allowed(check_can_reorganise, self.request.user),
            **kwargs,
        )

    def export_name(self) -> str:
        return "to-chuc-lai"


class ReorganisationDetailView(DetailView):
    """One decision: what it says, its file, and what became of which unit."""

    template_name = "registry/reorganisation_detail.html"
    context_object_name = "reorganisation"

    def get_queryset(self) -> QuerySet[Reorganisation]:
        return reorganisations_seen(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = self.object.successions.select_related("predecessor__parent", "successor__parent")
        return super().get_context_data(links=links, **kwargs)


@require_GET
def reorganisation_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The decision's file, for whoever sees one of its units."""
    found = get_object_or_404(reorganisations_seen(request.user), pk=pk)
    return serve(found.file, inline=True)


@require_GET
def reorganisation_choose(request: HttpRequest) -> HttpResponse:
    """What does the decision do?"""
    check_can_reorganise(request.user)
    return render(request, "registry/reorganisation_choose.html", {"kinds": KIND_AT})


class ReorganisationCreateView(View):
    """One form for one kind: filled in, looked at as sentences, then confirmed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_can_reorganise(request.user)
        if kwargs["slug"] not in KIND_AT:
            raise Http404
        self.kind = KIND_AT[kwargs["slug"]]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        unit = self._unit()
        if unit is None:
            return self._ask_unit()
        return self._show(self._form(unit, initial={"effective_on": clock.today()}), unit)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        unit, step = self._unit(), request.POST.get("step", "")
        if unit is None:
            raise Http404
        form = self._form(unit, data=self._answers())
        if self.refusal is not None:
            form.add_error("upload", self.refusal.sentence)
        if step == "edit":
            form.is_valid()
            return self._show(form, unit)
        if step == "confirm":
            return carry_out(
                request,
                form,
                lambda typed: reorganise(
                    kind=self.kind, order=form.order(), decision=self._decision(form), actor=request.user
                ),
                done=_("The reorganisation is recorded."),
                go_to=lambda record: reverse("registry:reorganisation_detail", args=[record.pk]),
                page=lambda status: self._show(form, unit, status),
            )
        if form.is_valid():
            try:
                check_decision(self._decision(form), form.day)
                return self._preview(form, unit, plan_order(form.order()))
            except InvalidRequest as refusal:
                form.add_error(None, refusal.sentence)
        return self._show(form, unit, status=422)

    def _unit(self) -> Unit | None:
        asked = self.request.GET.get("unit", "")
        if not asked:
            return None
        form = UnitStepForm(self.request.GET, kind=self.kind, user=self.request.user)
        if not form.is_valid():
            raise Http404
        unit: Unit = form.cleaned_data["unit"]
        return unit

    def _ask_unit(self) -> HttpResponse:
        context = {"form": UnitStepForm(kind=self.kind, user=self.request.user), "kind": self.kind}
        return render(self.request, "registry/reorganisation_unit.html", context)

    def _answers(self) -> Any:
        """What was posted, with the file kept at once: a browser would not send it a second time."""
        answers = self.request.POST.copy()
        self.refusal: InvalidRequest | None = None
        upload = self.request.FILES.get("upload")
        if upload is not None:
            try:
                answers["kept"] = str(keep_decision_file(upload=upload, actor=self.request.user).pk)
            except InvalidRequest as refusal:
                self.refusal = refusal
        return answers

    def _form(self, unit: Unit, **kwargs: Any) -> DecisionForm:
        name = "place" if self.kind == ReorganisationKind.MERGE else "unit"
        return FORMS[self.kind](user=self.request.user, **{name: unit}, **kwargs)

    def _decision(self, form: DecisionForm) -> Decision:
        facts = form.cleaned_data
        return Decision(
            number=facts["decision_number"],
            decided_on=facts["decided_on"],
            issuer=facts["issuer"],
            file=facts["kept"],
            note=facts["note"],
        )

    def _show(self, form: DecisionForm, unit: Unit, status: int = 200) -> HttpResponse:
        kept = form.cleaned_data.get("kept") if hasattr(form, "cleaned_data") else None
        context = {"form": form, "kind": self.kind, "unit": unit, "kept": kept}
        return render(self.request, "registry/reorganisation_form.html", context, status=status)

    def _preview(self, form: DecisionForm, unit: Unit, plan: Plan) -> HttpResponse:
        hidden = [field for field in form if field.name != "upload"]
        context = {"form": form, "hidden": hidden, "kind": self.kind, "unit": unit, **preview_of(plan)}
        return render(
            self.request,
            "registry/reorganisation_preview.html",
            {**context, "decision": self._decision(form)},
        )


def preview_of(plan: Plan) -> dict[str, Any]:
    """What a page shows of a plan before it is carried out."""
    return {
        "plan": plan,
        "sentences": plan_sentences(plan),
        "officers": [
            {"held": held, "next": ", ".join(place.name for place in plan.successors_of(held.unit))}
            for held in plan.roles
        ],
    }
