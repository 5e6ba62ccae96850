"""Sign-in, the home page, the search box, the log."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core import clock, navigation
from core.audit.writing import first_break, head
from core.exporting import ExportableList, chunks
from core.first_steps import check_can_see_first_steps, steps_of
from core.models import AuditEntry, User
from core.permissions import check_can_read_audit
from core.personal_numbers import looks_like_number
from core.selectors import audit_rows, demo_accounts
from core.text import fold


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """The sign-in page; the demonstration lists its accounts beside the form."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts = [
            {"username": user.username, "role": navigation.person_line(user) or user.position}
            for user in demo_accounts()
        ]
        return super().get_context_data(
            demo_accounts=accounts, demo_password=settings.DEMO_PASSWORD, **kwargs
        )


class HomeView(TemplateView):
    """What waits for me, what hurts most first."""

    template_name = "core/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        panels = navigation.panels_of(user)
        return super().get_context_data(
            day=clock.today(),
            work=navigation.work_of(user),
            wide_panels=[panel for panel in panels if panel.wide],
            side_panels=[panel for panel in panels if not panel.wide],
            **kwargs,
        )


class FirstStepsView(TemplateView):
    """What is still to be set up in the province, for the administrator and the lead."""

    template_name = "core/first_steps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check_can_see_first_steps(self.request.user)
        steps = steps_of(self.request.user)
        missing = sum(not standing.is_done for _step, standing in steps)
        return super().get_context_data(steps=steps, missing=missing, **kwargs)


class SearchView(TemplateView):
    """Answers of the search box, blind to diacritics and case."""

    template_name = "core/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if looks_like_number(request.GET.get("q", "")):
            # A number in an address is kept by histories and logs: it is neither searched nor shown again.
            messages.warning(
                request,
                _("Citizen numbers are not searched here: “Household records” has a box of their own."),
            )
            return redirect("core:search")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:100]
        hits = navigation.search_all(self.request.user, fold(words)) if len(fold(words)) > 1 else []
        return super().get_context_data(words=words, hits=hits, **kwargs)


class AuditListView(ExportableList):
    """The chain, newest first, with its state."""

    template_name = "core/audit.html"
    paginate_by = 50
    context_object_name = "entries"

    def get_queryset(self) -> QuerySet[AuditEntry]:
        check_can_read_audit(self.request.user)
        entries = AuditEntry.objects.select_related("payload").order_by("-seq")
        subject = self.request.GET.get("subject", "").strip()
        event = self.request.GET.get("event", "").strip()
        if subject:
            entries = entries.filter(subject=subject)
        if event:
            entries = entries.filter(event__startswith=event)
        return entries

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        seq, newest = head()
        context.update(head_seq=seq, head_hash=newest, rows=audit_rows(context["entries"]))
        if self.request.GET.get("verify"):
            context.update(verified=True, chain_break=first_break())
        return context

    def export_name(self) -> str:
        return "nhat-ky"

    def export_head(self) -> list[Any]:
        return [_("Number"), _("When"), _("What"), _("About"), _("Who"), _("Fingerprint")]

    def export_rows(self, queryset: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
        for chunk in chunks(queryset):
            for entry, row in zip(chunk, audit_rows(chunk), strict=True):
                when = row["when"].astimezone().strftime("%d/%m/%Y %H:%M:%S")
                yield [row["seq"], when, str(row["what"]), row["thing"], row["who"], entry.hash]


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer; says nothing else."""
    User.objects.exists()
    return HttpResponse("ok", content_type="text/plain")
