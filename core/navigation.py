"""What the shell shows around each page. Apps above register here; core imports none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from core import clock


@dataclass(frozen=True)
class NavItem:
    """One entry of the side menu. `visible` and `count` take the user; `count` may be None.

    `also` names pages that belong to the entry and whose addresses begin otherwise.
    """

    label: str | Promise
    url_name: str
    icon: str
    group: int
    order: int
    visible: Callable[[Any], bool] = lambda user: True
    count: Callable[[Any], int | None] = lambda user: None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkItem:
    """One thing that waits for a person: what to do in a verb phrase, and the link that does it."""

    title: str | Promise
    detail: str
    url: str
    button: str | Promise
    due_on: date | None = None
    weight: int = 0

    @property
    def days(self) -> int | None:
        """Days left, negative when late; None when nothing presses."""
        return None if self.due_on is None else clock.days_until(self.due_on)


@dataclass(frozen=True)
class Panel:
    """A card on the home page: a template and its context; a wide one stands below the work."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 50
    wide: bool = False


@dataclass(frozen=True)
class SearchHit:
    """One answer of the search box."""

    title: str
    detail: str
    url: str
    kind: str | Promise


@dataclass(frozen=True)
class PageLink:
    """A page of an app above that belongs to a thing of an app below."""

    label: str | Promise
    url: str


_items: list[NavItem] = []
_groups: dict[int, str | Promise] = {}
_person_lines: list[Callable[[Any], str]] = []
_work_providers: list[Callable[[Any], Iterable[WorkItem]]] = []
_panel_providers: list[Callable[[Any], Iterable[Panel]]] = []
_search_providers: list[Callable[[Any, str], Iterable[SearchHit]]] = []
_link_providers: list[Callable[[Any, Any], Iterable[PageLink]]] = []
_event_labels: dict[str, str | Promise] = {}


def register_group(number: int, label: str | Promise) -> None:
    """Name a group of the side menu; group 0 has no name."""
    _groups[number] = label


def register(item: NavItem) -> None:
    """Add an entry to the side menu."""
    _items.append(item)


def register_person_line(provider: Callable[[Any], str]) -> None:
    """Say how a person's role and unit read in the top bar; the first non-empty answer wins."""
    _person_lines.append(provider)


def register_work(provider: Callable[[Any], Iterable[WorkItem]]) -> None:
    """Add a source of the home page's work list."""
    _work_providers.append(provider)


def register_panel(provider: Callable[[Any], Iterable[Panel]]) -> None:
    """Add a source of the home page's cards."""
    _panel_providers.append(provider)


def register_search(provider: Callable[[Any, str], Iterable[SearchHit]]) -> None:
    """Add a source of the search box's answers; it gets the user and the folded words."""
    _search_providers.append(provider)


def register_events(events: type[TextChoices]) -> None:
    """Say how an app's audit events read to people: each carries its label."""
    _event_labels.update((event.value, event.label) for event in events)


def register_links(provider: Callable[[Any, Any], Iterable[PageLink]]) -> None:
    """Add a source of links on the page of a thing, to pages that an app above has of it."""
    _link_providers.append(provider)


def event_label(event: str) -> str | Promise:
    """An audit event in words; the bare word when no app has named it."""
    return _event_labels.get(event, event)


def events_in_words() -> list[tuple[str, str]]:
    """Every audit event with its words, in the order of the alphabet."""
    return sorted(((event, str(label)) for event, label in _event_labels.items()), key=lambda pair: pair[1])


def person_line(user: Any) -> str:
    """ "Role · unit" of a person, or an empty text."""
    for provider in _person_lines:
        line = provider(user)
        if line:
            return line
    return ""


def work_of(user: Any) -> list[WorkItem]:
    """All that waits for a person, what hurts most first."""
    items = [item for provider in _work_providers for item in provider(user)]
    return sorted(
        items, key=lambda item: (item.due_on is None, item.due_on or date.max, item.weight, str(item.title))
    )


def panels_of(user: Any) -> list[Panel]:
    """The home page's cards for a person, in order."""
    return sorted(
        (panel for provider in _panel_providers for panel in provider(user)), key=lambda panel: panel.order
    )


def links_about(thing: Any, user: Any) -> list[PageLink]:
    """Pages that apps above have of a thing, as far as the person, who sees the thing, may open them."""
    return [link for provider in _link_providers for link in provider(thing, user)]


def search_all(user: Any, words: str) -> list[SearchHit]:
    """Answers of every source for folded words."""
    return [hit for provider in _search_providers for hit in provider(user, words)]


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The side menu for the signed-in person: groups with their entries."""
    user = request.user
    best, longest = "", 0
    groups: dict[int, list[dict[str, Any]]] = {}
    for item in sorted(_items, key=lambda item: (item.group, item.order)):
        if not item.visible(user):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        for place in (url, *map(reverse, item.also)):
            # Home, the root, begins every address and is current only on its own page.
            is_here = request.path == place if place == "/" else request.path.startswith(place)
            if is_here and len(place) > longest:
                best, longest = url, len(place)
        groups.setdefault(item.group, []).append(
            {"label": item.label, "url": url, "icon": item.icon, "count": item.count(user)}
        )
    for entries in groups.values():
        for entry in entries:
            entry["current"] = entry["url"] == best
    return [
        {"label": _groups.get(number, ""), "items": entries} for number, entries in sorted(groups.items())
    ]
