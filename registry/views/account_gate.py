"""The one door of every page that changes who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.proofs import needs_fresh_proof

View = Callable[..., HttpResponse]


def changes_access(view: View) -> View:
    """Wrap a page that opens accounts, gives roles or shows a code.

    Its form asks for a fresh proof of who sits at the screen; nothing of the page is cached or reported.
    """
    guarded = never_cache(sensitive_post_parameters("code", "token", "new", "again")(view))
    return cast("View", needs_fresh_proof(guarded))
