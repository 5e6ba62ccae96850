"""What is recorded of somebody who signs in, cleaned and judged the same by pages, files and commands."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.text import tidy, without_invisible

MOST_NAME = MOST_POSITION = 120
MOST_EMAIL = 254
"""How long these texts are at most; the columns of `core.models.User` are no wider."""


@dataclass(frozen=True)
class PersonFacts:
    """Full name, position and mail address as they are kept."""

    full_name: str
    position: str
    email: str


def person_facts(*, full_name: str, position: str = "", email: str = "") -> PersonFacts:
    """The facts without what nobody sees; raises ``InvalidRequest`` for a name without letters or what is too long."""
    said = PersonFacts(
        tidy(without_invisible(full_name)), tidy(without_invisible(position)), "".join(email.split())
    )
    if not any(sign.isalpha() for sign in said.full_name):
        raise InvalidRequest(
            _("The full name has no letters."), _("Enter the name as it stands in the decision.")
        )
    for text, most in ((said.full_name, MOST_NAME), (said.position, MOST_POSITION)):
        if len(text) > most:
            raise InvalidRequest(
                _("“%(start)s…” is longer than %(most)s characters.") % {"start": text[:30], "most": most},
                _("Enter a shorter text."),
            )
    if said.email:
        _check_address(said.email)
    return said


def _check_address(email: str) -> None:
    try:
        validate_email(email)
        is_good = len(email) <= MOST_EMAIL
    except ValidationError:
        is_good = False
    if not is_good:
        raise InvalidRequest(
            _("“%(value)s” is no e-mail address.") % {"value": email[:60]},
            _("Correct it, or leave it empty."),
        )
