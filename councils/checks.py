"""What must hold before the application starts."""

from typing import Any

from django.core.checks import CheckMessage, Error

from councils.urn.client import address


def urn_has_an_address(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`councils.E001` when the settings do not say where the urn is."""
    try:
        address()
    except ValueError as error:
        return [Error(str(error), id="councils.E001")]
    return []
