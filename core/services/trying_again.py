"""Having mail and jobs tried again that were given up."""

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core import audit
from core.events import Event
from core.models import OutboxMessage, User
from core.permissions import check_can_run_the_system
from core.services import service


@service
def try_mail_again(*, mail: QuerySet[OutboxMessage], actor: User) -> int:
    """Let mail that rests or is stuck be tried now, with all its attempts before it; how many."""
    check_can_run_the_system(actor)
    waiting = mail.filter(sent_at=None, leased_until=None)
    count = waiting.update(stuck_at=None, next_try_at=None, attempts=0)
    if not count:
        audit.nothing_changed()
        return 0
    audit.record(Event.MAIL_TRIED_AGAIN, actor=actor, subject="core.outboxmessage", count=count)
    return count


@service
def try_jobs_again(*, jobs: QuerySet[DBTaskResult], actor: User) -> int:
    """Let jobs that rest or were given up be taken by the next worker, with all their attempts; how many."""
    check_can_run_the_system(actor)
    waiting = jobs.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.FAILED))
    count = waiting.update(status=TaskResultStatus.READY, run_after=timezone.now(), worker_ids=[])
    if not count:
        audit.nothing_changed()
        return 0
    audit.record(Event.JOBS_TRIED_AGAIN, actor=actor, subject="django_tasks_db.dbtaskresult", count=count)
    return count
