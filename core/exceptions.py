"""Refusals: what a person asked for and may not have, said in a sentence they can act on.

`core.middleware` turns each into its HTTP answer once, so that views need no branches.
"""

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A request that is turned down, with a sentence in the reader's language."""

    status_code = 422
    title = _("This cannot be done yet")

    def __init__(self, message: object, what_to_do: object = "") -> None:
        super().__init__(message)
        self.message = message
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        return str(self.message)

    @property
    def sentence(self) -> str:
        """What happened and what to do about it, as one text."""
        return f"{self.message} {self.what_to_do}".strip()


class NotAllowed(Refusal):
    """The person knows the thing and may not do this to it (403)."""

    status_code = 403
    title = _("You may not do this")


class Hidden(Refusal):
    """The person may not know that the thing exists (404)."""

    status_code = 404
    title = _("There is nothing here")

    def __init__(
        self, message: object = _("The address leads nowhere, or to something outside your area.")
    ) -> None:
        super().__init__(message)


class StaleState(Refusal):
    """Another hand changed it first (409)."""

    status_code = 409
    title = _("Somebody else was first")


class InvalidRequest(Refusal):
    """The facts as given break a rule; the sentence says which and what to change (422)."""


class Unavailable(Refusal):
    """The database is away or held for too long: a matter of waiting (503)."""

    status_code = 503
    title = _("One moment, please")
    retry_after_s = 30


class NoRoom(Refusal):
    """The disk is full or cannot be written: a matter for the administrator (507)."""

    status_code = 507
    title = _("Nothing can be saved at the moment")


class Damaged(Refusal):
    """A stored file is gone or no longer what was kept: a matter for the administrator (410)."""

    status_code = 410
    title = _("This file cannot be handed out")


class TooLarge(Refusal):
    """More was sent at once than is taken (413)."""

    status_code = 413
    title = _("Too much at once")
