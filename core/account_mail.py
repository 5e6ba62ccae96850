"""The mail that tells the owner of an account what was changed about their way in; it holds no secret and no link to press."""

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.outbox import queue_mail
from core.services.notices import Change

SENTENCES: dict[Change, str | Promise] = {
    Change.PASSWORD: gettext_lazy("The password was changed."),
    Change.APP_ADDED: gettext_lazy("An authenticator app was set up."),
    Change.APP_REMOVED: gettext_lazy("The authenticator app was removed."),
    Change.PASSKEY_ADDED: gettext_lazy("A passkey was added."),
    Change.PASSKEY_REMOVED: gettext_lazy("A passkey was removed."),
    Change.ALL_REMOVED: gettext_lazy("All second proofs were removed, and every browser was signed out."),
    Change.RECOVERY_CODES: gettext_lazy("New recovery codes were made; the earlier ones no longer count."),
    Change.EMAIL: gettext_lazy("Another e-mail address was recorded; mail no longer goes to this one."),
}


def mail_change(user: User, change: Change, address: str) -> None:
    """Put a mail about one change into the outbox, in the language of whoever is at work; none without an address."""
    queue_mail(
        key=f"account-change:{user.pk}:{change}:{get_random_string(12)}",
        recipient=address,
        subject=_("Your account was changed"),
        body=_(
            "Account name: %(account)s\nWhen: %(moment)s\n\n%(what)s\n\nIf it was you, or you asked for it, there is"
            " nothing to do. If not, tell your administrator at once, and choose a new password on the sign-in page of"
            " %(site)s."
        )
        % {
            "account": user.username,
            "moment": timezone.localtime().strftime("%d/%m/%Y %H:%M"),
            "what": SENTENCES[change],
            "site": settings.SITE_URL,
        },
    )
