"""How this app's entries of the audit chain read to people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "account.opened": _("Account opened"),
    "account.password_set": _("Password set"),
    "demo.loaded": _("Demonstration loaded"),
    "list.exported": _("List with personal data exported"),
}
