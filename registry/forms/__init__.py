"""Forms of the registry: they parse and check what was typed; services write."""

from registry.forms.people import HouseholdFilterForm, HouseholdForm, IndividualForm, PersonFilterForm
from registry.forms.plain import DayInput, PlainForm, UnitChoiceField, with_not_recorded
from registry.forms.reviews import ReviewFilterForm
from registry.forms.units import UnitFilterForm

__all__ = [
    "DayInput",
    "HouseholdFilterForm",
    "HouseholdForm",
    "IndividualForm",
    "PersonFilterForm",
    "PlainForm",
    "ReviewFilterForm",
    "UnitChoiceField",
    "UnitFilterForm",
    "with_not_recorded",
]
