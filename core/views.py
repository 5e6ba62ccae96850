"""The home page, the search box, the log."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from core import clock, jobs, navigation, stuck
from core.audit.writing import head
from core.exceptions import Hidden
from core.exporting import ExportableList, Table
from core.exposition import CONTENT_TYPE, exposition, may_read
from core.first_steps import check_can_see_first_steps, steps_of
from core.forms_log import LogFilterForm
from core.log import (
    LogRow,
    entries_seen,
    is_walled,
    last_signed,
    log_entries,
    log_page,
    log_rows,
    rows_in_pieces,
)
from core.models import AuditEntry, User
from core.permissions import check_can_read_audit, check_can_run_the_system
from core.personal_numbers import looks_like_number
from core.proving import flaws, flaws_for
from core.readiness import readiness
from core.replicas import reads_may_lag
from core.requests import HttpRequest as SignedInRequest
from core.requests import number_in
from core.spreadsheets.writing import Column, ListResource
from core.text import fold

READINESS = "core.readiness"
_ENTRIES_A_PAGE = 50


@method_decorator(reads_may_lag, name="dispatch")
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


class StuckView(TemplateView):
    """Mail and background work that failed, for the administrator; posting tries one or all of it again."""

    template_name = "core/stuck.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check_can_run_the_system(self.request.user)
        mail, waiting_jobs = stuck.stuck_mail(), stuck.stuck_jobs()
        why_mail = _("Each is tried again by itself after a growing pause, for about three days.")
        why_jobs = _("Each is tried again by itself after a growing pause, five times in all.")
        return super().get_context_data(
            is_alive=jobs.worker_is_alive(),
            seen_at=stuck.worker_seen_at(),
            mail=mail,
            jobs=waiting_jobs,
            tables=[(_("Mail"), mail, why_mail), (_("Background work"), waiting_jobs, why_jobs)],
            chores=stuck.failing_chores(),
            **kwargs,
        )

    def post(self, request: SignedInRequest) -> HttpResponse:
        check_can_run_the_system(request.user)
        if "all" in request.POST:
            mail, waiting_jobs = stuck.mail_in_trouble(), stuck.jobs_in_trouble()
        else:
            mail, waiting_jobs = stuck.find(request.POST.getlist("key"))
        count = stuck.try_again(mail=mail, waiting_jobs=waiting_jobs, actor=request.user)
        if count:
            said = ngettext(
                "%(count)s thing is tried again now.", "%(count)s things are tried again now.", count
            )
            messages.success(request, said % {"count": count})
        else:
            messages.info(request, _("Nothing was tried again: it is done by now, or being tried."))
        return redirect("core:stuck")


@method_decorator(reads_may_lag, name="dispatch")
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


def _second(row: LogRow) -> str:
    return f"{row.when.astimezone():%d/%m/%Y %H:%M:%S}" if row.when else row.entry.recorded_at


def _played_on(row: LogRow) -> str:
    return f"{row.played_on:%d/%m/%Y}" if row.played_on else ""


class AuditListResource(ListResource):
    """A row an entry of the log."""

    number = Column("entry__seq", gettext_lazy("Number"))
    moment = Column(_second, gettext_lazy("When"))
    played_on = Column(_played_on, gettext_lazy("Day played"))
    what = Column("what", gettext_lazy("What"))
    about = Column("thing", gettext_lazy("About"))
    who = Column("who", gettext_lazy("Who"))
    fingerprint = Column("entry__hash", gettext_lazy("Fingerprint"))

    def records(self, found: Iterable[AuditEntry]) -> Iterator[LogRow]:
        """Entries in the reader's words."""
        return rows_in_pieces(found)


class AuditListView(ExportableList):
    """The chain, newest first, with its state."""

    template_name = "core/audit.html"
    export_resource = AuditListResource

    def get_queryset(self) -> QuerySet[AuditEntry]:
        check_can_read_audit(self.request.user)
        self.form = LogFilterForm(self.request.GET or None)
        return log_entries(self.form.wanted())

    def export_table(self, found: Any) -> Table:
        return super().export_table(entries_seen(found, self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        seq, newest = head()
        before = number_in(self.request, "before")
        found = log_entries(self.form.wanted())
        page = log_page(found, self.request.user, before=before, size=_ENTRIES_A_PAGE)
        context.update(
            head_seq=seq,
            head_hash=newest,
            rows=log_rows(page.entries),
            before=before,
            older=page.before,
            form=self.form,
            signed=last_signed(),
            is_walled=is_walled(self.request.user),
        )
        if self.request.GET.get("verify"):
            told, hidden = flaws_for(self.request.user, flaws(in_full=False))
            context.update(verified=True, flaws=told, flaws_elsewhere=hidden)
        return context

    def export_name(self) -> str:
        return "nhat-ky"


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer; says nothing else."""
    User.objects.exists()
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def healthy(request: HttpRequest) -> JsonResponse:
    """Whether this process answers at all; asks nobody else."""
    return JsonResponse({"status": "ok"})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Whether this machine can serve: 503 when people could not work. Looked at anew after five seconds."""
    found = cache.get(READINESS)
    if found is None:
        found = readiness()
        cache.set(READINESS, found, 5)
    return JsonResponse(found, status=503 if found["status"] == "unready" else 200)


@login_not_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Counts for Prometheus; where the settings let nobody in, or somebody else asks, there is no such page."""
    if not may_read(request):
        raise Hidden
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)
