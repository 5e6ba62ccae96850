"""What is stuck: mail, jobs and daily work that failed, without saying whom they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from core import jobs, outbox
from core.models import ChoreRun, OutboxMessage, User, WorkerHeartbeat
from core.navigation import WorkItem
from core.permissions import allowed, check_can_run_the_system
from core.services.trying_again import try_jobs_again, try_mail_again

MOST_SHOWN = 100
_UNREACHED = gettext_lazy("The mail server was not reached.")
_MAIL_FAULTS = {
    "SMTPRecipientsRefused": gettext_lazy("The mail server refuses the address."),
    "SMTPAuthenticationError": gettext_lazy("The mail server refuses our password."),
    "SMTPServerDisconnected": gettext_lazy("The mail server broke off."),
    "SMTPSenderRefused": gettext_lazy("The mail server refuses our own address."),
    "SMTPDataError": gettext_lazy("The mail server did not take the mail."),
    "SMTPConnectError": _UNREACHED,
    "ConnectionRefusedError": _UNREACHED,
    "ConnectionResetError": gettext_lazy("The mail server broke off."),
    "TimeoutError": gettext_lazy("The mail server did not answer in time."),
    "gaierror": gettext_lazy("The name of the mail server is not known to this machine."),
    "OSError": _UNREACHED,
}


@dataclass(frozen=True)
class Stuck:
    """One thing that failed; `next_try_at` is None when it was given up. `key` names it to `try_again`."""

    key: str
    what: str | Promise
    since: datetime
    attempts: int
    fault: str | Promise
    next_try_at: datetime | None


def mail_in_trouble() -> QuerySet[OutboxMessage]:
    """Mail that failed and was not sent since, what was given up first."""
    failed = Q(attempts__gt=0, leased_until=None) | ~Q(stuck_at=None)
    return OutboxMessage.objects.filter(failed, sent_at=None).order_by("next_try_at", "pk")


def jobs_in_trouble() -> QuerySet[DBTaskResult]:
    """Jobs that failed and were not done since, what was given up first."""
    put_off = Q(status=TaskResultStatus.READY) & ~Q(worker_ids=[]) & ~Q(run_after=get_date_max())
    return DBTaskResult.objects.filter(Q(status=TaskResultStatus.FAILED) | put_off).order_by(
        "status", "enqueued_at"
    )


def given_up() -> int:
    """How many mails and jobs nobody tries any more unless somebody asks for it."""
    mails = OutboxMessage.objects.exclude(stuck_at=None).count()
    return mails + DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).count()


def stuck_mail() -> list[Stuck]:
    """The mail in trouble as people read it."""
    return [
        Stuck(
            key=f"mail:{mail.pk}",
            what=_("Mail no. %(number)s") % {"number": mail.pk},
            since=mail.created_at,
            attempts=mail.attempts,
            fault=_mail_fault(mail.failure),
            next_try_at=mail.next_try_at,
        )
        for mail in mail_in_trouble()[:MOST_SHOWN]
    ]


def stuck_jobs() -> list[Stuck]:
    """The jobs in trouble as people read them."""
    return [
        Stuck(
            key=f"job:{job.pk}",
            what=jobs.label_of(job.task_path),
            since=job.enqueued_at,
            attempts=len(job.worker_ids),
            fault=_job_fault(job.exception_class_path),
            next_try_at=job.run_after if job.status == TaskResultStatus.READY else None,
        )
        for job in jobs_in_trouble()[:MOST_SHOWN]
    ]


def failing_chores() -> list[tuple[str | Promise, ChoreRun]]:
    """Daily work whose last try failed, each with its name."""
    return [(jobs.label_of(run.name), run) for run in ChoreRun.objects.exclude(failure="").order_by("name")]


def worker_seen_at() -> datetime | None:
    """When a worker was last alive; None when none ever was."""
    return WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def _mail_fault(failure: str) -> str | Promise:
    name = failure.partition(":")[0]
    if not name:
        return _("Its sender died in the middle.")
    return _MAIL_FAULTS.get(name) or _("A fault of ours (%(name)s): tell support.") % {"name": name}


def _job_fault(path: str) -> str:
    if path in {"", jobs.LEFT_BY_WORKER}:
        return _("Its worker died or hung.")
    return _("A fault of ours (%(name)s): tell support.") % {"name": path.rpartition(".")[2]}


def find(keys: Iterable[str]) -> tuple[QuerySet[OutboxMessage], QuerySet[DBTaskResult]]:
    """The mail and jobs in trouble that keys name; what is no key or out of trouble by now is left out."""
    wanted: dict[str, list[str]] = {"mail": [], "job": []}
    for key in keys:
        kind, _colon, number = key.partition(":")
        wanted.setdefault(kind, []).append(number)
    numbers = [int(number) for number in wanted["mail"] if number.isascii() and number.isdigit()]
    shown = {str(pk) for pk in jobs_in_trouble().values_list("pk", flat=True)}
    return (
        mail_in_trouble().filter(pk__in=numbers),
        jobs_in_trouble().filter(pk__in=[number for number in wanted["job"] if number in shown]),
    )


def try_again(*, mail: QuerySet[OutboxMessage], waiting_jobs: QuerySet[DBTaskResult], actor: User) -> int:
    """Have mail and jobs tried again, mail at once instead of at the next heartbeat; how many."""
    mails = try_mail_again(mail=mail, actor=actor)
    if mails:
        jobs.run_after_commit(outbox.send_outbox)
    return mails + try_jobs_again(jobs=waiting_jobs, actor=actor)


def stuck_work(user: Any) -> list[WorkItem]:
    """A line on the home page of those who run the system, while something was given up."""
    if not allowed(check_can_run_the_system, user):
        return []
    count = given_up()
    if not count:
        return []
    title = ngettext("%(count)s mail or job is stuck", "%(count)s mails or jobs are stuck", count)
    return [
        WorkItem(
            title % {"count": count},
            _("Mend the cause, then have it tried again; until then nothing of it is lost."),
            reverse("core:stuck"),
            _("See what is stuck"),
        )
    ]
