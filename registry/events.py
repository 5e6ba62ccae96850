"""What the registry writes into the audit chain, and how it reads to people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    FILE_IMPORTED = "registry.file_imported", _("File loaded")
    CLUSTER_MEMBER_ADDED = "registry.cluster_member_added", _("Member of an emulation cluster added")
    CLUSTER_MEMBER_ENDED = "registry.cluster_member_ended", _("Member of an emulation cluster ended")
    DUTY_ASSIGNED = "registry.duty_assigned", _("Standing office recorded")
    HOLD_ENDED = "registry.hold_ended", _("Hold ended")
    HOLD_PLACED = "registry.hold_placed", _("Hold recorded")
    HOUSEHOLD_CHANGED = "registry.household_changed", _("Household changed")
    HOUSEHOLD_CREATED = "registry.household_created", _("Household entered")
    HOUSEHOLD_MERGED = "registry.household_merged", _("Households merged")
    INDIVIDUAL_CHANGED = "registry.individual_changed", _("Individual changed")
    INDIVIDUAL_CREATED = "registry.individual_created", _("Individual entered")
    HOUSEHOLD_UNMERGED = "registry.household_unmerged", _("Merger of households undone")
    INDIVIDUAL_UNMERGED = "registry.individual_unmerged", _("Merger of individuals undone")
    INDIVIDUAL_MERGED = "registry.individual_merged", _("Individuals merged")
    MEANINGS_TOLD = "registry.meanings_told", _("Meanings of an office's words recorded")
    MEANING_TAKEN_BACK = "registry.meaning_taken_back", _("Meaning of an office's words taken back")
    MEMBER_ADDED = "registry.member_added", _("Member of a household entered")
    MEMBER_CHANGED = "registry.member_changed", _("Member of a household changed")
    MEMBER_REMOVED = "registry.member_removed", _("Member of a household removed")
    # Of older entries: a number is changed with the record that bears it.
    NUMBER_RECORDED = "registry.number_recorded", _("Citizen number recorded")
    NUMBER_REMOVED = "registry.number_removed", _("Citizen number removed")
    NUMBER_SEEN = "registry.number_seen", _("Citizen number shown")
    OLD_NUMBER_SEEN = "registry.old_number_seen", _("Old number shown")
    PEOPLE_TOLD_APART = "registry.people_told_apart", _("Records found to be of different people")
    PEOPLE_TOLD_APART_NO_MORE = (
        "registry.people_told_apart_no_more",
        _("Records no longer held to be of different people"),
    )
    REGISTER_LOADED = "registry.register_loaded", _("Register of units loaded")
    REVIEW_RESTATED = "registry.review_restated", _("Review figures restated")
    # Recorded until reviews became files like every other; logs hold it.
    REVIEWS_IMPORTED = "registry.reviews_imported", _("Review workbook loaded")
    UNIT_CORRECTED = "registry.unit_corrected", _("Unit corrected")
    UNIT_CREATED = "registry.unit_created", _("Unit entered")
    UNIT_ENDED = "registry.unit_ended", _("Unit dissolved")
    UNITS_REORGANISED = "registry.units_reorganised", _("Units reorganised")
    ROLL_UP_NOTED = "registry.roll_up_noted", _("Difference of totals explained")
    ZONE_SET = "registry.zone_set", _("Zone recorded")
    ROLE_GRANTED = "role.granted", _("Role granted")
    FILES_ERASED = "registry.files_erased", _("Handed-in lists of people erased")
    DATA_CASE_RECORDED = "data_case.recorded", _("Matter of personal data recorded")
    DATA_CASE_ACKNOWLEDGED = "data_case.acknowledged", _("First answer on personal data recorded")
    DATA_CASE_CLOSED = "data_case.closed", _("Matter of personal data closed")
