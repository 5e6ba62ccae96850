"""What the foundations write into the audit chain, and how it reads to people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    ACCOUNT_OPENED = "account.opened", _("Account opened")
    ACCOUNT_PASSWORD_SET = "account.password_set", _("Password set")
    BACKUP_RECORDED = "system.backup_recorded", _("Backup recorded")
    DEMO_LOADED = "demo.loaded", _("Demonstration loaded")
    LIST_EXPORTED = "list.exported", _("List with personal data exported")
    ENTRIES_ERASED = "log.entries_erased", _("Contents of log entries erased")
    LOG_PROTECTED = "log.protected", _("Protection of the log put back")
    FILE_DIFFERS = "file.differs", _("Stored file found changed or gone")
    FILE_WHOLE_AGAIN = "file.whole_again", _("Stored file found whole again")
    PERSON_KEY_CHANGED = "key.person_changed", _("Another person key taken")
    EXPIRED_ERASED = "personal_data.expired_erased", _("Personal data erased whose time was over")
    MAIL_ERASED = "personal_data.mail_erased", _("Sent mail erased")
