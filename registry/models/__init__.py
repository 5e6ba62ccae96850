"""Units over time, people, reviews, holds, imports."""

from registry.models.people import Hold, Household, HouseholdStatus, Individual
from registry.models.reviews import ImportFile, PovertyReview
from registry.models.units import Unit, UnitRole, UnitSuccession, ZoneAssignment

__all__ = [
    "Hold",
    "Household",
    "HouseholdStatus",
    "ImportFile",
    "Individual",
    "PovertyReview",
    "Unit",
    "UnitRole",
    "UnitSuccession",
    "ZoneAssignment",
]
