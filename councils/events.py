"""What councils write into the audit chain, and how it reads to people. Casting a ballot has no word, on purpose, and a
batch of papers is told by its number alone."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    COUNCIL_SET_UP = "council.set_up", _("Council set up")
    MEMBER_ADDED = "council.member_added", _("Member added")
    MEMBER_LEFT = "council.member_left", _("Member left")
    VOTING_RULE_SET = "council.voting_rule_set", _("Voting rule set")
    BASE_RULE_SET = "council.base_rule_set", _("Base of votes set")
    MEETING_PREPARED = "meeting.prepared", _("Meeting prepared")
    MEETING_CHANGED = "meeting.changed", _("Meeting changed")
    AGENDA_SET = "meeting.agenda_set", _("Agenda set")
    INVITATION_SENT = "meeting.invitation_sent", _("Members invited to the meeting")
    MEETING_OPENED = "meeting.opened", _("Meeting opened")
    ROLL_TAKEN = "meeting.roll_taken", _("Roll taken")
    PRESENCE_STRUCK = "meeting.presence_struck", _("Mistaken presence struck out")
    OFFICE_ASKED_FOR = "meeting.office_asked_for", _("Secretary asked to lead the meeting")
    OFFICE_PASSED = "meeting.office_passed", _("Office of the meeting passed on")
    OFFICE_NOT_PASSED = "meeting.office_not_passed", _("Request to lead the meeting not consented to")
    INTERESTS_DECLARED = "meeting.interests_declared", _("Interests declared")
    INTEREST_RULED = "meeting.interest_settled", _("Possible interest settled")
    ITEM_TAKEN_OFF = "meeting.item_taken_off", _("Item taken off the agenda")
    MEETING_ADJOURNED = "meeting.adjourned", _("Meeting adjourned")
    MEETING_RESUMED = "meeting.resumed", _("Meeting resumed")
    MEETING_CLOSED = "meeting.closed", _("Meeting closed")
    POLL_OPENED = "poll.opened", _("Poll opened")
    RESULT_STANDS = "poll.result_stands", _("Result of an earlier round stands")
    POLL_CLOSED = "poll.closed", _("Poll closed")
    POLL_REST_AGREED = "poll.rest_agreed", _("Agreed that those left will not vote")
    PAPER_SEATS_NAMED = "meeting.paper_seats_named", _("Recorded who votes on paper")
    BATCH_ENTERED = "poll.batch_entered", _("Batch of papers entered")
    BATCH_CONFIRMED = "poll.batch_confirmed", _("Batch of papers confirmed by a second person")
    BATCH_REJECTED = "poll.batch_rejected", _("Batch of papers rejected by a second person")
    BATCH_WITHDRAWN = "poll.batch_withdrawn", _("Batch of papers withdrawn")
    POLL_VOID = "poll.void", _("Poll void, its ballots destroyed unopened")
