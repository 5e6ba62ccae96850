"""What must hold before the application starts."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from councils.sealing import check_ballot_key


def ballot_key_is_usable(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`councils.E001` when ballots could not be sealed with the configured key."""
    try:
        check_ballot_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="councils.E001")]
    return []
