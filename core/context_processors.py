"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock, navigation, sessions
from core.help_links import help_url


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, person line and banner."""
    context: dict[str, Any] = {"app_env": settings.APP_ENV, "banner": _banner(), "nav": [], "person_line": ""}
    context["second_factor_required"] = settings.SECOND_FACTOR_REQUIRED
    user = getattr(request, "user", None)
    if user is not None:
        match = request.resolver_match
        context["help_url"] = help_url(
            match.view_name if match else "", user, step=request.GET.get("step", "")
        )
    if user is not None and user.is_authenticated:
        context["nav"] = navigation.menu(request)
        context["session_left"] = {
            "idle": settings.SESSION_IDLE_MINUTES * 60,
            "idle_limit": settings.SESSION_IDLE_MINUTES * 60,
            "absolute": sessions.absolute_seconds_left(request),
        }
        context["person_line"] = navigation.person_line(user)
    return context


def _banner() -> str:
    if settings.APP_ENV != "demo":
        return ""
    return _(
        "Demonstration: the people and most figures are invented. It plays %(day)s, before the reorganisation of July 2025 "
        "is loaded, and sends no mail."
    ) % {"day": date_format(clock.today(), "SHORT_DATE_FORMAT")}
