"""The pages of the handbook: its contents with the search, a chapter, and the chapters that need no sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from core import handbook, sessions
from core.handbook import Chapter
from core.help_links import chapters_for
from core.view_marks import open_before_second_factor

MOST_LETTERS = 100
# These pages are the help.
_NO_HELP = {"help_url": ""}


@open_before_second_factor
def contents(request: HttpRequest) -> HttpResponse:
    """The chapters, those of the reader's own work first, and what a search finds in all of them."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    found = handbook.search(words, _language(), handbook.CHAPTERS) if words else []
    own, others = chapters_for(request.user)
    context = {"own": _shown(own), "others": _shown(others), "words": words, "found": found, **_NO_HELP}
    return render(request, "core/handbook.html", context)


@open_before_second_factor
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """One chapter, for everybody who signed in."""
    found = handbook.chapter_of(slug)
    if found is None:
        raise Http404
    return _chapter_page(request, found, base="base.html")


@login_not_required
def public_chapter(request: Any, slug: str) -> HttpResponse:
    """One chapter that helps people in: also for strangers, and for those whose sign-in has come to a pause.

    The address knows no other chapters than the public ones.
    """
    found = handbook.chapter_of(slug)
    if found is None or not found.is_public:
        raise Http404
    # The middleware leaves open pages alone; somebody at work stays at work while reading here.
    is_at_work = request.user.is_authenticated and _has_time_left(request)
    request.was_here = is_at_work
    return _chapter_page(request, found, base="base.html" if is_at_work else "base_public.html")


def _has_time_left(request: HttpRequest) -> bool:
    return min(sessions.absolute_seconds_left(request), sessions.idle_seconds_left(request)) > 0


def _chapter_page(request: HttpRequest, found: Chapter, *, base: str) -> HttpResponse:
    own, others = chapters_for(request.user)
    context = {
        "base": base,
        "chapter": found,
        "page": handbook.page_of(found.slug, _language()),
        "chapters": _shown([*own, *others]),
        **_NO_HELP,
    }
    return render(request, "core/handbook_chapter.html", context)


def _shown(chapters: list[Chapter]) -> list[dict[str, Any]]:
    return [{"chapter": chapter, "page": handbook.page_of(chapter.slug, _language())} for chapter in chapters]


def _language() -> str:
    return (get_language() or handbook.FIRST_LANGUAGE)[:2]
