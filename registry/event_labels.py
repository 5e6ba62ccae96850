"""How this app's entries of the audit chain read to people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "registry.file_imported": _("File loaded"),
    "registry.cluster_member_added": _("Member of an emulation cluster added"),
    "registry.cluster_member_ended": _("Member of an emulation cluster ended"),
    "registry.duty_assigned": _("Standing office recorded"),
    "registry.hold_ended": _("Hold ended"),
    "registry.hold_placed": _("Hold recorded"),
    "registry.household_changed": _("Household changed"),
    "registry.household_created": _("Household entered"),
    "registry.household_merged": _("Households merged"),
    "registry.individual_changed": _("Individual changed"),
    "registry.individual_created": _("Individual entered"),
    "registry.individual_merged": _("Individuals merged"),
    "registry.member_added": _("Member of a household entered"),
    "registry.member_changed": _("Member of a household changed"),
    "registry.member_removed": _("Member of a household removed"),
    "registry.number_recorded": _("Citizen number recorded"),
    "registry.number_removed": _("Citizen number removed"),
    "registry.number_seen": _("Citizen number shown"),
    "registry.register_loaded": _("Register of units loaded"),
    "registry.review_restated": _("Review figures restated"),
    "registry.reviews_imported": _("Review workbook loaded"),
    "registry.unit_corrected": _("Unit corrected"),
    "registry.unit_created": _("Unit entered"),
    "registry.unit_ended": _("Unit dissolved"),
    "registry.units_reorganised": _("Units reorganised"),
    "registry.roll_up_noted": _("Difference of totals explained"),
    "registry.zone_set": _("Zone recorded"),
    "role.granted": _("Role granted"),
}
