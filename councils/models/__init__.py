"""Councils, their meetings, agendas, polls and records."""

from councils.models.agenda import STEPS_OF_OTHERS, AgendaItem, Declaration, Ruling
from councils.models.councils import BaseRule, Council, CouncilMember, VotingRule
from councils.models.meetings import (
    Adjournment,
    Attendance,
    Invitation,
    Invitee,
    Meeting,
    Passing,
    PresenceEvent,
    Teller,
)
from councils.models.polls import Ballot, PaperBatch, PaperSeat, Participation, Poll, Tally, own_sheet
from councils.models.records import MeetingNote, Reopening, Signature, StandIn

__all__ = [
    "STEPS_OF_OTHERS",
    "Adjournment",
    "AgendaItem",
    "Attendance",
    "Ballot",
    "BaseRule",
    "Council",
    "CouncilMember",
    "Declaration",
    "Invitation",
    "Invitee",
    "Meeting",
    "MeetingNote",
    "PaperBatch",
    "PaperSeat",
    "Participation",
    "Passing",
    "Poll",
    "PresenceEvent",
    "Reopening",
    "Ruling",
    "Signature",
    "StandIn",
    "Tally",
    "Teller",
    "VotingRule",
    "own_sheet",
]
