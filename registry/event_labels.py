"""How this app's entries of the audit chain read to people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "registry.hold_placed": _("Hold recorded"),
    "registry.household_changed": _("Household changed"),
    "registry.household_created": _("Household entered"),
    "registry.individual_changed": _("Individual changed"),
    "registry.individual_created": _("Individual entered"),
    "registry.register_loaded": _("Register of units loaded"),
    "registry.review_restated": _("Review figures restated"),
    "registry.reviews_imported": _("Review workbook loaded"),
    "registry.roll_up_noted": _("Difference of totals explained"),
    "registry.zone_set": _("Zone recorded"),
    "role.granted": _("Role granted"),
}
