"""Councils, their members and thresholds."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from core import clock
from core.exporting import ExportableList
from core.permissions import allowed
from core.querysets import counted
from core.requests import HttpRequest
from councils.forms import CouncilForm, MemberForm, VotingRuleForm
from councils.models import AgendaItem, Council, Meeting
from councils.permissions import check_can_prepare, check_can_set_up_council, check_can_set_voting_rule
from councils.selectors import award_label, meetings_for_pages, plan_of, seated_on
from councils.services import add_member, set_up_council, set_voting_rule
from councils.views.answers import page, posted, run_form


class CouncilListView(ExportableList):
    """Meetings, the nearest first, and the councils that hold them."""

    template_name = "councils/council_list.html"
    context_object_name = "meetings"
    paginate_by = 30

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
            can_set_up=allowed(check_can_set_up_council, user),
            **kwargs,
        )

    def export_name(self) -> str:
        return "phien-hop"

    def export_head(self) -> list[Any]:
        return [_("Title"), _("Council"), _("Day"), _("Starts at"), _("Place"), _("Status"), _("Dossiers")]

    def export_rows(self, queryset: QuerySet[Any]) -> Iterator[list[Any]]:
        for meeting in queryset:
            yield [
                meeting.title,
                str(meeting.council),
                meeting.held_on,
                f"{meeting.starts_at:%H:%M}",
                meeting.place,
                meeting.get_status_display(),
                meeting.item_count,
            ]


class CouncilDetailView(DetailView):
    """Who sits on a council, by which thresholds it votes, and its meetings."""

    template_name = "councils/council_detail.html"
    request: HttpRequest

    def get_queryset(self) -> QuerySet[Council]:
        return Council.objects.visible_to(self.request.user).select_related("unit", "movement")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**council_context(self.request, self.object), **kwargs)


def council_context(request: HttpRequest, council: Council) -> dict[str, Any]:
    """What the council's page shows; forms that failed replace the empty ones."""
    user, today, plan = request.user, clock.today(), plan_of(council)
    rules = list(council.voting_rules.all())
    ruled = {rule.award for rule in rules if rule.starts_on <= today}
    return {
        "council": council,
        "members": seated_on(council, today),
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
        "member_form": MemberForm(initial={"starts_on": today}),
        "rule_form": VotingRuleForm(council=council, initial={"starts_on": today}),
        "can_set_up": allowed(check_can_set_up_council, user),
        "can_set_rule": allowed(check_can_set_voting_rule, user),
        "can_prepare": allowed(check_can_prepare, user, council),
    }


def council_create(request: HttpRequest) -> HttpResponse:
    """Set up a council."""
    check_can_set_up_council(request.user)
    form = CouncilForm(posted(request), day=clock.today())
    if request.method == "POST":
        done, council = run_form(form, lambda: set_up_council(actor=request.user, **form.cleaned_data))
        if done:
            messages.success(request, _("The council is set up. Add its members next."))
            return redirect(council)
    return page(request, "councils/council_create.html", {"form": form}, form)


def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a member, from the council's page."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    form = MemberForm(posted(request))

    def act() -> Any:
        fields = form.cleaned_data
        return add_member(
            council=council,
            user=fields["username"],
            office=fields["office"],
            position=fields["position"],
            starts_on=fields["starts_on"],
            actor=request.user,
        )

    if request.method == "POST":
        done, member = run_form(form, act)
        if done:
            messages.success(request, _("%(person)s now sits on the council.") % {"person": member})
            return redirect(council)
        context = council_context(request, council) | {"member_form": form}
        return page(request, "councils/council_detail.html", context, form)
    return redirect(council)


def voting_rule_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the council's own threshold, from the council's page."""
    council = get_object_or_404(Council.objects.visible_to(request.user), pk=pk)
    form = VotingRuleForm(posted(request), council=council)
    if request.method == "POST":
        done, _rule = run_form(
            form, lambda: set_voting_rule(council=council, actor=request.user, **form.cleaned_data)
        )
        if done:
            messages.success(
                request, _("The threshold is recorded. Polls that were opened before keep theirs.")
            )
            return redirect(council)
        context = council_context(request, council) | {"rule_form": form}
        return page(request, "councils/council_detail.html", context, form)
    return redirect(council)
