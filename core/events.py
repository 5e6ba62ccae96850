"""What the foundations write into the audit chain, and how it reads to people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    ACCOUNT_OPENED = "account.opened", _("Account opened")
    ACCOUNT_PASSWORD_SET = "account.password_set", _("Password set")
    ACCOUNT_LOCKED = "account.locked", _("Account locked for a while after failed attempts")
    ADDRESS_LOCKED = "account.address_locked", _("Network address locked for a while after failed attempts")
    SIGNED_IN = "account.signed_in", _("Signed in")
    SIGNED_OUT = "account.signed_out", _("Signed out")
    SIGNED_OUT_ELSEWHERE = "account.signed_out_elsewhere", _("Signed out on other devices")
    SIGN_IN_FAILED = "account.sign_in_failed", _("Sign-in failed")
    PROOF_GIVEN = "account.proof_given", _("Confirmed anew who they are")
    PASSWORD_CHANGED = "account.password_changed", _("Password changed by its owner")
    PASSWORD_RESET = "account.password_reset", _("New password chosen through a link sent by mail")
    PASSWORD_RESET_ASKED = "account.password_reset_asked", _("Link for a new password asked for")
    FACTOR_ADDED = "account.factor_added", _("Second proof at sign-in set up")
    FACTOR_REMOVED = "account.factor_removed", _("Second proof at sign-in removed")
    RECOVERY_CODES_MADE = "account.recovery_codes_made", _("Recovery codes made")
    BACKUP_RECORDED = "system.backup_recorded", _("Backup recorded")
    DEMO_LOADED = "demo.loaded", _("Demonstration loaded")
    LIST_EXPORTED = "list.exported", _("List with personal data exported")
    ENTRIES_ERASED = "log.entries_erased", _("Contents of log entries erased")
    LOG_PROTECTED = "log.protected", _("Protection of the log put back")
    FILE_DIFFERS = "file.differs", _("Stored file found changed or gone")
    FILE_WHOLE_AGAIN = "file.whole_again", _("Stored file found whole again")
    PERSON_KEY_CHANGED = "key.person_changed", _("Another person key taken")
    LOOKS_ERASED = "personal_data.looks_erased", _("Record of who looked at whose data erased")
    EXPIRED_ERASED = "personal_data.expired_erased", _("Personal data erased whose time was over")
    MAIL_TRIED_AGAIN = "mail.tried_again", _("Mail that was stuck tried again")
    JOBS_TRIED_AGAIN = "jobs.tried_again", _("Background work that was stuck tried again")
    MAIL_ERASED = "personal_data.mail_erased", _("Sent mail erased")
    BACKUP_RESTORED = "backup.restored", _("Brought back from a backup")
