"""From each page to the section of the handbook that describes it: apps say which, in rows beside their addresses."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.handbook import CHAPTERS, Chapter, chapter_of
from core.permissions import role_names

# A page of which no row says more is explained from the start.
BEGINNING = "dang-nhap"
Places = str | tuple[str, ...]

_places: dict[str, tuple[str, ...]] = {}
_office_sources: list[Callable[[Any], Iterable[str]]] = []


def register_help(places: Mapping[str, Places]) -> None:
    """Say for each page, by its URL name, where the handbook describes it: `chapter#section`.

    A step of a page has a row when its name ends with `?step=` and the step's word.
    A page that several roles use names a place for each: readers get the one in a chapter of their own, and
    the first when no chapter is theirs.
    """
    for name, of_page in places.items():
        _places[name] = (of_page,) if isinstance(of_page, str) else of_page


def register_offices(source: Callable[[Any], Iterable[str]]) -> None:
    """Let an app say which offices, besides roles, make a person the reader of a chapter."""
    _office_sources.append(source)


def registered_help() -> dict[str, tuple[str, ...]]:
    """Every page that has a place, with its places."""
    return dict(_places)


def help_url(view_name: str, user: Any, *, step: str = "") -> str:
    """The address in the handbook for a page, and for a step of it that has a row of its own, as one person reads it."""
    of_page = _places.get(f"{view_name}?step={step}") or _places.get(view_name, (BEGINNING,))
    if not user.is_authenticated:
        of_page = tuple(place for place in of_page if _chapter(place).is_public) or (BEGINNING,)
    return _url(of_page[0] if len(of_page) == 1 else _own(of_page, user))


def is_for(chapter: Chapter, user: Any) -> bool:
    """Whether the chapter describes the person's own work."""
    return bool(chapter.readers & (role_names(user) | _offices(user)))


def chapters_for(user: Any) -> tuple[list[Chapter], list[Chapter]]:
    """The chapters of a person's own work, and all others; a stranger's are those that need no sign-in."""
    if not user.is_authenticated:
        return [], [chapter for chapter in CHAPTERS if chapter.is_public]
    own = [chapter for chapter in CHAPTERS if is_for(chapter, user)]
    return own, [chapter for chapter in CHAPTERS if chapter not in own]


def _own(of_page: tuple[str, ...], user: Any) -> str:
    # Roles are known from the menu; offices may take a query, so they are asked last.
    for words in (role_names, _offices):
        held = words(user)
        for place in of_page:
            if _chapter(place).readers & held:
                return place
    return of_page[0]


def _offices(user: Any) -> set[str]:
    return {office for source in _office_sources for office in source(user)}


def _chapter(place: str) -> Chapter:
    chapter = chapter_of(place.partition("#")[0])
    if chapter is None:
        raise LookupError(f"The handbook has no chapter for {place!r}.")
    return chapter


def _url(place: str) -> str:
    _slug, _hash, anchor = place.partition("#")
    return _chapter(place).url + (f"#{anchor}" if anchor else "")
