"""All writes of the registry."""

from registry.review_days import default_recognised_on
from registry.services.imports import load_file
from registry.services.people import create_household, create_individual, update_household, update_individual
from registry.services.register import load_register
from registry.services.standing import place_hold, set_zone

__all__ = [
    "create_household",
    "create_individual",
    "default_recognised_on",
    "load_file",
    "load_register",
    "place_hold",
    "set_zone",
    "update_household",
    "update_individual",
]
