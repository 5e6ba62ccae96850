"""What the foundations write into the audit chain, and how it reads to people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    ACCOUNT_OPENED = "account.opened", _("Account opened")
    ACCOUNT_PASSWORD_SET = "account.password_set", _("Password set")
    BACKUP_RECORDED = "system.backup_recorded", _("Backup recorded")
    DEMO_LOADED = "demo.loaded", _("Demonstration loaded")
    LIST_EXPORTED = "list.exported", _("List with personal data exported")
