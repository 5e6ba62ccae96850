from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundations")

    def ready(self) -> None:
        from core.events import Event  # noqa: PLC0415 -- apps must be loaded first
        from core.navigation import register_events  # noqa: PLC0415 -- apps must be loaded first

        register_events(Event)
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 -- apps must be loaded first
        from django.core.signals import got_request_exception  # noqa: PLC0415 -- apps must be loaded first
        from django_tasks.signals import task_finished, task_started  # noqa: PLC0415 -- apps must be loaded first

        from core import (  # noqa: PLC0415 -- apps must be loaded first
            account_mail,
            first_steps,
            help_pages,
            jobs,
            metrics,
            navigation,
            outbox,
            replicas,
            sessions,
            shell,
        )
        from core.checks import REGISTERED  # noqa: PLC0415 -- apps must be loaded first
        from core.log_names import folded, register_log_name  # noqa: PLC0415 -- apps must be loaded first
        from core.publishing import publish_head  # noqa: PLC0415 -- apps must be loaded first
        from core.selectors import damaged_files  # noqa: PLC0415 -- apps must be loaded first
        from core.services import notices, throttle  # noqa: PLC0415 -- apps must be loaded first
        from core.signing_in.reset import send_links  # noqa: PLC0415 -- apps must be loaded first
        from core.stuck import stuck_work  # noqa: PLC0415 -- apps must be loaded first
        from core.upkeep import check_files, check_files_of_the_day  # noqa: PLC0415 -- apps must be loaded first

        notices.register_teller(account_mail.mail_change)
        for check in REGISTERED:
            checks.register(check)
        got_request_exception.connect(
            metrics.count_database_error, dispatch_uid="core.metrics.count_database_error"
        )
        # Who somebody is, and whether they may come in.
        replicas.keep_on_primary(
            *("core.user", "core.browsersession", "core.throttle"),
            *("core.codeapp", "core.recoverycode", "core.passkey"),
        )
        user_logged_in.connect(sessions.begin, dispatch_uid="core.sessions.begin")
        task_started.connect(jobs.end_when_hanging, dispatch_uid="core.jobs.end_when_hanging")
        task_finished.connect(jobs.rest_after_failure, dispatch_uid="core.jobs.rest_after_failure")
        jobs.every_beat(jobs.take_up_left_jobs)
        jobs.every_beat(outbox.send_due)
        jobs.every_beat(throttle.sweep)
        jobs.every_beat(sessions.SessionStore.clear_expired)
        jobs.every_day("audit-head", publish_head, _("Signing the log and sending its head out"))
        jobs.every_day("files", check_files_of_the_day, _("Reading stored files back"))
        jobs.register_job(outbox.send_outbox, _("Sending mail"))
        jobs.register_job(check_files, _("Reading stored files back"))
        jobs.register_job(send_links, _("Links for a new password"))
        navigation.register_work(stuck_work)
        navigation.register_work(damaged_files)
        register_log_name("core.user", "{full_name}", folded("name_folded"), instead="username")
        first_steps.install()
        help_pages.install()
        shell.install()
