"""What a view says of itself to the middleware of the sign-in."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

V = TypeVar("V", bound=Callable[..., Any])


def open_while_idle(view: V) -> V:
    """Answer also when the person was idle too long, and do not take the request for a sign of life."""
    view.open_while_idle = True  # type: ignore[attr-defined]
    return view


def open_before_second_factor(view: V) -> V:
    """Answer also to a person who still has to set up a second proof."""
    view.open_before_second_factor = True  # type: ignore[attr-defined]
    return view


def storable(view: V) -> V:
    """Let browsers and proxies keep the page: it is the same for all and holds nobody's data."""
    view.storable = True  # type: ignore[attr-defined]
    return view


def never_resent(view: V) -> V:
    """Carry nothing that was sent over a question for a proof: the proof's trace would stand beside the sending."""
    view.never_resent = True  # type: ignore[attr-defined]
    return view


def nameless(view: V) -> V:
    """Answer without learning who asks: what is sent here may be joined to nobody (`core.middleware`)."""
    view.nameless = True  # type: ignore[attr-defined]
    return view


def is_nameless(view: Any) -> bool:
    return getattr(view, "nameless", False)


def is_never_resent(view: Any) -> bool:
    return getattr(view, "never_resent", False)


def is_open_while_idle(view: Any) -> bool:
    return getattr(view, "open_while_idle", False)


def is_open_before_second_factor(view: Any) -> bool:
    return getattr(view, "open_before_second_factor", False) or is_open_while_idle(view)


def may_be_stored(request: HttpRequest) -> bool:
    """Whether the view that answered said that its page may be kept."""
    match = request.resolver_match
    return match is not None and getattr(match.func, "storable", False)
