"""Councils, their members and thresholds."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from core import clock
from core.exporting import ExportableList
from core.permissions import allowed
from core.querysets import counted
from core.replicas import reads_may_lag
from core.requests import HttpRequest
from core.spreadsheets.writing import Column, ListResource
from core.verbs import carry_out, posted
from councils.enums import Office
from councils.forms import BaseRuleForm, CouncilForm, MemberForm, VotingRuleForm
from councils.models import AgendaItem, Council, Meeting
from councils.permissions import (
    check_can_keep_council,
    check_can_prepare,
    check_can_set_base_rule,
    check_can_set_up_any,
    check_can_set_voting_rule,
)
from councils.selectors.meetings import meetings_for_pages
from councils.selectors.seats import other_seats, seated_on
from councils.selectors.voting import award_label
from councils.services import add_member, set_base_rule, set_up_council, set_voting_rule
from registry.forms import PlainForm

# The form of a member stands on the same page and shares names of fields.
_THRESHOLD_IDS, _BASE_IDS = "threshold-%s", "base-%s"


class MeetingListResource(ListResource):
    """A row a meeting."""

    title = Column("title", gettext_lazy("Title"))
    council = Column("council", gettext_lazy("Council"))
    held_on = Column("held_on", gettext_lazy("Day"))
    starts_at = Column(lambda meeting: f"{meeting.starts_at:%H:%M}", gettext_lazy("Starts at"))
    place = Column("place", gettext_lazy("Place"))
    status = Column("get_status_display", gettext_lazy("Status"))
    dossiers = Column("item_count", gettext_lazy("Dossiers"))


@method_decorator(reads_may_lag, name="dispatch")
class CouncilListView(ExportableList):
    """Meetings, the nearest first, and the councils that hold them."""

    template_name = "councils/council_list.html"
    context_object_name = "meetings"
    paginate_by = 30
    export_resource = MeetingListResource

    def get_queryset(self) -> QuerySet[Meeting]:
        return (
            meetings_for_pages(self.request.user)
            .annotate(item_count=counted(AgendaItem.objects.all(), "meeting"))
            .order_by("-held_on", "-pk")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            councils=Council.objects.visible_to(user).select_related("unit", "movement"),
            can_set_up=allowed(check_can_set_up_any, user),
            **kwargs,
        )

    def export_name(self) -> str:
        return "phien-hop"


class CouncilDetailView(DetailView):
    """Who sits on a council, by which thresholds it votes, and its meetings."""

    template_name = "councils/council_detail.html"
    request: HttpRequest

    def get_queryset(self) -> QuerySet[Council]:
        return Council.objects.visible_to(self.request.user).select_related("unit", "movement")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**council_context(self.request, self.object), **kwargs)


def council_context(
    request: HttpRequest, council: Council, bound: dict[str, PlainForm] | None = None
) -> dict[str, Any]:
    """What the council's page shows; `bound` holds the form that was refused."""
    bound = dict(bound or {})
    can_set_up = allowed(check_can_keep_council, request.user, council)
    can_set_rule = allowed(check_can_set_voting_rule, request.user, council)
    can_set_base = allowed(check_can_set_base_rule, request.user, council)
    user, today, plan = request.user, clock.today(), council.movement.plan
    rules = list(council.voting_rules.all())
    ruled = {rule.award for rule in rules if rule.starts_on <= today}
    return {
        "council": council,
        "members": sorted(seated_on(council, today), key=lambda seat: Office.values.index(seat.office)),
        "other_seats": other_seats(council, today),
        "rules": [{"award": award_label(plan, rule.award), "rule": rule} for rule in rules],
        "defaults": [
            {"award": award_label(plan, award), "value": parameter.on(today)}
            for award, parameter in plan.voting.thresholds.items()
            if parameter.values[0].start <= today and award not in ruled
        ],
        "meetings": meetings_for_pages(user)
        .filter(council=council)
        .annotate(item_count=counted(AgendaItem.objects.all(), "meeting"))
        .order_by("-held_on", "-pk"),
        "member_form": (can_set_up and bound.pop("member", None))
        or MemberForm(council=council, initial={"starts_on": today}),
        "rule_form": (can_set_rule and bound.pop("rule", None))
        or VotingRuleForm(council=council, initial={"starts_on": today}, auto_id=_THRESHOLD_IDS),
        "base_rules": council.base_rules.all(),
        "base_form": (can_set_base and bound.pop("base", None))
        or BaseRuleForm(initial={"starts_on": today, "recused_leave_base": "yes"}, auto_id=_BASE_IDS),
        "can_set_base": can_set_base,
        "can_set_up": can_set_up,
        "can_set_rule": can_set_rule,
        "can_prepare": allowed(check_can_prepare, user, council),
        "refused_form": next(iter(bound.values()), None),
    }


def council_create(request: HttpRequest) -> HttpResponse:
    """Set up a council of a kind that the person keeps."""
    check_can_set_up_any(request.user)
    form = CouncilForm(posted(request), user=request.user)
    return carry_out(
        request,
        form,
        lambda typed: set_up_council(actor=request.user, **typed),
        done=_("The council is set up. Add its members next."),
        go_to=lambda council: council,
        page=lambda status: render(request, "councils/council_create.html", {"form": form}, status=status),
    )


def _council_page(
    request: HttpRequest, council: Council, name: str, form: PlainForm, status: int
) -> HttpResponse:
    context = council_context(request, council, {name: form})
    return render(request, "councils/council_detail.html", context, status=status)


def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a member, from the council's page."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return redirect(council)
    form = MemberForm(request.POST, council=council)
    return carry_out(
        request,
        form,
        lambda typed: add_member(
            council=council,
            user=typed["username"],
            office=typed["office"],
            position=typed["position"],
            starts_on=typed["starts_on"],
            decision=typed["decision"],
            actor=request.user,
        ),
        done=lambda member: _("%(person)s now sits on the council.") % {"person": member},
        go_to=council,
        page=lambda status: _council_page(request, council, "member", form, status),
    )


def base_rule_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who counts in the base of the council's votes, from the council's page."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return redirect(council)
    form = BaseRuleForm(request.POST, auto_id=_BASE_IDS)
    return carry_out(
        request,
        form,
        lambda typed: set_base_rule(council=council, actor=request.user, **typed),
        done=_("The base of votes is recorded. Polls that were opened before keep theirs."),
        go_to=council,
        page=lambda status: _council_page(request, council, "base", form, status),
    )


def voting_rule_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the council's own threshold, from the council's page."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return redirect(council)
    form = VotingRuleForm(request.POST, council=council, auto_id=_THRESHOLD_IDS)
    return carry_out(
        request,
        form,
        lambda typed: set_voting_rule(council=council, actor=request.user, **typed),
        done=_("The threshold is recorded. Polls that were opened before keep theirs."),
        go_to=council,
        page=lambda status: _council_page(request, council, "rule", form, status),
    )
