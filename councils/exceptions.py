"""Refusals that only an urn knows."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import NotAllowed, Refusal, StaleState, Unavailable


class UrnMismatch(Refusal):
    """The urn does not hold one ballot for each member who has voted; nothing was counted."""

    status_code = 409

    def __init__(self, ballots: int, voted: int) -> None:
        super().__init__(
            _("The urn holds %(ballots)s ballots and %(voted)s members have voted, so nothing was counted.")
            % {"ballots": ballots, "voted": voted},
            _("The poll stays open. Call the administrator before closing it again."),
        )


class UrnAway(Unavailable):
    """The process that holds the papers cannot be reached; whether it still runs is not known."""

    retry_after_s = 5

    def __init__(self) -> None:
        super().__init__(
            _(
                "The urn cannot be reached just now. While it runs, a ballot that was taken stays in it and counts once; if "
                "it has stopped, the poll is void and is held again."
            ),
            _("Try again in a moment. If it lasts, the chair tells the administrator to look at the urn."),
        )


class UrnLost(StaleState):
    """The urn of this poll is gone with its papers; the poll is void."""

    title = _("This poll is void")

    def __init__(self) -> None:
        super().__init__(
            _("The urn of this poll was lost with its papers, unopened, so the poll is void."),
            _("The chair can hold the poll again."),
        )


class BallotOnPaper(NotAllowed):
    """The member's vote comes on paper, so there is no ballot on a device."""

    def __init__(self) -> None:
        super().__init__(
            _("You vote on paper in this poll, so you have no ballot here."),
            _("Give your paper to the counting team. Was that a mistake? Tell the secretary."),
        )


class BeingCounted(StaleState):
    """The poll is being closed at this moment."""

    title = _("One moment, please")

    def __init__(self) -> None:
        super().__init__(
            _("The ballots are being counted at this moment, so none is taken."),
            _("Look again in a moment."),
        )


class PollAlreadyClosed(StaleState):
    """Somebody else closed the poll first."""

    def __init__(self) -> None:
        super().__init__(
            _("This poll is already closed."),
            _("Open the meeting again to read the result."),
        )
