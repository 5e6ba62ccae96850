"""Cards that apps above add to the page of a household or an individual, such as its nominations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.navigation import Panel

_providers: list[Callable[[Any, Any], Iterable[Panel]]] = []


def register_person_panel(provider: Callable[[Any, Any], Iterable[Panel]]) -> None:
    """Add a source of cards; it gets the reader and the household or individual."""
    _providers.append(provider)


def person_panels(user: Any, person: Any) -> list[Panel]:
    """The cards of a person's page for a reader, in order."""
    panels = [panel for provider in _providers for panel in provider(user, person)]
    return sorted(panels, key=lambda panel: panel.order)
