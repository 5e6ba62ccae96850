"""The one door of every page that changes who may do what."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

View = Callable[..., HttpResponse]


def changes_access(view: View) -> View:
    """Wrap a page that opens accounts, gives roles or shows a code: nothing of it is cached or reported.

    A fresh proof of who sits at the screen belongs here, once for all of them.
    """
    return never_cache(sensitive_post_parameters("code", "token", "new", "again")(view))
