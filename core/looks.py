"""Who looked at whose data: which addresses show a person, and the one line that is kept of each look.

An app says of its addresses what they show (`register_looks`). The line is written when the page has left, apart from the
log of what people did: it tells who, when, whose and at which address, and nothing of what stood there. Ballots and the
live pages of a meeting are never noted: a moment beside a name would tell who voted when.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import Error
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Look

logger = logging.getLogger(__name__)


class Shown(TextChoices):
    """In which shape somebody's data was shown."""

    PAGE = "page", _("page")
    FORM = "form", _("form")
    PAPER = "paper", _("paper or file")
    DOCUMENT = "document", _("document")
    NUMBER = "number", _("citizen number")
    LIST = "list", _("list")
    EXPORT = "export", _("list taken out")


@dataclass(frozen=True)
class Address:
    """What an address shows: whose data, filled in from the address itself, and in which shape.

    `subjects` are written as the log calls things, such as `registry.household:{pk}`; a list names no one.
    """

    subjects: tuple[str, ...]
    shown: Shown = Shown.PAGE


_addresses: dict[str, Address] = {}
_nobody: list[str] = []


def register_looks(space: str, shown: Shown, subject: str | tuple[str, ...], *names: str) -> None:
    """Say what addresses of an app show: `register_looks("registry", Shown.PAGE, "registry.household:{pk}", "detail")`."""
    subjects = (subject,) if isinstance(subject, str) else subject
    for name in names:
        _addresses[f"{space}:{name}"] = Address(subjects, shown)


def register_nobody(*models: str) -> None:
    """Things that some of these addresses show and that are no person, such as a unit."""
    _nobody.extend(models)


def addresses() -> Mapping[str, Address]:
    """Every address that shows somebody's data."""
    return _addresses


class LookMiddleware:
    """Notes who looked at whose data; stands last, so that only what the view itself answered counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        address = getattr(request, "looked_address", None)
        if address is not None and _shows(request, response):
            # After the answer has left: a page waits for no line about itself.
            closers: list[Any] = response._resource_closers  # type: ignore[attr-defined]
            closers.append(partial(_note, request, address))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> None:
        """Remember that the view itself was reached, and no question before it answered."""
        match = request.resolver_match
        address = _addresses.get(match.view_name) if match is not None else None
        # Who it is is asked only where it matters: the pages of monitors ask no database.
        if address is not None and request.user.is_authenticated:
            request.looked_address = address  # type: ignore[attr-defined]


def _shows(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A page that was given; what was sent and turned down comes back with its page."""
    turned_down = request.method == "POST" and response.status_code in {409, 422}
    return 200 <= response.status_code < 300 or turned_down


def _note(request: HttpRequest, address: Address) -> None:
    match = request.resolver_match
    if match is None:
        return
    shown = Shown.EXPORT if "xuat" in request.GET else address.shown
    subjects = [template.format_map(match.kwargs) for template in address.subjects]
    keep_looks(request.user, subjects, match.view_name, shown)


def keep_looks(user: Any, subjects: Iterable[str], page: str, shown: Shown) -> None:
    """Write one line for each; a database that takes none costs the line and no page."""
    now = timezone.now()
    rows = [
        Look(user_id=user.pk, subject=subject[:120], page=page[:80], shown=shown, at=now)
        for subject in subjects
        if subject.partition(":")[0] not in _nobody
    ]
    if not rows:
        return
    try:
        rows[0].save(force_insert=True) if len(rows) == 1 else Look.objects.bulk_create(rows)
    except Error:
        logger.warning("A look could not be noted", exc_info=True)
