"""What a backup has to wait for. Apps above say so: the foundations know of no polls."""

from collections.abc import Callable

_reasons: list[Callable[[str], str]] = []


def register_hold(reason: Callable[[str], str]) -> None:
    """Let an app hold backups: `reason` gets a database alias and returns a sentence while there is a hold, else ""."""
    _reasons.append(reason)


def reason_to_wait(using: str) -> str:
    """The first sentence that holds a backup of what that connection sees; empty when nothing does."""
    return next((said for reason in _reasons if (said := reason(using))), "")
