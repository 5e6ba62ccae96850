"""Pages of the registry."""

from registry.views.people import (
    HouseholdDetailView,
    HouseholdListView,
    IndividualDetailView,
    IndividualListView,
)
from registry.views.person_forms import (
    HouseholdCreateView,
    HouseholdEditView,
    IndividualCreateView,
    IndividualEditView,
)
from registry.views.reviews import ReviewListView, review_export
from registry.views.units import UnitDetailView, UnitListView

__all__ = [
    "HouseholdCreateView",
    "HouseholdDetailView",
    "HouseholdEditView",
    "HouseholdListView",
    "IndividualCreateView",
    "IndividualDetailView",
    "IndividualEditView",
    "IndividualListView",
    "ReviewListView",
    "UnitDetailView",
    "UnitListView",
    "review_export",
]
