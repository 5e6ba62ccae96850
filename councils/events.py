"""What councils write into the audit chain, and how it reads to people. Casting a ballot has no word, on purpose."""

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
    MEETING_OPENED = "meeting.opened", _("Meeting opened")
    ROLL_TAKEN = "meeting.roll_taken", _("Roll taken")
    PRESENCE_STRUCK = "meeting.presence_struck", _("Mistaken presence struck out")
    OFFICE_ASKED_FOR = "meeting.office_asked_for", _("Secretary asked to lead the meeting")
    OFFICE_PASSED = "meeting.office_passed", _("Office of the meeting passed on")
    OFFICE_NOT_PASSED = "meeting.office_not_passed", _("Request to lead the meeting not consented to")
    COUNTING_HEAD_NAMED = "meeting.counting_head_named", _("Head of the counting team named")
    INTERESTS_DECLARED = "meeting.interests_declared", _("Interests declared")
    INTEREST_RULED = "meeting.interest_settled", _("Possible interest settled")
    ITEM_TAKEN_OFF = "meeting.item_taken_off", _("Item taken off the agenda")
    NOTES_KEPT = "meeting.notes_kept", _("Notes of the meeting kept")
    MEETING_CLOSED = "meeting.closed", _("Meeting closed")
    RECORD_SIGNED = "meeting.record_signed", _("Record of the meeting signed off")
    SIGNATURE_TAKEN_BACK = "meeting.signature_taken_back", _("Signature under a record taken back")
    REOPENING_ASKED = "meeting.reopening_asked", _("Asked to reopen a signed record")
    RECORD_REOPENED = "meeting.record_reopened", _("Signed record reopened")
    REOPENING_ENDED = "meeting.reopening_ended", _("Request to reopen a record ended")
    POLL_OPENED = "poll.opened", _("Poll opened")
    POLL_CLOSED = "poll.closed", _("Poll closed")
    POLL_REST_AGREED = "poll.rest_agreed", _("Agreed that those left will not vote")
    POLL_VOID = "poll.void", _("Poll void, its ballots destroyed unopened")
