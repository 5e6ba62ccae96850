"""Refusals that only an urn knows."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import Refusal, StaleState


class UrnMismatch(Refusal):
    """The urn does not hold one ballot for each member who has voted; nothing was counted."""

    status_code = 409

    def __init__(self, ballots: int, voted: int) -> None:
        super().__init__(
            _("The urn holds %(ballots)s ballots and %(voted)s members have voted, so nothing was counted.")
            % {"ballots": ballots, "voted": voted},
            _("The poll stays open. Call the administrator before closing it again."),
        )


class BallotKeyMismatch(Refusal):
    """The server's ballot key is not the one under which the poll was opened; nothing was lost."""

    status_code = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "The urn cannot be opened: the server's ballot key is not the one under which the poll was opened."
            ),
            _(
                "The poll stays open and no ballot is lost. Ask the administrator to restore BALLOT_KEY, then close it again."
            ),
        )


class PollAlreadyClosed(StaleState):
    """Somebody else closed the poll first."""

    def __init__(self) -> None:
        super().__init__(
            _("This poll is already closed."),
            _("Open the meeting again to read the result."),
        )
