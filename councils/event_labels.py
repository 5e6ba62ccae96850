"""How this app's entries of the audit chain read to people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "council.set_up": _("Council set up"),
    "council.member_added": _("Member added"),
    "council.member_left": _("Member left"),
    "council.voting_rule_set": _("Voting rule set"),
    "meeting.prepared": _("Meeting prepared"),
    "meeting.changed": _("Meeting changed"),
    "meeting.agenda_set": _("Agenda set"),
    "meeting.opened": _("Meeting opened"),
    "meeting.roll_taken": _("Roll taken"),
    "meeting.item_taken_off": _("Item taken off the agenda"),
    "meeting.closed": _("Meeting closed"),
    "poll.opened": _("Poll opened"),
    "poll.closed": _("Poll closed"),
}
