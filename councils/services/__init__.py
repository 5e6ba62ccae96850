"""What councils do: set up, prepare, meet, vote by secret ballot, conclude."""

from councils.services.agenda import set_agenda, take_item_off
from councils.services.casting import CastAnswer, cast_ballot
from councils.services.councils import set_up_council, set_voting_rule
from councils.services.meetings import change_meeting, close_meeting, open_meeting, prepare_meeting, take_roll
from councils.services.polls import close_poll, open_poll
from councils.services.seats import add_member, change_office, end_seat

__all__ = [
    "CastAnswer",
    "add_member",
    "cast_ballot",
    "change_meeting",
    "change_office",
    "close_meeting",
    "close_poll",
    "end_seat",
    "open_meeting",
    "open_poll",
    "prepare_meeting",
    "set_agenda",
    "set_up_council",
    "set_voting_rule",
    "take_item_off",
    "take_roll",
]
