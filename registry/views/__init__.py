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
from registry.views.reviews import (
    ReviewImportView,
    ReviewListView,
    review_export,
    review_import_confirm,
    review_import_discard,
    review_import_preview,
)
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
    "ReviewImportView",
    "ReviewListView",
    "UnitDetailView",
    "UnitListView",
    "review_export",
    "review_import_confirm",
    "review_import_discard",
    "review_import_preview",
]
