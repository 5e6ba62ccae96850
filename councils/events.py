"""Words of the audit chain for councils. Casting a ballot has none, on purpose."""

from enum import StrEnum


class Event(StrEnum):
    COUNCIL_SET_UP = "council.set_up"
    MEMBER_ADDED = "council.member_added"
    MEMBER_LEFT = "council.member_left"
    VOTING_RULE_SET = "council.voting_rule_set"
    MEETING_PREPARED = "meeting.prepared"
    MEETING_CHANGED = "meeting.changed"
    AGENDA_SET = "meeting.agenda_set"
    MEETING_OPENED = "meeting.opened"
    ROLL_TAKEN = "meeting.roll_taken"
    ITEM_TAKEN_OFF = "meeting.item_taken_off"
    MEETING_CLOSED = "meeting.closed"
    POLL_OPENED = "poll.opened"
    POLL_CLOSED = "poll.closed"
