"""All writes of the registry."""

from registry.review_days import default_recognised_on
from registry.services.people import create_household, create_individual, update_household, update_individual
from registry.services.register import load_register
from registry.services.reviews import (
    confirm_review_file,
    discard_review_file,
    import_reviews,
    stage_review_file,
)
from registry.services.standing import place_hold, set_zone

__all__ = [
    "confirm_review_file",
    "create_household",
    "create_individual",
    "default_recognised_on",
    "discard_review_file",
    "import_reviews",
    "load_register",
    "place_hold",
    "set_zone",
    "stage_review_file",
    "update_household",
    "update_individual",
]
