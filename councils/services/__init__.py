"""What councils do: set up, prepare, meet, vote by secret ballot, conclude."""

from councils.services.adjourning import adjourn_meeting, resume_meeting
from councils.services.agenda import set_agenda, take_item_off
from councils.services.batches import (
    confirm_batch,
    enter_batch,
    name_paper_seats,
    reject_batch,
    withdraw_batch,
)
from councils.services.casting import hand_out_ballot, put_in_urn
from councils.services.councils import set_base_rule, set_up_council, set_voting_rule
from councils.services.interests import declare_interests, settle_interest
from councils.services.invitations import send_invitation
from councils.services.meetings import change_meeting, close_meeting, open_meeting, prepare_meeting
from councils.services.offices import consent_to_lead, pass_office
from councils.services.opening import open_poll, open_polls
from councils.services.polls import (
    agree_to_close,
    annul_poll,
    close_poll,
    let_result_stand,
    void_lost_poll,
)
from councils.services.presence import strike_presence, take_roll
from councils.services.records import (
    ask_to_reopen,
    keep_notes,
    name_counting_head,
    name_stand_in,
    settle_reopening,
    sign_record,
    take_signature_back,
)
from councils.services.seats import add_member, change_office, end_seat
from councils.urn.client import CastAnswer

__all__ = [
    "CastAnswer",
    "add_member",
    "adjourn_meeting",
    "agree_to_close",
    "annul_poll",
    "ask_to_reopen",
    "change_meeting",
    "change_office",
    "close_meeting",
    "close_poll",
    "confirm_batch",
    "consent_to_lead",
    "declare_interests",
    "end_seat",
    "enter_batch",
    "hand_out_ballot",
    "keep_notes",
    "let_result_stand",
    "name_counting_head",
    "name_paper_seats",
    "name_stand_in",
    "open_meeting",
    "open_poll",
    "open_polls",
    "pass_office",
    "prepare_meeting",
    "put_in_urn",
    "reject_batch",
    "resume_meeting",
    "send_invitation",
    "set_agenda",
    "set_base_rule",
    "set_up_council",
    "set_voting_rule",
    "settle_interest",
    "settle_reopening",
    "sign_record",
    "strike_presence",
    "take_item_off",
    "take_roll",
    "take_signature_back",
    "void_lost_poll",
    "withdraw_batch",
]
