"""What must hold before the application starts."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from core.personal_numbers import check_person_key


def person_key_is_usable(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`core.E001` when citizen numbers could not be sealed with the configured key."""
    try:
        check_person_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="core.E001")]
    return []
